"""Free times, the day's book, and the calendar feed, over REST."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import audit
from apps.accounts.api_access import RestaurantAPIView
from apps.accounts.rest.taken import Taken, day_within_reach
from apps.accounts.rest.views import answer
from apps.reservations import feeds, services, sheet
from apps.reservations.api import MOST_GUESTS, ReservationShown
from apps.reservations.models import BlackoutDate
from apps.restaurant import services as restaurant


class FreeAsked(Taken):
    party_size = serializers.IntegerField(min_value=1, max_value=MOST_GUESTS)
    date = serializers.DateField(validators=[day_within_reach], help_text="In the restaurant's own calendar.")
    time = serializers.TimeField(required=False, help_text="In the restaurant's own time.")


class FreeShown(serializers.Serializer[Any]):
    available = serializers.BooleanField()
    slots = serializers.ListField(child=serializers.DateTimeField())
    alternatives = serializers.ListField(child=serializers.DateTimeField(), help_text="Near ones, where there are.")
    reason = serializers.CharField(help_text="Why not, as a sentence that callers may hear.")


class DayAsked(Taken):
    date = serializers.DateField(validators=[day_within_reach], help_text="In the restaurant's own calendar.")


class TableDayShown(serializers.Serializer[sheet.TableDay]):
    id = serializers.UUIDField(source="table.pk")
    name = serializers.CharField(source="table.name")
    seats = serializers.IntegerField(source="table.seats")
    active = serializers.BooleanField(source="table.active")
    bookings = ReservationShown(many=True)


class CoversShown(serializers.Serializer[sheet.Covers]):
    starts_at = serializers.DateTimeField()
    covers = serializers.IntegerField()


class DayBlackoutShown(serializers.ModelSerializer[BlackoutDate]):
    class Meta:
        model = BlackoutDate
        fields = ("id", "opens", "closes", "reason")


class SheetShown(serializers.Serializer[sheet.Sheet]):
    date = serializers.DateField()
    tables = TableDayShown(many=True)
    off_tables = ReservationShown(many=True, help_text="Bookings that have no table any more: left, or never came.")
    covers = CoversShown(
        many=True, help_text="Guests who come, by quarter of an hour; quarters without any are left out."
    )
    pacing_covers = serializers.IntegerField(allow_null=True, help_text="Most guests to seat within a quarter.")
    blackouts = DayBlackoutShown(many=True)


def _asked(request: Request, kind: type[Taken]) -> dict[str, Any]:
    asked = kind(data=request.query_params.dict())
    asked.is_valid(raise_exception=True)
    found: dict[str, Any] = asked.validated_data
    return found


class AvailabilityView(RestaurantAPIView):
    permission = "reservations.view"

    @extend_schema(
        tags=["reservations"],
        summary="Free times for a party, and near ones when the wanted time is not free",
        parameters=[FreeAsked],
        responses={200: FreeShown},
        examples=[
            OpenApiExample(
                "Seven is taken",
                value={
                    "available": False,
                    "slots": [],
                    "alternatives": ["2026-11-28T00:30:00Z", "2026-11-28T01:30:00Z"],
                    "reason": "There is no table free at that time.",
                },
                response_only=True,
            )
        ],
    )
    def get(self, request: Request) -> HttpResponseBase:
        asked = _asked(request, FreeAsked)
        found = services.find_slots(
            self.place,
            party_size=asked["party_size"],
            day=asked["date"],
            clock=asked.get("time"),
            now=timezone.now(),
        )
        return answer(request, msgspec.json.encode(FreeShown(found).data))


class DayView(RestaurantAPIView):
    permission = "reservations.view"

    @extend_schema(
        tags=["reservations"],
        summary="A day's book: tables with their bookings, and guests by quarter of an hour against the pacing",
        parameters=[DayAsked],
        responses={200: SheetShown},
    )
    def get(self, request: Request) -> HttpResponseBase:
        found = sheet.of(self.place, day=_asked(request, DayAsked)["date"])
        return answer(request, msgspec.json.encode(SheetShown(found).data))


class FeedShown(serializers.Serializer[Any]):
    open = serializers.BooleanField()


class FeedMade(serializers.Serializer[Any]):
    url = serializers.URLField(help_text="Shown this once. Whoever has it sees first names and parties, nothing else.")


class FeedView(RestaurantAPIView):
    permission: ClassVar = {"GET": "settings.view", "POST": "settings.change", "DELETE": "settings.change"}

    @extend_schema(tags=["reservations"], summary="Whether there is a calendar feed", responses={200: FeedShown})
    def get(self, request: Request) -> HttpResponseBase:
        return answer(request, msgspec.json.encode({"open": bool(restaurant.settings().calendar_secret)}))

    @extend_schema(
        tags=["reservations"],
        summary="Open the calendar feed under a new address; an older address ends",
        request=None,
        responses={201: FeedMade},
    )
    def post(self, request: Request) -> Response:
        with transaction.atomic():
            secret = feeds.open_feed()
            self._record("feed.open", request)
        path = reverse("reservations_feed", args=[self.place.slug, secret])
        return Response({"url": request.build_absolute_uri(path)}, status=201)

    @extend_schema(
        tags=["reservations"],
        summary="Close the calendar feed: its address ends",
        responses={204: OpenApiResponse(description="There is none any more.")},
    )
    def delete(self, request: Request) -> HttpResponse:
        with transaction.atomic():
            feeds.close_feed()
            self._record("feed.close", request)
        return HttpResponse(status=204)

    def _record(self, action: str, request: Request) -> None:
        address = audit.address_of(request._request)
        audit.record(action, actor=self.grant.by, place=self.place, subject="settings/calendar", address=address)
