"""86 over REST: `POST …/eighty-six` takes an item or an option off, in calls that are running too; `DELETE` brings it
back. Who does the shift's work may do so until tomorrow, admins until whenever."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import exceptions, serializers
from rest_framework.request import Request

from apps.accounts.rest.taken import Taken
from apps.accounts.rest.views import CommandView
from apps.menu import services as menu
from apps.menu.api_fields import MenuRecord
from apps.menu.api_items import TAGS, ItemRecord, ItemShown
from apps.menu.api_modifiers import MODIFIERS, ModifierRecord, OptionShown
from apps.menu.models import EightySixed
from apps.restaurant import services as restaurant

TOMORROW, CHANGED = "tomorrow", "changed"
FURTHEST = timedelta(days=366)


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
        now = timezone.now()
        if not now < moment <= now + FURTHEST:
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
        self.refuse_beyond_the_shift(row)
        until = asked["until"]
        if until == CHANGED:
            until = None
        elif until == TOMORROW:
            until = self._tomorrow()
        if until is None or until > self._tomorrow():
            self._needs_admin("Only an admin takes something off for longer than until tomorrow.")
        menu.eighty_six(row, until=until, reason=asked["reason"])
        return self.fresh(row)

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self._done(request, self._back, action=f"{self.noun}.bring_back")

    def _back(self, row: Any) -> Any:
        self.refuse_beyond_the_shift(row)
        menu.bring_back(row)
        return self.fresh(row)

    def refuse_beyond_the_shift(self, row: EightySixed) -> None:
        """What an admin took off for longer is not for the shift to bring back, nor to shorten."""
        now = timezone.now()
        available, _ = menu.availability(row, now=now)
        if not available and (row.sold_out_until is None or row.sold_out_until > self._tomorrow()):
            self._needs_admin("An admin took this off for longer than until tomorrow.")

    def _needs_admin(self, why: str) -> None:
        if not self.may("menu.change"):
            raise exceptions.PermissionDenied(why)

    def _tomorrow(self) -> datetime:
        week = restaurant.read_week(timezone=self.place.timezone)
        return menu.tomorrow(now=timezone.now(), week=week)


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
