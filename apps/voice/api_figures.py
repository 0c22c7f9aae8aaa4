"""`/api/v1/figures`: how a restaurant's telephone did, over some of its days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    extend_schema_view,
    inline_serializer,
)
from rest_framework import exceptions, serializers
from rest_framework.request import Request

from apps.accounts.api_access import RestaurantAPIView
from apps.accounts.rest.views import answer
from apps.restaurant import services as restaurant
from apps.voice import figures

USUAL_DAYS = 7


def _meant(day: date) -> None:
    if not figures.EARLIEST <= day <= figures.LATEST:
        raise serializers.ValidationError(f"Days from {figures.EARLIEST} to {figures.LATEST}.")


class Asked(serializers.Serializer[Any]):
    """The days. Without them the last seven; with one of them, seven that begin or end there."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {name: serializers.DateField(required=False, validators=[_meant]) for name in ("from", "to")}

    def days_in(self, zone: str) -> figures.Days:
        asked, today = self.validated_data, timezone.now().astimezone(ZoneInfo(zone)).date()
        others = timedelta(days=USUAL_DAYS - 1)
        last = asked.get("to") or (asked["from"] + others if "from" in asked else today)
        first = asked.get("from") or last - others
        try:
            return figures.between(first, last, timezone=zone)
        except figures.Refusal as refusal:
            raise exceptions.ValidationError({"to": [str(refusal)]}) from None


@extend_schema_field({"type": ["number", "string", "null"]})
class Value(serializers.JSONField):
    """Of one figure."""


def _value() -> dict[str, serializers.Field[Any, Any, Any, Any]]:
    return {
        "value": Value(help_text="A number, or money as decimal text. Null: unknown."),
        "of": serializers.IntegerField(help_text="What it is counted of."),
    }


_PART = inline_serializer("Part", _value())
_FIGURE = inline_serializer("Figure", {**_value(), "definition": serializers.CharField()})
_FIGURES = inline_serializer("AllFigures", {name: _FIGURE.__class__() for name in figures.DEFINITIONS})
_DAY = inline_serializer(
    "FiguresOfADay", {"day": serializers.DateField(), **{name: _PART.__class__() for name in figures.DEFINITIONS}}
)
_HOUR = inline_serializer(
    "FiguresOfAnHour",
    {"hour": serializers.IntegerField(), **{name: _PART.__class__() for name in figures.DEFINITIONS}},
)
_SHOWN = inline_serializer(
    "Figures",
    {
        "from": serializers.DateField(),
        "to": serializers.DateField(),
        "timezone": serializers.CharField(),
        "currency": serializers.CharField(),
        "figures": _FIGURES,
        "days": serializers.ListField(child=_DAY),
        "hours": serializers.ListField(child=_HOUR),
    },
)
_EXAMPLE = {
    "from": "2026-07-01",
    "to": "2026-07-07",
    "timezone": "America/Chicago",
    "currency": "USD",
    "figures": {"answered": {"value": 336, "of": 336, "definition": figures.DEFINITIONS["answered"]}},
    "days": [{"day": "2026-07-01", "answered": {"value": 44, "of": 44}}],
    "hours": [{"hour": 18, "answered": {"value": 63, "of": 63}}],
}


@extend_schema_view(
    get=extend_schema(
        tags=["figures"],
        summary="How the telephone did: in all, per day and per hour of the day",
        description=f"At most {figures.MOST_DAYS} days, both ends included; without them the last {USUAL_DAYS}.",
        parameters=[
            OpenApiParameter(name, OpenApiTypes.DATE, description="A day where the restaurant is.")
            for name in ("from", "to")
        ],
        responses={200: _SHOWN},
        examples=[OpenApiExample("A week, shortened", value=_EXAMPLE, response_only=True)],
    )
)
class FiguresView(RestaurantAPIView):
    permission = "figures.view"

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        unknown = sorted(set(request.query_params) - {"from", "to"})
        if unknown:
            raise exceptions.ValidationError({name: ["There is no such parameter."] for name in unknown})
        asked = Asked(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        found = figures.over(asked.days_in(self.place.timezone), currency=restaurant.settings().currency)
        return answer(request, msgspec.json.encode(found))
