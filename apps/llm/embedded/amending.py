"""Changing a placed order: the draft is what it shall be, until it was read back and agreed to. Pure."""

from __future__ import annotations

from dataclasses import replace

from apps.llm.embedded import draft as drafts
from apps.llm.embedded import errands, orders, spans
from apps.llm.embedded.draft import Draft
from apps.llm.embedded.lexicon import Lexicon
from apps.llm.embedded.state import State, Turn
from apps.llm.messages import JSON


def begins(turn: Turn, known: Lexicon) -> bool:
    """Whether this is said of the order that was just placed: "oh, and add a salad", "make that two"."""
    found = spans.read(turn.text, known=known)
    kinds = {span.kind for span in found}
    names = any(span.kind == "menu" and span.sureness > spans.SURE for span in found)
    changes = kinds & {"add", "remove", "change", "instead", "instead_of"}
    return not turn.question and bool(changes) and (names or {"change", "number"} <= kinds)


def found(state: State, result: JSON, known: Lexicon) -> State:
    """The order that the caller wants changed, with what they said of the change when they asked for it."""
    assert state.errand is not None
    stands = drafts.from_json(result.get("lines") or (), known=known)
    said = spans.read(errands.without_number(state.errand.said[0]), known=known)
    state = opened(state, stands)
    heard = orders.read(said, draft=stands, focus=state.focus, known=known)
    return replace(state, draft=heard.draft, focus=heard.focus) if heard.draft else state


def opened(state: State, stands: Draft) -> State:
    """With this order to change; "make that two" can only mean the one thing on it."""
    return replace(state, draft=stands, stands=stands, focus=0 if len(stands) == 1 else None, finished=False)


def cancelled_instead(state: State) -> State:
    """All of it: not a change any more."""
    assert state.errand is not None
    errand = replace(state.errand, kind="cancel_order")
    return replace(state, errand=errand, draft=(), stands=(), focus=None, quote=None, changing=False)


def released(state: State) -> State:
    """The errand is dropped; what it was about stays as it is."""
    turn = replace(state.turn, let_go=True)
    state = replace(state, errand=None, closing=True, turn=turn)
    if not state.stands:
        return state
    return replace(state, draft=(), stands=(), focus=None, finished=False, quote=None, changing=False)
