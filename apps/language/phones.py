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
_TEENS = {
    "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15",
    "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19",
}  # fmt: skip
_TENS = {
    "twenty": "2", "thirty": "3", "forty": "4", "fifty": "5", "sixty": "6", "seventy": "7", "eighty": "8",
    "ninety": "9",
}  # fmt: skip
_REPEATS = {"double": 2, "triple": 3}
_SAID = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_NANP = re.compile(r"[2-9]\d{2}[2-9]\d{6}")
_E164 = re.compile(r"\+[1-9]\d{6,14}")


def normalise(text: str, *, country: str = "US") -> str | None:
    """E.164 from anything people write: "(512) 555-0101", "+44 20 7946 0000". None when it is no number."""
    kept = re.sub(r"[\s().\-/]", "", text)
    if kept.startswith("00"):
        kept = "+" + kept[2:]
    if kept.startswith("+"):
        return kept if _E164.fullmatch(kept) and _fits_plan(kept) else None
    if country in ("US", "CA"):
        national = kept.removeprefix("1") if len(kept) == 11 else kept
        return "+1" + national if _NANP.fullmatch(national) else None
    return None


def _fits_plan(number: str) -> bool:
    return not number.startswith("+1") or bool(_NANP.fullmatch(number[2:]))


def heard(text: str) -> str:
    """The digits in what was said: "five one two, double five, oh" -> 512550."""
    found: list[str] = []
    repeat = 1
    tens = ""
    for word in words(text):
        if word in _REPEATS:
            repeat = _REPEATS[word]
            continue
        digits = _DIGITS.get(word) or _TEENS.get(word) or (word if word.isdigit() else "")
        if word in _TENS:
            tens = _flush(found, tens)
            tens = _TENS[word]
            continue
        if tens and len(digits) == 1 and digits != "0":
            found.append(tens + digits)
        else:
            _flush(found, tens)
            found.append(digits * repeat)
        tens, repeat = "", 1
    _flush(found, tens)
    return "".join(found)


def _flush(found: list[str], tens: str) -> str:
    if tens:
        found.append(tens + "0")
    return ""


def say(number: str) -> str:
    """Digit by digit, in groups, so that a caller can check it: "five one two, five five five, ..."."""
    digits = number.removeprefix("+1") if number.startswith("+1") else number.lstrip("+")
    groups = [digits[:3], digits[3:6], digits[6:]] if len(digits) == 10 else [digits]
    return ", ".join(" ".join(_SAID[int(digit)] for digit in group) for group in groups)


def mask(number: str) -> str:
    """What lists, logs and pages show: "••• 0134"."""
    return f"••• {number[-4:]}" if number else ""
