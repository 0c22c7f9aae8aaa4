"""Who the cases are about: a shop with its books and telephone, and a guest who asks its tools."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.utils import timezone

from apps.calls.models import Call
from apps.menu import services as menu
from apps.menu.card import Card, Item
from apps.menu.models import MenuItem
from apps.restaurant.models import OpeningHours, RestaurantSettings, SpecialDay
from apps.tenants import scope
from apps.tenants.models import PhoneNumber, Restaurant
from apps.tools import catalog, registry
from apps.tools.registry import ToolContext, ToolError, Yes
from apps.voice.carrier import callers
from tests.line import CALLER

NOBODY_SPOKE = "the agent never spoke"
_DECLARED = catalog.create_order  # the catalogue fills the registry


@dataclass
class Talk:
    """One telephone call, as it was heard."""

    lines: list[str]
    row: Call

    @property
    def agent(self) -> list[str]:
        return [line.removeprefix("agent: ") for line in self.lines if line.startswith("agent: ")]

    @property
    def last(self) -> str:
        return self.agent[-1] if self.agent else NOBODY_SPOKE

    def after(self, words: str) -> str:
        """What the agent said between these words of the caller and the caller's next ones."""
        start = self.lines.index(f"caller: {words}") + 1
        rest = self.lines[start:]
        end = next((place for place, line in enumerate(rest) if line.startswith("caller: ")), len(rest))
        return " ".join(line.removeprefix("agent: ") for line in rest[:end] if line.startswith("agent: "))

    def tools(self, name: str) -> list[dict[str, Any]]:
        return [tool for tool in self.row.report["tools"] if tool["name"] == name]


@dataclass
class Shop:
    """A restaurant of the test's own, committed, and the line to it."""

    place: scope.Place
    dial: Callable[..., Any]

    @property
    def number(self) -> str:
        return PhoneNumber.objects.get(restaurant_id=self.place.id).number

    @contextmanager
    def books(self) -> Iterator[None]:
        with scope.enter(self.place):
            yield

    def settings(self, **changes: Any) -> None:
        with self.books():
            RestaurantSettings.objects.filter(pk=1).update(**changes)

    def opens(self, *spans: tuple[str, str], special: dict[str, tuple[tuple[str, str], ...]] | None = None) -> None:
        """The same hours every day, and dates that differ from them."""
        with self.books():
            OpeningHours.objects.all().delete()
            for weekday in range(7):
                for opens, closes in spans:
                    OpeningHours.objects.create(weekday=weekday, opens=opens, closes=closes)
            for date, hours in (special or {}).items():
                for opens, closes in hours:
                    SpecialDay.objects.create(date=date, opens=opens, closes=closes)
                if not hours:
                    SpecialDay.objects.create(date=date)

    def moves_to(self, zone: str) -> None:
        Restaurant.objects.filter(pk=self.place.id).update(timezone=zone)
        self.place = replace(self.place, timezone=zone)

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.place.timezone))

    @property
    def card(self) -> Card:
        with self.books():
            return menu.read_card(now=timezone.now())

    def item(self, name: str) -> Item:
        return next(item for item in self.card.items if item.name == name)

    def eighty_six(self, name: str) -> None:
        with self.books():
            menu.eighty_six(MenuItem.objects.get(name=name), reason="sold out")

    def call(self, *texts: str, caller: str = CALLER, meanwhile: Callable[[str], None] | None = None) -> Talk:
        """Say these sentences, each when the agent listens, then hang up. `meanwhile` sees every line as it comes."""
        lines: list[str] = []

        def show(line: str) -> None:
            lines.append(line)
            if meanwhile is not None:
                meanwhile(line)

        placed, _ = self.dial(self.number, callers.Lines(list(texts), show, typed=True), caller=caller)
        with self.books():
            return Talk(lines, Call.objects.get(carrier_sid=placed.call_sid))


@dataclass
class Guest:
    """Asks the tools as a live call does, its yes given by hand."""

    shop: Shop
    number: str = CALLER
    call_id: UUID = field(default_factory=uuid4)
    yes: Yes | None = None

    def __post_init__(self) -> None:
        with self.shop.books():
            Call.objects.create(
                pk=self.call_id, carrier_sid=f"CA{self.call_id.hex}", from_number=self.number,
                to_number=self.shop.number,
            )  # fmt: skip

    def ask(self, tool: str, *, now: datetime | None = None, **arguments: Any) -> dict[str, Any]:
        """The tool's answer; `{"refused": sentence}` when it says no."""
        context = ToolContext(
            place=self.shop.place,
            now=now or timezone.now(),
            key=f"call:{self.call_id}",
            by="caller",
            call_id=self.call_id,
            caller_number=self.number,
            yes=self.yes,
        )
        with self.shop.books():
            try:
                return registry.TOOLS[tool].run(context, arguments)
            except ToolError as refusal:
                return {"refused": str(refusal)}

    def says_yes(self, to: dict[str, Any]) -> None:
        """The shell of the call hears a yes to what was just read back."""
        self.yes = Yes(version=int(to.get("cart_version") or to["version"]), said_at_ms=1000, by="caller")

    def line(self, name: str, *, size: str = "", quantity: int = 1, note: str = "", **choices: str) -> dict[str, Any]:
        """`guest.line("Margherita", size="large", thin_crust="regular", onions="none")`."""
        item = self.shop.item(name)
        wanted = {key.replace("_", " "): amount for key, amount in choices.items()}
        options = {option.name: option.id for group in item.groups for option in group.options}
        return {
            "item_id": item.id,
            "variant_id": next((one.id for one in item.variants if one.name == size), None),
            "quantity": quantity,
            "modifiers": [{"option_id": options[each], "amount": amount} for each, amount in wanted.items()],
            "note": note,
        }

    def quote(self, *lines: dict[str, Any], name: str = "Kate Bush", **more: Any) -> dict[str, Any]:
        return self.ask("create_order", lines=list(lines), customer_name=name, **more)

    def order(self, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Quote, yes, commit."""
        quoted = self.quote(*lines, **more)
        self.says_yes(quoted)
        return self.ask("create_order", confirm_version=quoted["cart_version"])
