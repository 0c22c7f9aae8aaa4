"""A running call as staff watch it, from the lines of its log: what was said, the state, what is being ordered. Pure.

The log holds no card number, and what may yet be one is not in it; telephone numbers are masked here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from apps.language.redaction import mask_numbers
from apps.voice import report
from apps.voice.sentences import split

Record = dict[str, Any]
MOST_LINES = 100
SHOWS = frozenset({"state", "utterance", "sentence", "played", "interrupted", "tool", "staff", "ended"})
"""The events of a log that change what is seen."""
ORDERING = frozenset({"create_order", "change_order"})
BOOKING = frozenset({"get_availability", "create_reservation", "change_reservation", "join_waitlist"})
_AMOUNTS = {"none": "no ", "light": "light ", "extra": "extra ", "regular": ""}


@dataclass(frozen=True, slots=True)
class Line:
    who: Literal["guest", "loman"]
    words: str
    unheard: str = ""
    """What an interruption cut off."""
    is_now: bool = False
    """It is being said."""
    by_staff: bool = False


@dataclass(frozen=True, slots=True)
class Cart:
    """As the server answered last."""

    items: tuple[str, ...]
    total: str
    number: int | None = None
    """Of the order it became."""


@dataclass(frozen=True, slots=True)
class Table:
    party_size: int | None
    starts_at: str
    """ISO 8601, in the restaurant's time."""
    until: str = ""
    """How long it is held; empty: it is booked."""


@dataclass(frozen=True, slots=True)
class Scene:
    state: str = ""
    """GREETING, LISTENING, THINKING, SPEAKING or ENDED; empty: not begun."""
    about: Literal["order", "booking", ""] = ""
    lines: tuple[Line, ...] = ()
    next: tuple[str, ...] = ()
    """What staff want said and Loman has not said yet."""
    cart: Cart | None = None
    table: Table | None = None


def of(records: Sequence[Record]) -> Scene:
    state = next((each["state"] for each in reversed(records) if each["event"] == "state"), "")
    tools = [each for each in records if each["event"] == "tool"]
    named = [each["name"] for each in tools if each["name"] in ORDERING | BOOKING]
    return Scene(
        state=state,
        about="" if not named else "order" if named[-1] in ORDERING else "booking",
        lines=tuple(_lines(records, speaks=state in ("GREETING", "SPEAKING")))[-MOST_LINES:],
        next=tuple(mask_numbers(text) for text in _unsaid(records)) if state != "ENDED" else (),
        cart=_cart(tools),
        table=_table(tools),
    )


def _lines(records: Sequence[Record], *, speaks: bool) -> Iterator[Line]:
    turns, staffs = report.turns(records), _staffs(records)
    for turn in turns:
        text, heard = turn["text"], turn["heard"]
        if turn["speaker"] == "caller":
            yield Line("guest", mask_numbers(text))
            continue
        cut = turn["interrupted"] and text.startswith(heard)
        yield Line(
            "loman",
            mask_numbers(heard if cut else text),
            unheard=mask_numbers(text[len(heard) :].strip()) if cut else "",
            is_now=speaks and turn is turns[-1] and not turn["interrupted"] and heard != text,
            by_staff=text in staffs,
        )


def _staffs(records: Sequence[Record]) -> set[str]:
    """The turns that were all staff's words."""
    turns: dict[int, list[Record]] = {}
    for each in records:
        if each["event"] == "sentence":
            turns.setdefault(each["turn"], []).append(each)
    return {" ".join(each["text"] for each in turn) for turn in turns.values() if all(each.get("by") for each in turn)}


def _unsaid(records: Sequence[Record]) -> Iterator[str]:
    for place, each in enumerate(records):
        if each["event"] == "staff" and each["deed"] == "say":
            first = split(each["text"])[0]
            later = (one for one in records[place:] if one["event"] == "sentence" and one.get("by"))
            if all(one["text"] != first for one in later):
                yield each["text"]


def _cart(tools: Sequence[Record]) -> Cart | None:
    """The last quote, and whether it was placed since."""
    cart: Cart | None = None
    for each in tools:
        result = each["result"]
        if each["name"] in ORDERING and result.get("status") == "quoted":
            cart = Cart(tuple(_item(line) for line in result["lines"]), result["total"])
        elif each["name"] in ORDERING and result.get("status") in ("placed", "changed"):
            cart = Cart(cart.items if cart else (), result["total"], result["number"])
    return cart


def _item(line: Record) -> str:
    """ "2 Marinara 14″ (extra cheese, no onions)" """
    size = f" {line['variant']}" if line["variant"] else ""
    changes = ", ".join(_AMOUNTS.get(one["amount"], "") + one["name"] for one in line["modifiers"])
    return f"{line['quantity']} {line['item']}{size}" + (f" ({changes})" if changes else "")


def _table(tools: Sequence[Record]) -> Table | None:
    table: Table | None = None
    for each in tools:
        result, wanted = each["result"], each["arguments"]
        if result.get("status") == "held":
            size = wanted.get("party_size") or (table.party_size if table else None)
            table = Table(size, result["starts_at"], result["until"])
        elif result.get("status") == "booked":
            table = Table(result["party_size"], result["starts_at"])
    return table
