"""What kind of answer a question of ours expects, so that the recogniser can listen for it. Pure."""

from __future__ import annotations

import re

_NUMBER = re.compile(
    r"\b(?:phone|telephone|cell|mobile|callback|contact|order|confirmation|best|right|good|your|what|which) number\b"
    r"|\bnumber\b.{0,40}\b(?:reach|call|text|order|phone)\b"
    r"|\bdigits?\b|\bn[uú]mero\b|\btel[eé]fono\b",
    re.IGNORECASE,
)
_LAST_SENTENCE = re.compile(r"[^.!?¿]+\?\s*$")


def asks_for_digits(text: str) -> bool:
    """Whether its last sentence is a question that is answered with a number read out digit by digit."""
    question = _LAST_SENTENCE.search(text.strip())
    return question is not None and _NUMBER.search(question[0]) is not None
