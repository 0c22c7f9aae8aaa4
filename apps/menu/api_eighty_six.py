"""86 over REST: `POST …/eighty-six` takes an item or an option off, in calls that are running too; `DELETE` brings it
back. Who does the shift's work may do so until tomorrow, admins until whenever."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import exceptions, serializers
from rest_framework.request import Request

from apps.accounts.rest.taken import Taken
from apps.accounts.rest.views import CommandView
from apps.menu import running_out
from apps.menu.api_fields import MenuRecord
from apps.menu.api_items import TAGS, ItemRecord, ItemShown
from apps.menu.api_modifiers import MODIFIERS, ModifierRecord, OptionShown
from apps.menu.running_out import CHANGED, TOMORROW
from apps.restaurant import services as restaurant


@extend_schema_field(
    {
        "oneOf": [{"type": "string", "enum": [TOMORROW, CHANGED]}, {"type": "string", "format": "date-time"}],
        "description": "Until the next day's opening, until it is brought back by hand, or until a moment.",
    }
)
class Until(serializers.Field[Any, Any, Any, Any]):
    def to_internal_value(self, data: Any) -> str | datetime:
        if data in (TOMORROW, CHANGED):
            return str(data)
        try:
            moment = datetime.fromisoformat(data)
        except (ValueError, TypeError):
            raise serializers.ValidationError(
                f"“{TOMORROW}”, “{CHANGED}”, or a moment like 2026-11-24T09:00:00-06:00."
            ) from None
        if moment.tzinfo is None:
            raise serializers.ValidationError("Write the moment with its offset: 2026-11-24T09:00:00-06:00.")
        if not running_out.is_within_reach(moment, now=timezone.now()):
            raise serializers.ValidationError("A moment within the next year.")
        return moment

    def to_representation(self, value: Any) -> Any:
        return value


class RunningOut(Taken):
    until = Until(default=TOMORROW)
    reason = serializers.CharField(max_length=120, allow_blank=True, default="", help_text="Callers may hear it.")


class _EightySixView(MenuRecord[Any], CommandView[Any]):
    http_method_names = ("post", "delete", "options")
    asks = RunningOut

    def perform(self, row: Any, asked: dict[str, Any]) -> Any:
        try:
            running_out.take_off(row, until=asked["until"], reason=asked["reason"], **self._who_and_when())
        except running_out.Beyond as beyond:
            raise exceptions.PermissionDenied(str(beyond)) from None
        return self.fresh(row)

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self._done(request, self._back, action=f"{self.noun}.bring_back")

    def _back(self, row: Any) -> Any:
        try:
            running_out.put_back(row, **self._who_and_when())
        except running_out.Beyond as beyond:
            raise exceptions.PermissionDenied(str(beyond)) from None
        return self.fresh(row)

    def _who_and_when(self) -> dict[str, Any]:
        return {
            "is_admin": self.may("menu.change"),
            "now": timezone.now(),
            "week": restaurant.read_week(timezone=self.place.timezone),
        }


EXAMPLES = [
    OpenApiExample("For today", value={"until": TOMORROW, "reason": "The oven is cold"}, request_only=True),
    OpenApiExample("For a while", value={"until": "2026-11-24T18:00:00-06:00"}, request_only=True),
    OpenApiExample("By hand", value={"until": CHANGED}, request_only=True),
]


@extend_schema_view(
    post=extend_schema(
        tags=TAGS, summary="86 an item", request=RunningOut, examples=EXAMPLES, responses={200: ItemShown}
    ),
    delete=extend_schema(tags=TAGS, summary="Bring an item back", responses={200: ItemShown}),
)
class ItemEightySixView(_EightySixView, ItemRecord):
    permission: ClassVar = "menu.eighty_six"
    action = "menu/items.eighty_six"


@extend_schema_view(
    post=extend_schema(
        tags=MODIFIERS, summary="86 an option", request=RunningOut, examples=EXAMPLES, responses={200: OptionShown}
    ),
    delete=extend_schema(tags=MODIFIERS, summary="Bring an option back", responses={200: OptionShown}),
)
class ModifierEightySixView(_EightySixView, ModifierRecord):
    permission: ClassVar = "menu.eighty_six"
    action = "menu/modifiers.eighty_six"
