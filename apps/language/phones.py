"""Phone numbers: normalised to E.164, masked, as they are heard and as they are said. Pure.

Only the North American plan is known in detail (ten digits, area and exchange from 2 to 9); other numbers
are taken when they are written internationally.
"""

from __future__ import annotations

import re

from apps.language.text import words

_DIGITS = {
    "zero": "0", "oh": "0", "o": "0", "one": "1", "two": "2", "to": "2", "too": "2", "three": "3", "four": "4",
    "for": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "ate": "8", "nine": "9", "niner": "9",
    "cero": "0", "uno": "1", "dos": "2", "tres": "3", "cuatro": "4", "cinco": "5", "seis": "6", "siete": "7",
    "ocho": "8", "nueve": "9",
}  # fmt: skip
MAYBE_DIGITS = {"oh", "o", "to", "too", "for", "ate"}
"""Digits among digits, and other words elsewhere: "oh, it's for Ana"."""
_TEENS = {
    "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15",
    "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19",
    "diez": "10", "once": "11", "doce": "12", "trece": "13", "catorce": "14", "quince": "15", "dieciseis": "16",
    "diecisiete": "17", "dieciocho": "18", "diecinueve": "19", "veinte": "20", "veintiuno": "21", "veintidos": "22",
    "veintitres": "23", "veinticuatro": "24", "veinticinco": "25", "veintiseis": "26", "veintisiete": "27",
    "veintiocho": "28", "veintinueve": "29",
}  # fmt: skip
_TENS = {
    "twenty": "2", "thirty": "3", "forty": "4", "fourty": "4", "fifty": "5", "sixty": "6", "seventy": "7",
    "eighty": "8", "ninety": "9", "treinta": "3", "cuarenta": "4", "cincuenta": "5", "sesenta": "6", "setenta": "7",
    "ochenta": "8", "noventa": "9",
}  # fmt: skip
_NOUGHTS = {"hundred": "00", "thousand": "000"}
NOUGHT_LETTERS = {"oh", "o"}
_REPEATS = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4, "doble": 2}
DIGIT_WORDS = (_DIGITS.keys() | _TEENS.keys() | _TENS.keys() | _NOUGHTS.keys() | _REPEATS.keys()) - MAYBE_DIGITS
HESITATIONS = {
    "uh", "um", "er", "uhm", "erm", "hmm", "and", "then", "dash", "hyphen", "space", "dot", "y", "eh", "este",
    "luego", "guion", "espacio", "punto",
}  # fmt: skip
"""What people say between two digits."""
_SAID = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_NANP = re.compile(r"[2-9][0-9]{2}[2-9][0-9]{6}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_BETWEEN = re.compile(r"[\s().\-/\u2010-\u2015\u2212\u200b\u200e\u200f\u202a-\u202e]")
"""What stands between the digits of numbers as people type them and as address books copy them."""


def normalise(text: str, *, country: str = "US") -> str | None:
    """E.164 from anything people write: "(512) 555-0101", "+44 20 7946 0000". None when it is no number."""
    kept = _BETWEEN.sub("", text)
    for dialled in ("011", "00") if country in ("US", "CA") else ("00",):
        if kept.startswith(dialled):
            kept = "+" + kept.removeprefix(dialled)
    if kept.startswith("+"):
        return kept if _E164.fullmatch(kept) and _fits_plan(kept) else None
    if country in ("US", "CA"):
        national = kept.removeprefix("1")
        return "+1" + national if _NANP.fullmatch(national) else None
    return None


def _fits_plan(number: str) -> bool:
    return not number.startswith("+1") or bool(_NANP.fullmatch(number[2:]))


def heard(text: str) -> str:
    """The digits in what was said: "five one two, double five, oh" -> 512550."""
    found: list[str] = []
    repeat = 1
    tens = ""
    for word in _among_digits([word for word in words(text) if word not in HESITATIONS]):
        digits = _digits(word)
        if tens and len(digits) == 1 and digits != "0":
            found.append(tens + digits)
            tens = ""
            continue
        if tens:
            found.append(tens + "0")
        tens = _TENS.get(word, "")
        found.append(_NOUGHTS[word] if word in _NOUGHTS and found and found[-1] else digits * repeat)
        repeat = _REPEATS.get(word, 1)
    return "".join(found) + (tens + "0" if tens else "")


def _digits(word: str) -> str:
    """The digits of one word that needs no other, always as ASCII; none where it is another word."""
    if word in _DIGITS:
        return _DIGITS[word]
    if word[0].isdecimal():  # "512.555.0134" is one word
        return "".join(str(int(letter)) for letter in word if letter.isdecimal())
    return _TEENS.get(word, "")


def _among_digits(found: list[str]) -> list[str]:
    """The same words; those that are digits only among digits are dashes elsewhere."""
    kept: list[str] = []
    for word, follows in zip(found, _certain_after(found), strict=True):
        before = bool(kept) and _counts(kept[-1])
        among = (_counts(follows) if follows else before) and (before or word in NOUGHT_LETTERS)
        kept.append(word if among or word not in MAYBE_DIGITS else "-")
    return kept


def _certain_after(found: list[str]) -> list[str]:
    """Of each word the next that is a digit or is none, whatever stands around it."""
    after = [""]
    for word in reversed(found[1:]):
        after.append(after[-1] if word in MAYBE_DIGITS else word)
    return after[: len(found)][::-1]


def _counts(word: str) -> bool:
    return bool(word and _digits(word)) or word in _TENS or word in _NOUGHTS or word in _REPEATS


def say(number: str) -> str:
    """Digit by digit, in groups, so that a caller can check it: "five one two, five five five, ..."."""
    digits = re.sub("[^0-9]", "", number.removeprefix("+1"))
    groups = [digits[:3], digits[3:6], digits[6:]] if len(digits) == 10 else [digits]
    return ", ".join(" ".join(_SAID[int(digit)] for digit in group) for group in groups)


def mask(number: str) -> str:
    """What lists, logs and pages show: "••• 0134"."""
    return f"••• {number[-4:]}" if number else ""


def written(number: str) -> str:
    """As people write it: "+1 512 555 0101". A number of another plan stays as it is."""
    digits = number.removeprefix("+1")
    return f"+1 {digits[:3]} {digits[3:6]} {digits[6:]}" if number.startswith("+1") and len(digits) == 10 else number
