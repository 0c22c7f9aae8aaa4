"""What an utterance does to the order: items put on, taken off and changed, with their sizes and choices.

One pass over the spans, left to right, with as much looking ahead as a noun phrase needs ("two large ham and
pineapple pizzas"). What was said before decides what "it", "the large" or "make that three" mean. Here is what
the little words do; `mentions` has the things themselves. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from apps.llm.embedded import draft as drafts
from apps.llm.embedded.draft import Draft, Line
from apps.llm.embedded.lexicon import Lexicon
from apps.llm.embedded.mentions import Mentions
from apps.llm.embedded.sheet import Asked, Change
from apps.llm.embedded.spans import Span
from apps.menu.card import Amount, Side

_AMOUNTS: dict[str, Amount] = {"extra": "extra", "light": "light", "regular": "regular"}
_SIDES: dict[str, Side] = {"left": "left", "right": "right", "whole": "whole"}
"""As the grammar's spans have them; "half" is the next half, whichever that is."""


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


class _Reader(Mentions):
    """Goes through an utterance span by span: each kind of span has its step."""

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

    def _on_number(self, at: int, span: Span) -> None:
        number = drafts.VAGUE if span.value == "vague" else span.number
        if self.refusing == "not" and self._nothing_named(at):
            return
        if span.text == "one" and self._stands_for_thing(at):
            return
        if self._is_split(at):
            self._split(number)
            return
        if self._is_one_more(at):
            self._one_more(number)
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

    def _stands_for_thing(self, at: int) -> bool:
        """ "the spicy one", "make it the large one": no number."""
        before = self.spans[max(0, at - 3) : at]
        return len(before) > 1 and before[-1].kind == "menu" and any(span.kind == "the" for span in before)

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
            if span.value == "some" and head is not None and self._counted(self.spans[head]):
                self.phrase.quantity = drafts.VAGUE

    def _counted(self, span: Span) -> bool:
        """ "some cannolis" leaves open how many; "some fries" is one dish whose name is in the plural."""
        names = [self.known.card.by_id[one].name for one in span.items]
        return span.plural and bool(names) and not any(name.lower().endswith("s") for name in names)

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
        elif self._is_one_more(at):
            self._one_more(1)
        elif self.cur is not None and self.lines[self.cur] is not None and following is None:
            self._copy(self.cur)

    def _on_other(self, at: int, span: Span) -> None:
        """ "one with ham, the other with olives": what is left of the line that was split."""
        if self.split is not None:
            self._rest_of_split()

    def _on_same(self, at: int, span: Span) -> None:
        source = self.cur if self.cur is not None else (len(self.lines) - 1 if self.lines else None)
        if source is not None and self.lines[source] is not None and self.asked not in ("size", "choice"):
            self._copy(source)

    def _on_and(self, at: int, span: Span) -> None:
        following = self._next(at)
        if self.refusing and following is not None and following.kind not in ("menu", "the", "article"):
            self.refusing = ""

    def _on_with(self, at: int, span: Span) -> None:
        if span.text in ("with", "con"):
            if self._changes_something():
                return
            if self.change is not None and self.change.to:
                self.change = None  # "make it with …" changes no dish
        self.refusing = ""
        self.listing = True

    def _on_but(self, at: int, span: Span) -> None:
        self.refusing = ""
        self.amount = "regular"

    def _on_want(self, at: int, span: Span) -> None:
        if self._next_kind(at) == "not":
            return
        self.refusing = ""
        change = self.change
        if span.text not in ("put", "have", "order") and change is not None and change.to and not change.instead:
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
        resizes = place is not None and bool(self.spans[place].variants)
        self.correcting = at == 0 or resizes or self.correcting

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

    def _on_change(self, at: int, span: Span) -> None:
        self.refusing = ""
        make = span.text.split()[0] in ("make", "should", "it", "that", "que", "it's", "supposed", "let")
        self.change = Change(line=self.cur if make else None, to=make)
        self.correcting = True
        if span.text in ("make both", "make all"):
            self.everyone = True
        self._new_phrase()
        self.phrase.definite = span.text in ("make the", "make my", "make that", "make this", "make those")

    def _on_pronoun(self, at: int, span: Span) -> None:
        if self.change is not None and not self.change.to:
            self.change.line = self.cur
        if self.refusing == "remove" and self.cur is not None and self._next(at) is None and not self.taken_off:
            self.lines[self.cur] = None  # "do without the stew so remove it" means one thing

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
        self.amount = _AMOUNTS.get(span.value, self.amount)

    def _on_side(self, at: int, span: Span) -> None:
        if span.text == "half and half":
            self.halves = 0
            return
        if span.value == "half":
            self.halves += 1
        side = _SIDES.get(span.value, "left" if self.halves % 2 else "right")
        trails = span.text.startswith("on ") and self.last_placed and self._next_kind(at) != "menu"
        if trails or (span.text.startswith("on ") and self.last_placed and self.side == "whole" and not self._led(at)):
            for place, option_id in self._alike(self.last_placed):
                self._move(place, option_id, side)
            self.last_placed = []
        elif self._next(at) is not None:
            self.side = side
            self.last_placed = []

    def _alike(self, placed: list[tuple[int, str]]) -> list[tuple[int, str]]:
        """ "thin crust, ham and olives on the left": what is of another kind than the last stays on the whole."""
        kinds = [self.known.places.get(self._dish_of(line), {}).get(option) for line, option in placed]
        last = kinds[-1].group.id if kinds and kinds[-1] else None
        return [one for one, kind in zip(placed, kinds, strict=True) if kind is not None and kind.group.id == last]

    def _dish_of(self, place: int) -> str:
        line = self.lines[place]
        return line.items[0] if line is not None else ""

    def _on_aside(self, at: int, span: Span) -> None:
        for place, option_id in self.last_placed[-1:]:
            line = self.lines[place]
            if line is not None:
                note = f"{self.known.options[option_id].name} on the side"
                self.lines[place] = replace(line, note=", ".join(filter(None, (line.note, note))))
