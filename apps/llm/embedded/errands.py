"""What callers want done about an order or a booking they already have: find it, say how it stands, cancel or move it.

Number and name for an order, name and day for a booking: neither alone is enough, and nothing is cancelled before it
was found, said and agreed to. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from apps.language import numbers
from apps.language.assent import Assent
from apps.language.text import words
from apps.llm.embedded import when
from apps.llm.embedded.acts import Act
from apps.llm.messages import JSON

Kind = Literal["change_order", "order_status", "cancel_order", "cancel_booking", "change_booking"]
KINDS: tuple[Kind, ...] = ("change_order", "order_status", "cancel_order", "change_booking", "cancel_booking")
LOST = 2
"""After so many times that nothing was found, a person is offered."""
HIGHEST = 10_000
NOON = 12
_LAST = ("cancel_order", "change_order", "cancel_reservation", "create_reservation", "transfer_call")
_NUMBERED = {"number", "order", "ticket", "numero"}
_CANCEL = re.compile(r"\bcancel(ar|a)?\b.*\b(order|pedido)\b")
_INSTEAD = re.compile(r"\b(?:to|for|at|instead)\b(?!.*\b(?:to|instead)\b)(.*)$")


@dataclass(frozen=True, slots=True)
class Errand:
    """One such matter, and what is known of it."""

    kind: Kind
    said: tuple[str, ...] = ()
    """What was said about it until it was found."""
    number: int | None = None
    found: JSON | None = None
    """What the tool said of it."""
    since: tuple[str, ...] = ()
    """What was said after it was found: how it should be instead."""
    missed: int = 0
    """How often nothing was found."""
    agreed: bool = False
    day: date | None = None
    """The day of a booking that was made in this call."""

    @property
    def about_order(self) -> bool:
        return self.kind in ("change_order", "order_status", "cancel_order")

    @property
    def amends(self) -> bool:
        """A placed order was found, and what the caller says changes it."""
        return self.kind == "change_order" and self.found is not None


def begun(acts: frozenset[Act], text: str, *, placed: int | None, booked: date | None = None) -> Errand | None:
    """The errand these words begin. `placed` is the number of an order placed in this call, `booked` the day of a
    booking that was made in it."""
    kind = next((kind for kind in KINDS if kind in acts), None)
    if kind is None or (kind == "cancel_order" and not (placed or _CANCEL.search(text.lower()))):
        return None
    errand = Errand(kind, (text,), day=booked)
    return replace(errand, number=_number(text, asked="") or placed) if errand.about_order else errand


def heard(errand: Errand, text: str, assent: Assent, *, asked: str) -> Errand | None:
    """The errand after these words; None when the caller has let it go."""
    if errand.found is not None:
        if assent is Assent.NO and not _wishes_something(text):
            return None
        return replace(errand, since=(*errand.since, text), agreed=assent is Assent.YES)
    number = _number(text, asked=asked) if errand.about_order else None
    return replace(errand, said=(*errand.said, text), number=number or errand.number)


def _wishes_something(text: str) -> bool:
    """ "No, make it eight o'clock" is not a no to the whole errand."""
    found = words(text)
    return len(found) > 3 and any(numbers.read(found, start=place) for place in range(len(found)))


def _number(text: str, *, asked: str) -> int | None:
    """An order's number: said to be one, or any number in the answer to the question for it."""
    found = words(text)
    for place, word in enumerate(found):
        read = numbers.read(found, start=place)
        named = place > 0 and found[place - 1] in _NUMBERED
        if read is not None and 0 < read[0] < HIGHEST and (asked == "number" or named or word.isdigit()):
            return read[0]
    return None


def without_number(text: str) -> str:
    """The words without the order's number, which counts no dishes: "add a salad to order number seven"."""
    found = words(text)
    kept: list[str] = []
    place = 0
    while place < len(found):
        read = numbers.read(found, start=place)
        if read is not None and place and found[place - 1] in _NUMBERED:
            place += read[1]
            continue
        kept.append(found[place])
        place += 1
    return " ".join(kept)


def asks_for(errand: Errand, *, name: str, facts: Mapping[str, Any] | None) -> str:
    """What has to be known before anything can be looked up: "number", "name", "day", or nothing."""
    if errand.about_order and errand.number is None:
        return "number"
    if not name:
        return "name"
    if not errand.about_order and facts is not None and day_of(errand, facts) is None:
        return "day"
    return ""


def day_of(errand: Errand, facts: Mapping[str, Any] | None) -> date | None:
    """The day of the booking that is meant: "move it to Sunday" names another one."""
    known = when.gather(errand.said, facts=facts)
    named = known.day if known else None
    return (errand.day or named) if errand.kind == "change_booking" else (named or errand.day)


def instead(errand: Errand, facts: Mapping[str, Any] | None) -> tuple[datetime, int] | None:
    """When, in the restaurant's own time, and for how many it should be: what was said since it was found, else what
    the first words said after "to". What was not spoken of stays as it is; None when nothing was."""
    was, party = moment_of(errand), (errand.found or {}).get("party_size")
    if was is None or not isinstance(party, int):
        return None
    after = _INSTEAD.search(errand.said[0].lower()) if errand.said else None
    for said in (errand.since, (after.group(1),) if after else ()):
        known = when.gather(said, facts=facts, before=when.Wish(party, was.date()))
        if known is not None and known != when.Wish(party, was.date()):
            clock = known.clock
            at = was.time() if clock is None else clock.ways[-1 if was.hour >= NOON else 0]
            starts = known.starts or datetime.combine(known.day or was.date(), at)
            return starts, known.party or party
    return None


def moment_of(errand: Errand) -> datetime | None:
    """When the booking that was found is."""
    try:
        return datetime.fromisoformat(str((errand.found or {}).get("starts_at")))
    except ValueError:
        return None


def answered(errand: Errand, tool: str, result: JSON) -> Errand | None:
    """The errand after a tool has answered; None once it is done."""
    if tool == "order_status":
        if errand.kind == "order_status" or result.get("status") == "cancelled":
            return None
        return replace(errand, found=result)
    if tool == "find_reservation":
        rows = result.get("reservations") or []
        if len(rows) == 1 and isinstance(rows[0], dict):
            return replace(errand, found=rows[0])
        return lost(errand) if not rows else replace(errand, found={})
    if tool == "change_reservation" or (tool == "change_order" and result.get("status") == "quoted"):
        return errand
    return None if tool in _LAST else errand


def lost(errand: Errand) -> Errand:
    """Nothing was found: what was said is forgotten, and asked again."""
    return Errand(errand.kind, missed=errand.missed + 1)
