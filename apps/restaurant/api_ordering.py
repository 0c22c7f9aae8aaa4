"""`/api/v1/ordering`: whether orders are taken just now, and how long they are said to take."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from apps.accounts.rest.taken import Taken
from apps.accounts.rest.views import RecordView
from apps.restaurant import hours, services
from apps.restaurant.models import RestaurantSettings

TAG = ["ordering"]
REST_OF_DAY = "rest_of_day"
LONGEST = timedelta(days=7)
LONGEST_PREP_MINUTES = 600
EXAMPLE = {
    "paused_until": None,
    "prep_minutes": 20,
    "prep_minutes_override": 40,
    "prep_minutes_until": "2026-11-28T04:00:00Z",
}


class OrderingShown(serializers.ModelSerializer[RestaurantSettings]):
    paused_until = serializers.DateTimeField(source="ordering_paused_until", allow_null=True)

    class Meta:
        model = RestaurantSettings
        fields = ("paused_until", "prep_minutes", "prep_minutes_override", "prep_minutes_until")
        read_only_fields = fields


@extend_schema_field({"oneOf": [{"type": "string", "format": "date-time"}, {"enum": [REST_OF_DAY]}]})
class Until(serializers.DateTimeField):
    """A moment ahead, or the end of the restaurant's day."""

    def to_internal_value(self, value: Any) -> datetime:
        now = timezone.now()
        if value == REST_OF_DAY:
            week = services.read_week(timezone=self.context["view"].place.timezone)
            return hours.end_of_day(week, now)
        moment = super().to_internal_value(value)
        if not now < moment <= now + LONGEST:
            raise serializers.ValidationError("Give a moment within the next seven days.")
        return moment


class Pausing(Taken):
    minutes = serializers.ChoiceField(choices=[15, 30, 60], required=False)
    until = Until(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError({"until": ["Give either `minutes` or `until`."]})
        if "minutes" in attrs:
            return {"until": timezone.now() + timedelta(minutes=int(attrs["minutes"]))}
        return attrs


class Quoting(Taken):
    minutes = serializers.IntegerField(min_value=1, max_value=LONGEST_PREP_MINUTES)
    until = Until()


class OrderingView(RecordView[RestaurantSettings]):
    permission: ClassVar[str | dict[str, str] | None] = "restaurant.view"
    queryset = RestaurantSettings.objects.all()
    serializer_class = OrderingShown
    noun = "ordering"

    @extend_schema(
        tags=TAG,
        summary="Whether orders are taken just now, and how long they are said to take",
        responses={200: OrderingShown},
        examples=[OpenApiExample("A slow night", value=EXAMPLE, response_only=True)],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().get(request)

    def get_object(self) -> RestaurantSettings:
        return services.settings()

    def _do(
        self, request: Request, deed: Callable[..., RestaurantSettings], action: str, asks: type[Taken] | None = None
    ) -> HttpResponseBase:
        asked: dict[str, Any] = {}
        if asks is not None:
            wanted = asks(data=request.data, context={"view": self})
            wanted.is_valid(raise_exception=True)
            asked = wanted.validated_data
        return self._done(request, lambda row: deed(row, **asked), action=action)


class PauseView(OrderingView):
    permission = "settings.change"
    http_method_names = ("put", "delete", "options")

    @extend_schema(
        tags=TAG,
        summary="Take no orders for a while; running calls hear of it",
        request=Pausing,
        responses={200: OrderingShown},
        examples=[
            OpenApiExample("Half an hour", value={"minutes": 30}, request_only=True),
            OpenApiExample("Enough for today", value={"until": REST_OF_DAY}, request_only=True),
        ],
    )
    def put(self, request: Request) -> HttpResponseBase:
        return self._do(request, services.pause_ordering, "ordering.pause", Pausing)

    @extend_schema(tags=TAG, summary="Take orders again", responses={200: OrderingShown})
    def delete(self, request: Request) -> HttpResponseBase:
        return self._do(request, services.resume_ordering, "ordering.resume")


class PrepTimeView(OrderingView):
    permission = "settings.change"
    http_method_names = ("put", "delete", "options")

    @extend_schema(
        tags=TAG,
        summary="Quote another time than usual until a moment",
        request=Quoting,
        responses={200: OrderingShown},
        examples=[OpenApiExample("Too few hands", value={"minutes": 40, "until": REST_OF_DAY}, request_only=True)],
    )
    def put(self, request: Request) -> HttpResponseBase:
        return self._do(request, services.quote_prep_time, "ordering.prep_time", Quoting)

    @extend_schema(tags=TAG, summary="Quote the usual time again", responses={200: OrderingShown})
    def delete(self, request: Request) -> HttpResponseBase:
        return self._do(request, services.quote_usual_prep_time, "ordering.prep_time")
