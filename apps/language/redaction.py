"""Card numbers taken out of text before it is kept: typed, spelled or spoken. Pure."""

from __future__ import annotations

import re

from apps.language.phones import heard

PLACEHOLDER = "[card number removed]"
SHORTEST = 13
_SPOKEN = (
    "zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple|cero|uno|dos|tres|cuatro|cinco|seis|"
    "siete|ocho|nueve|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|"
    "thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred"
)
_RUN = re.compile(rf"(?:\b(?:{_SPOKEN})\b|\d)(?:[\s,.\-]*(?:\b(?:{_SPOKEN})\b|\d))*", re.IGNORECASE)


def card_spans(text: str) -> list[tuple[int, int]]:
    """Where card numbers stand: every run of 13 digits and more. Luhn's check is not asked, because a
    misheard digit must not let a card through; phone numbers have fifteen digits only with a plus."""
    spans = []
    for run in _RUN.finditer(text):
        digits = heard(run.group())
        if len(digits) >= SHORTEST:
            spans.append(run.span())
    return spans


def redact_cards(text: str) -> str:
    """The text with every card number replaced by a placeholder; phone numbers stay."""
    for start, end in reversed(card_spans(text)):
        text = text[:start] + PLACEHOLDER + text[end:]
    return text
