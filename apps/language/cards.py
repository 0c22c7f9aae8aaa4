"""A card number that a caller says in pieces, with pauses, other words and questions between them. Pure.

One utterance with a whole number is `redaction`'s. Here the digits of consecutive utterances are put together, and
what turns out to be a piece of a card is taken out of those before it too. So nothing that may yet be one is kept:
it is held back until the next words tell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from apps.language.phones import HESITATIONS, MAYBE_DIGITS, normalise
from apps.language.redaction import LONGEST_CODE, PLACEHOLDER, SHORTEST, digit_runs, passes_luhn, redact_cards
from apps.language.text import words

LONGEST = 19
GROUP = 4
"""Digits of a group as it is printed on a card."""
PHONE = 10
SHORTEST_GROUP = 3
"""Of a card or a phone number as people say it."""
OTHER_WORDS = 2
"""So many utterances without digits may stand between two pieces: "hold on", "are you there?"."""
LONGEST_PAUSE_MS = 60_000
AFTER_A_CARD = 3
"""In so many utterances after a card, lone digits are its date or code."""
MOST_PIECES = 20
_BEGINNINGS = re.compile(r"3[0-9]|4|5|6|2[2-7]")
"""Of every scheme's numbers (ISO/IEC 7812): American Express, Diners, JCB; Visa; Mastercard; Discover and others."""


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FILLERS = (
    _listed(
        "okay ok yes yeah it's its is it the my that's so now next last first number numbers digits card again "
        "sure please "
        "si el la es mi numero tarjeta bueno vale ahora siguiente"
    )
    | HESITATIONS
    | MAYBE_DIGITS
)
_OF_CODES = _listed(
    "code security cvv cvc cvv2 cvc2 expires expiry expiration expiring exp date month year slash of on in back "
    "codigo seguridad vence vencimiento caduca fecha mes ano barra "
    "january february march april may june july august september october november december "
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
)


@dataclass(slots=True)
class Piece:
    """One utterance. `text` is what may be kept of it now."""

    text: str
    from_ms: int
    to_ms: int
    confidence: float | None = None
    digits: str = ""
    spans: list[tuple[int, int]] = field(default_factory=list)
    """Where in the text these digits stand."""

    def cut(self) -> None:
        for start, end in reversed(self.spans):
            self.text = self.text[:start] + PLACEHOLDER + self.text[end:]
        self.digits, self.spans = "", []


@dataclass(frozen=True, slots=True)
class Outcome:
    piece: Piece
    """What was just said, with everything taken out that belongs to a card."""
    is_card: bool
    """Something was taken out of it."""
    earlier: list[tuple[str, Piece]]
    """Pieces before it that turned out to be a card's, with the text they had."""


class Watch:
    """The caller's side of one call, utterance by utterance."""

    def __init__(self) -> None:
        self._carried: list[Piece] = []
        self._held: list[Piece] = []
        self._others = 0
        self._after_card = 0

    def hear(self, text: str, *, from_ms: int, to_ms: int, confidence: float | None = None) -> Outcome:
        """Take an utterance in. What may be kept by now is in `settled`."""
        piece = Piece(redact_cards(text), from_ms, to_ms, confidence)
        earlier: list[tuple[str, Piece]] = []
        if self._carried and from_ms - self._carried[-1].to_ms > LONGEST_PAUSE_MS:
            self._carried.clear()
        whole, only_code = piece.text != text, self._belongs_to_the_last(text)
        if whole:
            earlier = self._begun_before(text)
        if whole or only_code:
            self._carried.clear()
        if only_code and not whole:
            piece.spans = [(start, end) for start, end, _ in digit_runs(text)]
            piece.cut()
        elif not whole:
            earlier = self._put_together(piece)
        is_card = whole or only_code or bool(earlier)
        self._after_card = AFTER_A_CARD if is_card else max(0, self._after_card - 1)
        self._held.append(piece)
        return Outcome(piece, is_card, earlier)

    def foresee(self, text: str) -> str:
        """The same words as they would be kept, were they the utterance: nothing is remembered."""
        if self._belongs_to_the_last(text):
            return PLACEHOLDER
        piece = _read(Piece(redact_cards(text), 0, 0))
        return PLACEHOLDER if piece.digits and _window([*self._carried, piece]) else piece.text

    def settled(self) -> list[Piece]:
        """What may be kept now, in the order it was said; every piece is given once."""
        done = [piece for piece in self._held if piece not in self._carried]
        self._held = [piece for piece in self._held if piece in self._carried]
        return done

    def close(self) -> list[Piece]:
        """The call is over: the rest."""
        self._carried.clear()
        return self.settled()

    def _belongs_to_the_last(self, text: str) -> bool:
        """Lone digits soon after a card. A single one only at once: later it is how many pizzas."""
        return self._after_card > 0 and _is_lone_code(text, least=1 if self._after_card == AFTER_A_CARD else 2)

    def _begun_before(self, text: str) -> list[tuple[str, Piece]]:
        """The piece before a long number that may be its first group."""
        before = self._carried[-1:]
        if not before or len(before[0].digits) + sum(len(run[2]) for run in digit_runs(text)) > LONGEST:
            return []
        was = before[0].text
        before[0].cut()
        return [(was, before[0])]

    def _put_together(self, piece: Piece) -> list[tuple[str, Piece]]:
        _read(piece)
        if not piece.digits:
            self._others += 1
            if self._others > OTHER_WORDS:
                self._carried.clear()
            return []
        self._others = 0
        self._carried = [*self._carried[-MOST_PIECES:], piece]
        found = _window(self._carried)
        earlier = [(each.text, each) for each in self._carried[-found:-1]] if found else []
        if found:
            for each in self._carried[-found:]:
                each.cut()
            self._carried.clear()
        return earlier


