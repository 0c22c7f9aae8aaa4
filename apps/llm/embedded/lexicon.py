"""A card as a listener knows it: every way its items, sizes and choices may be named, ready to be found.

Names and synonyms count in full, parts of names ("bolognese") less, words that only sound alike less still.
Built once per card and kept as long as the card is. Pure.
"""

from __future__ import annotations

import bisect
import re
import weakref
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from apps.language import numbers
from apps.language.phonetic import Sound, compare
from apps.language.text import words
from apps.llm.embedded import grammar
from apps.menu.card import Card, Group, Item, Option

WHOLE, SYNONYM, PART = 1.0, 0.95, 0.5
TELLING = 0.9
"""A name without the word that only says what kind of thing it is: "Pepperoni" for "Pepperoni Pizza"."""
ALIKE = 0.72
"""Words less alike than this are different words."""
SHORTENED = 0.9
"""How sure it is that "mayo" is the one word that begins so."""
CLOSE = 0.2
"""Candidates within this of the best are as good as it."""
_DIGITS = {numbers.say(value): str(value) for value in range(21)} | {"percent": "%"}
_IN_SPANISH = {
    "small": ("pequeño", "pequeña", "chico", "chica"),
    "medium": ("mediano", "mediana"),
    "large": ("grande",),
}
"""How sizes that are called by common words are asked for in Spanish; all other names are the restaurant's."""
_LINKS = {"the", "a", "an", "of", "and", "with", "in", "n", "or", "de", "la", "el", "on"}


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The same for one and many: "fries" and "fry", "cookies" and "cookie". Not a word anybody would write."""
    word = _DIGITS.get(word, word).replace("'", "")
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    return word[:-1] + "i" if len(word) > 2 and word.endswith("y") else word


def key(text: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in words(re.sub(r"\([^)]*\)", " ", text)))


_EVERYDAY = frozenset(stem(word) for word in grammar.COMMON) | _LINKS


@dataclass(slots=True)
class Naming:
    """What one phrase may stand for, each with how well it fits."""

    items: dict[str, float] = field(default_factory=dict)
    options: dict[str, float] = field(default_factory=dict)
    variants: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an option stands on one item."""

    group: Group
    option: Option
    below: str | None
    """The option that has to be chosen first."""


