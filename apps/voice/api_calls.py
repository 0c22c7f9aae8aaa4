"""`/api/v1/calls`: who called, what was said, what came of it, how long each part of an answer took, what it cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import django_filters
import msgspec
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponseBase
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import filters, serializers
from rest_framework.request import Request

from apps.accounts.rest.fields import MaskedNumber
from apps.accounts.rest.filters import MomentFilter, NumberFilter, YesNoFilter
from apps.accounts.rest.views import ListView, RecordView, answer
from apps.calls.models import ENDINGS, Call, Flag, Ticket
from apps.orders.models import Order
from apps.orders.shown import OrderShown
from apps.reservations.models import Reservation
from apps.voice import finding, shown
from apps.voice.finding import SpokenWords
from loman import observability

JSON = dict[str, Any]


def _counted(rows: QuerySet[Any]) -> Coalesce:
    """How many rows name the call: counted for the rows of a page, not for all that are passed over."""
    found = rows.filter(call=OuterRef("pk")).order_by().values("call").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(found, output_field=IntegerField()), 0)


class CallListed(serializers.ModelSerializer[Call]):
    call_id = serializers.UUIDField(source="pk", read_only=True)
    to = serializers.CharField(source="to_number", read_only=True)
    state = serializers.ChoiceField(choices=Call.State.choices, read_only=True)
    ended_by = serializers.CharField(read_only=True, help_text="Empty, or as in the report.")
    summary = serializers.SerializerMethodField()
    has_recording = serializers.SerializerMethodField()
    order_count = serializers.IntegerField(read_only=True)
    reservation_count = serializers.IntegerField(read_only=True)
    ticket_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Call
        fields = (
            "call_id", "to", "state", "started_at", "answered_at", "ended_at", "duration_seconds", "ended_by",
            "reason", "outcome", "summary", "has_recording", "order_count", "reservation_count", "ticket_count",
        )  # fmt: skip
        extra_kwargs: ClassVar = {"duration_seconds": {"read_only": True}, "started_at": {"read_only": True}}

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {**super().get_fields(), "from": MaskedNumber(source="from_number")}  # Python has taken the word

    def get_summary(self, call: Call) -> str:
        return str(observability.masked(call.summary))

    def get_has_recording(self, call: Call) -> bool:
        return bool(call.recording_url)


class CallFilters(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=Call.State.choices)
    ended_by = django_filters.MultipleChoiceFilter(choices=[(one, one) for one in ENDINGS])
    outcome = django_filters.CharFilter(max_length=40)
    reason = django_filters.CharFilter(max_length=40)
    started_after = MomentFilter(field_name="started_at", lookup_expr="gte")
    started_before = MomentFilter(field_name="started_at", lookup_expr="lt")
    has_order = YesNoFilter(method="by_order")
    has_reservation = YesNoFilter(method="by_reservation")
    has_recording = YesNoFilter(method="by_recording")
    handed_over = YesNoFilter(method="by_hand_over", help_text="Whether a person was rung for it.")
    flagged = YesNoFilter(method="by_flag", help_text="Whether staff said that something in it went wrong.")
    min_duration = django_filters.NumberFilter(
        field_name="duration_seconds", lookup_expr="gte", min_value=0, max_value=100_000, help_text="Seconds."
    )
    number = NumberFilter(field_name="from_number")

    class Meta:
        model = Call
        fields: ClassVar[tuple[str, ...]] = ()

    def by_order(self, rows: QuerySet[Call], name: str, value: bool) -> QuerySet[Call]:
        return finding.leaving(rows, Order.objects.all(), value)

    def by_reservation(self, rows: QuerySet[Call], name: str, value: bool) -> QuerySet[Call]:
        return finding.leaving(rows, Reservation.objects.all(), value)

    def by_flag(self, rows: QuerySet[Call], name: str, value: bool) -> QuerySet[Call]:
        return finding.leaving(rows, Flag.objects.all(), value)

    def by_hand_over(self, rows: QuerySet[Call], name: str, value: bool) -> QuerySet[Call]:
        return finding.handed_over(rows, value)

    def by_recording(self, rows: QuerySet[Call], name: str, value: bool) -> QuerySet[Call]:
        return rows.exclude(recording_url="") if value else rows.filter(recording_url="")


@extend_schema_view(
    get=extend_schema(
        tags=["calls"],
        summary="Calls, newest first",
        description="Numbers are masked. `search` finds words that were said or stand in the summary.",
    )
)
class CallsView(ListView[Call]):
    permission = "calls.view"
    queryset = Call.objects.defer("report").annotate(
        order_count=_counted(Order.objects.all()),
        reservation_count=_counted(Reservation.objects.all()),
        ticket_count=_counted(Ticket.objects.all()),
    )
    serializer_class = CallListed
    filterset_class = CallFilters
    filter_backends = (DjangoFilterBackend, SpokenWords, filters.OrderingFilter)
    search_fields = ("summary", "transcript__text")
    ordering_fields = ("started_at", "ended_at", "duration_seconds")
    ordering = ("-started_at", "-id")


class TurnShown(serializers.Serializer[JSON]):
    speaker = serializers.ChoiceField(choices=["caller", "agent"])
    text = serializers.CharField()
    heard = serializers.CharField(help_text="Of the agent's words those that the caller heard.")
    started_ms = serializers.IntegerField()
    ended_ms = serializers.IntegerField()
    interrupted = serializers.BooleanField()
    latency_ms = serializers.IntegerField(allow_null=True, help_text="From the caller's last sound to this.")


class ToolShown(serializers.Serializer[JSON]):
    name = serializers.CharField()
    arguments = serializers.JSONField()
    result = serializers.JSONField()
    ms = serializers.FloatField()


class StagesShown(serializers.Serializer[JSON]):
    turn = serializers.IntegerField()
    end_of_turn_ms = serializers.IntegerField()
    model_ms = serializers.IntegerField()
    tool_ms = serializers.IntegerField()
    voice_ms = serializers.IntegerField()
    total_ms = serializers.IntegerField()


class CostShown(serializers.Serializer[JSON]):
    requests = serializers.IntegerField()
    prompt_tokens = serializers.IntegerField()
    completion_tokens = serializers.IntegerField()
    cost = serializers.DecimalField(max_digits=14, decimal_places=8, allow_null=True, help_text="Null: not known.")
    unpriced = serializers.IntegerField(help_text="Requests whose price nobody told.")
    currency = serializers.CharField()


class BookingOfCall(serializers.Serializer[JSON]):
    reference = serializers.CharField()
    status = serializers.CharField()
    name = serializers.CharField()
    number = serializers.CharField()
    party_size = serializers.IntegerField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    tables = serializers.ListField(child=serializers.CharField())
    notes = serializers.CharField()
    call_id = serializers.UUIDField(allow_null=True)


class MessageOfCall(serializers.Serializer[JSON]):
    id = serializers.UUIDField()
    direction = serializers.CharField()
    status = serializers.CharField()
    template = serializers.CharField()


class TicketOfCall(serializers.Serializer[JSON]):
    id = serializers.UUIDField()
    type = serializers.CharField()
    summary = serializers.CharField()
    status = serializers.CharField()


class CallShown(serializers.Serializer[JSON]):
    """CONTRACT.md's report, and how the call stands."""

    call_id = serializers.UUIDField()
    to = serializers.CharField()
    state = serializers.ChoiceField(choices=Call.State.choices)
    started_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_by = serializers.CharField(help_text="Empty while it runs; goodbye, caller, timeout, transfer or error.")
    duration_ms = serializers.IntegerField()
    reason = serializers.CharField()
    outcome = serializers.CharField()
    summary = serializers.CharField()
    turns = TurnShown(many=True)
    tools = ToolShown(many=True)
    stages = StagesShown(many=True, help_text="Per answered turn; of calls that have ended.")
    orders = OrderShown(many=True)
    reservations = BookingOfCall(many=True)
    messages = MessageOfCall(many=True)
    tickets = TicketOfCall(many=True)
    recording = serializers.CharField(allow_null=True, help_text="Where its sound is asked for.")
    cost = CostShown()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {**super().get_fields(), "from": serializers.CharField()}  # Python has taken the word


