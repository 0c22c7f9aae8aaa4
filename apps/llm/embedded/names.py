"""A caller's name in what was heard: said plainly, introduced, or spelled. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from apps.language import spelling
from apps.language.phonetic import likeness
from apps.language.text import words

_STRONG = re.compile(
    r"\b(?:my name is|my name's|the name is|name is|name's|put it under|under the name of|under the name|"
    r"it's under|make it under|me llamo|mi nombre es|a nombre de|for pickup under|it's for|call me|"
    r"order for|under)\s+((?:[^\W\d_][\w'.-]*\s*){1,4})",
)
_INTRODUCED = re.compile(
    r"^(?:hi |hello |hey |hola |yes |um |there |good (?:morning|afternoon|evening) )*"
    r"(?:this is|i'm|it's)\s+([^\W\d_][\w'-]+)(?:\s+and|\s+i\b|\s+calling|$)"
)
_NOISE = {
    "it's", "its", "it", "is", "uh", "um", "er", "yes", "yeah", "sure", "okay", "ok", "please", "my", "name", "name's",
    "the", "that's", "thats", "that", "this", "would", "be", "i'm", "im", "i", "am", "for", "under", "put", "you",
    "can", "call", "me", "just", "so", "oh", "well", "a", "thanks", "thank", "on", "in", "to", "last", "first",
    "will", "should", "goes", "by", "hi", "hello", "llamo", "mi", "nombre", "es", "soy", "say", "says", "let's",
    "write", "and", "order", "of", "good", "great", "people", "everyone", "calls", "no", "right", "correct",
    "it'll", "con",
}  # fmt: skip
_NOT_NAMES = {
    "and", "with", "pickup", "pick", "carryout", "takeout", "order", "delivery", "please", "thanks", "tonight", "today",
    "tomorrow", "at", "on", "in", "a", "an", "the", "two", "three", "four", "calling", "looking", "good", "fine",
    "here", "not", "just", "going", "gonna", "sorry", "i", "i'd", "can", "could", "me", "us", "all", "done",
    "ready", "allergic", "vegan", "hungry", "wondering", "trying", "ordering", "what", "that", "it", "now",
    "large", "small", "for", "one", "to", "my", "spelled", "spelling", "hoping", "set", "okay", "so", "but", "y",
    "that's", "thats", "it's", "spelt", "last", "surname",
    "instead",
}  # fmt: skip
_LETTER = re.compile(r"^[a-z]$")
LONGEST = 3
ALIKE = 0.5
"""How alike what was said and what was spelled must sound to be the same name."""


def answered(text: str) -> str | None:
    """The name in an answer to "what's your name?"; None when there is none in it."""
    strong = introduced(text)
    if strong:
        return strong
    spelled = spelling.heard(text)
    found = spelling.outside(text)
    kept = [word for word in found if word not in _NOISE and not word[0].isdigit() and word != "%"]
    if spelled:
        return _corrected(kept, spelled)
    if not kept or len(kept) > LONGEST or len(found) > LONGEST + 6:
        return None
    return _titled(kept)


@lru_cache(maxsize=2000)
def introduced(text: str) -> str | None:
    """A name that is said to be one: "my name is …", "this is …"."""
    said = " ".join(words(text))
    for pattern in (_STRONG, _INTRODUCED):
        hit = pattern.search(said)
        if hit is None:
            continue
        said = said[hit.start(1) :]
        spelled = spelling.heard(said)
        kept: list[str] = []
        for word in spelling.outside(said) if spelled else hit.group(1).split():
            if word in _NOT_NAMES or len(kept) == LONGEST or _LETTER.match(word):
                break
            kept.append(word)
        if spelled:
            return _corrected(kept, spelled)
        if kept:
            return _titled(kept)
    return None


def _corrected(kept: list[str], spelled: str) -> str:
    """The name as it was said, with what was spelled in the place of what sounds like it: "john smith, s m y t h"."""
    alike = [place for place, word in enumerate(kept) if likeness(word, spelled) >= ALIKE]
    if not alike or len(kept) > LONGEST:
        return spelled
    nearest = max(alike, key=lambda place: likeness(kept[place], spelled))
    return " ".join([_titled(kept[:nearest]), spelled, _titled(kept[nearest + 1 :])]).strip()


def _titled(kept: list[str]) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in kept)
