"""The next move: one short sentence, one question, or one tool. Pure.

Prices, totals and times are only ever repeated from what a tool said; a yes confirms exactly the version that
was just read back; and a tool is called only when it was offered.
"""

from __future__ import annotations

from collections.abc import Callable

from apps.language.assent import Assent
from apps.llm.embedded import answers, bookings, phrases
from apps.llm.embedded import draft as drafts
from apps.llm.embedded.acts import Act
from apps.llm.embedded.desk import Desk, Move, line_in_words, question, with_question
from apps.llm.embedded.errands import KINDS
from apps.llm.embedded.moves import (
    go_on_booking,
    go_on_errand,
    leave_ticket,
    look_around,
    quote_order,
    read_again,
    transfer,
)
from apps.llm.embedded.results import after_tool
from apps.llm.embedded.state import HOPELESS, STUCK, expecting


def decide(desk: Desk) -> Move:
    """What to do now."""
    if desk.state.calls:
        return after_tool(desk, desk.state.calls[-1])
    return _after_words(desk)


# ---- after the caller's words --------------------------------------------------------------------------


def _after_words(desk: Desk) -> Move:
    state, turn = desk.state, desk.state.turn
    if state.turns == 0 or turn.empty:
        return Move(desk.say("greeting") if state.turns <= 1 else question(desk))
    for act, move in _FIRST:
        if act in turn.acts:
            return move(desk)
    fresh = state.quote is not None and state.quote.age == 1 and not state.changing
    if fresh and state.quote is not None and turn.assent is Assent.YES and desk.offers(state.quote.tool):
        return Move(tool=state.quote.tool, arguments={"confirm_version": state.quote.version})
    if turn.dropped:
        return Move(desk.say("booking_dropped"))
    if turn.let_go:
        return Move(desk.say("errand_kept"))
    if state.ticket:
        return leave_ticket(desk, state.ticket, turn.text)
    for act, move in _FOR_OTHERS:
        if act in turn.acts and not turn.changed and state.booking is None and state.errand is None:
            return move(desk)
    wants_answer = answers.wanted(state, known=desk.known)
    if state.errand is not None and (wants_answer is None or turn.acts & set(KINDS)):
        return go_on_errand(desk)
    if state.booking is not None and bookings.asks_around(state) and desk.offers("get_availability"):
        return look_around(desk)
    if wants_answer is not None and (not turn.changed or "delivery" in turn.acts):
        return _look_up(desk, wants_answer)
    if state.booking is not None:
        return go_on_booking(desk)
    for act, move in _LATER:
        if act in turn.acts and not turn.changed and not turn.named:
            return move(desk)
    return _ordering(desk)


def _ordering(desk: Desk) -> Move:
    state, turn = desk.state, desk.state.turn
    if desk.tools and not desk.offers("create_order") and not state.stands and (turn.new or "order" in turn.acts):
        return Move(desk.say("cannot_order"))
    if turn.gone:
        return Move(_gone(desk))
    if turn.homeless and not turn.changed:
        return Move(f"{desk.say('homeless', what=turn.homeless[0])} {question(desk)}")
    if state.changing:
        return quote_order(desk) if turn.assent is not Assent.NO or turn.asked == "change" else Move(desk.say("change"))
    if state.quote is not None:  # words that were neither yes nor a change: say it again, ask again
        return read_again(desk) if state.trouble < HOPELESS else _not_understood(desk)
    if not state.draft:
        return _nothing_ordered(desk)
    asked, about = expecting(state, known=desk.known)
    if asked == "confirm":
        return quote_order(desk)
    if asked == "more":
        return Move(_acknowledged(desk))
    if state.open_for == STUCK and about is not None:
        line = state.draft[about]
        item = drafts.item_of(line, known=desk.known)
        return Move(desk.say("leave_out", item=item.name if line.settled else item.category.lower()))
    if state.trouble:
        return _not_understood(desk)
    return Move(_besides(desk, about) + question(desk))


