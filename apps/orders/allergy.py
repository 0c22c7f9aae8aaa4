"""Whether what a guest said speaks of something that could harm them. Pure.

Rather a banner too many than one too few: a kitchen that asks back loses a minute. But what is merely not liked
("no cheese", "no onions") is none, because a banner on every ticket is read by nobody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_HARMFUL = (
    r"(?:(?:pea|tree |wal|hazel|chest|pine )?nuts?|peanut butter|almonds?|cashews?|pecans?|pistachios?|macadamias?|"
    r"shell ?fish|crustaceans?|mollus[ck]s?|sesame|gluten|wheat|lactose|dairy|sulphites?|sulfites?|msg|"
    r"mani|cacahuetes?|nueces|mariscos|lactosa)"
)
"""What is left out for health's sake more often than for taste's."""
_SPOKEN = re.compile(
    # the thing by its name, also misspelled and in Spanish
    r"\bal+[ea]rg|\bintoleran|\banaph[yi]l|\banafil|\bc(?:o)?el[iy]ac|\bceli?ac|\bepi ?pens?\b|\blactose\b|"
    r"\bsensitiv(?:e|ity|ities) (?:to|about)\b|\b\w+ sensitivit(?:y|ies)\b|\bhistamin|\bfavism|\bg6pd\b|"
    # what happens
    r"\breact(?:s|ion|ions|ed)? (?:badly )?to\b|\bbad reaction|\bmakes? (?:me|him|her|us|them|my \w+) (?:very )?"
    r"(?:sick|ill|swell|itch)|\bswells? up\b|\bthroat clos|\bbreaks? out in\b|\bhives\b|"
    r"\b(?:could|would|will|might) kill (?:me|him|her|us|them|my)\b|"
    # what cannot be
    r"\b(?:cant|cannot|can not|mustnt|must not|may not|shouldnt|should not|not allowed to|unable to|not able to|"
    r"not supposed to|never) (?:ever )?(?:have|eat|tolerate|digest|take|touch|do|be near|go near|be around) "
    r"(?!it (?:too|so|before|after|until)\b)\w+|"
    r"\bno (?:puedo|puede|podemos) comer\b|"
    # free of it, without it, not a trace
    rf"\b{_HARMFUL}[ -]?free\b|\bfree (?:of|from) (?:any )?{_HARMFUL}\b|"
    r"\b(?:no|without|avoid(?:s|ing)?|hold the|skip the|sin|zero|keep (?:it )?away from) (?:any |the |all )?"
    rf"{_HARMFUL}\b|"
    r"\bcross[ -]?contaminat|\b(?:not (?:even )?a |no |any )traces? of\b"
)


def mentions(said: Iterable[str]) -> bool:
    """Whether any of these texts speaks of an allergy, an intolerance, or something that must not be in the food."""
    return any(_SPOKEN.search(_plain(text)) for text in said)


def _plain(text: str) -> str:
    """Small letters without accents and apostrophes, words one blank apart."""
    apart = unicodedata.normalize("NFKD", text)  # accents are signs of their own then, and go with the others
    return " ".join(re.sub(r"[^\w\s-]|_", "", apart).casefold().replace("œ", "oe").split())
