"""What is done with the things an utterance names: dishes, sizes and choices, new ones and those that change.
Pure."""

from __future__ import annotations

from dataclasses import replace

from apps.llm.embedded import draft as drafts
from apps.llm.embedded.lexicon import PART
from apps.llm.embedded.sheet import FULL, Change, Phrase
from apps.llm.embedded.spans import Span
from apps.llm.embedded.writing import Writing
from apps.menu.card import Amount

_ASKED_OF_OTHERS = ("size", "choice", "quantity", "confirm", "name")


class Mentions(Writing):
    """Puts what is named where it belongs."""

    def _on_menu(self, at: int, span: Span) -> None:
        if self._is_class_word(at) or self._is_adjective(at) or self._is_measured(at):
            return
        match self._role(at):
            case "item" if self._is_loose(at, span):
                self.homeless.append(span.text)
            case "item":
                self._item(at, span)
            case "option":
                self._option(at, span)
            case "variant":
                self._size(at, span)

    def _is_measured(self, at: int) -> bool:
        """The "espresso" of "with a double shot of espresso" or "with a double espresso shot": what a choice is a
        measure of."""
        span, before, after = self.spans[at], self.spans[max(0, at - 2) : at], self._next(at)
        if not span.items or not before or not self.listing or self.cur is None:
            return False
        if before[-1].options and after is not None and after.kind == "filler" and self.known.is_kind(after.text):
            return True
        return bool(before[0].options) and self._measures(at)

    def _measures(self, at: int) -> bool:
        """Whether "shots of" stands before it, the word being one for a kind of choice."""
        before = self.spans[max(0, at - 2) : at]
        return len(before) == 2 and before[1].text == "of" and self.known.is_kind(before[0].text.split()[-1])

    def _is_loose(self, at: int, span: Span) -> bool:
        """ "with chocolate", "some chocolate sauce": a part of a dish's name that stands for something else, where
        neither a number nor an article nor a plural makes it a thing of its own."""
        phrase = self.phrase
        if span.item_worth >= FULL or span.plural or self.portion or phrase.quantity is not None or phrase.size:
            return False
        if self.refusing or self.victim or self.change is not None or self.asked == "item":
            return False
        if any(line is not None and not line.settled for line in self.lines):
            return False
        bare = phrase.empty()
        mass = bare or (at > 0 and (self.spans[at - 1].kind == "the" or self.spans[at - 1].text == "some"))
        leads = self._next_kind(at) == "unknown"
        beside = self.cur is not None and (self._measures(at) or (self.listing and (bare or leads)))
        return (leads and mass) or beside

    def _on_unknown(self, at: int, span: Span) -> None:
        """ "two large pies with ham": a word for the dish that the card does not know, where only one kind of
        dish takes what goes with it."""
        phrase = self.phrase
        if phrase.quantity is None and not phrase.article and not phrase.size and not phrase.picks:
            return
        if at and self.spans[at - 1].kind not in ("number", "article", "menu", "amount", "the"):
            return
        if self._measures_out(at) or self._head(at + 1, before="menu") is not None:
            return
        items = self._implied(at)
        if items:
            self._item(at, Span("menu", span.text, items=items, item_worth=PART, at=span.at))

    def _measures_out(self, at: int) -> bool:
        """ "a tiny dash of …" """
        while self._next_kind(at) == "unknown":
            at += 1
        return self._next_text(at) == "of"

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
        phrase, self.phrase = self.phrase, Phrase()
        if self.refusing == "not" and any(self._is(self.lines[one], span.items) for one in self.refused_on):
            self.refusing = ""  # "no egg and the ramen": a misheard "in the ramen", which nobody takes off so
            return
        if self.refusing:
            self._take_off(span, quantity=phrase.quantity)
            return
        if self.victim:
            self._victim(span)
            return
        if self.change is not None and self._changes(span, phrase):
            return
        place = self._addressed(span, phrase)
        if place is None and self._means_nothing(span, phrase):
            return
        if place is None:
            place = self._add(span, phrase)
        else:
            self._adjust(place, phrase)
        self.cur = place
        self.listing = self.everyone = False
        self.halves, self.side, self.last_placed = 0, "whole", []

    def _means_nothing(self, span: Span, phrase: Phrase) -> bool:
        """A kind of dish by its mere name while something else is asked: rather half a sentence than an order."""
        return self.asked in _ASKED_OF_OTHERS and self._is_bare(phrase) and len(span.items) > 1

    def _is_bare(self, phrase: Phrase) -> bool:
        wanted = any(span.kind in ("want", "add", "more", "portion") for span in self.spans)
        return phrase.empty() and not phrase.picks and not phrase.more and not wanted

    def _addressed(self, span: Span, phrase: Phrase) -> int | None:
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
            if self.correcting or self.asked == "change" or (self.asked == "confirm" and self._is_bare(phrase)):
                return place
        return None

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
        if self.refusing == "not":
            self.refused_on.update(targets)

    def _size(self, at: int, span: Span) -> None:
        if self.refusing == "not":
            return
        leads = self._head(at + 1) is not None or self._leads_to_unknown(at + 1)
        if leads:
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
            self.phrase = Phrase(picks=self.phrase.picks)
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

    def _changes(self, span: Span, phrase: Phrase) -> bool:
        """A dish named within "change A to B". False: it is simply something new."""
        assert self.change is not None
        place = next((one for one in self._order_of_lines() if self._is(self.lines[one], span.items)), None)
        if not self.change.to or (phrase.definite and place is not None):
            if place is None:
                return False
            self.change.line = self.cur = place
            self.change.to = self.change.to or phrase.definite
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
            self.change = Change(line=place, to=True, instead=True)
