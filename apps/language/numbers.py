"""Numbers as they are heard and as they are said. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_UNITS = {word: value for value, word in enumerate(_ONES)} | {
    "uno": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8,
    "nueve": 9, "diez": 10, "doce": 12,
}  # fmt: skip  # without Spanish "once": in English it is no eleven
_TEN_VALUES = {word: 10 * (place + 2) for place, word in enumerate(_TENS)} | {"fourty": 40}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_ORDINALS = [
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
]
_ORDINAL_UNITS = {word: value for value, word in enumerate(_ORDINALS)} | {
    word[:-1] + "ieth": value for word, value in _TEN_VALUES.items() if word.endswith("y")
}
_PHRASES: tuple[tuple[tuple[str, ...], int], ...] = (
    (("half", "a", "dozen"), 6),
    (("a", "half", "dozen"), 6),
    (("half", "dozen"), 6),
    (("a", "dozen"), 12),
    (("a", "couple", "of"), 2),
    (("a", "couple"), 2),
    (("couple", "of"), 2),
    (("couple",), 2),
    (("a", "pair", "of"), 2),
    (("a", "pair"), 2),
    (("pair", "of"), 2),
    (("pair",), 2),
    (("dozen",), 12),
)
_BEGINNINGS = {*_UNITS, *_TEN_VALUES, *(phrase[0] for phrase, _ in _PHRASES)}
_WRITTEN = re.compile(r"[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+")
LARGEST = 999_999_999


def read(words: Sequence[str], *, start: int = 0) -> tuple[int, int] | None:
    """The number that begins at `start`, and how many words it took; None when there is none.

    "twenty one", "a hundred and five", "a couple of", "a couple dozen", "18,000", "2 dozen". A lone "a" or "an" is
    not a number here: whether it means one is the caller's grammar to know.
    """
    if start >= len(words) or not (words[start] in _BEGINNINGS or words[start][:1].isdecimal()):
        return None
    found = _read_phrase(words, start) or _read_written(words, start) or _read_words(words, start)
    if found is None:
        return None
    value, used = found
    counts = words[start + used] if start + used < len(words) else ""
    if counts == "dozen" and words[start + used - 1] != "dozen":
        value, used = value * 12, used + 1
    elif counts in _SCALES and {"couple", "pair"} & set(words[start : start + used]):
        value, used = value * _SCALES[counts], used + 1
    return (value, used) if value <= LARGEST else None


def _read_phrase(words: Sequence[str], start: int) -> tuple[int, int] | None:
    for phrase, value in _PHRASES:
        if tuple(words[start : start + len(phrase)]) == phrase:
            return value, len(phrase)
    return None


def _read_written(words: Sequence[str], start: int) -> tuple[int, int] | None:
    if start >= len(words) or not _WRITTEN.fullmatch(words[start]):
        return None
    value = int(words[start].replace(",", ""))
    if start + 1 < len(words) and words[start + 1] in _SCALES:
        return value * _SCALES[words[start + 1]], 2
    return value, 1


def _read_words(words: Sequence[str], start: int) -> tuple[int, int] | None:
    total = group = 0
    last = "none"
    position = end = start
    if _is_a_hundred(words, start):
        group, last, position = 1, "unit", start + 1
    while position < len(words):
        word = words[position]
        if word in _UNITS and (last in ("none", "scale", "and") or (last == "ten" and 0 < _UNITS[word] < 10)):
            group, last = group + _UNITS[word], "unit"
        elif word in _TEN_VALUES and last in ("none", "scale", "and"):
            group, last = group + _TEN_VALUES[word], "ten"
        elif word == "hundred" and last in ("unit", "ten") and group < 100:
            group, last = group * 100, "scale"
        elif word in ("thousand", "million") and last in ("unit", "ten", "scale") and group:
            total, group, last = total + group * _SCALES[word], 0, "scale"
        elif word == "and" and last == "scale":
            last, position = "and", position + 1
            continue
        else:
            break
        position = end = position + 1
    return (total + group, end - start) if end > start else None


def _is_a_hundred(words: Sequence[str], start: int) -> bool:
    """ "a hundred wings", but not the yes of "a hundred percent", nor the thanks of "a million"."""
    follows = tuple(words[start : start + 3])
    return follows[:2] in (("a", "hundred"), ("a", "thousand")) and follows[2:] not in (("percent",), ("%",))


def read_ordinal(words: Sequence[str], *, start: int = 0) -> tuple[int, int] | None:
    """ "first", "twenty third", "2nd": the value and how many words it took."""
    if start >= len(words):
        return None
    word = words[start]
    if _WRITTEN.fullmatch(word[:-2]) and word[-2:] in ("st", "nd", "rd", "th"):
        return int(word[:-2].replace(",", "")), 1
    if _WRITTEN.fullmatch(word) and start + 1 < len(words) and words[start + 1] in ("st", "nd", "rd", "th"):
        return int(word.replace(",", "")), 2
    if word in _ORDINAL_UNITS:
        return _ORDINAL_UNITS[word], 1
    if word in _TEN_VALUES and start + 1 < len(words):
        unit = _ORDINAL_UNITS.get(words[start + 1], 0)
        if 0 < unit < 10:
            return _TEN_VALUES[word] + unit, 2
    return None


def say(number: int) -> str:
    """ "one hundred five" """
    if number < 0:
        return "minus " + say(-number)
    if number < 20:
        return _ONES[number]
    if number < 100:
        rest = f" {_ONES[number % 10]}" if number % 10 else ""
        return _TENS[number // 10 - 2] + rest
    for value, name in ((1_000_000, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= value:
            rest = f" {say(number % value)}" if number % value else ""
            return f"{say(number // value)} {name}{rest}"
    raise AssertionError(number)


def say_ordinal(number: int) -> str:
    """ "twenty third", for days of a month and places in a row (0 to 99)."""
    if number < 20:
        return _ORDINALS[number]
    tens = _TENS[number // 10 - 2]
    return f"{tens} {_ORDINALS[number % 10]}" if number % 10 else tens[:-1] + "ieth"