class TranscriptShown(serializers.Serializer[JSON]):
    call_id = serializers.UUIDField()
    turns = TurnShown(many=True)


TURN: JSON = {
    "speaker": "caller",
    "text": "A large Margherita, please.",
    "heard": "A large Margherita, please.",
    "started_ms": 6120,
    "ended_ms": 8040,
    "interrupted": False,
    "latency_ms": None,
}


class _CallView(RecordView[Call]):
    permission = "calls.view"
    queryset = Call.objects.all()
    lookup_url_kwarg = "call_id"
    noun = "calls"
    document: Callable[[Call], JSON]
    """The call as this view shows it, with whole numbers."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        call = self.get_object()
        whole = type(self).document(call)
        masked = shown.without_numbers(whole)
        if not self._sees_whole():
            return answer(request, msgspec.json.encode(masked))
        seen = shown.numbers_in(whole)
        for number in sorted(seen):
            self.record("numbers.view", call, number=number)
        if not seen and whole != masked:  # spoken, and not to be read as one number
            self.record("numbers.view", call)
        return answer(request, msgspec.json.encode(whole))


@extend_schema_view(
    get=extend_schema(
        tags=["calls"],
        summary="One call as its report, with the time of every stage and what the models cost",
        responses={200: CallShown},
    )
)
class CallView(_CallView):
    document = staticmethod(shown.report)


@extend_schema_view(
    get=extend_schema(
        tags=["calls"],
        summary="What was said in a call, turn by turn",
        responses={200: TranscriptShown},
        examples=[
            OpenApiExample(
                "One turn",
                value={"call_id": "0b6a5c3e-3d0a-4f4e-9a3e-2f8f5c1f7a10", "turns": [TURN]},
                response_only=True,
            )
        ],
    )
)
class TranscriptView(_CallView):
    document = staticmethod(shown.transcript)
