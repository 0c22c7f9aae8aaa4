"""Card numbers taken out of text before it is kept: typed, spelled or spoken. Pure."""

from __future__ import annotations

import re

from apps.language.phones import DIGIT_WORDS, HESITATIONS, MAYBE_DIGITS, NOUGHT_LETTERS, heard, mask

PLACEHOLDER = "[card number removed]"
SHORTEST = 13
LONGEST_CODE = 8
"""Digits of a card's date and code in one breath."""
SHORTEST_PHONE = 7
LONGEST_PHONE = 15
"""Digits of an international number, which begins with a plus."""


_ACCENTED = str.maketrans({"a": "[aá]", "e": "[eé]", "i": "[ií]", "o": "[oó]", "u": "[uú]"})


def _any_of(those: set[str] | frozenset[str]) -> str:
    return rf"\b(?:{'|'.join(sorted(those)).translate(_ACCENTED)})\b"


_DIGIT = rf"\d|{_any_of(DIGIT_WORDS)}"
_BETWEEN = (
    r"[\s,.\-/_()*\u00b7\u2010-\u2015\u2212\u200b-\u200f\u2060\ufeff]|"
    rf"{_any_of(HESITATIONS | (MAYBE_DIGITS - NOUGHT_LETTERS))}"
)
_RUN = re.compile(rf"\+?(?:{_DIGIT})(?:(?:{_BETWEEN})*(?:{_DIGIT}|{_any_of(NOUGHT_LETTERS)}))*", re.IGNORECASE)
_CODE = re.compile(
    r"\b(?:cvv2?|cvc2?|security code|c[oó]digo de seguridad|expir\w*|exp|good (?:thru|through|until)|"
    r"valid (?:thru|through|until)|vence\w*|caduca\w*|vencimiento)\b(?:\W|date|is|it's|es|el|on|in|number){0,12}$",
    re.IGNORECASE,
)
"""What says that the digits behind it are a card's code or its date."""
_CODE_REACH = 60
"""How far before the digits that is looked for; in letters."""


def digit_runs(text: str) -> list[tuple[int, int, str]]:
    """Begin, end and digits of everything that is said or written in digits."""
    return [(*run.span(), heard(run.group())) for run in _RUN.finditer(text)]


def card_spans(text: str) -> list[tuple[int, int]]:
    """Where card numbers stand: every run of 13 digits and more, and what is said to be a card's code or date. Luhn's
    check is not asked, because a misheard digit must not let a card through; two phone numbers in one breath go with
    them."""
    return [run.span() for run in _RUN.finditer(text) if _is_card(run.group()) or _is_code(run, text)]


def _is_code(run: re.Match[str], text: str) -> bool:
    digits = heard(run.group())
    before = text[max(0, run.start() - _CODE_REACH) : run.start()]
    return 2 <= len(digits) <= LONGEST_CODE and _CODE.search(before) is not None


def _is_card(run: str) -> bool:
    digits = heard(run)
    if run.startswith("+") and len(digits) <= LONGEST_PHONE:
        return len(digits) > SHORTEST and passes_luhn(digits)
    return len(digits) >= SHORTEST


def passes_luhn(digits: str) -> bool:
    """Whether a card number's last digit fits the others."""
    doubled = [sum(divmod(int(digit) * 2, 10)) for digit in digits[-2::-2]]
    return (sum(doubled) + sum(map(int, digits[::-2]))) % 10 == 0


def redact_cards(text: str) -> str:
    """The text with every card number replaced by a placeholder; phone numbers stay."""
    for start, end in reversed(card_spans(text)):
        text = text[:start] + PLACEHOLDER + text[end:]
    return text


def mask_numbers(text: str) -> str:
    """What was said, with every phone number in it masked to its last four digits, spoken ones too. For words of a
    conversation: a date that is written in digits would go with them."""
    for start, end, digits in reversed(digit_runs(text)):
        if len(digits) >= SHORTEST_PHONE:
            text = text[:start] + mask(digits) + text[end:]
    return text
