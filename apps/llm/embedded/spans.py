"""From heard words to mentions: the best way to cut an utterance into menu names, numbers and little words.

Pure. Longer phrases win over shorter ones, exact ones over sound-alikes, and every word belongs to one span.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Literal

from apps.language import numbers
from apps.language.text import words
from apps.llm.embedded import grammar, lexicon
from apps.llm.embedded.grammar import Kind
from apps.llm.embedded.lexicon import Found, Lexicon

SURE = 0.99
CAPPED = 100_000


@dataclass(frozen=True, slots=True)
class Span:
    """A run of words that means one thing."""

    kind: Kind
    text: str
    value: str = ""
    number: int = 0
    items: tuple[str, ...] = ()
    """Candidates, best first; more than one when the words fit several as well."""
    item_worth: float = 0.0
    options: tuple[str, ...] = ()
    option_worth: float = 0.0
    variants: frozenset[str] = frozenset()
    plural: bool = False
    sureness: float = 1.0
    at: int = 0
    """The first of its words in the utterance."""


_ASKING = {"can", "may", "will", "could"}
_ASKED = {"i", "you", "we", "u", "ya", "y'all", "they", "please"}
"""The "can" of "can I" is no can."""
Better = tuple[float, tuple[Span, ...]]


def cut(heard: list[str], *, known: Lexicon) -> tuple[Span, ...]:
    """The spans of an utterance, in order; every word is in one."""
    best: list[Better] = [(0.0, ())] * (len(heard) + 1)
    for start in range(len(heard) - 1, -1, -1):
        options = [
            (score + best[start + length][0], (span, *best[start + length][1]))
            for length, score, span in _candidates(heard, start, known)
        ]
        best[start] = max(options, key=lambda option: option[0])
    return _homophones(_rejoined(best[0][1]), heard=heard, known=known)


def _candidates(heard: list[str], start: int, known: Lexicon) -> list[tuple[int, float, Span]]:
    word = heard[start]
    common = word in grammar.COMMON or known.knows(word) or known.is_kind(word)
    made = [(1, 0.0, Span("filler" if common else "unknown", word, at=start))]
    asks = word in _ASKING and heard[start + 1 : start + 2] and heard[start + 1] in _ASKED
    for found in [] if asks else known.longest(heard, start=start):
        text = " ".join(heard[start : start + found.length])
        span = _menu_span(text, found, written=known.written(text), at=start)
        worth = max(span.item_worth, span.option_worth, 1.0 if span.variants else 0.0)
        score = _score(found.length) + 1.5 * worth - 6 * (1 - found.sureness)
        made.append((found.length, score, span))
    for length in range(min(grammar.LONGEST, len(heard) - start), 0, -1):
        hit = grammar.PHRASES.get(tuple(heard[start : start + length]))
        if hit is not None:
            text = " ".join(heard[start : start + length])
            made.append((length, _score(length) + 0.5, Span(hit[0], text, value=hit[1], at=start)))
    number = numbers.read(heard, start=start)
    if number is not None and number[0] <= CAPPED:
        text = " ".join(heard[start : start + number[1]])
        made.append((number[1], _score(number[1]) + 0.6, Span("number", text, number=number[0], at=start)))
    return made


def _score(length: int) -> float:
    """Two words as one phrase are worth more than two phrases of one word."""
    return 2.0 * length + 1.6 * (length - 1)


def _menu_span(text: str, found: Found, *, written: set[str], at: int) -> Span:
    naming = found.naming
    items = lexicon.best(naming.items, written=written)
    options = lexicon.best(naming.options, written=written)
    last = text.split()[-1]
    return Span(
        "menu",
        text,
        items=items,
        item_worth=max(naming.items.values(), default=0.0),
        options=options,
        option_worth=max(naming.options.values(), default=0.0),
        variants=frozenset(naming.variants),
        plural=len(last) > 3 and last.endswith("s") and not last.endswith("ss"),
        sureness=found.sureness,
        at=at,
    )


def _rejoined(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """ "a spicy tuna uh roll": the word for its kind, heard a syllable after a dish, still belongs to it."""
    made: list[Span] = []
    for span in spans:
        if len(made) >= 2 and made[-1].kind in ("filler", "unknown") and " " not in made[-1].text:
            dish = made[-2]
            shared = tuple(one for one in dish.items if one in span.items)
            if dish.kind == span.kind == "menu" and shared and len(span.items) > len(shared):
                made[-2:] = [replace(dish, text=f"{dish.text} {span.text}", items=shared)]
                continue
        made.append(span)
    return tuple(made)


def _homophones(spans: tuple[Span, ...], *, heard: list[str], known: Lexicon) -> tuple[Span, ...]:
    """ "too large pepperoni pizzas" are two: such a word counts only before something in the plural."""
    mended = list(spans)
    for place, span in enumerate(spans):
        following = spans[place + 1] if place + 1 < len(spans) else None
        if span.kind == "number" and following and following.kind == "filler" and known.is_kind(following.text):
            mended[place] = Span("filler", span.text, at=span.at)  # "a two topping pizza"
        if span.kind == "number" and _measures(heard, span):
            mended[place] = Span("filler", span.text, at=span.at)
            continue
        if span.text in grammar.FOR_AND_TO and following and following.text.split()[0] in grammar.NOT_COUNTED:
            mended[place] = Span("filler", span.text, at=span.at)
            continue
        number = grammar.HOMOPHONES.get(span.text)
        if number is None or span.kind == "number":
            continue
        before = spans[place - 1] if place else None
        if before is not None and before.kind in ("number", "change", "menu") and span.text in ("to", "for"):
            continue
        for follower in spans[place + 1 : place + 4]:
            if follower.kind not in ("menu", "and"):
                break
            if follower.items and follower.plural:
                mended[place] = Span("number", span.text, number=number, at=span.at)
                break
    return tuple(mended)


def _measures(heard: list[str], span: Span) -> bool:
    """ "It's five dollars, right?", "I'm twenty five", "in ten minutes": such a number counts no dishes."""
    end = span.at + len(span.text.split())
    before, after = heard[max(0, span.at - 2) : span.at], heard[end : end + 1]
    says = before[-1:] in _AGED or tuple(before) in _AGED_TWO
    return bool(grammar.MEASURES.intersection(after)) or (says and after in ([], ["and"], ["so"], ["old"], ["now"]))


_AGED = (["i'm"], ["im"], ["he's"], ["she's"], ["turned"], ["age"])
_AGED_TWO = (("i", "am"), ("he", "is"), ("she", "is"), ("we", "are"))
_Key = tuple[int, str]
_KEPT: OrderedDict[_Key, tuple[Lexicon, tuple[Span, ...]]] = OrderedDict()
_MOST = 2000


def read(text: str, *, known: Lexicon) -> tuple[Span, ...]:
    """The spans of a text; remembered, because a call's earlier words are read again on every turn."""
    mark = (id(known), text)
    kept = _KEPT.get(mark)
    if kept is not None and kept[0] is known:
        return kept[1]
    made = cut(words(text)[:150], known=known)
    _KEPT[mark] = (known, made)
    while len(_KEPT) > _MOST:
        try:
            _KEPT.popitem(last=False)
        except KeyError:
            break
    return made


Role = Literal["item", "option", "variant"]
