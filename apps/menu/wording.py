"""A dish with its choices in words, as it is said to a caller. Pure.

The names are the menu's, whatever the language. In Spanish they have no gender that is known: "dos de Margherita".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from apps.language import numbers, saying, spanish
from apps.menu.card import Amount, Side

_AMOUNTS: dict[str, dict[Amount, str]] = {
    "en": {"none": "no ", "light": "light ", "regular": "", "extra": "extra "},
    "es": {"none": "sin ", "light": "poco ", "regular": "", "extra": "extra "},
}
_SIDES: dict[str, dict[Side, str]] = {
    "en": {"whole": "", "left": " on the left half", "right": " on the right half"},
    "es": {"whole": "", "left": " en la mitad izquierda", "right": " en la mitad derecha"},
}


class Chosen(NamedTuple):
    """One choice of a dish."""

    name: str
    amount: Amount = "regular"
    side: Side = "whole"


def dish(quantity: int, name: str, *, size: str = "", choices: Sequence[Chosen] = (), language: str = "en") -> str:
    """ "two large Margherita with thin crust and no onions", "dos de Margherita, large con thin crust y sin onions" """
    if language == "es":
        counted = f"{spanish.some(quantity)} de {name}{f', {size}' if size else ''}"
        choices = sorted(choices, key=lambda one: one.amount == "none")  # "con" goes with the first, "sin" with its own
        led = "" if choices and choices[0].amount == "none" else "con "
    else:
        counted = f"{numbers.say(quantity)} {f'{size} ' if size else ''}{name}"
        led = "with "
    said = saying.joined([choice(one, language=language) for one in choices], language=language)
    return f"{counted} {led}{said}" if said else counted


def choice(chosen: Chosen, *, language: str = "en") -> str:
    """ "no onions", "extra basil on the left half" """
    name = chosen.name.removeprefix("extra ") if chosen.amount == "extra" else chosen.name
    return _AMOUNTS[language][chosen.amount] + name + _SIDES[language][chosen.side]
