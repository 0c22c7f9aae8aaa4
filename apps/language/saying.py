"""Numbers, money, times and days in the language of a call. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal

from apps.language import clock as clocks
from apps.language import dates, moments, numbers, spanish
from apps.language import money as amounts

_LAST = {"en": ("and", "or"), "es": ("y", "o")}


def number(value: int, *, language: str) -> str:
    return spanish.number(value) if language == "es" else numbers.say(value)


def money(amount: Decimal, *, currency: str, language: str) -> str:
    return spanish.money(amount, currency=currency) if language == "es" else amounts.say(amount, currency=currency)


def time_of_day(at: time, *, language: str) -> str:
    """ "seven p m", "las siete de la tarde" """
    return spanish.clock(at) if language == "es" else clocks.say(at)


def clock(at: time, *, language: str) -> str:
    """ "at seven p m", "a las siete de la tarde" """
    return f"{'a' if language == 'es' else 'at'} {time_of_day(at, language=language)}"


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


def people(number_of: int, *, language: str) -> str:
    """ "one person", "cuatro personas" """
    if language == "es":
        return "una persona" if number_of == 1 else f"{spanish.number(number_of)} personas"
    return "one person" if number_of == 1 else f"{numbers.say(number_of)} people"


def joined(parts: Sequence[str], *, language: str, comma: bool = False, either: bool = False) -> str:
    """ "a, b and c", "a, b y c"; with a comma before the last where the parts are long, or as a choice."""
    if len(parts) < 2:
        return "".join(parts)
    last = _LAST[language][either]
    return f"{', '.join(parts[:-1])}{',' if comma else ''} {last} {parts[-1]}"
