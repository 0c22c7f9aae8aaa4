"""Numbers, money, times and days in the language of a call. Pure."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from apps.language import clock as clocks
from apps.language import dates, moments, numbers, spanish
from apps.language import money as amounts


def number(value: int, *, language: str) -> str:
    return spanish.number(value) if language == "es" else numbers.say(value)


def money(amount: Decimal, *, currency: str, language: str) -> str:
    return spanish.money(amount, currency=currency) if language == "es" else amounts.say(amount, currency=currency)


def clock(at: time, *, language: str) -> str:
    """ "at seven p m", "a las siete de la tarde" """
    return f"a {spanish.clock(at)}" if language == "es" else f"at {clocks.say(at)}"


def day(wanted: date, *, today: date, language: str) -> str:
    """ "today", "on Friday", "on Friday, December fourth"; "hoy", "el viernes" """
    if language == "es":
        return spanish.day(wanted, today=today)
    said = dates.say(wanted, today=today)
    return said if said in ("today", "tomorrow", "yesterday") else f"on {said}"


def moment(wanted: datetime, *, language: str) -> str:
    """The whole of it: "Friday, December fourth, at seven p m". In local time."""
    if language == "es":
        return f"el {spanish.whole_day(wanted.date())} a {spanish.clock(wanted.time())}"
    return moments.say(wanted)


def joined(parts: list[str], *, language: str, comma: bool = False) -> str:
    """ "a, b and c", "a, b y c"; with a comma before the last where the parts are long."""
    last = " y " if language == "es" else " and "
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + ("," if comma else "") + last + parts[-1]
