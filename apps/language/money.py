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
    """ "twelve fifty", "five dollars and ten cents", "$12.50", "under fifteen": the first amount in it."""
    found = words(text)
    for start, word in enumerate(found):
        if re.fullmatch(r"\$?\d+\.\d{1,2}", word):
            return Decimal(word.lstrip("$"))
        if word.startswith("$") and word[1:].replace(",", "").isdigit():
            return Decimal(word[1:].replace(",", ""))
        first = numbers.read(found, start=start)
        if first:
            return _amount(found, start, first)
    return None


def _amount(found: list[str], start: int, first: tuple[int, int]) -> Decimal:
    value, used = first
    after = start + used
    if found[after : after + 1] and found[after] in _CENT_WORDS:
        return Decimal(value) / 100
    named = bool(found[after : after + 1]) and found[after] in _UNIT_WORDS
    after += named
    after += found[after : after + 1] == ["and"] and named
    cents = numbers.read(found, start=after)
    if cents and cents[0] < 100 and (named or cents[0] >= 10):
        follows = found[after + cents[1] : after + cents[1] + 1]
        if not named or (follows and follows[0] in _CENT_WORDS) or not follows:
            return Decimal(value) + Decimal(cents[0]) / 100
    return Decimal(value)
