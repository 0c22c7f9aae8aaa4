"""What an utterance does to the order: items put on, taken off and changed, with their sizes and choices.

One pass over the spans, left to right, with as much looking ahead as a noun phrase needs ("two large ham and
pineapple pizzas"). What was said before decides what "it", "the large" or "make that three" mean. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from apps.llm.embedded import draft as drafts
from apps.llm.embedded import lexicon
from apps.llm.embedded.draft import Draft, Line, Pick
from apps.llm.embedded.lexicon import PART, SYNONYM, Lexicon
from apps.llm.embedded.spans import Role, Span
from apps.menu.card import Amount, Option, Side

FULL = SYNONYM * 0.9
"""Named with its whole name, not a part of it."""
Asked = Literal["", "item", "size", "choice", "quantity", "more", "confirm", "name", "change"]
_SIZE_WORDS = {"size", "sized", "sizes", "of", "order", "orders", "please", "whole", "big", "kind", "plain", "uh", "um"}
_THROUGH = {"amount", "side", "and", "with"}


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of reading one utterance."""

    draft: Draft
    focus: int | None
    """The line that was spoken of last."""
    changed: bool
    homeless: tuple[str, ...] = ()
    """Choices that go with nothing that was ordered, as they were said."""
    mentioned: tuple[Span, ...] = ()
    correcting: bool = False


@dataclass(slots=True)
class _Phrase:
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
class _Change:
    """ "change A to B": what A is, and whether B is next."""

    line: int | None = None
    option: str | None = None
    to: bool = False


def read(
    spans: Sequence[Span],
    *,
    draft: Draft,
    focus: int | None,
    known: Lexicon,
    asked: Asked = "",
    about: int | None = None,
) -> Heard:
    """The order after these words. `asked` and `about` say what the caller was just asked, about which line."""
    reader = _Reader(spans, draft=draft, focus=focus, known=known, asked=asked, about=about)
    return reader.read()