def _besides(desk: Desk, about: int | None) -> str:
    """What else came of the words, before the question that is open is asked."""
    state, turn = desk.state, desk.state.turn
    if turn.homeless:
        return f"{desk.say('homeless', what=turn.homeless[0])} "
    if turn.changed and not turn.new:
        return f"{desk.say('removed')} "
    asked_about = state.draft[about] if about is not None else None
    others = [line for line in turn.new if line is not asked_about and line.settled and line.quantity]
    if not others or turn.asked not in ("item", "size", "choice", "quantity"):
        return ""
    told = phrases.both([line_in_words(desk, line) for line in others], language=state.language)
    return f"{_capital(told)}. "


def _nothing_ordered(desk: Desk) -> Move:
    state, turn = desk.state, desk.state.turn
    over = turn.finished or "goodbye" in turn.acts or (state.closing and turn.acts & {"thanks"})
    if over or (state.closing and turn.assent is Assent.NO):
        return _goodbye(desk)
    if turn.changed:
        return Move(desk.say("emptied"))
    if state.closing and turn.assent is Assent.YES:
        return Move(desk.say("what_else"))
    if "order" in turn.acts or turn.assent is Assent.YES:
        return Move(desk.say("start"))
    if turn.strange and not turn.acts - {"greeting"} and state.trouble <= 1 and len(turn.strange) <= 3:
        return Move(desk.say("not_here", what=" ".join(turn.strange)))
    if turn.acts & {"greeting", "thanks"}:
        return Move(desk.say("greeting"))
    if turn.named:
        return Move(desk.say("start"))
    return _not_understood(desk)


def _acknowledged(desk: Desk) -> str:
    noted = f"{desk.say('allergy_with_order')} " if desk.state.turn.allergy else ""
    return noted + _taken(desk)


def _taken(desk: Desk) -> str:
    state, turn = desk.state, desk.state.turn
    if turn.changed:
        if not turn.new:
            return f"{desk.say('removed')} {desk.say('more')}"
        told = phrases.both([line_in_words(desk, line) for line in turn.new], language=state.language)
        return desk.say("echo", lines=_capital(told))
    if turn.homeless:
        return f"{desk.say('homeless', what=turn.homeless[0])} {desk.say('more')}"
    if turn.assent is Assent.YES or "order" in turn.acts:
        return desk.say("what_else")
    if turn.strange and turn.asked == "more" and state.trouble <= 1 and len(turn.strange) <= 3:
        return desk.say("not_here", what=" ".join(turn.strange))
    if state.trouble:
        return _not_understood(desk).text
    return desk.say("more")


def _not_understood(desk: Desk) -> Move:
    """An apology, each time another one, with what is open asked again; then a person is offered."""
    trouble = desk.state.trouble
    if trouble > HOPELESS + 1:
        return transfer(desk, "person")
    if trouble >= HOPELESS:
        return Move(desk.say("sorry_2"))
    return Move(f"{desk.say('sorry_1' if trouble == 2 else 'sorry_0')} {question(desk)}")


def _gone(desk: Desk) -> str:
    gone = desk.state.turn.gone
    why = next(
        (item.unavailable_reason for item in desk.known.card.items if item.name == gone[0] and item.off_hours), ""
    )
    if why and len(gone) == 1:
        return f"{desk.say('gone_for_now', what=gone[0], why=why)} {desk.say('instead')}"
    what = phrases.both(gone, language=desk.state.language)
    others = _others_like(desk, desk.state.turn.gone[0])
    rest = ""
    if others:
        rest = desk.say("alternatives", choices=phrases.both(others, language=desk.state.language)) + " "
    return f"{desk.say('gone', what=what)} {rest}{desk.say('instead')}"


def _others_like(desk: Desk, name: str) -> list[str]:
    card = desk.known.card
    category = next((item.category for item in card.items if item.name == name), None)
    return [item.name for item in card.items if item.category == category and item.available and category][:2]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# ---- what comes before anything else -------------------------------------------------------------------


def _emergency(desk: Desk) -> Move:
    return Move(desk.say("emergency"))


def _robot(desk: Desk) -> Move:
    return Move(desk.say("robot"))


