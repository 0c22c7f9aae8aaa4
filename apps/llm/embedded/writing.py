"""Writing on the order while it is read: lines put on, sized, counted, split, taken off; choices put on lines.
Pure."""

from __future__ import annotations

from dataclasses import replace

from apps.llm.embedded import draft as drafts
from apps.llm.embedded.draft import Line, Pick
from apps.llm.embedded.sheet import Phrase, Sheet
from apps.llm.embedded.spans import Span
from apps.menu.card import Amount, Side

_OF_THEM = {"of", "them", "those", "these", "should", "have", "is", "be", "must", "will", "needs", "to", "of them"}
_PLAIN = {"regular", "plain", "normal", "straight", "standard"}
"""Without any choice of its own."""


class Writing(Sheet):
    """A sheet whose lines can be changed."""

    def _add(self, span: Span, phrase: Phrase) -> int:
        quantity = phrase.quantity if phrase.quantity is not None else 1
        line = Line(items=span.items, quantity=quantity)
        self.lines.append(line)
        place = len(self.lines) - 1
        self.fresh.append(place)
        if phrase.empty() and not line.settled:
            self.vague.add(place)
        self._adjust(place, replace(phrase, quantity=None))
        return place

    def _adjust(self, place: int, phrase: Phrase) -> None:
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

    def _narrow(self, place: int, span: Span, phrase: Phrase) -> int:
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

    def _copy(self, place: int) -> None:
        line = self.lines[place]
        assert line is not None
        self.lines.append(replace(line, quantity=1) if line.quantity > 1 and self.phrase.more else line)
        self.cur = len(self.lines) - 1
        self.fresh.append(self.cur)

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

    def _move(self, place: int, option_id: str, side: Side) -> None:
        line = self.lines[place]
        if line is not None:
            picks = tuple(replace(one, side=side) if one.option_id == option_id else one for one in line.picks)
            self.lines[place] = replace(line, picks=picks)

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
        return [self.about] if self.about not in self.sized or self.correcting else unsized[:1]

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

    def _is_split(self, at: int) -> bool:
        """ "two pizzas, one with ham and one with olives": a number that goes on about the line before."""
        if self.cur is None or self.cur not in self.fresh:
            return False
        line = self.lines[self.cur]
        ahead = at + 1
        while ahead < len(self.spans) and self.spans[ahead].text in _OF_THEM:
            ahead += 1
        base = self.split if self.split is not None else self.cur
        whole = self.lines[base]
        enough = whole is not None and (whole.quantity > self.spans[at].number or self.split is not None)
        return line is not None and enough and self._goes_on(ahead, line)

    def _goes_on(self, at: int, line: Line) -> bool:
        """Whether the words from here only say how one of these should be: "with …", "no …", "decaf", "regular"."""
        if at >= len(self.spans):
            return False
        span = self.spans[at]
        if span.kind in ("with", "not", "no") or span.text in _PLAIN:
            return self._head(at + 1) is None or span.kind != "filler"
        takes = bool(span.options) and drafts.option_for(line, span.options, known=self.known) is not None
        return span.kind == "menu" and takes and self._head(at) is None

    def _is_one_more(self, at: int) -> bool:
        """ "a decaf latte and one with oat milk", "… and another regular": the same dish, made another way."""
        line = self._current()
        if line is None or self.cur not in self.fresh or not line.settled or not self._after_and(at):
            return False
        if self.listing and self._next_kind(at) == "menu":
            return False  # "a burger with one egg and two cheese"
        return self.split is None and self._goes_on(at + 1, line)

    def _one_more(self, number: int) -> None:
        line = self._current()
        assert line is not None
        self.lines.append(Line(items=line.items, quantity=number, size=line.size))
        self.cur = len(self.lines) - 1
        self.fresh.append(self.cur)
        self.listing = True
        self.phrase = Phrase()

    def _rest_of_split(self) -> None:
        self.cur = self.split
        self.listing = True

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
            self.taken_off = True
            return
        for place in self._order_of_lines():
            line = self.lines[place]
            if line is not None and not line.settled and self._narrowed(line, span):
                self.lines[place] = None
                return
        for place in self._order_of_lines():
            if span.options and self._fits(place, span):
                self._pick(place, span, amount="none")
                return

    def _victim_option(self, span: Span) -> None:
        self.victim = False
        for place in self._order_of_lines():
            if self._fits(place, span):
                self._pick(place, span, amount="none")
                return

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
