"""How much a restaurant may use, and how often one caller may cost it something. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Reached = Literal["", "calls", "minutes", "dollars"]


@dataclass(frozen=True, slots=True)
class Used:
    """Of one restaurant: calls on the line now, and what its day has come to."""

    calls: int
    minutes: Decimal
    segments: int
    """Of texts."""


@dataclass(frozen=True, slots=True)
class Most:
    """Its limits; None is none."""

    calls: int | None = None
    minutes: int | None = None
    dollars: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars, estimated: bills come later."""

    carrier_minute: Decimal
    speech_minute: Decimal
    text_segment: Decimal


def dollars(used: Used, prices: Prices) -> Decimal:
    """What speech and carrier have cost today, about."""
    minutes = used.minutes * (prices.carrier_minute + prices.speech_minute)
    return minutes + used.segments * prices.text_segment


def reached(used: Used, most: Most, prices: Prices) -> Reached:
    """Which limit keeps one more call out."""
    if most.calls is not None and used.calls >= most.calls:
        return "calls"
    if most.minutes is not None and used.minutes >= most.minutes:
        return "minutes"
    if most.dollars is not None and dollars(used, prices) >= most.dollars:
        return "dollars"
    return ""


@dataclass(frozen=True, slots=True)
class Times:
    """How often something was done: in this call, for this number today, for the restaurant today."""

    call: int
    number: int
    restaurant: int


def once_more(done: Times, most: Times) -> bool:
    """Whether it may be done again."""
    return done.call < most.call and done.number < most.number and done.restaurant < most.restaurant
