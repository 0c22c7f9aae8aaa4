"""A quote in words: the read-back a caller says yes to. Pure."""

from __future__ import annotations

from datetime import datetime

from apps.language import clock, dates, money, numbers
from apps.menu.card import Amount
from apps.orders.pricing import Line, Picked, Quote

_BEFORE: dict[Amount, str] = {"none": "no ", "light": "light ", "regular": "", "extra": "extra "}
ASK = "Shall I place the order?"
PAY_FIRST = "I will text you a link to pay, and the kitchen begins once it is paid. "
PAY_BY_LINK = "I will text you a link to pay. "
ASK_CHANGE = "Shall I change it?"


def read_back(
    quote: Quote,
    *,
    currency: str,
    name: str,
    ready_at: datetime,
    now: datetime,
    changes: int | None = None,
    note: str = "",
    paying: str = "",
) -> str:
    """ "Two large Margherita with thin crust and no onions, and one Coke, for Kate. Your total is … Shall I …?"

    `ready_at` and `now` in the restaurant's own time: another day than today is named. `changes` is the number of the
    placed order that this would rewrite, `note` the guest's own about all of it, `paying` what is said about a link.
    """
    lines = _joined([line_in_words(line) for line in quote.lines], last=", and ")
    whose = f", for {name}" if name else ""
    total = money.say(quote.total, currency=currency)
    opening = f"{lines[:1].upper()}{lines[1:]}{whose}."
    if changes is not None:
        opening = f"Order {numbers.say(changes)} would then be {lines}{whose}."
    if note:
        opening += f" For the kitchen: {note.rstrip('.!? ')}."
    day = "" if ready_at.date() == now.date() else f" {say_day(ready_at, now=now)}"
    ask = ASK if changes is None else ASK_CHANGE
    return f"{opening} Your total is {total}, ready{day} at {say_clock(ready_at)}. {paying}{ask}"


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


def status_in_words(status: str, *, ready_at: datetime, now: datetime) -> str:
    """Where an order is, as an answer to whoever asks. Both moments in the restaurant's own time."""
    day = "" if ready_at.date() == now.date() else f"{say_day(ready_at, now=now)} "
    ready = f"{day}at {say_clock(ready_at)}" if ready_at > now else "any minute now"
    return {
        "approval": f"The restaurant is looking at it. It would be ready {ready}.",
        "unpaid": "It waits to be paid by the link we texted. After that it is made.",
        "scheduled": f"It is planned, and will be ready {ready}.",
        "preparing": f"It is being made, and will be ready {ready}.",
        "ready": "It is ready. You can pick it up.",
        "picked_up": "It was picked up.",
        "cancelled": "It was cancelled.",
    }.get(status, f"The kitchen has it, and it will be ready {ready}.")


def say_day(moment: datetime, *, now: datetime) -> str:
    """ "today", "tomorrow", "on Friday" within the week, then "on Friday, December fourth". Both in local time."""
    day = dates.say(moment.date(), today=now.date())
    return day if day in ("today", "tomorrow", "yesterday") else f"on {day}"


def say_clock(moment: datetime) -> str:
    """ "five oh seven p m" """
    return clock.say(moment.time())


def _joined(parts: list[str], *, last: str) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + last + parts[-1]
