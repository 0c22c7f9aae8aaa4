"""A menu of words that mean nothing, and a stand-in for the tools' JSON, so that whole dialogues can be held."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from apps.language.assent import Assent, assent
from apps.llm.embedded import model
from apps.llm.messages import Message, Request, Response, ToolCall, ToolSchema
from apps.menu.card import Card, Group, Item, Option, Variant

BRIM = Group(
    "brim",
    "Brim",
    minimum=1,
    maximum=1,
    options=(
        Option("brim-1", "flat brim", synonyms=("flat",)),
        Option("brim-2", "curly brim", Decimal("1.00")),
        Option("brim-3", "no-name brim"),
    ),
)
DUST = Group(
    "dust",
    "Dust",
    options=(
        Option("dust-1", "vonnel", Decimal("1.00"), synonyms=("vonnels",)),
        Option("dust-2", "crispa", Decimal("0.50")),
        Option("dust-3", "morrow dust", Decimal("0.75")),
        Option("dust-4", "pelk", default=True),
        Option("dust-5", "sundried yarb", Decimal("2.00"), available=False, unavailable_reason="sold out"),
    ),
)


def sizes(item: str, *prices: str) -> tuple[Variant, ...]:
    names = ("petite", "grand", "vast")
    return tuple(Variant(f"{item}-{name}", name, Decimal(price)) for name, price in zip(names, prices, strict=False))


CARD = Card(
    items=(
        Item("zorbel", "Zorbel", "Flumps", Decimal(0), "Round.", sizes("zorbel", "8", "11", "14"), (BRIM, DUST)),
        Item("quandry", "Quandry Flump", "Flumps", Decimal(0), "", sizes("quandry", "9", "12"), (DUST,)),
        Item("teskin", "Teskin", "Flumps", Decimal("7.50"), "", (), (DUST,), ("teskin wedge",)),
        Item(
            "drobe",
            "Drobe Salve",
            "Sips",
            Decimal("3.00"),
            allergens=(("nuts", "may_contain"), ("milk", "contains")),
        ),
        Item("light-drobe", "Spry Drobe Salve", "Sips", Decimal("3.00")),
        Item("ilmo", "Ilmo", "Sips", Decimal("2.50"), synonyms=("ilmo fizz",)),
        Item("wurple", "Wurple", "Afters", Decimal("5.00"), available=False, unavailable_reason="sold out"),
        Item("garnip", "Garnip Tart", "Afters", Decimal("6.00"), dietary=("vegetarian",)),
    )
)
NAMES = "get_context search_menu create_order create_reservation get_availability transfer_call create_ticket end_call"
TOOLS = [ToolSchema(name=name) for name in NAMES.split()]
FACTS = {
    "name": "The Place",
    "address": "12 Main Street",
    "phone": "+15125550101",
    "now": "2026-03-12T12:00:00-05:00",
    "open_now": True,
    "hours": [
        {"day": day, "opens": "11:00", "closes": "22:00"}
        for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    ],
    "special_days": [],
    "policies": {"parking": "There is free parking behind the house."},
}


@dataclass
class House:
    """The tools as a caller's house would answer: quotes are versions, a yes counts for the version just read."""

    card: Card
    version: int = 0
    quoted: dict[str, Any] | None = None
    yes: int | None = None
    orders: list[dict[str, Any]] = field(default_factory=list)
    bookings: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=lambda: FACTS)
    refuse: dict[str, str] = field(default_factory=dict)
    """A sentence by tool: refused once."""

    def run(self, call: ToolCall) -> dict[str, Any]:
        if call.name in self.refuse:
            return {"error": self.refuse.pop(call.name)}
        given = call.arguments
        match call.name:
            case "get_context":
                return self.facts
            case "search_menu":
                return {"items": self._search(given["query"])}
            case "create_order" | "create_reservation":
                return self._commit(call) if "confirm_version" in given else self._quote(call)
            case "transfer_call":
                return {"status": "transferring", "to": "the desk"}
            case _:
                return {"status": "done", "id": "t-1"}

    def _search(self, query: str) -> list[dict[str, Any]]:
        wanted = query.lower().rstrip("s")
        return [
            {
                "id": item.id,
                "name": item.name,
                "category": item.category,
                "description": item.description,
                "price": str(item.price),
                "variants": [{"id": v.id, "name": v.name, "price": str(v.price)} for v in item.variants],
                "allergens": dict(item.allergens),
                "available": item.available,
                "score": 1.0,
            }
            for item in self.card.items
            if wanted in item.name.lower() or wanted in item.category.lower() or wanted in item.dietary
        ]

    def _quote(self, call: ToolCall) -> dict[str, Any]:
        self.version, self.quoted = self.version + 1, call.arguments
        what = "order" if call.name == "create_order" else "table"
        key = "cart_version" if what == "order" else "version"
        status = "quoted" if what == "order" else "held"
        return {"status": status, key: self.version, "read_back": f"Your {what}, version {self.version}. Right?"}

    def _commit(self, call: ToolCall) -> dict[str, Any]:
        if self.yes != call.arguments["confirm_version"] or self.quoted is None:
            return {"error": "I still need your yes."}
        if call.name == "create_order":
            self.orders.append(self.quoted)
            return {"status": "placed", "number": 7, "total": "12.50", "ready_at": "2026-03-12T12:25:00-05:00"}
        self.bookings.append(self.quoted)
        return {"status": "booked", "reference": "K7", "starts_at": "2026-03-13T19:00:00-05:00", "party_size": 4}


