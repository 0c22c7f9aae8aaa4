"""A call that begins now: what it loads, the tools it has, what they answer, and what its own model says."""

from __future__ import annotations

import itertools
import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from apps.calls.models import Call as Row
from apps.llm.embedded import model
from apps.llm.messages import Message, Request, ToolCall
from apps.menu.models import MenuItem, MenuModifier
from apps.tenants import scope
from apps.tools import registry, snapshot
from apps.tools.registry import TOOLS, ToolContext, ToolError, Yes
from apps.voice import phrasebook, prompt

CHICAGO = ZoneInfo("America/Chicago")
NUMBER = "+15125550188"
MOST_STEPS = 8
_sids = itertools.count(1)


def _monday_noon() -> datetime:
    today = timezone.now().astimezone(CHICAGO)
    noon = today.replace(hour=12, minute=0, second=0, microsecond=0)
    return noon + timedelta(days=7 - today.weekday())


NOON = _monday_noon()
"""The next Monday's, in Chicago."""


class Call:
    """As `apps.voice.admission` fits it out, at the restaurant that was entered."""

    def __init__(self) -> None:
        here = scope.here()
        assert here is not None
        place = scope.find_by_slug(here.slug)
        assert place is not None
        sid = f"CAphone{next(_sids)}"
        self.row = Row.objects.create(carrier_sid=sid, from_number=NUMBER, to_number="+15125550101")
        self.place, self.known = place, snapshot.take(place, now=NOON)
        chosen = self.known.settings
        self.tools = [each.schema() for each in registry.offered(chosen.services)]
        names = {"assistant": chosen.assistant_name, "name": place.name}
        self.notice = phrasebook.notice(
            chosen.notice, next(iter(phrasebook.offered(chosen.languages).values())), **names
        )
        self.facts = self.known.facts(now=NOON)
        self.prompt = prompt.build(facts=self.facts, card=self.known.card, assistant=chosen.assistant_name)

    def run(self, tool: str, *, yes: int | None = None, now: datetime = NOON, **arguments: Any) -> dict[str, Any]:
        said = None if yes is None else Yes(version=yes, said_at_ms=61_500, by="caller")
        context = ToolContext(
            place=self.place, now=now, key=f"call:{self.row.pk}", by="caller", call_id=self.row.pk,
            caller_number=NUMBER, yes=said, snapshot=self.known,
        )  # fmt: skip
        return TOOLS[tool].run(context, arguments)

    def refused(self, tool: str, **arguments: Any) -> str:
        """Why not, as the caller hears it; nothing where it was done."""
        try:
            answer = self.run(tool, **arguments)
        except ToolError as refusal:
            return str(refusal)
        return str(answer.get("reason", ""))

    def told(self, *words: str) -> str:
        """What the last of these words is answered by the embedded model, with its tools."""
        history: list[Message] = []
        answer = ""
        for said in words:
            history.append(Message(role="user", content=said))
            answer = self._answer(history)
        return answer

    def _answer(self, history: list[Message]) -> str:
        for _ in range(MOST_STEPS):
            response = model.generate(Request(messages=history, tools=self.tools), card=self.known.card)
            if response.tool_call is None:
                history.append(Message(role="assistant", content=response.content))
                return response.content
            history += [
                Message(role="assistant", content=response.content, tool_calls=response.tool_calls),
                Message(role="tool", tool_call_id=response.tool_call.id, name=response.tool_call.name,
                        content=json.dumps(self._result(response.tool_call))),
            ]  # fmt: skip
        raise AssertionError("the model goes round in circles")

    def _result(self, call: ToolCall) -> dict[str, Any]:
        try:
            return self.run(call.name, **call.arguments)
        except ToolError as refusal:
            return {"error": str(refusal)}

    # ---- what a caller wants -----------------------------------------------------------------------------

    def quote(self, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
        return self.run("create_order", lines=lines or [line()], customer_name="Kate Bush", **more)

    def no_order(self, *lines: dict[str, Any], **more: Any) -> str:
        return self.refused("create_order", lines=lines or [line()], customer_name="Kate Bush", **more)

    def order(self, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
        version = self.quote(*lines, **more)["cart_version"]
        return self.run("create_order", confirm_version=version, yes=version)

    def ready(self) -> str:
        """When an order would be ready, on the restaurant's clock."""
        return str(self.quote()["ready_at"])[11:16]

    def sums(self, *lines: dict[str, Any]) -> tuple[Decimal, Decimal, Decimal]:
        quoted = self.quote(*lines)
        return Decimal(quoted["subtotal"]), Decimal(quoted["tax"]), Decimal(quoted["total"])

    def slots(self, party: int = 2, *, at: str = "19:00", days: int = 2) -> tuple[bool, str]:
        found = self.run("get_availability", party_size=party, date=str((NOON + timedelta(days=days)).date()), time=at)
        return bool(found["available"]), str(found["reason"])

    def hold(self, party: int = 2, *, at: str = "19:00", days: int = 2) -> dict[str, Any]:
        starts = f"{(NOON + timedelta(days=days)).date()}T{at}"
        return self.run("create_reservation", party_size=party, starts_at=starts, name="Kate Bush", number=NUMBER)

    def book(self, party: int = 2, *, at: str = "19:00", days: int = 2) -> dict[str, Any]:
        version = self.hold(party, at=at, days=days)["version"]
        return self.run("create_reservation", confirm_version=version, yes=version)


def line(name: str = "Spaghetti Bolognese", quantity: int = 1, *, size: str = "", **options: str) -> dict[str, Any]:
    """A line as a model names it; options by their names, each with the side it is on, or `whole`."""
    item = MenuItem.objects.get(name=name)
    of = MenuModifier.objects.filter(group__items=item)
    chosen = [
        {"option_id": str(of.get(name=each.replace("_", " ")).pk), "side": side} for each, side in options.items()
    ]
    variant = str(item.variants.get(name=size).pk) if size else None
    return {"item_id": str(item.pk), "variant_id": variant, "quantity": quantity, "modifiers": chosen}
