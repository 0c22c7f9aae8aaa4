"""What is left of a phone number in text, however it is written or said, and the text without it. Pure."""

from __future__ import annotations

from typing import Any

from apps.language.phones import normalise
from apps.language.redaction import digit_runs

NATIONAL = {"1": 10}
"""Digits of a number within its country, by the country's code."""
USUAL = 9
"""Of other countries: the last digits, which are the same with and without the code."""
_WORDS = {
    "0": "zero|oh|o|cero", "1": "one|uno", "2": "two|to|too|dos", "3": "three|tres", "4": "four|for|cuatro",
    "5": "five|cinco", "6": "six|seis", "7": "seven|siete", "8": "eight|ate|ocho", "9": "nine|niner|nueve",
}  # fmt: skip


def needle(number: str) -> str:
    """The digits of an E.164 number by which it is known, with and without its country's code."""
    digits = number.removeprefix("+")
    return digits[-NATIONAL.get(digits[:1], USUAL) :]


def pattern(number: str) -> str:
    """A regular expression (PostgreSQL's and Python's) for rows that may hold the number; `without` decides."""
    each = (f"({digit}|{_WORDS[digit]})" for digit in needle(number))
    return "[^0-9a-z]{0,6}".join(each)


def without(text: str, number: str, *, mark: str) -> str:
    """The text with the mark in the place of every mention of the number. A mark is never longer than what it replaces
    where it is cut to that length by the caller."""
    wanted = needle(number)
    for start, end, digits in reversed(digit_runs(text)):
        if wanted in digits:
            start -= text[:start].endswith("(")
            text = text[:start] + mark + text[end:]
    return text


def numbers_in(text: str) -> set[str]:
    """Every E.164 number that may stand in a text, national ones as of the North American plan: a run of digits that is
    longer than a number, because a date stands before it, is every number that it can be."""
    found = set()
    for start, end, digits in digit_runs(text):
        run = text[start:end]
        national = (digits[begin : begin + 10] for begin in range(len(digits) - 9))
        abroad = (f"+{digits[:length]}" for length in range(7, 16)) if run.startswith("+") else (f"+{digits}",)
        found |= {number for each in (*national, *abroad) if (number := normalise(each)) is not None}
    return found


def without_in(value: Any, number: str, *, mark: str) -> Any:
    """The same for everything within a JSON value, names and numbers included."""
    if isinstance(value, str):
        return without(value, number, mark=mark)
    if isinstance(value, int) and not isinstance(value, bool):
        return mark if needle(number) in str(value) else value
    if isinstance(value, dict):
        return {
            without(str(name), number, mark=mark): without_in(inner, number, mark=mark) for name, inner in value.items()
        }
    if isinstance(value, list):
        return [without_in(inner, number, mark=mark) for inner in value]
    return value
