"""An allergy in what a caller says, in their own words, for the kitchen to read. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

_NAMES = re.compile(r"allerg|alerg|intoleran|anaphyla|co?eliac|epi-?pen", re.IGNORECASE)
_NONE = re.compile(
    r"\b(no|not|none|without|don't have|do not have|haven't got|isn't|aren't|nobody)\b[^,.;]{0,20}\b(allerg|intoleran)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[.;!?]+|,\s+(?=(?:can|could|i'd|i'll|i want|one|two|a|so|is|does|just)\b)|\s+(?:and|so|but)\s+(?=(?:i|can)\b)",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?:so|and|but|also|wait|oh|um|uh|well|actually|hi|hello|by the way|just so you know|i have|i've got|there is|"
    r"there's)\b,?\s*",
    re.IGNORECASE,
)
LONGEST = 140
"""Characters of a note that a kitchen reads."""


@lru_cache(maxsize=2000)
def stated(text: str) -> str:
    """The clause that speaks of an allergy, without what leads up to it; empty when none does. Asking whether a dish
    suits somebody with one counts: rather a banner too many than one too few."""
    clause = next((part for part in _CLAUSE.split(text) if _NAMES.search(part)), "").strip(" ,")
    if not clause or _NONE.search(clause):
        return ""
    while (shorter := _OPENING.sub("", clause)) != clause:
        clause = shorter
    return clause[:LONGEST]
