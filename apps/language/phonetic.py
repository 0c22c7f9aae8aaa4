"""How alike two words or phrases sound: for words a recogniser or a hurried caller got nearly right. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from apps.language.text import words

_STEPS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        (r"^[kgp]n", "n"),
        (r"^wr", "r"),
        (r"^x", "s"),
        (r"^ps", "s"),
        (r"gh(?=[^aeiou]|$)", ""),
        (r"gn(?=[aeiou])", "ny"),
        (r"cch(?=[aeiou])", "k"),
        (r"sch", "sk"),
        (r"tch", "x"),
        (r"ch(?=[rl])", "k"),
        (r"ch", "x"),
        (r"sh", "x"),
        (r"[ct]ia", "xa"),
        (r"[st]ion", "xn"),
        (r"ph", "f"),
        (r"qu", "kw"),
        (r"ck", "k"),
        (r"zz", "ts"),
        (r"cc(?=[ei])", "x"),
        (r"c(?=[eiy]|ae)", "s"),
        (r"c", "k"),
        (r"q", "k"),
        (r"dge", "j"),
        (r"g(?=[ei])", "j"),
        (r"th", "0"),
        (r"v", "f"),
        (r"z", "s"),
        (r"w(?![aeiou])", ""),
        (r"y(?![aeiou])", "i"),
        (r"h(?![aeiou])", ""),
        (r"(?<=[aeiou])h", ""),
    )
)
_DOUBLE = re.compile(r"(.)\1+")
_VOWELS = re.compile(r"(?<!^)[aeiouy]+")


@lru_cache(maxsize=20_000)
def key(word: str) -> str:
    """The consonants of a word as they sound, with a leading vowel kept: "gnocchi" and "nyoki" are alike."""
    sound = "".join(letter for letter in word if letter.isalnum())
    for pattern, put in _STEPS:
        sound = pattern.sub(put, sound)
    sound = re.sub(r"^[aeiou]+", "a", sound)
    return _DOUBLE.sub(r"\1", _VOWELS.sub("", sound))


@dataclass(frozen=True, slots=True)
class Sound:
    """A phrase with what is needed to compare it, worked out once."""

    text: str
    keyed: str

    @classmethod
    def of(cls, text: str) -> Sound:
        found = words(text)
        return cls("".join(found), " ".join(key(word) for word in found).replace(" ", ""))


def compare(one: Sound, other: Sound) -> float:
    """0 (nothing alike) to 1 (the same), from spelling and sound together."""
    if one.text == other.text:
        return 1.0
    spelling = _similar(one.text, other.text)
    sounding = _similar(one.keyed, other.keyed)
    return min(0.99, 0.55 * spelling + 0.45 * sounding)


def likeness(one: str, other: str) -> float:
    return compare(Sound.of(one), Sound.of(other))


def _similar(one: str, other: str) -> float:
    """1 less the share of letters that differ: Damerau-Levenshtein's optimal string alignment."""
    return OSA.normalized_similarity(one, other) if one or other else 0.0
