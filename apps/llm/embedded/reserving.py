"""How a booking comes up in a call, goes on and is dropped: what the caller's and the agent's words and the tools'
answers do to it. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from apps.language.assent import Assent
from apps.llm.embedded import proposals, settling
from apps.llm.embedded.acts import Act
from apps.llm.embedded.settling import Saying, Talk
from apps.llm.embedded.state import Call, State, Turn
from apps.llm.messages import JSON

INFORMATION: frozenset[Act] = frozenset(
    ("menu", "price", "allergy", "dietary", "about", "have", "hours", "address", "phone", "parking", "policy",
     "specials", "delivery")
)  # fmt: skip
_CANCELS: frozenset[Act] = frozenset(("cancel_order", "cancel_booking"))
_MAY_ASK_FOR_TABLES: frozenset[Act] = frozenset(("menu", "have", "about"))
""" "Do you have anything at eight?" """


def heard(state: State) -> State:
    """After the caller's words."""
    turn = state.turn
    saying = Saying("caller", turn.text)
    if state.errand is not None:
        return state
    if state.booking is not None:
        return _gone_on(state, state.booking, saying)
    if "booking" in turn.acts and not turn.acts & {"cancel_booking", "change_booking"} and not state.draft:
        begun = settling.follow((*state.earlier, saying), facts=state.facts)
        return replace(state, booking=begun, earlier=(), quote=None)
    if state.draft:  # what was said was about an order
        return replace(state, earlier=())
    if turn.question or turn.acts & INFORMATION:
        return state
    return replace(state, earlier=(*state.earlier, saying))


def _gone_on(state: State, before: Talk, saying: Saying) -> State:
    turn = state.turn
    if "order" in turn.acts and "booking" not in turn.acts:
        return replace(state, booking=None)
    if _asks_aside(turn):
        return state
    talk = settling.hear(before, saying, facts=state.facts)
    changed = talk.wish != before.wish
    if settling.dropped(turn.text) or (turn.acts & _CANCELS and not changed):
        return replace(state, booking=None, quote=None, closing=True, turn=replace(turn, dropped=True))
    if changed:
        return replace(state, booking=talk, turn=replace(turn, acts=turn.acts - _MAY_ASK_FOR_TABLES))
    return replace(state, booking=settling.reopened(talk, turn.text) if state.changing else talk)


def _asks_aside(turn: Turn) -> bool:
    """Whether the caller only asks something: "are you open on Sunday?" moves no table to Sunday."""
    asks = turn.question and bool(turn.acts & (INFORMATION - _MAY_ASK_FOR_TABLES))
    return asks and proposals.answered(turn.text) is Assent.UNCLEAR


def said(state: State, text: str) -> State:
    """After the agent's: they are part of how a booking is settled."""
    if state.booking is None or not text:
        return state
    return replace(state, booking=settling.hear(state.booking, Saying("agent", text), facts=state.facts))


def informed(state: State, *, facts: JSON) -> State:
    """Once the time at the restaurant and its hours are known: everything that was said before is heard with them."""
    if state.booking is None or state.facts is not None:
        return replace(state, facts=facts)
    return replace(state, facts=facts, booking=settling.follow(state.booking.said, facts=facts))


def booked_day(state: State) -> date | None:
    """The day of the booking that was made in this call."""
    try:
        return datetime.fromisoformat(str((state.booked or {}).get("starts_at"))).date()
    except ValueError:
        return None


def refused(state: State, call: Call) -> Talk | None:
    """A table that could not be held is not asked for again."""
    if state.booking is None or call.name != "create_reservation" or "confirm_version" in call.arguments:
        return state.booking
    return settling.refused(state.booking)
