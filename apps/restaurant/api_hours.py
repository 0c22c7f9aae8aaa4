"""`/api/v1/hours` and `/api/v1/special-days`: when the restaurant is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import django_filters
from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request

from apps.accounts.rest.schema import conflict
from apps.accounts.rest.taken import Taken, TakenRow, day_within_reach
from apps.accounts.rest.views import CollectionView, RecordView
from apps.restaurant import osm, services
from apps.restaurant.hours import Span, Week
from apps.restaurant.models import RestaurantSettings, SpecialDay

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CLOCK = "%H:%M"


@extend_schema_field({"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$", "example": "22:30"})
class Clock(serializers.TimeField):
    """As a clock on the wall shows it."""

    def __init__(self, **more: Any) -> None:
        super().__init__(format=CLOCK, **more)


TAG = ["hours"]
EXAMPLE: dict[str, Any] = {
    "timezone": "America/Chicago",
    "weekly": [{"day": "Monday", "opens": "11:00", "closes": "22:00"}],
}


def whole_minutes(clock: time) -> None:
    if clock.second or clock.microsecond or clock.tzinfo:
        raise serializers.ValidationError("Hours are whole minutes, as a clock on the wall shows them: 22:30.")


class SpanTaken(Taken):
    day = serializers.ChoiceField(choices=DAYS)
    opens = Clock(validators=[whole_minutes])
    closes = Clock(validators=[whole_minutes], help_text="At or before the opening: on the next day.")


class WeekShown(serializers.Serializer[Any]):
    timezone = serializers.CharField()
    weekly = SpanTaken(many=True)


class WeekTaken(Taken):
    """Either all spans of the week, or one line as OpenStreetMap writes it."""

    weekly = serializers.ListField(child=SpanTaken(), required=False, max_length=70)
    osm = serializers.CharField(required=False, max_length=1000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError({"weekly": ["Give either `weekly` or `osm`."]})
        place = self.context["view"].place
        if "weekly" in attrs:
            weekly: dict[int, list[Span]] = defaultdict(list)
            for span in attrs["weekly"]:
                weekly[DAYS.index(span["day"])].append(Span(span["opens"], span["closes"]))
            return {"week": Week(timezone=place.timezone, weekly=weekly)}
        today = timezone.now().astimezone(ZoneInfo(place.timezone)).date()
        try:
            week, notes = osm.read(attrs["osm"], timezone=place.timezone, first=today)
        except osm.Unreadable as error:
            raise serializers.ValidationError({"osm": [str(error)]}) from None
        if notes:
            raise serializers.ValidationError({"osm": list(notes)})
        return {"week": week}


@extend_schema_view(
    get=extend_schema(
        tags=TAG,
        summary="The hours of the week",
        responses={200: WeekShown},
        examples=[OpenApiExample("The week", value=EXAMPLE, response_only=True)],
    ),
    put=extend_schema(
        tags=TAG,
        summary="Take these as the hours of the week",
        request=WeekTaken,
        responses={200: WeekShown, 409: conflict("Overlap", "The hours from 11:00 begin while others still last.")},
        examples=[
            OpenApiExample("Spans", value={"weekly": EXAMPLE["weekly"]}, request_only=True),
            OpenApiExample("OpenStreetMap", value={"osm": "Mo-Th 11:00-22:00; Fr,Sa 11:00-24:00"}, request_only=True),
        ],
    ),
)
class HoursView(RecordView[RestaurantSettings]):
    permission: ClassVar = {"GET": "restaurant.view", "PUT": "settings.change"}
    queryset = RestaurantSettings.objects.all()
    noun = "hours"
    refusals = (services.Refusal,)

    def get_object(self) -> RestaurantSettings:
        return services.settings()

    def put(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wanted: Any = WeekTaken(data=request.data, context={"view": self})
        wanted.is_valid(raise_exception=True)

        def perform(row: RestaurantSettings) -> RestaurantSettings:
            services.write_week(wanted.validated_data["week"])
            return row

        return self._done(request, perform, action="hours.change")

    def shown(self, row: RestaurantSettings, *, whole: bool) -> dict[str, Any]:
        week = services.read_week(timezone=self.place.timezone)
        return {"timezone": self.place.timezone, "weekly": spans_of(week.weekly)}


def spans_of(weekly: Mapping[int, Sequence[Span]]) -> list[dict[str, str]]:
    """The spans of a week in their order, as JSON has them."""
    return [
        {"day": DAYS[weekday], "opens": f"{span.opens:%H:%M}", "closes": f"{span.closes:%H:%M}"}
        for weekday in sorted(weekly)
        for span in sorted(weekly[weekday], key=lambda one: one.opens)
    ]


class SpecialDayShown(serializers.ModelSerializer[SpecialDay]):
    opens = Clock(allow_null=True, read_only=True)
    closes = Clock(allow_null=True, read_only=True)

    class Meta:
        model = SpecialDay
        fields = ("id", "date", "opens", "closes", "note")
        read_only_fields = fields


class SpecialDayTaken(TakenRow[SpecialDay]):
    date = serializers.DateField(validators=[day_within_reach])
    opens = serializers.TimeField(allow_null=True, required=False, validators=[whole_minutes])
    closes = serializers.TimeField(allow_null=True, required=False, validators=[whole_minutes])

    class Meta:
        model = SpecialDay
        fields = ("date", "opens", "closes", "note")
        validators: ClassVar[list[Any]] = []  # the service looks at all rows of the date

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        opens, closes = (attrs.get(name, getattr(self.instance, name, None)) for name in ("opens", "closes"))
        if (opens is None) != (closes is None):
            raise serializers.ValidationError({"closes": ["Give both times, or none for a closed day."]})
        return attrs

    def create(self, validated_data: dict[str, Any]) -> SpecialDay:
        return services.keep_special_day(SpecialDay(**validated_data))

    def update(self, instance: SpecialDay, validated_data: dict[str, Any]) -> SpecialDay:
        for name, value in validated_data.items():
            setattr(instance, name, value)
        return services.keep_special_day(instance)


class SpecialDayFilters(django_filters.FilterSet):
    date_after = django_filters.DateFilter(field_name="date", lookup_expr="gte")
    date_before = django_filters.DateFilter(field_name="date", lookup_expr="lt")

    class Meta:
        model = SpecialDay
        fields = ("date",)


SAME_DATE = conflict("Does not go with that date's others", "These hours overlap with others of that date.")


@extend_schema_view(
    get=extend_schema(tags=TAG, summary="Dates that do not follow the week; one without hours is closed"),
    post=extend_schema(
        tags=TAG,
        summary="Open at other hours on a date, or not at all",
        request=SpecialDayTaken,
        examples=[OpenApiExample("Closed", value={"date": "2026-12-25", "note": "Christmas"}, request_only=True)],
        responses={201: SpecialDayShown, 409: SAME_DATE},
    ),
)
class SpecialDaysView(CollectionView[SpecialDay]):
    permission: ClassVar = {"GET": "restaurant.view", "POST": "settings.change"}
    queryset = SpecialDay.objects.all()
    serializer_class = SpecialDayShown
    filterset_class = SpecialDayFilters
    search_fields = ("note",)
    ordering_fields = ("date",)
    ordering = ("date", "opens", "id")
    takes = SpecialDayTaken
    noun = "special_days"
    refusals = (services.Refusal,)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.create(request)


@extend_schema_view(
    get=extend_schema(tags=TAG, summary="One span of a date, or a closed date"),
    patch=extend_schema(
        tags=TAG,
        summary="Change it",
        request=SpecialDayTaken,
        examples=[OpenApiExample("Until three", value={"opens": "11:00", "closes": "15:00"}, request_only=True)],
        responses={200: SpecialDayShown, 409: SAME_DATE},
    ),
    delete=extend_schema(tags=TAG, summary="Follow the week on that date again", responses={204: None}),
)
class SpecialDayView(RecordView[SpecialDay]):
    permission: ClassVar = {"GET": "restaurant.view", "PATCH": "settings.change", "DELETE": "settings.change"}
    queryset = SpecialDay.objects.all()
    serializer_class = SpecialDayShown
    changes_serializer_class = SpecialDayTaken
    lookup_url_kwarg = "day_id"
    noun = "special_days"
    refusals = (services.Refusal,)

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.change(request)

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.remove(request)
