"""Moves that other moves lead to: price the order and read it back, or take a booking one step further. Pure."""

from __future__ import annotations

from dataclasses import replace

from apps.language import spelling
from apps.language.assent import Assent
from apps.llm.embedded import bookings, errands, phrases
from apps.llm.embedded import draft as drafts
from apps.llm.embedded.desk import Desk, Move, errand_question, line_in_words, question
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
    saying = saying or _spelled_back(desk)
    arguments: JSON = {"lines": drafts.as_json(state.draft, known=desk.known), "customer_name": state.name}
    if state.suggested:
        arguments["suggested_item_id"] = state.suggested
    if state.allergies:
        arguments["note"] = "; ".join(state.allergies)[:300]
    if state.takes_later:
        if state.facts is None and desk.offers("get_context"):
            return Move(saying, tool="get_context")
        moment = bookings.moment_in(state.later, state)
        if moment is not None:
            arguments["pickup_at"] = moment.isoformat(timespec="minutes")
    return Move(saying, tool="create_order", arguments=arguments)


def _spelled_back(desk: Desk) -> str:
    """What was spelled, letter by letter, before the rest is read back."""
    spelled = desk.state.turn.spelled
    return f"{spelling.say(spelled)}." if spelled else ""


def _without_quote(state: State) -> State:
    return replace(state, quote=None, finished=True if state.draft else state.finished)


def read_again(desk: Desk) -> Move:
    """Read back once more, under a new version, so that the next yes counts."""
    quote = desk.state.quote
    assert quote is not None
    if desk.state.errand is not None:
        return go_on_errand(desk, saying=desk.say("again"))
    if quote.tool == "create_reservation":
        return go_on_booking(desk, saying=desk.say("again"))
    return quote_order(desk, saying=desk.say("again"))


def go_on_booking(desk: Desk, *, saying: str = "") -> Move:
    """The next question or tool of a booking."""
    refused = desk.state.quote is not None and desk.state.quote.age == 1 and desk.state.turn.assent is Assent.NO
    if refused and not desk.state.calls:
        return Move(desk.say("change"))
    step = bookings.next_step(desk.state, tools=desk.tools)
    if step.tool:
        return Move(saying or step.text or _spelled_back(desk), tool=step.tool, arguments=dict(step.arguments))
    return Move(step.text)


def look_around(desk: Desk) -> Move:
    """Ask which times are free."""
    step = bookings.look_around(desk.state)
    return Move(tool=step.tool, arguments=dict(step.arguments)) if step is not None else go_on_booking(desk)


def transfer(desk: Desk, reason: str) -> Move:
    """To a person if one can be had, else a message for one."""
    if desk.offers("transfer_call"):
        return Move(tool="transfer_call", arguments={"reason": reason})
    return leave_ticket(desk, "callback", desk.state.turn.text)


def leave_ticket(desk: Desk, kind: str, summary: str) -> Move:
    if desk.offers("create_ticket"):
        return Move(tool="create_ticket", arguments={"type": kind, "summary": summary[:280] or kind})
    return Move(desk.say("unknown_fact"))


def go_on_errand(desk: Desk, *, saying: str = "") -> Move:
    """The next question or tool of what the caller wants done about something they have."""
    state, errand = desk.state, desk.state.errand
    assert errand is not None
    if errand.missed >= errands.LOST or not desk.offers("order_status" if errand.about_order else "find_reservation"):
        return transfer(desk, errand.kind)
    if not errand.about_order and state.facts is None and desk.offers("get_context"):
        return Move(saying, tool="get_context")
    if errand.amends:
        return _amend(desk, errand, saying)
    if errands.asks_for(errand, name=state.name, facts=state.facts):
        return Move(errand_question(desk, errand))
    tool = _tool_for(desk, errand)
    return Move(saying, tool=tool[0], arguments=tool[1]) if tool else Move(errand_question(desk, errand))


def _amend(desk: Desk, errand: errands.Errand, saying: str) -> Move:
    """A placed order as it shall be: what is open first, then its price and the read-back."""
    state, turn = desk.state, desk.state.turn
    if not state.stands or not desk.offers("change_order"):
        return transfer(desk, errand.kind)
    if turn.gone:
        return Move(f"{desk.say('gone', what=phrases.both(turn.gone, language=state.language))} {question(desk)}")
    if state.changing and not turn.changed:
        return Move(desk.say("change"))
    unquoted = replace(state, quote=None, finished=False)
    if expecting(unquoted, known=desk.known)[0] != "more":
        return Move(question(replace(desk, state=unquoted)))
    if state.draft == state.stands:
        lines = phrases.both([line_in_words(desk, one) for one in state.stands], language=state.language)
        return Move(f"{desk.say('errand_stands', lines=lines)} {desk.say('errand_change')}")
    again = desk.say("again") if state.quote is not None and not turn.changed else ""
    arguments: JSON = {"number": errand.number, "name": state.name}
    arguments["lines"] = drafts.as_json(state.draft, known=desk.known)
    if state.allergies:
        arguments["note"] = "; ".join(state.allergies)[:300]
    return Move(saying or again, tool="change_order", arguments=arguments)


def _tool_for(desk: Desk, errand: errands.Errand) -> tuple[str, JSON] | None:
    state = desk.state
    if errand.about_order:
        arguments: JSON = {"number": errand.number, "name": state.name}
        if errand.found is None:
            return "order_status", arguments
        return ("cancel_order", arguments) if errand.agreed else None
    day = errands.day_of(errand, state.facts)
    assert day is not None
    arguments = {"name": state.name, "date": day.isoformat()}
    if errand.found is None:
        return "find_reservation", arguments
    if errand.kind == "cancel_booking":
        return ("cancel_reservation", arguments) if errand.agreed or not errand.found else None
    return _moved(errand, arguments, desk)


def _moved(errand: errands.Errand, arguments: JSON, desk: Desk) -> tuple[str, JSON] | None:
    """The booking as it should be instead."""
    if not errand.found:  # several on that day: the tool says so, and tells staff
        return "change_reservation", arguments
    wanted = errands.instead(errand, desk.state.facts)
    if wanted is None:
        return None
    starts, party = wanted
    return "change_reservation", {
        **arguments,
        "starts_at": starts.isoformat(timespec="minutes"),
        "party_size": party,
    }