@dataclass(slots=True)
class _Node:
    after: dict[str, _Node] = field(default_factory=dict)
    naming: Naming | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase of the menu in heard words: how many words it took, and how sure that is (1 = as written)."""

    length: int
    naming: Naming
    sureness: float


class Lexicon:
    """Everything that can be named on one card."""

    def __init__(self, card: Card) -> None:
        self.card = card
        self._root = _Node()
        self._sounds: dict[str, list[tuple[str, Sound]]] = defaultdict(list)
        self._known: set[str] = set()
        self._heard: dict[str, tuple[tuple[str, float], ...]] = {}
        self._written: dict[str, set[str]] = defaultdict(set)
        self._vocabulary: list[str] = []
        self.places: dict[str, dict[str, Place]] = {item.id: dict(_places(item.groups)) for item in card.items}
        self.options: dict[str, Option] = {
            option_id: place.option for places in self.places.values() for option_id, place in places.items()
        }
        self._kinds = {
            key(place.group.name)[-1]
            for places in self.places.values()
            for place in places.values()
            if key(place.group.name)
        }
        for item in card.items:
            self._learn_item(item)
            for variant in item.variants:
                for phrase in (variant.name, *variant.synonyms, *_IN_SPANISH.get(variant.name.lower(), ())):
                    self._learn_words(phrase)
                    self._learn(key(phrase)).variants[variant.id] = WHOLE
        self._learn_options()
        self._learn_categories()

    # ---- learning ------------------------------------------------------------------------------------

    def _learn(self, phrase: tuple[str, ...]) -> Naming:
        node = self._root
        for word in phrase:
            node = node.after.setdefault(word, _Node())
        if node.naming is None:
            node.naming = Naming()
        return node.naming

    def _learn_words(self, text: str) -> None:
        for word in words(text):
            self._learn_sound(stem(word), word)

    def _learn_sound(self, stemmed: str, word: str) -> None:
        if stemmed in self._known or len(word) < 3 or word in grammar.COMMON:
            self._known.add(stemmed)
            return
        self._known.add(stemmed)
        bisect.insort(self._vocabulary, word)
        sound = Sound.of(word)
        for pair in _pairs(sound):
            self._sounds[pair].append((stemmed, sound))

    def _learn_item(self, item: Item) -> None:
        kind = set(key(item.category))
        for phrase, worth in _names(item.name, item.synonyms, item.pronunciation):
            self._learn_words(phrase)
            self._written[" ".join(words(phrase))].add(item.id)
            whole = key(phrase)
            if not whole:
                continue
            _note(self._learn(whole).items, item.id, worth)
            if 1 < len(whole) <= 3:
                joined = "".join(whole)
                _note(self._learn((joined,)).items, item.id, worth)
                self._learn_sound(joined, "".join(words(phrase)))
            for part, share in _parts(whole):
                telling = kind and kind >= set(whole) - set(part) and not kind & set(part)
                _note(self._learn(part).items, item.id, worth * (TELLING if telling else PART * share))

    def _learn_options(self) -> None:
        done: set[tuple[str, str]] = set()
        for item in self.card.items:
            for place in self.places[item.id].values():
                if (place.group.id, place.option.id) in done:
                    continue
                done.add((place.group.id, place.option.id))
                self._learn_option(place)

    def _learn_option(self, place: Place) -> None:
        option, group = place.option, place.group
        for phrase, worth in _names(option.name, option.synonyms, option.pronunciation):
            self._learn_words(phrase)
            self._written[" ".join(words(phrase))].add(option.id)
            whole = key(phrase)
            if not whole:
                continue
            _note(self._learn(whole).options, option.id, worth)
            kind = key(group.name)
            if kind and kind[-1] not in whole:
                self._known.add(kind[-1])
                _note(self._learn((*whole, kind[-1])).options, option.id, worth)
            others = {word for other in group.options if other.id != option.id for word in key(other.name)}
            for part, share in _parts(whole):
                if (
                    not others.intersection(part)
                    and not self._kinds.issuperset(part)
                    and (part[-1] == "%" or not all(len(word) < 3 for word in part))
                ):
                    _note(self._learn(part).options, option.id, worth * PART * share)

    def _learn_categories(self) -> None:
        """ "a pizza" may be any of the category, unless something is called just that."""
        for item in self.card.items:
            category = key(item.category)
            if category:
                self._learn_words(item.category)
                _note(self._learn(category).items, item.id, PART * 0.8)
                if len(category) > 1:
                    _note(self._learn(category[-1:]).items, item.id, PART * 0.75)

    # ---- hearing -------------------------------------------------------------------------------------

    def is_kind(self, word: str) -> bool:
        """Whether it only says what kind of choice follows: "toppings", "crust"."""
        return stem(word) in self._kinds

    def written(self, text: str) -> set[str]:
        """Items and options that are called exactly so, letter by letter."""
        return self._written.get(text, set())

    def knows(self, word: str) -> bool:
        return stem(word) in self._known

    def longest(self, heard: list[str], *, start: int) -> list[Found]:
        """Every phrase of the menu that begins here, the surest for each length."""
        best: dict[int, Found] = {}
        self._walk(self._root, heard, start, start, 1.0, best)
        return list(best.values())

    def _walk(self, node: _Node, heard: list[str], start: int, at: int, sure: float, best: dict[int, Found]) -> None:
        if node.naming is not None and at > start:
            length = at - start
            if length not in best or best[length].sureness < sure:
                best[length] = Found(length, node.naming, sure)
        if at >= len(heard) or at - start >= 8:
            return
        for word, alike in self._readings(heard[at]):
            if word in node.after:
                self._walk(node.after[word], heard, start, at + 1, sure * alike, best)
        for taken in (2, 3):  # one word heard as two or three
            parts = heard[at : at + taken]
            if len(parts) == taken and any(self._strange(part) for part in parts):
                for word, alike in self._readings("".join(parts)):
                    if alike >= 0.8 and word in node.after:
                        self._walk(node.after[word], heard, start, at + taken, sure * alike * 0.95, best)

    def _strange(self, word: str) -> bool:
        return word not in grammar.COMMON and stem(word) not in self._known and not word[0].isdigit()

    def _readings(self, word: str) -> tuple[tuple[str, float], ...]:
        """The word itself when it is known, else the words of this menu that it sounds like."""
        if word not in self._heard:
            if len(self._heard) > 5000:
                self._heard.clear()
            self._heard[word] = self._sound_alikes(word) if self._strange(word) else ((stem(word), 1.0),)
        return self._heard[word]

    def _sound_alikes(self, word: str) -> tuple[tuple[str, float], ...]:
        if len(word) < 3:
            return ()
        sound = Sound.of(word)
        shared: dict[str, int] = defaultdict(int)
        sounds: dict[str, Sound] = {}
        for pair in _pairs(sound):
            for stemmed, other in self._sounds.get(pair, ()):
                shared[stemmed] += 1
                sounds[stemmed] = other
        likely = sorted(shared, key=lambda one: shared[one] / (2 + len(sounds[one].text)), reverse=True)[:25]
        scored = [(one, compare(sound, sounds[one])) for one in likely]
        needed = ALIKE + (0.06 if len(word) == 3 else 0)
        if len(word) > 3:
            at = bisect.bisect_left(self._vocabulary, word)
            longer = [one for one in self._vocabulary[at : at + 3] if one.startswith(word)]
            if len(longer) == 1:
                scored.append((stem(longer[0]), SHORTENED))
        near = sorted((pair for pair in scored if pair[1] >= needed), key=lambda pair: -pair[1])
        return tuple(pair for pair in near[:3] if pair[1] >= near[0][1] - 0.1)

    # ---- knowing -------------------------------------------------------------------------------------

    def fitting(self, item_id: str, option_ids: Iterable[str], *, chosen: Iterable[str] = ()) -> str | None:
        """Which of these options this item takes: open ones first, then those below something chosen."""
        places, taken = self.places[item_id], set(chosen)
        mine = [option_id for option_id in option_ids if option_id in places]
        for option_id in mine:
            below = places[option_id].below
            if below is None or below in taken:
                return option_id
        return None


def _names(name: str, synonyms: Iterable[str], pronunciation: str) -> Iterator[tuple[str, float]]:
    yield name, WHOLE
    for synonym in synonyms:
        yield synonym, SYNONYM
    if pronunciation:
        yield pronunciation, SYNONYM


def _parts(whole: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], float]]:
    """Proper runs of a name's words, with their share of it; links alone name nothing."""
    for size in range(1, len(whole)):
        for start in range(len(whole) - size + 1):
            part = whole[start : start + size]
            says_something = part[-1] == "%" or not _EVERYDAY.issuperset(part)
            if part[0] not in _LINKS and part[-1] not in _LINKS and says_something:
                yield part, 0.6 + 0.4 * size / len(whole)


