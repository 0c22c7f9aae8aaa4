"""Amounts of money as they are said and as they are heard. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from apps.language import numbers, spanish
from apps.language.text import words

_NAMES = {
    "USD": ("dollar", "dollars", "cent", "cents"),
    "CAD": ("dollar", "dollars", "cent", "cents"),
    "EUR": ("euro", "euros", "cent", "cents"),
    "GBP": ("pound", "pounds", "penny", "pence"),
}
_UNIT_WORDS = {"dollar", "dollars", "buck", "bucks", "euro", "euros", "pound", "pounds"}
_SPANISH_UNITS, _SPANISH_CENTS = {"dolar", "dolares", "euro", "euros", "pesos"}, {"centavo", "centavos", "centimos"}
_LIMITS = (
    ("under",), ("below",), ("less", "than"), ("cheaper", "than"), ("no", "more", "than"), ("not", "more", "than"),
    ("up", "to"), ("at", "most"), ("within",), ("menos", "de"),
)  # fmt: skip
_CENT_WORDS = {"cent", "cents", "penny", "pence"}
_NO_MONEY = {"am", "pm", "a", "p", "%", "percent", "stars", "miles", "inches"}
_PRICE_WORDS = {"cost", "costs", "total", "price", "priced", "subtotal", "charge", "cuesta", "precio"}
_PRICED = re.compile(r"[0-9]+(?:,[0-9]{3})*\.[0-9]{2}")
_WRITTEN = re.compile(r"\$?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]{1,2})?")


def say(amount: Decimal, *, currency: str = "USD") -> str:
    """ "thirty four dollars and fifty cents" """
    one, many, cent, cents = _NAMES.get(currency, (currency, currency, "cent", "cents"))
    whole, part = divmod(int((abs(amount) * 100).to_integral_value()), 100)
    said = []
    if whole or not part:
        said.append(f"{numbers.say(whole)} {one if whole == 1 else many}")
    if part:
        said.append(f"{numbers.say(part)} {cent if part == 1 else cents}")
    return ("minus " if amount < 0 else "") + " and ".join(said)


def heard(text: str) -> Decimal | None:
    """ "twelve fifty", "a dollar ten", "five dollars and ten cents", "$12.50": the first amount in it."""
    found = words(text)
    read = next((read for start in range(len(found)) if (read := _read(found, start))), None)
    return read.amount if read else None


def every(text: str) -> tuple[Decimal, ...]:
    """All amounts that are surely money: "$14", "12.50", "fourteen dollars and fifty cents", "it costs nine fifty";
    not "four", not "seven thirty", not "20 %"."""
    found, read, start = words(text), [], 0
    of_prices = bool(_PRICE_WORDS & set(found))
    while start < len(found):
        one = _read_spanish(found, start) or _read(found, start)
        if one and _is_money(found, start, one, of_prices=of_prices):
            read.append(one.amount)
            start = one.end
        else:
            start += 1
    return tuple(read)


def _read_spanish(found: list[str], start: int) -> _Read | None:
    """ "catorce dolares con cincuenta centavos": the number of another language counts only before its money."""
    first = spanish.read(found, start=start)
    if first is None:
        return None
    end = start + first[1]
    if _at(found, end) in _SPANISH_CENTS:
        return _Read(Decimal(first[0]) / 100, end + 1, True)
    if _at(found, end) not in _SPANISH_UNITS:
        return None
    cents = spanish.read(found, start=end + 2) if _at(found, end + 1) in ("con", "y") else None
    if cents and _at(found, end + 2 + cents[1]) in _SPANISH_CENTS:
        return _Read(first[0] + Decimal(cents[0]) / 100, end + 3 + cents[1], True)
    return _Read(Decimal(first[0]), end + 1, True)


def _is_money(found: list[str], start: int, read: _Read, *, of_prices: bool) -> bool:
    span = found[start : read.end]
    named = any(
        word in _UNIT_WORDS | _CENT_WORDS | _SPANISH_UNITS | _SPANISH_CENTS or "$" in word or _PRICED.fullmatch(word)
        for word in span
    )
    return (named or (of_prices and read.sure)) and _at(found, read.end) not in _NO_MONEY


def at_most(text: str) -> Decimal | None:
    """The most that something may cost: "under fifteen dollars", "less than twelve fifty", "up to $20"; None for
    other limits ("in under fifteen minutes")."""
    found = words(text)
    for start in range(len(found)):
        limit = next((one for one in _LIMITS if tuple(found[start : start + len(one)]) == one), None)
        read = _read(found, start + len(limit)) if limit else None
        if read and (read.sure or read.end == len(found)):
            return read.amount
    return None


@dataclass(frozen=True, slots=True)
class _Read:
    amount: Decimal
    end: int
    sure: bool
    """Money was named, and it is not just a number."""


def _read(found: list[str], start: int) -> _Read | None:
    """The amount that begins here."""
    word = _at(found, start)
    if _WRITTEN.fullmatch(word) and not word.isdecimal():
        unit = _at(found, start + 1) in _UNIT_WORDS
        return _Read(Decimal(word.lstrip("$").replace(",", "")), start + 1 + unit, unit or "$" in word)
    one = (1, 1) if word == "a" and _at(found, start + 1) in _UNIT_WORDS else None
    first = one or numbers.read(found, start=start)
    return _amount(found, start, first) if first else None


def _amount(found: list[str], start: int, first: tuple[int, int]) -> _Read:
    value, used = first
    after = start + used
    if _at(found, after) in _CENT_WORDS:
        return _Read(Decimal(value) / 100, after + 1, True)
    named = _at(found, after) in _UNIT_WORDS
    whole = _Read(Decimal(value), after + named, named)
    after += named
    after += named and _at(found, after) == "and"
    few = not named and _at(found, after) in ("oh", "o")  # "twelve oh five"
    cents = numbers.read(found, start=after + few)
    if cents and cents[0] < 100 and (named or (cents[0] < 10) == few):
        end = after + few + cents[1]
        follows = _at(found, end)
        if not named or follows in _CENT_WORDS or not follows:
            return _Read(Decimal(value) + Decimal(cents[0]) / 100, end + (follows in _CENT_WORDS), True)
    return whole


def _at(found: list[str], place: int) -> str:
    return found[place] if place < len(found) else ""