def _language(desk: Desk) -> Move:
    return Move(f"{desk.say('language')} {question(desk)}")


def _person(desk: Desk) -> Move:
    return transfer(desk, "person")


def _wait(desk: Desk) -> Move:
    return Move(desk.say("take_time"))


def _goodbye(desk: Desk) -> Move:
    if desk.offers("end_call"):
        return Move(tool="end_call", arguments={"reason": "goodbye"})
    return Move(desk.say("goodbye"))


def _ended(reason: str) -> Callable[[Desk], Move]:
    def move(desk: Desk) -> Move:
        if desk.offers("end_call"):
            return Move(desk.say("goodbye"), tool="end_call", arguments={"reason": reason})
        return Move(desk.say("goodbye"))

    return move


# ---- what comes when nothing was ordered with it -------------------------------------------------------


def _change_order(desk: Desk) -> Move:
    """While another order is being made, a person changes the one that was placed."""
    return transfer(desk, "change_order")


def _passed_on(kind: str, reason: str) -> Callable[[Desk], Move]:
    """Complaints and the like: a person if one can be had, else a message for one."""

    def move(desk: Desk) -> Move:
        if kind == "complaint" and desk.offers("transfer_call"):
            return Move(tool="transfer_call", arguments={"reason": reason})
        return leave_ticket(desk, kind, desk.state.turn.text)

    return move


def _repeat(desk: Desk) -> Move:
    state = desk.state
    if state.quote is not None:
        return read_again(desk)
    if state.draft and all(line.settled and line.quantity for line in state.draft):
        lines = phrases.both([line_in_words(desk, one) for one in state.draft], language=state.language)
        return Move(desk.say("so_far", lines=lines, question=question(desk)))
    return Move(question(desk))


def _last_time(desk: Desk) -> Move:
    """No tool tells what a caller had another day, and a number on a display is no proof of who calls."""
    if desk.state.draft:
        return _ordering(desk)
    return Move(f"{desk.say('not_remembered')} {question(desk)}")


def _thanks(desk: Desk) -> Move:
    state = desk.state
    if state.closing:
        return _goodbye(desk)
    if not state.draft and not state.turn.finished:
        return Move(desk.say("welcome"))
    return _ordering(desk)


def _leaving(desk: Desk) -> Move:
    state = desk.state
    if state.draft and state.turn.finished:
        return _ordering(desk)
    return _goodbye(desk)


_FIRST: tuple[tuple[Act, Callable[[Desk], Move]], ...] = (
    ("emergency", _emergency),
    ("robot", _robot),
    ("language", _language),
    ("person", _person),
    ("wait", _wait),
    ("abuse", _ended("abuse")),
    ("robocall", _ended("robocall")),
)
_FOR_OTHERS: tuple[tuple[Act, Callable[[Desk], Move]], ...] = (
    ("change_order", _change_order),
    ("complaint", _passed_on("complaint", "complaint")),
    ("catering", _passed_on("catering", "catering")),
    ("job", _passed_on("job", "job")),
    ("vendor", _passed_on("vendor", "vendor")),
    ("press", _passed_on("press", "press")),
    ("lost_item", _passed_on("lost_item", "lost_item")),
)
"""Not about the menu, whatever dish is named with it."""
_LATER: tuple[tuple[Act, Callable[[Desk], Move]], ...] = (
    ("repeat", _repeat),
    ("read_back", _repeat),
    ("last_time", _last_time),
    ("goodbye", _leaving),
    ("thanks", _thanks),
)


# ---- questions ----------------------------------------------------------------------------------------


def _look_up(desk: Desk, wanted: answers.Wanted) -> Move:
    """Ask the tool that knows, or answer at once when it was asked before in this call."""
    if wanted.tool == "" or (wanted.tool == "get_context" and desk.state.facts is not None):
        return Move(with_question(desk, answers.from_facts(desk.state, wanted)))
    if not desk.offers(wanted.tool):
        return Move(desk.say("unknown_fact"))
    return Move(tool=wanted.tool, arguments=dict(wanted.arguments))
