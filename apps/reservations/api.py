"""`/api/v1/reservations`: the bookings; made and moved by hand, and taken through the evening step by step."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar
from uuid import UUID, uuid4

import django_filters
from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request

from apps.accounts.rest.fields import MaskedNumber, Number
from apps.accounts.rest.filters import MomentFilter
from apps.accounts.rest.schema import conflict
from apps.accounts.rest.taken import Taken, day_within_reach, within_reach
from apps.accounts.rest.views import CollectionView, CommandView, Nothing, RecordView
from apps.reservations import by_hand, services, sheet, steps
from apps.reservations.models import STATUSES, Reservation
from apps.reservations.refusals import Refusal

MOST_GUESTS = 500
LONGEST_NOTES = 1000
EXAMPLE: dict[str, Any] = {
    "id": "5d0b4a3e-58d4-4a43-9c39-6f0c8f1c2b77",
    "reference": "KWXRTB",
    "status": "booked",
    "name": "Kate Bush",
    "number": "••• 0188",
    "party_size": 4,
    "starts_at": "2026-11-28T01:00:00Z",
    "ends_at": "2026-11-28T02:30:00Z",
    "tables": ["4-1"],
    "notes": "window",
    "call_id": None,
    "revision": 1,
    "created_at": "2026-11-23T18:00:00Z",
}
NO_TABLE = conflict("No table, or not at that time", "There is no table free at that time.")


class ReservationShown(serializers.ModelSerializer[Reservation]):
    """As CONTRACT.md has it."""

    status = serializers.ChoiceField(choices=STATUSES, read_only=True)
    number = MaskedNumber()
    tables = serializers.SerializerMethodField()
    call_id = serializers.UUIDField(read_only=True, allow_null=True)

    class Meta:
        model = Reservation
        fields = (
            "id", "reference", "status", "name", "number", "party_size", "starts_at", "ends_at", "tables", "notes",
            "call_id", "revision", "created_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_tables(self, row: Reservation) -> list[str]:
        return sorted(seat.table.name for seat in row.seats_at.all())


class ReservationTaken(Taken):
    party_size = serializers.IntegerField(min_value=1, max_value=MOST_GUESTS)
    starts_at = serializers.DateTimeField(validators=[within_reach])
    name = serializers.CharField(max_length=120)
    number = Number(required=False, allow_blank=True, max_length=40)
    notes = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_NOTES)


class ReservationFilters(django_filters.FilterSet):
    day = django_filters.DateFilter(method="of_day", help_text="A day of the restaurant's own calendar.")
    status = django_filters.MultipleChoiceFilter(choices=[(one, one) for one in STATUSES])
    starts_after = MomentFilter(field_name="starts_at", lookup_expr="gte")
    starts_before = MomentFilter(field_name="starts_at", lookup_expr="lt")
    party_size = django_filters.NumberFilter(min_value=1, max_value=MOST_GUESTS)
    party_size_min = django_filters.NumberFilter(
        field_name="party_size", lookup_expr="gte", min_value=1, max_value=MOST_GUESTS
    )
    party_size_max = django_filters.NumberFilter(
        field_name="party_size", lookup_expr="lte", min_value=1, max_value=MOST_GUESTS
    )
    table = django_filters.UUIDFilter(field_name="seats_at__table_id", help_text="The id of a table.")
    call_id = django_filters.UUIDFilter()

    class Meta:
        model = Reservation
        fields = ()

    def of_day(self, rows: QuerySet[Reservation], name: str, day: date) -> QuerySet[Reservation]:
        try:
            day_within_reach(day)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({name: error.detail}) from None
        request: Any = self.request  # REST framework's own
        place = request.parser_context["view"].place
        start, end = sheet.bounds(day, timezone=place.timezone)
        return rows.filter(starts_at__gte=start, starts_at__lt=end)


@extend_schema_view(
    get=extend_schema(tags=["reservations"], summary="Bookings, the next first"),
    post=extend_schema(
        tags=["reservations"],
        summary="Book a table by hand: the signed-in user is the yes",
        request=ReservationTaken,
        parameters=[
            OpenApiParameter(
                "Idempotency-Key",
                str,
                OpenApiParameter.HEADER,
                description="Sent again with the same key, the same booking is answered and none is made.",
            )
        ],
        examples=[
            OpenApiExample(
                "A table for four",
                value={"party_size": 4, "starts_at": "2026-11-27T19:00:00-06:00", "name": "Kate Bush"},
                request_only=True,
            ),
            OpenApiExample("The booking", value=EXAMPLE, response_only=True, status_codes=["201"]),
        ],
        responses={201: ReservationShown, 409: NO_TABLE},
    ),
)
class ReservationsView(CollectionView[Reservation]):
    permission: ClassVar = {"GET": "reservations.view", "POST": "reservations.create"}
    queryset = Reservation.objects.prefetch_related("seats_at__table")
    serializer_class = ReservationShown
    filterset_class = ReservationFilters
    search_fields = ("name", "reference")
    ordering_fields = ("starts_at", "created_at", "party_size", "name")
    ordering = ("starts_at", "id")
    takes = ReservationTaken
    noun = "reservations"
    refusals = (Refusal,)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.create(request)

    def perform_creation(self, wanted: Any) -> Reservation:
        given = self.request.headers.get("Idempotency-Key", "")
        named = hashlib.sha256(f"{self.grant.by}\n{given}".encode()).hexdigest() if given else uuid4().hex
        return by_hand.make(
            self.place, key=f"hand:{named}", wanted=wanted.validated_data, by=self.grant.by, now=timezone.now()
        )


class _ReservationView(RecordView[Reservation]):
    queryset = Reservation.objects.prefetch_related("seats_at__table")
    serializer_class = ReservationShown
    noun = "reservations"
    number_field = "number"
    refusals = (Refusal,)

    def get_object(self) -> Reservation:
        """By its id, or by the reference that the guest has."""
        named = self.kwargs["reservation"]
        try:
            found = self.get_queryset().filter(pk=UUID(named)).first()
        except ValueError:
            found = None if "\x00" in named else self.get_queryset().filter(reference=named.upper()).first()
        if found is None:
            raise Http404
        return found

    def locked(self) -> Reservation:
        services.lock_the_book()  # before the row, as everybody does who moves a booking
        return super().locked()


@extend_schema_view(
    get=extend_schema(
        tags=["reservations"],
        summary="One booking, by id or reference; with the whole number for those who may see it",
        examples=[OpenApiExample("A booking", value=EXAMPLE, response_only=True)],
    ),
    patch=extend_schema(
        tags=["reservations"],
        summary="Change a booking: another time or party moves it to a free table, under its reference",
        request=ReservationTaken,
        examples=[
            OpenApiExample("Half an hour later", value={"starts_at": "2026-11-27T19:30:00-06:00"}, request_only=True)
        ],
        responses={200: ReservationShown, 409: NO_TABLE},
    ),
)
class ReservationView(_ReservationView):
    permission: ClassVar = {"GET": "reservations.view", "PATCH": "reservations.change"}
    changes_serializer_class = ReservationTaken

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.change(request)

    def perform_change(self, row: Reservation, wanted: Any) -> Reservation:
        return by_hand.change(self.place, row, wanted=wanted.validated_data, by=self.grant.by, now=timezone.now())


class _StepView(_ReservationView, CommandView[Reservation]):
    """One step of the evening."""

    asks: ClassVar[type[serializers.BaseSerializer[Any]]] = Nothing
    to = ""

    def perform(self, row: Reservation, asked: dict[str, Any]) -> Reservation:
        reason = asked.get("reason", "")
        return steps.advance(row.pk, to=self.to, by=self.grant.by, now=timezone.now(), reason=reason)


def _step(summary: str, *, too_late: str) -> Callable[[type[_StepView]], type[_StepView]]:
    shown = extend_schema(
        tags=["reservations"],
        summary=summary,
        request=None,
        examples=[OpenApiExample("The booking then", value=EXAMPLE, response_only=True, status_codes=["200"])],
        responses={200: ReservationShown, 409: conflict("Not from where it is", too_late)},
    )
    return extend_schema_view(post=shown)


@_step("The guests have said that they come", too_late="They are seated already.")
class ConfirmView(_StepView):
    permission = "reservations.change"
    action = "reservations.confirm"
    to = "confirmed"


@_step("The guests sit at their table", too_late="That booking does not stand any more.")
class SeatView(_StepView):
    permission = "reservations.seat"
    action = "reservations.seat"
    to = "seated"


@_step("The guests have left: their table is free from now on", too_late="That booking does not stand any more.")
class FinishView(_StepView):
    permission = "reservations.seat"
    action = "reservations.finish"
    to = "finished"


@_step("Nobody came: the table is free, and the number remembered", too_late="They are seated already.")
class NoShowView(_StepView):
    permission = "reservations.seat"
    action = "reservations.no_show"
    to = "no_show"


class BookingCancelled(Taken):
    reason = serializers.CharField(max_length=200)


@extend_schema_view(
    post=extend_schema(
        tags=["reservations"],
        summary="Cancel a booking, with a reason; who waits for a table hears of it",
        request=BookingCancelled,
        examples=[OpenApiExample("Cancel", value={"reason": "Burst pipe"}, request_only=True)],
        responses={200: ReservationShown, 409: conflict("Too late", "They are seated already.")},
    )
)
class CancelView(_StepView):
    permission = "reservations.cancel"
    asks = BookingCancelled
    action = "reservations.cancel"
    to = "cancelled"
