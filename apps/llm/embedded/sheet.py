"""The working sheet of one utterance: the order so far, where the reading stands, and what can be seen from
there in both directions. Nothing here changes a line. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from apps.llm.embedded import draft as drafts
from apps.llm.embedded import lexicon
from apps.llm.embedded.draft import Draft, Line
from apps.llm.embedded.lexicon import PART, SYNONYM, Lexicon
from apps.llm.embedded.spans import Role, Span
from apps.menu.card import Amount, Option, Side

FULL = SYNONYM * 0.9
"""Named with its whole name, not a part of it."""
Asked = Literal["", "item", "size", "choice", "quantity", "more", "confirm", "name", "change", "offer"]
_SIZE_WORDS = {
    "size", "sized", "sizes", "of", "order", "orders", "please", "whole", "big", "kind", "plain", "uh", "um",
}  # fmt: skip


@dataclass(slots=True)
class Phrase:
    """What was said of a thing before the thing itself: "two large …"."""

    quantity: int | None = None
    article: bool = False
    size: frozenset[str] = frozenset()
    picks: list[tuple[Span, Amount, Side]] = field(default_factory=list)
    definite: bool = False
    more: bool = False

    def empty(self) -> bool:
        return self.quantity is None and not self.article and not self.size and not self.definite


@dataclass(slots=True)
class Change:
    """ "change A to B": what A is, and whether B is next."""

    line: int | None = None
    option: str | None = None
    to: bool = False
    instead: bool = False
    """Begun by "instead of A": B comes with words of its own, "we want …"."""


class Sheet:
    """What is known while an utterance is read."""

    def __init__(
        self,
        spans: Sequence[Span],
        *,
        draft: Draft,
        focus: int | None,
        known: Lexicon,
        asked: Asked,
        about: int | None,
    ) -> None:
        self.spans = spans
        self.known = known
        self.before = draft
        self.lines: list[Line | None] = list(draft)
        self.asked, self.about = asked, about
        self.cur = focus if focus is not None and focus < len(draft) else None
        if about is not None and about < len(draft):
            self.cur = about
        self.fresh: list[int] = []
        self.phrase = Phrase()
        self.refusing: Literal["", "not", "remove"] = ""
        self.listing = False
        self.amount: Amount = "regular"
        self.side: Side = "whole"
        self.halves = 0
        self.portion = False
        self.vague: set[int] = set()
        self.change: Change | None = None
        self.victim = False
        self.correcting = False
        self.everyone = False
        self.split: int | None = None
        self.last_placed: list[tuple[int, str]] = []
        self.homeless: list[str] = []
        self.skip: set[int] = set()
        self.sized: set[int] = set()
        self.taken_off = False
        """A line was taken off by these words already."""
        self.refused_on: set[int] = set()
        """Lines on which a choice was refused."""

    def _new_phrase(self) -> None:
        self.phrase = Phrase(picks=self.phrase.picks)

    def _index(self, at: int) -> int | None:
        """The next span that is no article."""
        at += 1
        while at < len(self.spans) and self.spans[at].kind in ("article", "the"):
            at += 1
        return at if at < len(self.spans) else None

    def _next(self, at: int) -> Span | None:
        return self.spans[at + 1] if at + 1 < len(self.spans) else None

    def _next_kind(self, at: int) -> str:
        following = self._next(at)
        return following.kind if following else ""

    def _next_text(self, at: int) -> str:
        following = self._next(at)
        return following.text if following else ""

    def _nothing_named(self, at: int) -> bool:
        return self._head(at + 1) is None

    def _says_nothing(self, span: Span) -> bool:
        return span.kind == "filler" and (span.text in _SIZE_WORDS or self.known.is_kind(span.text))

    def _leads_to_unknown(self, at: int) -> bool:
        """Whether the phrase from here runs into a word that the card does not know."""
        for place in range(at, len(self.spans)):
            span = self.spans[place]
            if span.kind == "unknown":
                return bool(self._implied(place))
            if span.kind == "menu" and (span.options or span.variants):
                continue
            if span.kind in ("amount", "and") or self._says_nothing(span):
                continue
            return False
        return False

    def _implied(self, at: int, *, size: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """The dishes that take the size and the choices said before and after this word."""
        choices = [span for span, _, _ in self.phrase.picks]
        size = size or self.phrase.size
        for ahead in self.spans[at + 1 :]:
            if ahead.kind == "number" or (ahead.kind == "menu" and not ahead.options and not ahead.variants):
                break
            if ahead.kind == "menu" and ahead.options:
                choices.append(ahead)
        if not choices:
            return ()
        fitting = [
            item.id
            for item in self.known.card.items
            if (not size or any(one.id in size for one in item.variants))
            and all(self.known.fitting(item.id, span.options) for span in choices)
        ]
        kinds = {self.known.card.by_id[one].category for one in fitting}
        return tuple(fitting) if len(kinds) == 1 else ()

    def _head(self, at: int, *, before: str = "") -> int | None:
        """Where the dish is that the words from here lead up to, within one noun phrase. `before` is the kind
        of the word just before, when the phrase has begun already."""
        for place in range(at, len(self.spans)):
            span = self.spans[place]
            if span.kind == "menu":
                if span.items and self._heads(place):
                    return place
                before = "menu"
            elif span.kind in ("amount", "portion") or self._says_nothing(span):
                continue
            elif span.kind == "and" and before == "menu" and span.text in ("and", "y", "or"):
                before = "and"
            elif span.kind in ("article", "number") and place == at and before == "":
                continue
            elif span.kind == "unknown" and before == "menu" and self._next_kind(place) == "menu":
                continue  # "a decaf vanilla latte": a word that is not on the card within the phrase
            else:
                return None
        return None

    def _heads(self, place: int) -> bool:
        span = self.spans[place]
        if span.variants and span.item_worth < FULL:
            return False
        if not span.options:
            return True
        if self._is_adjective(place):
            return False
        here = self._current()
        counted = place > 0 and self.spans[place - 1].kind in ("number", "article")
        if counted and here is not None and not here.settled and self._narrowed(here, span):
            return True
        taken = here is not None and drafts.option_for(here, span.options, known=self.known) is not None
        if (
            taken
            and self.cur in self.fresh
            and span.option_worth >= FULL
            and self.phrase.quantity is None
            and not (counted and self.spans[place - 1].kind == "number")
        ):
            return self.portion or self.phrase.more
        later = self._head(place + 1, before="menu")
        if later is not None and self._accepts_span(self.spans[later], span):
            return False
        return span.item_worth >= FULL or span.item_worth >= span.option_worth

    def _is_adjective(self, at: int) -> bool:
        """Part of a name that only tells more about the menu words beside it: "grilled" in "grilled chicken"."""
        span = self.spans[at]
        if max(span.item_worth, span.option_worth) > PART or span.variants or " " in span.text:
            return False
        if len(span.items) > 1:
            return False
        places = (at + 1,) if span.items else (at - 1, at + 1)
        beside = [self.spans[one] for one in places if 0 <= one < len(self.spans)]
        return any(
            one.kind == "menu"
            and max(one.item_worth, one.option_worth) >= FULL
            and not set(one.items) & set(span.items)
            for one in beside
        )

    def _is_class_word(self, at: int) -> bool:
        """The "cheese" of "cheddar cheese", where the choice before is known by a name that ends so."""
        if not at or self.spans[at - 1].kind != "menu" or not self.spans[at - 1].options or not self.spans[at].options:
            return False
        before, word = self.spans[at - 1], lexicon.key(self.spans[at].text)
        if len(word) != 1 or before.options == self.spans[at].options:
            return False
        return any(
            len(name) > 1 and name[-1] == word[0]
            for option_id in before.options
            for name in map(lexicon.key, _ways(self.known.options[option_id]))
        )

    def _accepts_span(self, head: Span, span: Span) -> bool:
        line = Line(items=head.items)
        if drafts.option_for(line, span.options, known=self.known) is not None:
            return True
        return len(head.items) > 1 and bool(set(head.items) & set(span.items))

    def _role(self, at: int | None) -> Role:
        assert at is not None
        span = self.spans[at]
        if span.variants and span.item_worth < FULL and (not span.options or self._wants_size(span)):
            return "variant"
        if not span.options:
            return "item" if span.items else "variant"
        if not span.items:
            return "option"
        return self._item_or_option(at, span)

    def _item_or_option(self, at: int, span: Span) -> Role:
        """Words that name a dish and a choice: what is around them decides."""
        if self.portion:
            return "item"
        head = self._head(at + 1, before="menu")
        if head is not None and self._accepts_span(self.spans[head], span):
            return "option"
        here = self._current()
        faint = span.item_worth < PART and span.option_worth >= FULL and not self.refusing
        if faint and (self._someone_takes(span) or head is None):
            return "option"
        fits = here is not None and drafts.option_for(here, span.options, known=self.known) is not None
        if self.refusing:
            if any(self._is(line, span.items) for line in self.lines if line is not None):
                return "item" if span.item_worth >= FULL or not fits else "option"
            return "option" if fits or not self.lines else "item"
        if self.asked == "choice" and fits and not self.fresh and self.phrase.quantity is None:
            return "option"
        if self.phrase.quantity is not None or self.phrase.size or self.phrase.article:
            return "item"
        if fits and (self.listing or self.amount != "regular" or self.side != "whole"):
            return "option"
        if self.asked == "item" and here is not None and self._narrowed(here, span):
            return "item"
        if fits and self.fresh and span.option_worth >= span.item_worth:
            return "option"
        return "item" if span.item_worth >= FULL or not fits else "option"

    def _wants_size(self, span: Span) -> bool:
        line = self._current()
        return line is None or (drafts.takes_size(line, span.variants, known=self.known) and not line.size)

    def _someone_takes(self, span: Span) -> bool:
        return any(self._fits(place, span) for place in self._order_of_lines())

    def _refusable(self, span: Span) -> bool:
        if len(span.items) > 1 and not span.options:
            return True  # "no drinks"
        if span.options and any(
            line is not None and drafts.option_for(line, span.options, known=self.known) for line in self.lines
        ):
            return True
        if span.items and any(self._is(line, span.items) for line in self.lines if line is not None):
            return True
        return bool(span.options) and not span.items

    def _refusal_ends(self, at: int) -> bool:
        """ "no beans, red salsa": a refusal goes on only over "and" and "or"."""
        before = self.spans[at - 1] if at else None
        if before is None or before.kind != "menu" or not before.options:
            return False
        for ahead in self.spans[at + 1 :]:
            if ahead.kind == "and":
                return ahead.text not in ("or", "nor", "o")
            if ahead.kind != "menu":
                return True
        return True

    def _after_and(self, at: int) -> bool:
        return at > 0 and self.spans[at - 1].kind == "and"

    def _said_before(self, at: int, verbs: tuple[str, ...]) -> bool:
        return any(span.text in verbs for span in self.spans[max(0, at - 5) : at])

    def _led(self, at: int) -> bool:
        """Whether a side opens its list ("on the left half olives, on the right ham") or ends it."""
        return not any(span.kind == "menu" and span.options for span in self.spans[max(0, at - 2) : at])

    def _current(self) -> Line | None:
        if self.cur is not None and self.lines[self.cur] is not None:
            return self.lines[self.cur]
        return None

    def _order_of_lines(self) -> list[int]:
        """Lines as they come to mind: the current one, then the latest first."""
        there = [place for place in range(len(self.lines) - 1, -1, -1) if self.lines[place] is not None]
        if self.cur in there:
            there.remove(self.cur)
            there.insert(0, self.cur)
        return there

    def _fits(self, place: int, span: Span) -> bool:
        line = self.lines[place]
        return line is not None and drafts.option_for(line, span.options, known=self.known) is not None

    def _is(self, line: Line | None, items: tuple[str, ...]) -> bool:
        return line is not None and line.settled and line.items[0] in items

    def _described(self, line: Line, by: Sequence[Span]) -> bool:
        """ "the large pizza": every word of it is true of the line."""
        return all(self._is(line, span.items) or (span.variants and span.variants & line.size) for span in by) and any(
            span.items for span in by
        )

    def _narrowed(self, line: Line, span: Span) -> tuple[str, ...]:
        return tuple(one for one in line.items if one in span.items)

    def _unsized(self, place: int, span: Span) -> bool:
        line = self.lines[place]
        return line is not None and not line.size and drafts.takes_size(line, span.variants, known=self.known)

    def _category(self, line: Line | None) -> str:
        return drafts.item_of(line, known=self.known).category if line is not None else ""

    def _line_of_size(self, size: frozenset[str], *, default: int | None) -> int | None:
        for place in self._order_of_lines():
            line = self.lines[place]
            variant = drafts.variant_of(line, known=self.known) if line is not None and line.settled else None
            if variant is not None and variant.id in size:
                return place
        return default

    def _contrasted_size(self, at: int) -> int | None:
        """ "a large not a small": the line that is small."""
        if self._next_kind(at) in ("not", "no"):
            place = self._index(at + 1)
            if place is not None and self.spans[place].variants:
                return self._line_of_size(self.spans[place].variants, default=None)
        return None

    def _contrasted_number(self, at: int) -> int | None:
        if self._next_kind(at) in ("not", "no") and at + 2 < len(self.spans):
            other = self.spans[at + 2]
            return other.number if other.kind == "number" else None
        return None


def _ways(option: Option) -> tuple[str, ...]:
    return (option.name, *option.synonyms)
