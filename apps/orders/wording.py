"""A quote in words: the read-back a caller says yes to. Pure."""

from __future__ import annotations

from datetime import datetime

from apps.language import clock, dates, money, numbers
from apps.menu.card import Amount
from apps.orders.pricing import Line, Picked, Quote

_BEFORE: dict[Amount, str] = {"none": "no ", "light": "light ", "regular": "", "extra": "extra "}
ASK = "Shall I place the order?"


def read_back(quote: Quote, *, currency: str, name: str, ready_at: datetime, now: datetime, note: str = "") -> str:
    """ "Two large Margherita with thin crust and no onions, and one Coke, for Kate. Your total is … Shall I …?"

    `ready_at` and `now` in the restaurant's own time: another day than today is named.
    """
    lines = _joined([line_in_words(line) for line in quote.lines], last=", and ")
    whose = f", for {name}" if name else ""
    total = money.say(quote.total, currency=currency)
    opening = f"{lines[:1].upper()}{lines[1:]}{whose}."
    day = "" if ready_at.date() == now.date() else f" {say_day(ready_at, now=now)}"
    told = f" For the kitchen: {note.rstrip('.')}." if note else ""
    return f"{opening}{told} Your total is {total}, ready{day} at {say_clock(ready_at)}. {ASK}"


def line_in_words(line: Line) -> str:
    """ "two large Margherita with thin crust, extra basil and no onions" """
    quantity = numbers.say(line.quantity)
    size = f"{line.variant.name} " if line.variant else ""
    spoken = [choice_in_words(picked) for picked in line.picked if not _goes_without_saying(picked)]
    extras = f" with {_joined(spoken, last=' and ')}" if spoken else ""
    note = f", {line.note}" if line.note else ""
    return f"{quantity} {size}{line.item.name}{extras}{note}"


def choice_in_words(picked: Picked) -> str:
    name = picked.option.name
    if picked.amount == "extra":
        name = name.removeprefix("extra ")
    where = "" if picked.side == "whole" else f" on the {picked.side} half"
    return f"{_BEFORE[picked.amount]}{name}{where}"


def _goes_without_saying(picked: Picked) -> bool:
    """What comes with the dish as it is on the menu."""
    return picked.option.default and picked.amount == "regular" and picked.side == "whole"


def say_day(moment: datetime, *, now: datetime) -> str:
    """ "today", "tomorrow", "on Friday" within the week, then "on Friday, December fourth". Both in local time."""
    day = dates.say(moment.date(), today=now.date())
    return day if day in ("today", "tomorrow", "yesterday") else f"on {day}"


def say_clock(moment: datetime) -> str:
    """ "five oh seven p m" """
    return clock.say(moment.time())


def _joined(parts: list[str], *, last: str) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + last + parts[-1]
