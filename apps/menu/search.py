"""Ranked, forgiving search over a menu's card: typos, mishearing, plurals, synonyms, dietary words. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import chain

from apps.language import numbers
from apps.language.phonetic import Sound, compare
from apps.language.text import words
from apps.menu.card import Card, Item

GOOD = 0.55
"""Below this likeness a name is not what was meant."""
SURE = 0.9
"""From here on a name was said, whatever else its words may mean."""
CLOSE_WORD = 0.74
SMALL_WORDS = frozenset(
    [
        "a",
        "an",
        "the",
        "some",
        "any",
        "and",
        "with",
        "of",
        "for",
        "on",
        "in",
        "please",
        "i",
        "i'd",
        "i'll",
        "you",
        "your",
        "me",
        "my",
        "we",
        "do",
        "have",
        "has",
        "is",
        "are",
        "was",
        "what",
        "which",
        "want",
        "like",
        "would",
        "get",
        "can",
        "could",
        "give",
        "order",
        "take",
        "there",
        "that",
        "this",
        "one",
    ]
)
"""Stand around a name and say nothing about it, unless they are part of one: so both readings are tried."""
CANDIDATES = 40
"""Names compared letter by letter; the index by shared sounds finds them first."""


@dataclass(frozen=True, slots=True)
class Found:
    item: Item
    score: float


@dataclass(frozen=True, slots=True)
class _Name:
    item: Item
    words: tuple[str, ...]
    sound: Sound


class Index:
    """A card's names, prepared for many searches."""

    def __init__(self, card: Card) -> None:
        self._names: list[_Name] = []
        self._by_piece: dict[str, set[int]] = defaultdict(set)
        for item in card.items:
            for name in (item.name, *item.synonyms):
                self._add(item, name)
        self._items = card.items
        self._by_id = card.by_id
        self._place = {item.id: place for place, item in enumerate(card.items)}
        self._dietary = {_tag(word): len(words(word)) for item in card.items for word in item.dietary}
        self._categories = {singular(category.lower()): category for category in {i.category for i in card.items}}

    def _add(self, item: Item, name: str) -> None:
        found = tuple(singular(word) for word in words(name))
        if not found:
            return  # a name of punctuation cannot be said
        number = len(self._names)
        entry = _Name(item, found, Sound.of(" ".join(found)))
        self._names.append(entry)
        for piece in _pieces(entry):
            self._by_piece[piece].add(number)

    def search(
        self,
        query: str,
        *,
        category: str = "",
        dietary: Sequence[str] = (),
        max_price: Decimal | None = None,
        limit: int = 5,
    ) -> list[Found]:
        """The best items, best first. Words like "vegan" or a category's name narrow instead of matching."""
        asked, wanted = self._split([singular(word) for word in words(query)])
        wanted |= {_tag(word) for word in dietary}
        group = self._category(category, asked)
        scores = self._score(asked)
        if group and not category and self._named_elsewhere(group, scores):
            group = ""
        rest = [word for word in asked if not group or self._categories.get(word) != group]
        plain = [word for word in rest if word not in SMALL_WORDS and not numbers.read([word])]
        for fewer in {tuple(rest), tuple(plain)} - {tuple(asked)}:
            for item_id, score in self._score(fewer).items():
                scores[item_id] = max(score, scores.get(item_id, 0.0))
        near = sorted(scores, key=self._place.__getitem__) if rest and not group else self._by_id
        found = [
            Found(item, scores.get(item.id, 0.0) if rest else 1.0)
            for item in map(self._by_id.__getitem__, near)
            if (not group or item.category == group)
            and (not wanted or wanted <= _meets(item))
            and (max_price is None or cheapest(item) <= max_price)
        ]
        hits = [one for one in found if one.score >= GOOD]
        if not hits and group:
            hits = [Found(one.item, GOOD) for one in found]
        return sorted(hits, key=lambda one: -one.score)[:limit]

    def _split(self, asked: list[str]) -> tuple[list[str], set[str]]:
        """The words that name something, and the dietary words ("gluten free" is one) that narrow."""
        rest: list[str] = []
        wanted: set[str] = set()
        while asked:
            for size in sorted(set(self._dietary.values()), reverse=True):
                tag = _tag(" ".join(asked[:size]))
                if self._dietary.get(tag) == size:
                    wanted.add(tag)
                    asked = asked[size:]
                    break
            else:
                rest.append(asked[0])
                asked = asked[1:]
        return rest, wanted

    def _named_elsewhere(self, group: str, scores: dict[str, float]) -> bool:
        """ "Spring rolls" are a starter's name, even where another category is called rolls."""
        return any(scores.get(item.id, 0.0) >= SURE for item in self._items if item.category != group)

    def _category(self, category: str, asked: Sequence[str]) -> str:
        if category:
            return self._categories.get(singular(category.lower()), category)
        return next((self._categories[word] for word in asked if word in self._categories), "")

    def _score(self, asked: Sequence[str]) -> dict[str, float]:
        if not asked or not self._items:
            return {}
        query = _Name(self._items[0], tuple(asked), Sound.of(" ".join(asked)))
        shared = Counter(chain.from_iterable(self._by_piece.get(piece, ()) for piece in sorted(_pieces(query))))
        nearest = [number for number, _ in shared.most_common(CANDIDATES)]
        scores: dict[str, float] = {}
        for number in nearest:
            name = self._names[number]
            score = _likeness(query, name)
            scores[name.item.id] = max(score, scores.get(name.item.id, 0.0))
        return scores


def _likeness(query: _Name, name: _Name) -> float:
    """Whole against whole, or how many of the asked words the name has, whichever says more."""
    whole = _at_least(GOOD, query.sound, name.sound)
    shared = sum(max(_word_likeness(word, other) for other in name.words) for word in query.words)
    covered = shared / len(query.words)
    length = len(query.words) / max(len(query.words), len(name.words))
    return max(whole, covered * (0.75 + 0.25 * length))


@lru_cache(maxsize=50_000)
def _word_likeness(one: str, other: str) -> float:
    if one == other:
        return 1.0
    return _at_least(CLOSE_WORD, _sound(one), _sound(other))


@lru_cache(maxsize=20_000)
def _sound(word: str) -> Sound:
    return Sound.of(word)


def _at_least(least: float, one: Sound, other: Sound) -> float:
    """How alike two sounds are, or 0 when it is less."""
    score = compare(one, other)
    return score if score >= least else 0.0


def _pieces(name: _Name) -> set[str]:
    """What two alike names share: pairs of letters of the spelling and of the sound."""
    text, keyed = f"^{name.sound.text}", f"~{name.sound.keyed}"
    return {text[i : i + 2] for i in range(len(text) - 1)} | {keyed[i : i + 3] for i in range(max(1, len(keyed) - 2))}


def singular(word: str) -> str:
    """A plain English singular: "fries" and "fry" meet, "sauce" stays."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "xes", "sses", "oes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _tag(word: str) -> str:
    """One spelling of a dietary word: "Gluten-free" and "gluten free"."""
    return " ".join(singular(each) for each in words(word))


def _meets(item: Item) -> set[str]:
    """The dietary words an item answers to; what is vegan is vegetarian."""
    tags = {_tag(word) for word in item.dietary}
    return tags | {"vegetarian"} if "vegan" in tags else tags


def cheapest(item: Item) -> Decimal:
    return min((variant.price for variant in item.variants), default=item.price)