def _read(piece: Piece) -> Piece:
    """The digits of an utterance that may be a card's: all, where nothing else is said; else groups."""
    runs = [run for run in digit_runs(piece.text) if not piece.text[run[0] : run[1]].startswith("+")]
    least = 1 if _says_only(piece.text, _FILLERS) else GROUP
    chosen = [run for run in runs if len(run[2]) >= least]
    piece.digits = "".join(digits for _, _, digits in chosen)
    piece.spans = [(start, end) for start, end, _ in chosen]
    return piece


def _window(pieces: list[Piece]) -> int:
    """How many of the last pieces are one card, the most of them; 0: none. One alone is not for us."""
    for count in range(len(pieces), 1, -1):
        groups = [piece.digits for piece in pieces[-count:]]
        if _is_card(groups):
            return count
    return 0


def _is_card(groups: list[str]) -> bool:
    number = "".join(groups)
    if not SHORTEST <= len(number) <= LONGEST or not _BEGINNINGS.match(number):
        return False
    shortest, sums_up = min(map(len, groups)), passes_luhn(number)
    if shortest >= SHORTEST_GROUP and _is_said_again(groups):
        return False
    if _holds_a_phone(groups):  # and something else, unless everything fits
        return shortest >= GROUP and sums_up
    return shortest >= GROUP or sums_up


def _is_said_again(groups: list[str]) -> bool:
    """Whether ten digits are said, and then the same again, as people repeat a phone number; the first time or the
    second may be only a part of it."""
    number = "".join(groups)
    ends = {sum(map(len, groups[:count])) for count in range(1, len(groups))}
    over = len(number) - PHONE
    begun_again = PHONE in ends and number[PHONE:] == number[:over]
    said_whole = over in ends and number[:over] == number[-over:]
    return begun_again or said_whole


def _holds_a_phone(groups: list[str]) -> bool:
    """Whether some of them, one after the other, are a phone number."""
    runs = (groups[first:last] for first in range(len(groups)) for last in range(first + 1, len(groups) + 1))
    return any(min(map(len, run)) >= SHORTEST_GROUP and _is_phone("".join(run)) for run in runs)


def _is_phone(digits: str) -> bool:
    return len(digits) in (PHONE, PHONE + 1) and normalise(digits) is not None


def _is_lone_code(text: str, *, least: int) -> bool:
    """Whether nothing is said but few digits, and what they are."""
    digits = "".join(run[2] for run in digit_runs(text))
    return least <= len(digits) <= LONGEST_CODE and _says_only(text, _FILLERS | _OF_CODES)


def _says_only(text: str, those: frozenset[str]) -> bool:
    for start, end, _ in reversed(digit_runs(text)):
        text = text[:start] + " " + text[end:]
    return all(word in those for word in words(text))