class _Reader:
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
        self.phrase = _Phrase()
        self.refusing: Literal["", "not", "remove"] = ""
        self.listing = False
        self.amount: Amount = "regular"
        self.side: Side = "whole"
        self.halves = 0
        self.portion = False
        self.vague: set[int] = set()
        self.change: _Change | None = None
        self.victim = False
        self.correcting = False
        self.everyone = False
        self.split: int | None = None
        self.last_placed: list[tuple[int, str]] = []
        self.homeless: list[str] = []
        self.skip: set[int] = set()
        self.sized: set[int] = set()

    # ---- the pass ------------------------------------------------------------------------------------

    def read(self) -> Heard:
        for at, span in enumerate(self.spans):
            if at in self.skip:
                continue
            step = getattr(self, f"_on_{span.kind}", None)
            if step is not None:
                step(at, span)
        self._leftovers()
        kept = [(place, line) for place, line in enumerate(self.lines) if line is not None]
        drafted = drafts.merged(line for _, line in kept)
        focus = self._focus(kept, drafted)
        return Heard(
            draft=drafted,
            focus=focus,
            changed=drafted != self.before,
            homeless=tuple(self.homeless),
            mentioned=tuple(span for span in self.spans if span.kind == "menu"),
            correcting=self.correcting,
        )

    def _focus(self, kept: list[tuple[int, Line]], drafted: Draft) -> int | None:
        if self.cur is None or self.lines[self.cur] is None:
            return len(drafted) - 1 if drafted else None
        mine = self.lines[self.cur]
        for place, line in enumerate(drafted):
            if mine is not None and replace(line, quantity=mine.quantity) == mine:
                return place
        return len(drafted) - 1 if drafted else None

    # ---- little words --------------------------------------------------------------------------------

    def _on_number(self, at: int, span: Span) -> None:
        number = drafts.VAGUE if span.value == "vague" else span.number
        if self.refusing == "not" and self._nothing_named(at):
            return
        if self._is_split(at):
            self._split(number)
            return
        head = self._head(at + 1)
        if head is not None:
            if self.refusing == "not" and self._after_and(at):
                self.refusing = ""
            self._new_phrase()
            self.phrase.quantity = number
            self.listing = False
            return
        if self._leads_to_unknown(at + 1):
            self._new_phrase()
            self.phrase.quantity = number
            self.listing = False
            return
        following = self._next(at)
        if following is not None and following.kind == "menu" and following.options and not following.items:
            if span.number == 2:
                self.amount = "extra" if self._next_text(at) in ("times",) else self.amount
            return
        self._bare_number(at, number)

    def _after_and(self, at: int) -> bool:
        return at > 0 and self.spans[at - 1].kind == "and"

    def _bare_number(self, at: int, number: int) -> None:
        """A number on its own: how many of what was just spoken of."""
        contrast = self._contrasted_number(at)
        target = self.cur
        if self.change is not None and self.change.line is not None:
            target = self.change.line
        if contrast is not None:
            for place, line in enumerate(self.lines):
                if line is not None and line.quantity == contrast:
                    target = place
        if target is None or self.lines[target] is None:
            self.phrase.quantity = number
            return
        previous = self.spans[at - 1] if at else None
        trailing = target in self.fresh and previous is not None and previous.kind == "menu"
        asked = self.asked == "quantity" or (self.asked in ("confirm", "change") and not self.fresh)
        if (
            self.change is not None
            or self.correcting
            or asked
            or trailing
            or contrast is not None
            or (not self.fresh and len([one for one in self.spans if one.kind in ("menu", "number")]) == 1)
        ):
            self._set(target, quantity=number)

    def _on_article(self, at: int, span: Span) -> None:
        if self.refusing and self._nothing_named(at):
            return
        head = self._head(at + 1)
        if head is not None or self._leads_to_unknown(at + 1):
            if self.refusing == "not" and self._after_and(at):
                self.refusing = ""
            if self.phrase.quantity is None and not self.phrase.more:
                self._new_phrase()
            self.phrase.article = True
            self.listing = False

    def _on_portion(self, at: int, span: Span) -> None:
        """ "a side of …": a thing of its own, even where it could be a choice."""
        self.portion = self._next_kind(at) in ("menu", "the")
        self.listing = False

    def _on_the(self, at: int, span: Span) -> None:
        if self._head(at + 1) is not None:
            if self.phrase.quantity is None:
                self._new_phrase()
            self.phrase.definite = True

    def _on_more(self, at: int, span: Span) -> None:
        following = self._next(at)
        if following is not None and following.kind == "menu" and self._role(self._index(at)) != "item":
            self.amount = "extra" if "extra" in span.text else self.amount
            if self._head(at + 1) is not None:
                self._on_article(at, span)
            return
        if self._head(at + 1) is not None:
            self._new_phrase()
            self.phrase.quantity, self.phrase.more = 1, True
        elif self.cur is not None and self.lines[self.cur] is not None and following is None:
            self._copy(self.cur)

    def _on_same(self, at: int, span: Span) -> None:
        source = self.cur if self.cur is not None else (len(self.lines) - 1 if self.lines else None)
        if source is not None and self.lines[source] is not None and self.asked not in ("size", "choice"):
            self._copy(source)

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

    def _on_and(self, at: int, span: Span) -> None:
        following = self._next(at)
        if self.refusing and following is not None and following.kind not in ("menu", "the", "article"):
            self.refusing = ""

    def _on_with(self, at: int, span: Span) -> None:
        if span.text in ("with", "con") and self._changes_something():
            return
        self.refusing = ""
        self.listing = True

    def _on_but(self, at: int, span: Span) -> None:
        self.refusing = ""
        self.amount = "regular"

    def _on_want(self, at: int, span: Span) -> None:
        if self._next_kind(at) == "not":
            return
        self.refusing = ""
        if span.text not in ("put", "have", "order") and self.change is not None and self.change.to:
            self.change = None

    def _on_add(self, at: int, span: Span) -> None:
        self.refusing = ""
        self.change = None
        self.correcting = False

    def _on_not(self, at: int, span: Span) -> None:
        following = self._next(at)
        if following is not None and following.kind == "amount" and span.text == "not":
            return
        self.refusing = "not"
        if self.phrase.quantity is None and not self.phrase.size:
            self._new_phrase()

    def _on_no(self, at: int, span: Span) -> None:
        """ "no onions" refuses; the "no" of "no, a large one" only says that something was wrong."""
        place = self._index(at)
        if place is not None and self.spans[place].kind == "menu" and self._refusable(self.spans[place]):
            self._on_not(at, span)
            return
        if self._next_kind(at) == "amount":
            ahead = self._index(place if place is not None else at)
            if ahead is not None and self.spans[ahead].kind == "menu" and self.spans[ahead].options:
                self._on_not(at, span)
                return
        self.correcting = at == 0 or self.correcting

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

    def _on_remove(self, at: int, span: Span) -> None:
        self.refusing = "remove"
        self.change = None
        self._new_phrase()

    def _on_off(self, at: int, span: Span) -> None:
        """ "take the coke off": the thing came before the little word."""
        before = self.spans[at - 1] if at else None
        if (
            before is None
            or before.kind != "menu"
            or not self._said_before(at, ("take", "put", "cut", "leave", "keep"))
        ):
            return
        if self.cur is not None and self._is(self.lines[self.cur], before.items):
            self.lines[self.cur] = None
            if self.cur in self.fresh:
                self.fresh.remove(self.cur)
                self._take_off(before, quantity=None)
        elif self.last_placed:
            place, option_id = self.last_placed.pop()
            self._pick(place, Span("menu", "", options=(option_id,)), amount="none")

    def _said_before(self, at: int, verbs: tuple[str, ...]) -> bool:
        return any(span.text in verbs for span in self.spans[max(0, at - 5) : at])

    def _on_change(self, at: int, span: Span) -> None:
        self.refusing = ""
        make = span.text.split()[0] in ("make", "should", "it", "that", "que", "it's", "supposed")
        self.change = _Change(line=self.cur if make else None, to=make)
        self.correcting = True
        if span.text in ("make both", "make all"):
            self.everyone = True
        self._new_phrase()
        self.phrase.definite = span.text in ("make the", "make my")

    def _on_pronoun(self, at: int, span: Span) -> None:
        if self.change is not None and not self.change.to:
            self.change.line = self.cur
        if self.refusing == "remove" and self.cur is not None and self._next(at) is None:
            self.lines[self.cur] = None

    def _on_to(self, at: int, span: Span) -> None:
        if self.change is not None:
            if self.change.line is None and self.change.option is None:
                self.change.line = self.cur
            self.change.to = True
            self._new_phrase()

    def _on_filler(self, at: int, span: Span) -> None:
        if span.text == "for" and self._changes_something():
            return
        if span.text in ("everything", "whole") and self.refusing == "remove":
            self.lines = [None] * len(self.lines)

    def _changes_something(self) -> bool:
        """Within "change A …" once A is known: from now on it is about what A becomes."""
        change = self.change
        if change is None or change.to or (change.line is None and change.option is None):
            return False
        change.to = True
        return True

    def _on_instead_of(self, at: int, span: Span) -> None:
        self.victim = True

    def _on_instead(self, at: int, span: Span) -> None:
        """ "a sprite instead": the new line takes the place of the one before it."""
        if len(self.fresh) == 1 and self.change is None:
            new = self.lines[self.fresh[0]]
            older = [place for place in range(len(self.before)) if self.lines[place] is not None]
            if new is not None and older:
                alike = [place for place in older if self._category(self.lines[place]) == self._category(new)]
                self._replace(alike[-1] if alike else older[-1], by=self.fresh[0])

    def _on_correct(self, at: int, span: Span) -> None:
        self.correcting = True
        self.refusing = ""

    def _on_all(self, at: int, span: Span) -> None:
        if self.refusing == "remove" and span.text == "everything":
            self.lines = [None] * len(self.lines)
        self.everyone = True
        if self.change is None or self.change.to:
            self._spread()

    def _on_amount(self, at: int, span: Span) -> None:
        if not at or self.spans[at - 1].kind not in ("not", "no", "the", "article"):
            self.refusing = ""
        if span.value in ("extra", "light", "regular"):
            self.amount = span.value  # type: ignore[assignment]

    def _on_side(self, at: int, span: Span) -> None:
        side: Side
        if span.value == "half":
            self.halves += 1
            side = "left" if self.halves % 2 else "right"
            if span.text == "half and half":
                self.halves = 0
                return
        else:
            side = span.value  # type: ignore[assignment]
        trails = span.text.startswith("on ") and self.last_placed and self._next_kind(at) != "menu"
        if trails or (span.text.startswith("on ") and self.last_placed and self.side == "whole" and not self._led(at)):
            for place, option_id in self.last_placed:
                self._move(place, option_id, side)
            self.last_placed = []
        elif self._next(at) is not None:
            self.side = side
            self.last_placed = []

    def _led(self, at: int) -> bool:
        """Whether a side opens its list ("on the left half olives, on the right ham") or ends it."""
        return not any(span.kind == "menu" and span.options for span in self.spans[max(0, at - 2) : at])

    def _on_aside(self, at: int, span: Span) -> None:
        for place, option_id in self.last_placed[-1:]:
            line = self.lines[place]
            if line is not None:
                note = f"{self.known.options[option_id].name} on the side"
                self.lines[place] = replace(line, note=", ".join(filter(None, (line.note, note))))

    # ---- things on the menu --------------------------------------------------------------------------

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

    def _on_unknown(self, at: int, span: Span) -> None:
        """ "two large pies with ham": a word for the dish that the card does not know, where only one kind of
        dish takes what goes with it."""
        phrase = self.phrase
        if phrase.quantity is None and not phrase.article and not phrase.size and not phrase.picks:
            return
        if at and self.spans[at - 1].kind not in ("number", "article", "menu", "amount", "the"):
            return
        if self._head(at + 1, before="menu") is not None:
            return
        items = self._implied(at)
        if items:
            self._item(at, Span("menu", span.text, items=items, item_worth=PART, at=span.at))

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

    def _on_menu(self, at: int, span: Span) -> None:
        if self._is_class_word(at) or self._is_adjective(at):
            return
        match self._role(at):
            case "item":
                self._item(at, span)
            case "option":
                self._option(at, span)
            case "variant":
                self._size(at, span)

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

    def _someone_takes(self, span: Span) -> bool:
        return any(self._fits(place, span) for place in self._order_of_lines())

    def _item(self, at: int, span: Span) -> None:
        self.portion = False
        following = at + 1
        while following < len(self.spans) and self.spans[following].kind == "menu":
            joined = [one for one in span.items if one in self.spans[following].items]
            if not joined:
                break
            span = replace(span, items=tuple(joined), item_worth=max(span.item_worth, self.spans[following].item_worth))
            self.skip.add(following)
            following += 1
        phrase, self.phrase = self.phrase, _Phrase()
        if self.refusing:
            self._take_off(span, quantity=phrase.quantity)
            return
        if self.victim:
            self._victim(span)
            return
        if self.change is not None and self._changes(span, phrase):
            return
        place = self._addressed(span, phrase)
        if place is None:
            place = self._add(span, phrase)
        else:
            self._adjust(place, phrase)
        self.cur = place
        self.listing = self.everyone = False
        self.halves, self.side, self.last_placed = 0, "whole", []

    def _addressed(self, span: Span, phrase: _Phrase) -> int | None:
        """The line that is meant, when it is one that is there already."""
        for place in self._order_of_lines():
            line = self.lines[place]
            if line is None:
                continue
            if not line.settled and self._narrowed(line, span) and (place in self.fresh or self.asked == "item"):
                return self._narrow(place, span, phrase)
            if not self._is(line, span.items) or phrase.more:
                continue
            if place in self.fresh:
                if phrase.definite and phrase.quantity is None:
                    return place
                continue
            if phrase.definite and phrase.quantity is None and not (phrase.size and not self.correcting and line.size):
                return place
            if self.correcting or self.asked == "change":
                return place
        return None

    def _narrow(self, place: int, span: Span, phrase: _Phrase) -> int:
        """ "two pizzas, one of them a Margherita": the general line gives way to the particular one."""
        line = self.lines[place]
        assert line is not None
        items = self._narrowed(line, span)
        taken = phrase.quantity or 1
        if line.quantity > taken and (phrase.quantity is not None or phrase.article) and items != line.items:
            self.lines[place] = replace(line, quantity=line.quantity - taken)
            self.lines.append(replace(line, items=items, quantity=taken))
            self.fresh.append(len(self.lines) - 1)
            return len(self.lines) - 1
        self.lines[place] = drafts.fitted(replace(line, items=items), known=self.known)
        phrase.quantity = None
        return place

    def _narrowed(self, line: Line, span: Span) -> tuple[str, ...]:
        return tuple(one for one in line.items if one in span.items)

    def _add(self, span: Span, phrase: _Phrase) -> int:
        quantity = phrase.quantity if phrase.quantity is not None else 1
        line = Line(items=span.items, quantity=quantity)
        self.lines.append(line)
        place = len(self.lines) - 1
        self.fresh.append(place)
        if phrase.empty() and not line.settled:
            self.vague.add(place)
        self._adjust(place, replace(phrase, quantity=None))
        return place

    def _adjust(self, place: int, phrase: _Phrase) -> None:
        """Put on a line what was said before its name."""
        if phrase.quantity is not None:
            self._set(place, quantity=phrase.quantity)
        if phrase.size:
            self._resize(place, phrase.size)
        for span, amount, side in phrase.picks:
            line = self.lines[place]
            assert line is not None
            narrowed = self._narrowed(line, span)
            if not line.settled and narrowed and amount == "regular" and narrowed != line.items:
                self.lines[place] = replace(line, items=narrowed)
                continue
            if not self._pick(place, span, amount=amount, side=side):
                self.phrase.picks.append((span, amount, side))
        if phrase.more:
            self.correcting = False

    def _option(self, at: int, span: Span) -> None:
        if self.refusing == "not" and self._refusal_ends(at):
            self.refusing = ""
        amount: Amount = "none" if self.refusing else self.amount
        side, declined = self.side, self.refusing == "not" and self.amount == "extra"
        self.amount = "regular"
        if declined:
            self._decline_extra(span)
            return
        if self.victim:
            self._victim_option(span)
            return
        if self.change is not None and not self.change.to and not self.refusing:
            self._change_from_option(span)
            return
        if self.change is not None and self.change.option is not None and self.change.line is not None:
            self._pick(self.change.line, Span("menu", "", options=(self.change.option,)), amount="none")
            self.change.option = None
        head = self._head(at + 1, before="menu")
        if not self.refusing and not self.phrase.empty() and head is not None:
            self.phrase.picks.append((span, amount, side))
            return
        if not self.refusing and not self.phrase.empty() and self._leads_to_unknown(at + 1):
            self.phrase.picks.append((span, amount, side))
            return
        mine = self.cur is not None and self.cur in self.fresh and self._fits(self.cur, span)
        if head is not None and not mine and self._accepts_span(self.spans[head], span):
            self.phrase.picks.append((span, amount, side))
            return
        targets = self._targets(at, span, amount)
        if not targets:
            self.phrase.picks.append((span, amount, side))
        for target in targets:
            self._pick(target, span, amount=amount, side=side)

    def _decline_extra(self, span: Span) -> None:
        """ "no extra cheese": nothing comes off, but it is not doubled either."""
        for place in self._order_of_lines():
            line = self.lines[place]
            option = drafts.option_for(line, span.options, known=self.known) if line is not None else None
            if line is None or option is None:
                continue
            picks = tuple(
                replace(one, amount="regular") if one.option_id == option and one.amount == "extra" else one
                for one in line.picks
            )
            self.lines[place] = replace(line, picks=picks, declined=(*line.declined, option))
            return

    def _targets(self, at: int, span: Span, amount: Amount) -> list[int]:
        """The lines a choice goes on: the one that is named for it, the current one, else the last that fits."""
        named = self._named_ahead(at)
        if named is not None:
            return [named]
        if self.everyone:
            return [place for place in self._order_of_lines() if self._fits(place, span)]
        if (
            self.asked in ("choice", "size")
            and self.about is not None
            and not self.fresh
            and self._fits(self.about, span)
        ):
            return [self.about]
        if self.cur is not None and self.cur in self.fresh and self._fits(self.cur, span):
            return [self.cur]
        if amount == "none" and not self.fresh:
            for place in self._order_of_lines():
                line = self.lines[place]
                if line is not None and any(
                    one.option_id in span.options for one in line.picks if one.amount != "none"
                ):
                    return [place]
        if self.cur is not None and self._fits(self.cur, span):
            return [self.cur]
        return [place for place in self._order_of_lines() if self._fits(place, span)][:1]

    def _named_ahead(self, at: int) -> int | None:
        """ "no onions on the burger": the line that is named after the choice."""
        place = at + 1
        while place < len(self.spans) and (
            self.spans[place].kind == "and" or (self.spans[place].kind == "menu" and self.spans[place].options)
        ):
            place += 1
        if place < len(self.spans) and self.spans[place].kind in ("on", "to", "off"):
            place += 1
            while place < len(self.spans) and self.spans[place].kind in ("the", "on"):
                place += 1
            end = place
            while (
                end < len(self.spans)
                and self.spans[end].kind == "menu"
                and (self.spans[end].items or self.spans[end].variants)
            ):
                end += 1
            for candidate in self._order_of_lines():
                line = self.lines[candidate]
                if line is not None and end > place and self._described(line, self.spans[place:end]):
                    self.skip.update(range(place, end))
                    self.cur = candidate
                    return candidate
        return None

    def _described(self, line: Line, by: Sequence[Span]) -> bool:
        """ "the large pizza": every word of it is true of the line."""
        return all(self._is(line, span.items) or (span.variants and span.variants & line.size) for span in by) and any(
            span.items for span in by
        )

    def _size(self, at: int, span: Span) -> None:
        if self.refusing == "not":
            return
        leads = self._head(at + 1) is not None or self._leads_to_unknown(at + 1)
        if leads and (self.cur is None or not self._sized_by(at)):
            self.phrase.size = span.variants
            return
        if self.change is not None and not self.change.to:
            self.change.line = self._line_of_size(span.variants, default=self.cur)
            return
        if self._stands_for_dish(at, span):
            return
        targets = self._sized(at, span)
        for target in targets:
            self._resize(target, span.variants)
        if targets:
            self.cur = targets[0]
            self.phrase = _Phrase(picks=self.phrase.picks)
        else:
            self.phrase.size = span.variants

    def _stands_for_dish(self, at: int, span: Span) -> bool:
        """ "two large with ham": the size is all that is said of the dish."""
        before = self.spans[at - 1] if at else None
        follows = self._next_kind(at)
        counted = before is not None and before.kind in ("number", "article")
        if not counted or self.change is not None or self.correcting or self.asked in ("size", "confirm", "change"):
            return False
        if follows not in ("with", "menu", "amount") or (self.cur is not None and self._unsized(self.cur, span)):
            return False
        items = self._implied(at, size=span.variants)
        if not items:
            return False
        assert before is not None
        self.phrase.size = span.variants
        self.phrase.quantity = before.number if before.kind == "number" else None
        self._item(at, Span("menu", span.text, items=items, item_worth=PART, at=span.at))
        return True

    def _unsized(self, place: int, span: Span) -> bool:
        line = self.lines[place]
        return line is not None and not line.size and drafts.takes_size(line, span.variants, known=self.known)

    def _sized_by(self, at: int) -> bool:
        """Whether a size after "and make it" or "that is" belongs to what came before."""
        return self.change is not None and self.change.to and self._is_head_new(at)

    def _is_head_new(self, at: int) -> bool:
        head = self._head(at + 1)
        return head is None

    def _sized(self, at: int, span: Span) -> list[int]:
        if self.change is not None and self.change.line is not None:
            return [self.change.line]
        contrast = self._contrasted_size(at)
        if contrast is not None:
            return [contrast]
        fitting = [
            place
            for place in self._order_of_lines()
            if (line := self.lines[place]) is not None and drafts.takes_size(line, span.variants, known=self.known)
        ]
        if self.everyone:
            return fitting
        if self.about in fitting and self.asked == "size" and not self.fresh:
            return self._asked_sizes(fitting)
        if self.cur in fitting and self.cur is not None:
            return [self.cur]
        unsized = [place for place in fitting if (line := self.lines[place]) is not None and not line.size]
        return (unsized or fitting)[:1]

    def _asked_sizes(self, fitting: list[int]) -> list[int]:
        """The line that was asked about; the next one without a size when that one was just answered."""
        open_ones = [
            place for place in sorted(fitting) if (line := self.lines[place]) is not None and place not in self.sized
        ]
        unsized = [place for place in open_ones if not (line := self.lines[place]) or not line.size]
        assert self.about is not None
        return [self.about] if self.about not in self.sized else unsized[:1]

    # ---- changes -------------------------------------------------------------------------------------

    def _changes(self, span: Span, phrase: _Phrase) -> bool:
        """A dish named within "change A to B". False: it is simply something new."""
        assert self.change is not None
        place = next((one for one in self._order_of_lines() if self._is(self.lines[one], span.items)), None)
        if not self.change.to or (phrase.definite and place is not None):
            if place is None:
                return False
            self.change.line = self.cur = place
            self.change.to = self.change.to or (phrase.definite and self._make_of(place))
            if self.change.to:
                self._adjust(place, phrase)
            return True
        target = self.change.line if self.change.line is not None else place
        if place is not None and place != target and self.change.line is not None and place not in self.fresh:
            target = place if phrase.quantity is not None else target
        if target is None or self.lines[target] is None:
            return False
        line = self.lines[target]
        assert line is not None
        if not self._is(line, span.items):
            self.lines[target] = drafts.fitted(replace(line, items=span.items), known=self.known)
        elif not line.settled:
            self.lines[target] = replace(line, items=self._narrowed(line, span))
        self._adjust(target, phrase)
        self.cur, self.change = target, None
        self.fresh.append(target)
        return True

    def _make_of(self, place: int) -> bool:
        return True

    def _change_from_option(self, span: Span) -> None:
        assert self.change is not None
        for place in self._order_of_lines():
            line = self.lines[place]
            for pick in line.picks if line is not None else ():
                if pick.option_id in span.options and pick.amount != "none":
                    self.change.line, self.change.option = place, pick.option_id
                    return
        for place in self._order_of_lines():
            line = self.lines[place]
            option = drafts.option_for(line, span.options, known=self.known) if line is not None else None
            if option is not None:
                self.change.line = place
                self.change.option = option if self.known.options[option].default else None
                return

    def _victim(self, span: Span) -> None:
        """ "… instead of the coke": that line goes, and what was named before takes its place."""
        self.victim = False
        place = next(
            (
                one
                for one in self._order_of_lines()
                if self._is(self.lines[one], span.items) and one not in self.fresh[-1:]
            ),
            None,
        )
        if place is None:
            return
        if self.fresh:
            self._replace(place, by=self.fresh[-1])
        else:
            self.change = _Change(line=place, to=True)

    def _victim_option(self, span: Span) -> None:
        self.victim = False
        for place in self._order_of_lines():
            if self._fits(place, span):
                self._pick(place, span, amount="none")
                return

    def _replace(self, place: int, *, by: int) -> None:
        old, new = self.lines[place], self.lines[by]
        if old is None or new is None or place == by:
            return
        quantity = old.quantity if new.quantity == 1 else new.quantity
        inherited = replace(new, quantity=quantity)
        if not new.size:
            inherited = drafts.fitted(replace(inherited, size=old.size), known=self.known)
            if not drafts.takes_size(inherited, old.size, known=self.known):
                inherited = replace(inherited, size=inherited.size - old.size)
        self.lines[place], self.lines[by] = inherited, None
        self.fresh = [place if one == by else one for one in self.fresh]
        self.cur = place

    def _take_off(self, span: Span, *, quantity: int | None) -> None:
        for place in self._order_of_lines():
            line = self.lines[place]
            if line is None or not self._is(line, span.items):
                continue
            if self.phrase.size and not line.size & self.phrase.size:
                continue
            left = line.quantity - quantity if quantity else 0
            self.lines[place] = replace(line, quantity=left) if left > 0 else None
            return
        for place in self._order_of_lines():
            if span.options and self._fits(place, span):
                self._pick(place, span, amount="none")
                return

    def _copy(self, place: int) -> None:
        line = self.lines[place]
        assert line is not None
        self.lines.append(replace(line, quantity=1) if line.quantity > 1 and self.phrase.more else line)
        self.cur = len(self.lines) - 1
        self.fresh.append(self.cur)

    def _is_split(self, at: int) -> bool:
        """ "two pizzas, one with ham and one with olives": a number that goes on about the line before."""
        if self.cur is None or self.cur not in self.fresh:
            return False
        line = self.lines[self.cur]
        ahead = at + 1
        while ahead < len(self.spans) and self.spans[ahead].text in ("of", "them", "those", "should", "have", "is"):
            ahead += 1
        after = self.spans[ahead].kind if ahead < len(self.spans) else ""
        base = self.split if self.split is not None else self.cur
        whole = self.lines[base]
        enough = whole is not None and (whole.quantity > self.spans[at].number or self.split is not None)
        return line is not None and after in ("with", "not", "no") and enough

    def _split(self, number: int) -> None:
        base = self.split if self.split is not None else self.cur
        assert base is not None
        line = self.lines[base]
        assert line is not None
        if line.quantity > number:
            self.lines[base] = replace(line, quantity=line.quantity - number)
            self.lines.append(replace(line, quantity=number))
            self.cur = len(self.lines) - 1
            self.fresh.append(self.cur)
        else:
            self.cur = base
        self.split = base
        self.listing = True

    # ---- writing lines -------------------------------------------------------------------------------

    def _pick(self, place: int, span: Span, *, amount: Amount, side: Side = "whole") -> bool:
        line = self.lines[place]
        assert line is not None
        option = drafts.option_for(line, self._open_first(line, span), known=self.known)
        if option is None:
            return False
        if amount == "none" and side == "whole":
            self.lines[place] = drafts.refused(line, option, known=self.known)
        else:
            self.lines[place] = drafts.with_pick(line, Pick(option, amount, side), known=self.known)
            self.last_placed.append((place, option))
        return True

    def _open_first(self, line: Line, span: Span) -> tuple[str, ...]:
        """Choices of the group that is asked for come first, when the words fit several groups."""
        if not line.settled or len(span.options) < 2:
            return span.options
        group = drafts.missing_group(line, known=self.known)
        wanted = {option.id for option in group.options} if group else set()
        return tuple(sorted(span.options, key=lambda one: one not in wanted))

    def _move(self, place: int, option_id: str, side: Side) -> None:
        line = self.lines[place]
        if line is not None:
            picks = tuple(replace(one, side=side) if one.option_id == option_id else one for one in line.picks)
            self.lines[place] = replace(line, picks=picks)

    def _resize(self, place: int, size: frozenset[str]) -> None:
        line = self.lines[place]
        assert line is not None
        fitting = tuple(one for one in line.items if any(v.id in size for v in self.known.card.by_id[one].variants))
        if fitting:
            self.lines[place] = replace(line, size=size, items=fitting)
            self.sized.add(place)
        else:
            self.lines[place] = replace(line, size=frozenset())

    def _set(self, place: int, *, quantity: int) -> None:
        line = self.lines[place]
        assert line is not None
        self.lines[place] = replace(line, quantity=quantity)

    def _spread(self) -> None:
        """ "… on both": what the last line was given, all get."""
        if not self.last_placed:
            return
        for place, option_id in list(self.last_placed):
            source = self.lines[place]
            pick = next((one for one in source.picks if one.option_id == option_id), None) if source else None
            for other in self._order_of_lines():
                if pick is not None and other != place:
                    span = Span("menu", "", options=(option_id,))
                    self._pick(other, span, amount=pick.amount, side=pick.side)

    def _leftovers(self) -> None:
        """Choices that waited for a dish: on the last line that takes them, else they have no home."""
        self._drop_headings()
        for span, amount, side in self.phrase.picks:
            for place in self._order_of_lines():
                if self._fits(place, span):
                    self._pick(place, span, amount=amount, side=side)
                    break
            else:
                if amount != "none":
                    self.homeless.append(span.text)
        if self.phrase.size and self.fresh:
            for place in self.fresh:
                line = self.lines[place]
                if line is not None and not line.size and drafts.takes_size(line, self.phrase.size, known=self.known):
                    self._resize(place, self.phrase.size)

    def _drop_headings(self) -> None:
        """ "for drinks, two teas": a kind of thing that was only named to announce the thing itself."""
        for place in self.vague:
            line = self.lines[place]
            others = [self.lines[one] for one in self.fresh if one != place]
            if line is not None and not line.picks and any(one and set(one.items) <= set(line.items) for one in others):
                self.lines[place] = None

    # ---- looking around ------------------------------------------------------------------------------

    def _new_phrase(self) -> None:
        self.phrase = _Phrase(picks=self.phrase.picks)

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

    def _accepts_span(self, head: Span, span: Span) -> bool:
        line = Line(items=head.items)
        if drafts.option_for(line, span.options, known=self.known) is not None:
            return True
        return len(head.items) > 1 and bool(set(head.items) & set(span.items))

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

    def _category(self, line: Line | None) -> str:
        return drafts.item_of(line, known=self.known).category if line is not None else ""

    def _wants_size(self, span: Span) -> bool:
        line = self._current()
        return line is None or (drafts.takes_size(line, span.variants, known=self.known) and not line.size)

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
