"""What Whisper is told before it listens, and which of its words somebody said. Pure.

Whisper was trained on subtitles: of noise it makes "Thank you." and "[Music]". And it hears those dishes better whose
names it was told.
"""

from __future__ import annotations

import re
from typing import Final

from apps.menu.card import Card
from apps.voice.speech import Expectation

_PROMPT_LETTERS: Final = 600
"""About 200 tokens; whisper.cpp takes 223 and drops the first of more."""
_HINTS: Final[dict[Expectation, str]] = {
    "anything": "",
    "digits": "My number is 415-555-0173.",
    "yes_or_no": "Yes, please. No, thanks.",
}
"""Whisper goes on in the manner of what it was told last: numbers in digits, short answers."""

_NO_WORDS: Final = re.compile(r"\[[^\]]*\]?|\([^)]*\)?|\*[^*]*\*?|<[^>]*>?|[♪♫]+[^♪♫]*[♪♫]*|^[\s>-]+")
_NOT_TO_US: Final = re.compile(
    r"thank(s| you)( so much| very much)? for (watching|listening|viewing)|subscribe|subtitles? by|captions? by|"
    r"see you (in the )?next (video|time)|amara\.org|subt[ií]tulos"
)
"""What subtitles say and no caller does."""
_OF_NOISE: Final = frozenset(
    (
        "you",
        "thank you",
        "thanks",
        "thank you very much",
        "thank you so much",
        "bye",
        "bye bye",
        "so",
        "oh",
        "gracias",
        "muchas gracias",
    )
)
"""What it makes of noise, and callers say too: believed when the ear heard as much speech as these words need."""
_SURE: Final = 0.5
_HOPELESS: Final = 0.2
"""Below this (an average of -1.6 per token; whisper.cpp itself gives up at -1) its words are guesses."""
_LETTER_MS: Final = 40
"""Nobody says a letter in less; fast speech has 50-60."""
_FAST_LETTER_MS: Final = 20
_FEW_LETTERS: Final = 12
"""The ear may miss the soft end of a word or two."""


def prompt(card: Card, *, expected: Expectation) -> str:
    """What to tell it: what staff taught and the dishes, as many as it takes, and what kind of answer is likely."""
    hint = _HINTS[expected]
    names: list[str] = []
    left = _PROMPT_LETTERS - len(hint)
    for name in (*card.keyterms, *(item.name for item in card.items)):
        left -= len(name) + 2
        if left < 0:
            break
        if name not in names:
            names.append(name)
    menu = f"{', '.join(names)}." if names else ""
    return f"{menu} {hint}".strip()


def words(text: str, *, confidence: float, speech_ms: int) -> str:
    """What of its text somebody said; "" if nothing. `speech_ms`: how long the ear heard somebody speak."""
    said = " ".join(_NO_WORDS.sub(" ", text).split())
    plain = " ".join(re.sub(r"[^\w\s']", " ", said.lower()).split())
    letters = len(plain.replace(" ", ""))
    if not letters or confidence < _HOPELESS or _NOT_TO_US.search(said.lower()):
        return ""
    if plain in _OF_NOISE and (confidence < _SURE or speech_ms < letters * _LETTER_MS):
        return ""
    if letters > _FEW_LETTERS and speech_ms < letters * _FAST_LETTER_MS:
        return ""  # it repeats itself
    return said
