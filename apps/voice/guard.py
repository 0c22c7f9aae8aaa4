"""What stands between a model's sentence and the caller's ear: deeds and prices that this call bears out. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from apps.language import money
from apps.language.text import fold
from apps.llm.messages import JSON
from apps.menu.card import Card, Group
from apps.voice.claims import Record

_DECIMAL = re.compile(r"\d+(?:\.\d{2})?")
_PRICES = {"price", "total", "subtotal", "tax"}
_GIVEN_AWAY = re.compile(
    r"\b(?:for free|free of charge|on the house|(?:no|without) charge|complimentary|half price|half off|gratis|"
    r"a mitad de precio|cortesia|\w+ ?(?:%|percent|por ciento) (?:off|discount|de descuento)|(?:dollars|bucks) off)\b"
)
_DENIED = re.compile(r"n't\b|\b(?:not|cannot|no|never|unable|only if)\b")


@dataclass
class Guard:
    """One call's memory of what its tools did and which prices they named."""

    card: Callable[[], Card]
    facts: str = ""
    """The restaurant's own words: what it says of prices and gifts may be said."""
    _record: Record = field(default_factory=Record)
    _named: set[Decimal] = field(default_factory=set)

    def take(self, tool: str, result: JSON) -> None:
        """Enter a tool's answer."""
        self._record.take(tool, result)
        self._named |= set(_named(result))

    def objection(self, sentence: str) -> str:
        """Why this must not be spoken: "claim", "price" or "gift"; "" when it may be."""
        if not self._record.bears_out(sentence):
            return "claim"
        if self._unknown(money.every(sentence)):
            return "price"
        plain = fold(sentence)
        gift = _GIVEN_AWAY.search(plain)
        if gift and not _DENIED.search(plain.replace(gift[0], "")) and gift[0] not in fold(self.facts):
            return "gift"
        return ""

    def _unknown(self, amounts: tuple[Decimal, ...]) -> bool:
        left = set(amounts) - self._named
        if left:  # the menu is read only for a sentence that needs it
            left -= {price for price in _prices(self.card()) if price}
            left -= set(money.every(self.facts))
        return bool(left)


def _named(result: Any) -> Iterator[Decimal]:
    """The prices in a tool's answer: by their fields, for its texts may be anybody's words."""
    if isinstance(result, dict):
        for key, value in result.items():
            if key in _PRICES and isinstance(value, str) and _DECIMAL.fullmatch(value):
                yield Decimal(value)
            else:
                yield from _named(value)
    elif isinstance(result, list):
        for each in result:
            yield from _named(each)


def _prices(card: Card) -> Iterator[Decimal]:
    for item in card.items:
        yield item.price
        yield from (variant.price for variant in item.variants)
        yield from _of_groups(item.groups)


def _of_groups(groups: Iterable[Group]) -> Iterator[Decimal]:
    for option in (option for group in groups for option in group.options):
        yield option.price
        yield from _of_groups(option.groups)