def _places(groups: Iterable[Group], below: str | None = None) -> Iterator[tuple[str, Place]]:
    for group in groups:
        for option in group.options:
            yield option.id, Place(group, option, below)
            yield from _places(option.groups, option.id)


def _note(known: dict[str, float], which: str, worth: float) -> None:
    known[which] = max(worth, known.get(which, 0.0))


def _pairs(sound: Sound) -> set[str]:
    """What two words have to share to be compared at all."""
    text = "^" + sound.text
    return {text[at : at + 2] for at in range(len(text) - 1)} | {"/" + sound.keyed[:2], "=" + sound.keyed}


def best(known: dict[str, float], *, written: Collection[str] = ()) -> tuple[str, ...]:
    """The candidates that are as good as the best one, best first; those written exactly so beat the others."""
    if not known:
        return ()
    top = max(known.values())
    exact = tuple(one for one in known if one in written and known[one] >= top - CLOSE * top)
    if exact:
        return exact
    return tuple(sorted((one for one in known if known[one] >= top - CLOSE * top), key=lambda one: -known[one]))


_KEPT: dict[int, tuple[weakref.ref[Card], Lexicon]] = {}


def of(card: Card) -> Lexicon:
    """The lexicon of this card, built the first time it is asked for and kept as long as the card is."""
    kept = _KEPT.get(id(card))
    if kept is not None and kept[0]() is card:
        return kept[1]
    made = Lexicon(replace(card))  # a twin: a lexicon that held the card itself would keep it for ever
    for stale in [one for one, (card_was, _) in list(_KEPT.items()) if card_was() is None]:
        _KEPT.pop(stale, None)
    _KEPT[id(card)] = (weakref.ref(card), made)
    return made
