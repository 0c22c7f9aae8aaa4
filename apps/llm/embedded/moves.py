"""Moves that other moves lead to: price the order and read it back, or take a booking one step further. Pure."""

from __future__ import annotations

from dataclasses import replace

from apps.llm.embedded import bookings
from apps.llm.embedded import draft as drafts
from apps.llm.embedded.desk import Desk, Move, question
from apps.llm.embedded.state import State, expecting
from apps.llm.messages import JSON


def quote_order(desk: Desk, *, saying: str = "") -> Move:
    """Ask for the price, once everything the order needs is known; else ask for what is missing."""
    state = desk.state
    asked, _ = expecting(_without_quote(state), known=desk.known)
    if asked != "confirm":
        return Move(question(Desk(_without_quote(state), desk.tools, desk.known)))
    if not desk.offers("create_order"):
        return Move(desk.say("cannot_order"))
    arguments: JSON = {"lines": drafts.as_json(state.draft, known=desk.known), "customer_name": state.name}
    if state.takes_later:
        if state.facts is None and desk.offers("get_context"):
            return Move(saying, tool="get_context")
        moment = bookings.moment_in(state.later, state)
        if moment is not None:
            arguments["pickup_at"] = moment.isoformat(timespec="minutes")
    return Move(saying, tool="create_order", arguments=arguments)


def _without_quote(state: State) -> State:
    return replace(state, quote=None, finished=True if state.draft else state.finished)


def read_again(desk: Desk) -> Move:
    """Read back once more, under a new version, so that the next yes counts."""
    quote = desk.state.quote
    assert quote is not None
    if quote.tool == "create_reservation":
        return go_on_booking(desk, saying=desk.say("again"))
    return quote_order(desk, saying=desk.say("again"))


def go_on_booking(desk: Desk, *, saying: str = "") -> Move:
    """The next question or tool of a booking."""
    step = bookings.next_step(desk.state, tools=desk.tools)
    if step.tool:
        return Move(saying or step.text, tool=step.tool, arguments=dict(step.arguments))
    return Move(step.text)
