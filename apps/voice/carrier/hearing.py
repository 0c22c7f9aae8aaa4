"""What a caller understands of the agent's words: the question asked, and what a read-back contains. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from apps.menu.card import Card, Group, Item, Option, every_group
from apps.voice.carrier.goals import Wish

_COUNTS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_NUMBERS = {word: value for value, word in enumerate(_COUNTS, start=1)} | {"a": 1, "an": 1}
_NEGATIVE = re.compile(r"\b(no|without|minus|hold the|leave out|not)(\s+the)?\s*$")
_BETWEEN = re.compile(r"(?:\s|×|-|\b(?:x|times|orders?|of|the)\b)*$")


class Question(Enum):
    PLACED = "placed"
    READ_BACK = "read-back"
    MEANT = "meant"
    LEAVE_OUT = "leave out"
    EMPTY = "empty"
    """There is nothing in the order, or nothing any more."""
    UNWANTED = "unwanted"
    """About the size or a choice of a dish that was not told of."""
    WHICH = "which"
    SPELL = "spell"
    NAME = "name"
    ELSE = "else"
    SIZE = "size"
    CHOICE = "choice"
    HOW_MANY = "how many"
    AGAIN = "again"
    OPEN = "open"


_CUES: tuple[tuple[Question, str], ...] = (
    (Question.SPELL, r"\bspell"),
    (Question.NAME, r"\bname\b"),
    (Question.HOW_MANY, r"\bhow many\b"),
    (
        Question.AGAIN,
        r"still there|still on the line|can't hear|say (it|that) (again|once more)|repeat|rephrase",
    ),
    (Question.ELSE, r"\belse\b|is that all|be all|that everything|anything more|to add"),
)
_PLACED = re.compile(r"\b(is|been|it's|i've|have|order) placed|order number|order is in\b|placed your order", re.I)
_CONFIRM = re.compile(
    r"place (it|this|that|the order|your order)"
    r"|(is|was) (that|this|everything|it) (all )?(right|correct|ok|okay)"
    r"|(sound|look)s? (right|good|correct)|(correct|right)\?"
    r"|go ahead|shall i|should i|do you confirm|send it",
    re.I,
)
_MEANT = re.compile(r"did you (mean|say)|do you mean|you said", re.I)
_EMPTY = re.compile(r"cleared (the|your) order|(don't have|isn't|is not) anything in your order|order is empty")
_WHICH_KIND = re.compile(r"^which \w+( \w+)? would you like\?$")
_LEAVE_OUT = re.compile(r"\b(leave|take) .+ (out|off)\?|\bdrop .+\?")
_SORRY = re.compile(
    r"didn't (get|catch|understand)|don't have|couldn't find|can't find|not on (our|the) menu|sorry", re.I
)


@dataclass(frozen=True, slots=True)
class Heard:
    """A question, and the dish and group it is about."""

    question: Question
    item: Item | None = None
    group: Group | None = None


@dataclass(frozen=True, slots=True)
class ReadLine:
    item: Item
    quantity: int
    size: str
    options: frozenset[str]
    refused: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    item: Item


def pattern(name: str) -> str:
    """The name in singular or plural, as a whole word, whatever stands between its words."""
    words = [re.escape(word) for word in re.findall(r"[\w']+", name.lower())]
    last = words[-1]
    words[-1] = f"(?:{last[:-1]}(?:y|ies))" if last.endswith("y") else f"{last}(?:e?s)?"
    return r"\b" + r"[\s-]+".join(words) + r"\b"


def understand(said: str, *, card: Card, wishes: tuple[Wish, ...]) -> Heard:
    """What the agent's words ask for. `wishes` are the dishes told so far, which a question may be about."""
    text = said.lower()
    last = _last_question(text)
    about = _about(text, card)
    if _PLACED.search(text) and not _CONFIRM.search(last):
        return Heard(Question.PLACED)
    if _CONFIRM.search(text) and ("total" in text or (about is not None and not _MEANT.search(text))):
        return Heard(Question.READ_BACK)
    if _MEANT.search(last):
        return Heard(Question.MEANT, about)
    if _EMPTY.search(text):
        return Heard(Question.EMPTY)
    if _LEAVE_OUT.search(last):
        return Heard(Question.LEAVE_OUT, about)
    named = [found.item for found in _items(last, card)]
    if not named and _WHICH_KIND.search(last):  # "Which rolls would you like? We have …"
        named = [found.item for found in _items(text, card)]
    if len(named) > 1 and re.search(r"\bwhich\b", last):
        told = [wish.item for wish in wishes]
        meant = [item for item in told if item in named] or [i for i in told if i.category == named[0].category]
        return Heard(Question.WHICH, meant[-1] if meant else None)
    for question, cue in _CUES[:4]:
        if re.search(cue, last):
            return Heard(question, about)
    if re.search(_CUES[4][1], last):
        return Heard(Question.ELSE, about)
    if len(named) == 1 and named[0] not in [wish.item for wish in wishes] and _asked_of(named[0], last):
        return Heard(Question.UNWANTED, named[0])
    if choice := _choice(last, about, wishes):
        return choice
    return Heard(Question.AGAIN if _SORRY.search(text) else Question.OPEN, about)


def _last_question(text: str) -> str:
    sentences = re.split(r"(?<=[.!?])\s+", text.strip())
    questions = [sentence for sentence in sentences if sentence.endswith("?")]
    return questions[-1] if questions else text