@dataclass
class Talk:
    """One conversation with the embedded model."""

    card: Card = CARD
    house: House = None
    messages: list[Message] = field(default_factory=list)
    ended: str = ""
    read: int | None = None
    """The version whose read-back was the last thing said."""

    def __post_init__(self) -> None:
        self.house = self.house or House(self.card)

    def say(self, text: str) -> str:
        """Everything the model says to these words."""
        self.messages.append(Message(role="user", content=text))
        self.house.yes = self.read if assent(text) is Assent.YES else None
        self.read = None
        said: list[str] = []
        for _ in range(6):
            response = self.ask()
            if response.content:
                said.append(response.content)
            if not response.tool_calls:
                self.messages.append(Message(role="assistant", content=response.content))
                return " ".join(said)
            result = self._run(response.tool_calls[0])
            if "read_back" in result:
                self.messages.append(Message(role="assistant", content=result["read_back"]))
                self.read = self.house.version
                return " ".join([*said, result["read_back"]])
            if self.ended:
                return " ".join(said)
        raise AssertionError("The model keeps calling tools.")

    def ask(self) -> Response:
        return model.generate(Request(messages=self.messages, tools=TOOLS), card=self.card)

    def _run(self, call: ToolCall) -> dict[str, Any]:
        result = self.house.run(call)
        self.messages.append(Message(role="assistant", tool_calls=[call]))
        self.messages.append(Message(role="tool", tool_call_id=call.id, name=call.name, content=json.dumps(result)))
        if call.name in ("end_call", "transfer_call") and "error" not in result:
            self.ended = call.name
        return result

    @property
    def calls(self) -> list[ToolCall]:
        return [call for message in self.messages for call in message.tool_calls]

    @property
    def lines(self) -> list[str]:
        """The lines of the latest quote, briefly: "2 zorbel grand brim-1 extra dust-1@left"."""
        quotes = [call.arguments["lines"] for call in self.calls if "lines" in call.arguments]
        return [brief(line) for line in quotes[-1]] if quotes else []


def brief(line: dict[str, Any]) -> str:
    parts = [str(line["quantity"]), line["item_id"]]
    if line.get("variant_id"):
        parts.append(line["variant_id"].rsplit("-", 1)[1])
    for one in sorted(line["modifiers"], key=lambda one: one["option_id"]):
        amount = "" if one["amount"] == "regular" else f"{one['amount']} "
        parts.append(amount + one["option_id"] + ("" if one["side"] == "whole" else f"@{one['side']}"))
    return " ".join(parts)


def ordered(*said: str, card: Card = CARD) -> list[str]:
    """The order after these words, sent for a quote under a name."""
    talk = Talk(card)
    for each in said:
        talk.say(each)
    talk.say("that's all")
    if not talk.lines or not talk.calls or "lines" not in talk.calls[-1].arguments:
        talk.say("my name is Kim")
    return talk.lines
