"""`/api/v1/tickets`: what people have to do; made by hand, taken on, assigned, closed and reopened."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request

from apps.accounts.rest.fields import MaskedNumber, Number
from apps.accounts.rest.filters import MomentFilter, YesNoFilter
from apps.accounts.rest.schema import conflict
from apps.accounts.rest.taken import Taken, within_reach
from apps.accounts.rest.views import CollectionView, CommandView, RecordView, ResourceView
from apps.calls import services as calls
from apps.calls.models import TICKET_TYPES, Call, Ticket
from loman import observability

LONGEST_SUMMARY = 2000
EXAMPLE: dict[str, Any] = {
    "id": "6f0cbb1e-53d8-4d0c-9f0b-6d2f1f6f3f01",
    "type": "callback",
    "summary": "Wants to know whether the terrace is open.",
    "callback_number": "••• 0134",
    "status": "open",
    "due_at": "2026-07-04T23:55:00Z",
    "assignee": "Ana",
    "acknowledged_at": None,
    "acknowledged_by": "",
    "closed_at": None,
    "closed_by": "",
    "closed_reason": "",
    "call_id": None,
    "created_at": "2026-07-04T23:25:00Z",
}
ONCE = OpenApiParameter(
    "Idempotency-Key",
    location=OpenApiParameter.HEADER,
    description="Names the request: sent again, it makes nothing twice.",
)


class TicketShown(serializers.ModelSerializer[Ticket]):
    type = serializers.ChoiceField(choices=TICKET_TYPES, read_only=True)
    status = serializers.ChoiceField(choices=["open", "closed"], read_only=True)
    summary = serializers.SerializerMethodField(help_text="Numbers in it are masked as `callback_number` is.")
    callback_number = MaskedNumber()
    call_id = serializers.UUIDField(read_only=True, allow_null=True)

    class Meta:
        model = Ticket
        fields = (
            "id", "type", "summary", "callback_number", "status", "due_at", "assignee", "acknowledged_at",
            "acknowledged_by", "closed_at", "closed_by", "closed_reason", "call_id", "created_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_summary(self, ticket: Ticket) -> str:
        """Guests write their numbers into what becomes a summary."""
        return ticket.summary if self.context.get("whole") else str(observability.masked(ticket.summary))


class TicketFilters(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(choices=[("open", "open"), ("closed", "closed")])
    type = django_filters.MultipleChoiceFilter(choices=[(one, one) for one in TICKET_TYPES])
    due_after = MomentFilter(field_name="due_at", lookup_expr="gte")
    due_before = MomentFilter(field_name="due_at", lookup_expr="lt")
    overdue = YesNoFilter(method="by_overdue", help_text="Open, and due before now.")
    acknowledged = YesNoFilter(field_name="acknowledged_at", lookup_expr="isnull", exclude=True)
    assignee = django_filters.CharFilter(max_length=120)
    call_id = django_filters.UUIDFilter()

    class Meta:
        model = Ticket
        fields: ClassVar[tuple[str, ...]] = ()

    def by_overdue(self, rows: QuerySet[Ticket], name: str, value: bool) -> QuerySet[Ticket]:
        overdue = Q(status="open", due_at__lt=timezone.now())
        return rows.filter(overdue) if value else rows.exclude(overdue)


class TicketTaken(Taken):
    type = serializers.ChoiceField(choices=TICKET_TYPES)
    summary = serializers.CharField(max_length=LONGEST_SUMMARY)
    callback_number = Number(required=False, allow_blank=True, max_length=40)
    due_at = serializers.DateTimeField(
        required=False, allow_null=True, validators=[within_reach], help_text="Empty: as the restaurant has it."
    )
    call_id = serializers.UUIDField(required=False, allow_null=True)

    def validate_call_id(self, call_id: Any) -> Any:
        if call_id is not None and not Call.objects.filter(pk=call_id).exists():
            raise serializers.ValidationError("There is no such call in this restaurant.")
        return call_id


class _TicketView(ResourceView[Ticket]):
    queryset = Ticket.objects.all()
    serializer_class = TicketShown
    lookup_url_kwarg = "ticket_id"
    noun = "tickets"
    number_field = "callback_number"
    refusals = (calls.Refusal,)


@extend_schema_view(
    get=extend_schema(tags=["tickets"], summary="Tickets, newest first"),
    post=extend_schema(
        tags=["tickets"],
        summary="Leave people something to do",
        request=TicketTaken,
        parameters=[ONCE],
        examples=[
            OpenApiExample(
                "A callback",
                value={"type": "callback", "summary": "Ask about the cake.", "callback_number": "+1 512 555 0134"},
                request_only=True,
            ),
            OpenApiExample("A ticket", value=EXAMPLE, response_only=True, status_codes=["201"]),
        ],
        responses={201: TicketShown, 409: conflict("A key of another ticket", "This key has made another ticket.")},
    ),
)
class TicketsView(_TicketView, CollectionView[Ticket]):
    permission: ClassVar = {"GET": "tickets.view", "POST": "tickets.create"}
    takes = TicketTaken
    filterset_class = TicketFilters
    search_fields = ("summary", "assignee")
    ordering_fields = ("created_at", "due_at", "type")
    ordering = ("-created_at", "-id")

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.create(request)

    def perform_creation(self, wanted: Any) -> Ticket:
        asked = wanted.validated_data
        once = self.request.headers.get("Idempotency-Key") or str(uuid4())
        made = calls.open_ticket(
            type=asked["type"],
            summary=asked["summary"],
            callback_number=asked.get("callback_number", ""),
            call_id=asked.get("call_id"),
            due_at=asked.get("due_at"),
            key=f"rest:{self.grant.by}:{once}",
            now=timezone.now(),
        )
        if (made.type, made.summary) != (asked["type"], asked["summary"]):
            raise calls.Refusal("This key has made another ticket.")
        return made


class TicketChange(Taken):
    assignee = serializers.CharField(max_length=120, allow_blank=True)


@extend_schema_view(
    get=extend_schema(
        tags=["tickets"],
        summary="One ticket, with the whole number for those who may see it",
        examples=[OpenApiExample("A ticket", value=EXAMPLE, response_only=True)],
    ),
    patch=extend_schema(
        tags=["tickets"],
        summary="Give a ticket to somebody",
        request=TicketChange,
        examples=[OpenApiExample("Ana's", value={"assignee": "Ana"}, request_only=True)],
        responses={200: TicketShown},
    ),
)
class TicketView(_TicketView, RecordView[Ticket]):
    permission: ClassVar = {"GET": "tickets.view", "PATCH": "tickets.change"}
    changes_serializer_class = TicketChange

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.change(request)

    def perform_change(self, row: Ticket, wanted: Any) -> Ticket:
        return calls.assign(row.pk, to=wanted.validated_data.get("assignee", row.assignee))


class Nothing(Taken):
    """For deeds that need to know nothing."""


@extend_schema_view(
    post=extend_schema(
        tags=["tickets"],
        summary="Take a ticket on: nobody is reminded any more",
        request=Nothing,
        responses={200: TicketShown, 409: conflict("It is closed", "This ticket is closed. Reopen it first.")},
    )
)
class AcknowledgeView(_TicketView, CommandView[Ticket]):
    permission = "tickets.change"
    asks = Nothing
    action = "tickets.acknowledge"

    def perform(self, row: Ticket, asked: dict[str, Any]) -> Ticket:
        return calls.acknowledge(row.pk, by=self.grant.by, now=timezone.now())


class Closing(Taken):
    reason = serializers.CharField(max_length=200)


@extend_schema_view(
    post=extend_schema(
        tags=["tickets"],
        summary="Close a ticket, with what came of it; one that is closed stays as it is",
        request=Closing,
        examples=[OpenApiExample("Done", value={"reason": "Called back, all is well."}, request_only=True)],
        responses={200: TicketShown},
    )
)
class CloseView(_TicketView, CommandView[Ticket]):
    permission = "tickets.close"
    asks = Closing
    action = "tickets.close"

    def perform(self, row: Ticket, asked: dict[str, Any]) -> Ticket:
        return calls.close(row.pk, reason=asked["reason"], by=self.grant.by, now=timezone.now())


@extend_schema_view(
    post=extend_schema(
        tags=["tickets"],
        summary="Reopen a ticket: due anew, and nobody has looked at it",
        request=Nothing,
        responses={200: TicketShown},
    )
)
class ReopenView(_TicketView, CommandView[Ticket]):
    permission = "tickets.change"
    asks = Nothing
    action = "tickets.reopen"

    def perform(self, row: Ticket, asked: dict[str, Any]) -> Ticket:
        return calls.reopen(row.pk, now=timezone.now())