def _about(text: str, card: Card) -> Item | None:
    found = _items(text, card)
    return found[-1].item if found else None


def _choice(question: str, about: Item | None, wishes: tuple[Wish, ...]) -> Heard | None:
    """A question about the size or a group of a dish that was told, the latest first."""
    items = [wish.item for wish in reversed(wishes)]
    if about is not None and about in items:
        items = [about, *(item for item in items if item is not about)]
    return next((asked for item in items if (asked := _asked_of(item, question))), None)


def _asked_of(item: Item, question: str) -> Heard | None:
    """Whether the question is about a size or a choice of this dish."""
    sizes = sum(bool(re.search(pattern(size.name), question)) for size in item.variants)
    if item.variants and (sizes >= 2 or re.search(r"\bsize|\bhow (big|large)", question)):
        return Heard(Question.SIZE, item)
    for group in sorted(every_group(item.groups), key=lambda group: -_offers(group, question)):
        if _offers(group, question) >= 2 or re.search(pattern(group.name), question):
            return Heard(Question.CHOICE, item, group)
    return None


def _offers(group: Group, question: str) -> int:
    return sum(bool(re.search(pattern(option.name), question)) for option in group.options)


# ---- the read-back -----------------------------------------------------------------------------------

_WHOSE = re.compile(r",? (?:for|under) (?:the name )?([^,.?]+)[,.?]")


def last_read_back(text: str) -> str:
    """The newest of several: an interrupted one is followed by another, and only that counts."""
    sentences = re.split(r"(?<=[.!?])\s+", text.strip())
    asked = [place for place, sentence in enumerate(sentences) if _CONFIRM.search(sentence)]
    return " ".join(sentences[asked[-2] + 1 :]) if len(asked) > 1 else text


def names_somebody_else(text: str, *, name: str) -> bool:
    """Whether the read-back is for a person of another name."""
    found = [each.strip().lower() for each in _WHOSE.findall(text)]
    return bool(found) and not any(each.split()[0] == name.lower() for each in found)


def read(text: str, *, card: Card) -> list[ReadLine]:
    """The lines that a read-back names."""
    text = text.lower()
    found = _items(text, card)
    lines = []
    for place, here in enumerate(found):
        before = text[found[place - 1].end if place else 0 : here.start]
        until = found[place + 1].start if place + 1 < len(found) else len(text)
        after = text[here.end : until]
        size = _size(here.item, before) or _size(here.item, after)
        options, refused = _options(here.item, after)
        lines.append(ReadLine(here.item, _quantity(before, size), size, options, refused))
    return lines


def _items(text: str, card: Card) -> list[_Found]:
    """Names of dishes in order, the longest first where they overlap. A word that is also an option of the
    dish before it ("with miso soup") is a dish only when a number stands before it."""
    taken: list[_Found] = []
    for item in sorted(card.items, key=lambda item: -len(item.name)):
        for match in re.finditer(pattern(item.name), text):
            if all(match.end() <= other.start or match.start() >= other.end for other in taken):
                taken.append(_Found(match.start(), match.end(), item))
    taken.sort(key=lambda found: found.start)
    dishes: list[_Found] = []
    for found in taken:
        if dishes and _is_option(found.item.name, dishes[-1].item) and not _counted(text[: found.start]):
            continue
        dishes.append(found)
    return dishes


def _is_option(name: str, item: Item) -> bool:
    return any(option.name.lower() == name.lower() for group in every_group(item.groups) for option in group.options)


def _counted(before: str) -> bool:
    words = before.split()
    return bool(words) and (words[-1] in _NUMBERS or words[-1].isdigit())


def _size(item: Item, text: str) -> str:
    for variant in sorted(item.variants, key=lambda variant: -len(variant.name)):
        if re.search(pattern(variant.name), text):
            return variant.name
    return ""


def _quantity(before: str, size: str) -> int:
    """The number that stands just before the dish, its size in between or not."""
    if size:
        matches = list(re.finditer(pattern(size), before))
        if matches:
            before = before[: matches[-1].start()]
    before = _BETWEEN.sub("", before)
    words = re.findall(r"[\w']+", before)
    if not words:
        return 1
    return int(words[-1]) if words[-1].isdigit() else _NUMBERS.get(words[-1], 1)


def _options(item: Item, text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Names of the dish's options that are wanted, and that are refused, in this part of the read-back."""
    options: list[Option] = [option for group in every_group(item.groups) for option in group.options]
    spans: list[tuple[int, int, str]] = []
    for option in sorted(options, key=lambda option: -len(option.name)):
        for match in re.finditer(pattern(option.name), text):
            if all(match.end() <= start or match.start() >= end for start, end, _ in spans):
                spans.append((match.start(), match.end(), option.name))
    wanted, refused = set(), set()
    negative_until = -1
    for start, end, name in sorted(spans):
        if (amount := re.search(r"\b(extra|light)\s+$", text[:start])) is not None:
            name = f"{amount[1]} {name}"
        joined = negative_until >= 0 and text[negative_until:start].strip() == "or"
        if joined or _NEGATIVE.search(text[:start]):
            refused.add(name)
            negative_until = end
        else:
            wanted.add(name)
            negative_until = -1
    return frozenset(wanted), frozenset(refused)
