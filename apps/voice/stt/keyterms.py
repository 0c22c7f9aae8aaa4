"""Words a recogniser should expect at this restaurant: what it sells, or numbers when a number is asked for. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from apps.menu.card import Card
from apps.voice.speech import Expectation

MOST_TOKENS = 450
"""Deepgram takes 500 tokens of keyterms for a stream. A token is about four letters."""
MOST = 100
NUMBERS = ("zero", "oh", "double", "triple", "hundred", "thousand", "area code", "extension")
"""What people say among digits, and recognisers take for other words."""


def keyterms(card: Card, *, expected: Expectation = "anything") -> list[str]:
    """What staff taught, then the menu, dishes first; with numbers before all when one is asked for."""
    chosen: list[str] = []
    tokens = 0
    for term in [*(NUMBERS if expected == "digits" else ()), *_named(card)]:
        cost = 1 + len(term) // 4
        if term in chosen or tokens + cost > MOST_TOKENS:
            continue
        chosen.append(term)
        tokens += cost
        if len(chosen) == MOST:
            break
    return chosen


def _named(card: Card) -> Iterator[str]:
    yield from card.keyterms
    for item in card.items:
        yield item.name
    for item in card.items:
        yield from item.synonyms
    for item in card.items:
        for group in item.groups:
            yield from (option.name for option in group.options)
