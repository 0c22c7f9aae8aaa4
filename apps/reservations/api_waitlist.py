"""`/api/v1/reservations/waitlist`: who waits for a table, and who is told that one is free."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

import django_filters
from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request

from apps.accounts.rest.fields import MaskedNumber, Number
from apps.accounts.rest.filters import MomentFilter
from apps.accounts.rest.schema import conflict
from apps.accounts.rest.taken import Taken, within_reach
from apps.accounts.rest.views import CollectionView, CommandView, Nothing, RecordView
from apps.reservations import services, waitlist
from apps.reservations.api import MOST_GUESTS
from apps.reservations.models import WaitlistEntry
from apps.reservations.refusals import Refusal

STATUSES = ("waiting", "offered", "booked", "expired")
EXAMPLE: dict[str, Any] = {
    "id": "b1a6c9a5-6f5e-4bb6-8d4e-5a0f4a0c9b10",
    "status": "waiting",
    "name": "Kate Bush",
    "number": "••• 0188",
    "party_size": 4,
    "wanted_at": "2026-11-28T01:00:00Z",
    "offered_at": None,
    "call_id": None,
    "created_at": "2026-11-27T20:00:00Z",
}


class WaitlistEntryShown(serializers.ModelSerializer[WaitlistEntry]):
    status = serializers.ChoiceField(choices=STATUSES, read_only=True)
    number = MaskedNumber()
    call_id = serializers.UUIDField(read_only=True, allow_null=True)

    class Meta:
        model = WaitlistEntry
        fields = (
            "id", "status", "name", "number", "party_size", "wanted_at", "offered_at", "call_id", "created_at",
        )  # fmt: skip
        read_only_fields = fields


class WaitlistEntryTaken(Taken):
    party_size = serializers.IntegerField(min_value=1, max_value=MOST_GUESTS)
    wanted_at = serializers.DateTimeField(validators=[within_reach])
    name = serializers.CharField(max_length=120)
    number = Number(required=False, allow_blank=True, max_length=40, default="")


class WaitlistFilters(django_filters.FilterSet):
    status = django_filters.MultipleChoiceFilter(choices=[(one, one) for one in STATUSES])
    wanted_after = MomentFilter(field_name="wanted_at", lookup_expr="gte")
    wanted_before = MomentFilter(field_name="wanted_at", lookup_expr="lt")

    class Meta:
        model = WaitlistEntry
        fields = ()


@extend_schema_view(
    get=extend_schema(tags=["reservations"], summary="Who waits for a table, first come first"),
    post=extend_schema(
        tags=["reservations"],
        summary="Put somebody on the waitlist",
        request=WaitlistEntryTaken,
        examples=[
            OpenApiExample(
                "Four at seven",
                value={"party_size": 4, "wanted_at": "2026-11-27T19:00:00-06:00", "name": "Kate Bush"},
                request_only=True,
            )
        ],
        responses={201: WaitlistEntryShown},
    ),
)
class WaitlistView(CollectionView[WaitlistEntry]):
    permission: ClassVar = {"GET": "reservations.view", "POST": "reservations.create"}
    queryset = WaitlistEntry.objects.all()
    serializer_class = WaitlistEntryShown
    filterset_class = WaitlistFilters
    search_fields = ("name",)
    ordering_fields = ("created_at", "wanted_at", "party_size")
    ordering = ("created_at", "id")
    takes = WaitlistEntryTaken
    noun = "waitlist"

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.create(request)

    def perform_creation(self, wanted: Any) -> WaitlistEntry:
        return services.join_waitlist(key=f"hand:{uuid4()}", call_id=None, **wanted.validated_data)


class _EntryView(RecordView[WaitlistEntry]):
    queryset = WaitlistEntry.objects.all()
    serializer_class = WaitlistEntryShown
    lookup_url_kwarg = "entry_id"
    noun = "waitlist"
    number_field = "number"
    refusals = (Refusal,)


@extend_schema_view(
    get=extend_schema(
        tags=["reservations"],
        summary="One who waits, with the whole number for those who may see it",
        examples=[OpenApiExample("Somebody who waits", value=EXAMPLE, response_only=True)],
    ),
    delete=extend_schema(tags=["reservations"], summary="Take somebody off the waitlist", responses={204: None}),
)
class WaitlistEntryView(_EntryView):
    permission: ClassVar = {"GET": "reservations.view", "DELETE": "reservations.change"}

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.remove(request)


@extend_schema_view(
    post=extend_schema(
        tags=["reservations"],
        summary="Offer them the table that is free at their time: they get a text, and staff a ticket",
        request=None,
        examples=[
            OpenApiExample("Offered", value={**EXAMPLE, "status": "offered"}, response_only=True, status_codes=["200"])
        ],
        responses={
            200: WaitlistEntryShown,
            409: conflict("No table, or they do not wait any more", "There is no table free at that time."),
        },
    )
)
class OfferView(_EntryView, CommandView[WaitlistEntry]):
    permission = "reservations.change"
    asks = Nothing
    action = "waitlist.offer"

    def perform(self, row: WaitlistEntry, asked: dict[str, Any]) -> WaitlistEntry:
        return waitlist.offer_to(row, place=self.place, now=timezone.now())
