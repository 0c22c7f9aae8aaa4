"""What is known of a conversation: the order, what is open, what was just said. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from apps.language.assent import Assent
from apps.llm.embedded import draft as drafts
from apps.llm.embedded.acts import Act
from apps.llm.embedded.draft import Draft
from apps.llm.embedded.errands import Errand
from apps.llm.embedded.lexicon import Lexicon
from apps.llm.embedded.settling import Saying, Talk
from apps.llm.embedded.sheet import Asked
from apps.llm.embedded.spans import Span
from apps.llm.messages import JSON

HOPELESS = 3
"""After so many turns in a row that were not understood, a person is offered."""
STUCK = 2
"""After so many turns that left the same question open, leaving the dish out is offered."""


@dataclass(frozen=True, slots=True)
class Call:
    """A tool that was called since the caller last spoke, with what came back."""

    name: str
    arguments: JSON
    result: JSON

    @property
    def refusal(self) -> str:
        """The sentence with which it was refused, if it was."""
        said = self.result.get("error") or self.result.get("detail") or ""
        return said if isinstance(said, str) else "I'm sorry, that didn't work."


@dataclass(frozen=True, slots=True)
class Quote:
    """Something that was read back and waits for a yes."""

    tool: str
    version: int
    read_back: str
    age: int = 0
    """How often the caller has spoken since."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What the caller said last and what came of it."""

    text: str = ""
    asked: Asked = ""
    acts: frozenset[Act] = frozenset()
    question: bool = False
    assent: Assent = Assent.UNCLEAR
    changed: bool = False
    new: Draft = ()
    """The lines that are not as they were before."""
    named: bool = False
    spelled: str = ""
    """The name, or the part of it, that was spelled."""
    finished: bool = False
    homeless: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    """Names of what is on the menu but cannot be had today."""
    mentions: tuple[Span, ...] = ()
    strange: tuple[str, ...] = ()
    """Words that are neither everyday ones nor on the menu."""
    allergy: str = ""
    """An allergy these words speak of."""
    let_go: bool = False
    """The caller has thought better of their errand."""
    dropped: bool = False
    """The caller does not want the booking any more that was being made."""
    empty: bool = True


@dataclass(frozen=True, slots=True)
class State:
    draft: Draft = ()
    focus: int | None = None
    name: str = ""
    number: str = ""
    """The telephone number the caller gave, in E.164."""
    finished: bool = False
    """The caller has said that is all."""
    changing: bool = False
    """Was asked what should be different."""
    quote: Quote | None = None
    placed: JSON | None = None
    kept: Draft = ()
    """What was placed in this call."""
    stands: Draft = ()
    """A placed order that is being changed, as it stands; `draft` is how it shall be."""
    booked: JSON | None = None
    facts: JSON | None = None
    booking: Talk | None = None
    """How far a booking has come since it came up; None while none is wanted."""
    earlier: tuple[Saying, ...] = ()
    """What the caller said before a booking came up, as far as it may be about one."""
    errand: Errand | None = None
    """What the caller wants done about an order or a booking they already have."""
    ticket: str = ""
    """The kind of message that a person should get, once the caller has said what it is about."""
    later: str = ""
    """The sentence with which a later pickup was offered."""
    takes_later: bool = False
    """The caller has agreed to it."""
    subject: str = ""
    """The dish that was asked about last, as the menu was asked for it."""
    allergies: tuple[str, ...] = ()
    """What the caller said of allergies, in their words."""
    warned: bool = False
    """The last answer was about an allergy, and a person was offered."""
    language: str = "en"
    trouble: int = 0
    """Turns in a row that were not understood."""
    open_for: int = 0
    """Turns in a row that left the same question about the same line open."""
    turns: int = 0
    turn: Turn = field(default_factory=Turn)
    calls: tuple[Call, ...] = ()
    resumable: bool = False
    """The order is one that an earlier call broke off, and going on with it was offered."""
    offer: str = ""
    """The id of what was just suggested to go with the order."""
    suggested: str = ""
    """What was suggested in this call; at most one thing is."""
    closing: bool = False
    """Something is settled and "anything else?" was asked."""


def expecting(state: State, *, known: Lexicon) -> tuple[Asked, int | None]:
    """What the caller is, or would be, asked next about the order, and about which line."""
    if state.offer:
        return "offer", None
    if state.quote is not None and state.quote.tool in ("create_order", "change_order"):
        return ("change" if state.changing else "confirm"), None
    for place, line in enumerate(state.draft):
        if not line.settled:
            return "item", place
        if line.quantity == drafts.VAGUE:
            return "quantity", place
        if drafts.item_of(line, known=known).variants and drafts.variant_of(line, known=known) is None:
            return "size", place
        if drafts.missing_group(line, known=known) is not None:
            return "choice", place
    if state.draft and state.finished:
        return ("name" if not state.name else "confirm"), None
    return ("more" if state.draft or state.closing else ""), None
