"""The recogniser's word lists: numbers, days, names, streets, everyday words; read from wordlists.txt."""

from __future__ import annotations

from pathlib import Path
from typing import Final


def either(sayings: str) -> list[str]:
    """Alternatives written with bars between them."""
    return sayings.split("|")


def _word_lists() -> dict[str, list[str]]:
    lines = Path(__file__).with_name("wordlists.txt").read_text("utf-8").splitlines()
    return {name: words.split() for name, words in (line.split(": ") for line in lines)}


_LISTS: Final = _word_lists()
UNITS: Final = _LISTS["units"]
TEENS: Final = _LISTS["teens"]
TENS: Final = _LISTS["tens"]
DIGITS: Final = ["oh", "zero", *UNITS]
DAYS: Final = _LISTS["days"]
NEAR: Final = [
    "today",
    "tomorrow",
    "tonight",
    "this evening",
    "tomorrow night",
    "tomorrow evening",
]
MONTHS: Final = _LISTS["months"]
ORDINALS: Final = _LISTS["ordinals"]
FIRST_NAMES: Final = _LISTS["first_names"]
LAST_NAMES: Final = _LISTS["last_names"]
STREETS: Final = _LISTS["streets"]
ROADS: Final = _LISTS["roads"]
SIZES: Final = ["small", "medium", "large", "extra large", "regular", "half", "full"]
REFUSED: Final = _LISTS["refused"]
COMMON: Final = _LISTS["common"]
"""Everyday words that belong to no template: heard as themselves rather than as some dish."""
