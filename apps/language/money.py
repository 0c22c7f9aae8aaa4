"""Amounts of money as they are said and as they are heard. Pure."""

from __future__ import annotations

import re
from decimal import Decimal

from apps.language import numbers
from apps.language.text import words

_NAMES = {
    "USD": ("dollar", "dollars", "cent", "cents"),
    "CAD": ("dollar", "dollars", "cent", "cents"),
    "EUR": ("euro", "euros", "cent", "cents"),
    "GBP": ("pound", "pounds", "penny", "pence"),
}
_UNIT_WORDS = {"dollar", "dollars", "buck", "bucks", "euro", "euros", "pound", "pounds"}
_CENT_WORDS = {"cent", "cents", "penny", "pence"}
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
    for start, word in enumerate(found):
        if _WRITTEN.fullmatch(word) and not word.isdecimal():
            return Decimal(word.lstrip("$").replace(",", ""))
        one = (1, 1) if word == "a" and _at(found, start + 1) in _UNIT_WORDS else None
        first = one or numbers.read(found, start=start)
        if first:
            return _amount(found, start, first)
    return None


def _amount(found: list[str], start: int, first: tuple[int, int]) -> Decimal:
    value, used = first
    after = start + used
    if _at(found, after) in _CENT_WORDS:
        return Decimal(value) / 100
    named = _at(found, after) in _UNIT_WORDS
    after += named
    after += named and _at(found, after) == "and"
    few = not named and _at(found, after) in ("oh", "o")  # "twelve oh five"
    cents = numbers.read(found, start=after + few)
    if cents and cents[0] < 100 and (named or (cents[0] < 10) == few):
        follows = _at(found, after + few + cents[1])
        if not named or follows in _CENT_WORDS or not follows:
            return Decimal(value) + Decimal(cents[0]) / 100
    return Decimal(value)


def _at(found: list[str], place: int) -> str:
    return found[place] if place < len(found) else ""
