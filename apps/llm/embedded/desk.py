"""What a move is decided from, what a move is, and the words for what is open and what was ordered. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from apps.llm.embedded import bookings, errands, phrases
from apps.llm.embedded import draft as drafts
from apps.llm.embedded.lexicon import Lexicon
from apps.llm.embedded.state import State, expecting
from apps.llm.messages import JSON
from apps.menu import upselling
from apps.menu.wording import Chosen, dish

MOST_NAMED = 4
"""Choices named in one breath."""


@dataclass(frozen=True, slots=True)
class Move:
    """What to say, and the tool to call, if any."""

    text: str = ""
    tool: str = ""
    arguments: JSON = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a move is decided from."""

    state: State
    tools: frozenset[str]
    known: Lexicon

    def say(self, which: str, **values: str) -> str:
        return phrases.say(which, language=self.state.language, **values)

    def offers(self, tool: str) -> bool:
        return tool in self.tools


def question(desk: Desk) -> str:
    """What is open, as one question."""
    state, known = desk.state, desk.known
    if state.errand is not None and not state.stands:
        return errand_question(desk, state.errand)
    if state.booking is not None and not state.draft:
        return bookings.question(state) or desk.say("more")
    asked, about = expecting(state, known=known)
    if state.stands and asked in ("more", "name", "confirm", ""):
        return desk.say("errand_change")
    if asked == "offer":
        return suggestion(desk)
    if asked == "more":
        return desk.say("more")
    if asked == "name":
        return desk.say("name")
    if asked == "change":
        return desk.say("change")
    if about is None:
        return desk.say("open") if not state.draft else desk.say("more")
    line = state.draft[about]
    if asked == "item":
        return _which(desk, line)
    item = drafts.item_of(line, known=known)
    if asked == "quantity":
        return desk.say("quantity", item=item.name)
    if asked == "size":
        choices = phrases.either([one.name for one in item.variants], language=state.language)
        return desk.say("size", item=item.name, choices=choices)
    group = drafts.missing_group(line, known=known)
    assert group is not None
    names = [option.name for option in group.options if option.available]
    which = "choice" if len(names) <= MOST_NAMED + 2 else "choice_long"
    shown = names if which == "choice" else names[:MOST_NAMED]
    return desk.say(
        which, group=group.name.lower(), item=item.name, choices=phrases.either(shown, language=state.language)
    )


def suggestion(desk: Desk) -> str:
    """How what goes with the order is offered, in the restaurant's words where it has some."""
    found = upselling.suggest(desk.known.card, [line.items[0] for line in desk.state.draft])
    return found.say if found else desk.say("more")


def errand_question(desk: Desk, errand: errands.Errand) -> str:
    """What has to be known, or agreed to, before the errand can be done."""
    asked = errands.asks_for(errand, name=desk.state.name, facts=desk.state.facts)
    if asked:
        return desk.say(f"errand_{asked}")
    return desk.say("errand_instead" if errand.kind == "change_booking" else "errand_cancel")


def _which(desk: Desk, line: drafts.Line) -> str:
    names = [desk.known.card.by_id[one].name for one in line.items]
    if len(names) <= MOST_NAMED:
        return desk.say("which_item", choices=phrases.either(names, language=desk.state.language))
    category = desk.known.card.by_id[line.items[0]].category.lower()
    return desk.say("which_of", what=category, choices=phrases.both(names[:MOST_NAMED], language=desk.state.language))


def line_in_words(desk: Desk, line: drafts.Line) -> str:
    """ "two large Margherita with no onions" """
    known = desk.known
    item = drafts.item_of(line, known=known)
    variant = drafts.variant_of(line, known=known) if line.size else None
    choices = [Chosen(known.options[one.option_id].name, one.amount, one.side) for one in line.picks]
    size = variant.name if variant else ""
    return dish(line.quantity, item.name, size=size, choices=choices, language=desk.state.language)


def with_question(desk: Desk, answer: str) -> str:
    """The answer, then what is open asked again."""
    if answer.endswith("?"):
        return answer
    return f"{answer} {question(desk)}"
