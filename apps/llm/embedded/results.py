"""The move after a tool has answered: its words for the caller, or the next tool. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from apps.language import saying
from apps.llm.embedded import answers, bookings, errands, phrases
from apps.llm.embedded.desk import Desk, Move, question, with_question
from apps.llm.embedded.moves import go_on_booking, go_on_errand, look_around, quote_order
from apps.llm.embedded.state import Call


def after_tool(desk: Desk, call: Call) -> Move:
    """What to say or do now that this tool has answered."""
    if call.refusal:
        return _after_refusal(desk, call)
    after = _AFTER.get(call.name)
    return after(desk, call) if after is not None else Move(question(desk))


def _after_refusal(desk: Desk, call: Call) -> Move:
    tries = sum(one.name == call.name for one in desk.state.calls)
    if call.name == "create_order" and "confirm_version" in call.arguments and tries == 1 and desk.state.draft:
        return quote_order(desk, saying=desk.say("again"))
    if call.name == "create_reservation" and "confirm_version" in call.arguments and tries == 1:
        return go_on_booking(desk, saying=desk.say("again"))
    sentence = call.refusal
    if sentence.rstrip().endswith("?"):
        return Move(sentence)
    if call.name == "create_order":
        return Move(f"{sentence} {desk.say('instead')}")
    if call.name in ("transfer_call", "end_call"):
        return Move(f"{sentence} {desk.say('more')}")
    return Move(f"{sentence} {question(desk)}")


def _after_order(desk: Desk, call: Call) -> Move:
    result = call.result
    if result.get("status") == "placed":
        return Move(
            desk.say(
                "placed",
                name=f", {desk.state.name}" if desk.state.name else "",
                number=_number(desk, result.get("number")),
                total=_money(desk, result.get("total")),
                ready=_clock(desk, result.get("ready_at")),
            )
        )
    return Move(str(result.get("read_back") or question(desk)))


def _after_reservation(desk: Desk, call: Call) -> Move:
    result = call.result
    if result.get("read_back"):
        return Move(str(result["read_back"]))
    if result.get("status") == "booked":
        starts = _moment(result.get("starts_at"))
        when = phrases.when(starts, language=desk.state.language) if starts else str(result.get("starts_at"))
        reference = " ".join(str(result.get("reference", "")))
        return Move(desk.say("booked", when=when, reference=reference))
    if result.get("status") == "waitlist_offered" and desk.offers("get_availability"):
        return look_around(desk)
    reason = str(result.get("reason") or desk.say("no_slots"))
    return Move(f"{reason} {desk.say('more')}")


def _after_availability(desk: Desk, call: Call) -> Move:
    return Move(bookings.offered(call.result, language=desk.state.language))


def _after_facts(desk: Desk, call: Call) -> Move:
    if desk.state.errand is not None:
        return go_on_errand(desk)
    if desk.state.booking is not None:
        return go_on_booking(desk)
    if desk.state.takes_later and desk.state.draft:
        return quote_order(desk)
    wanted = answers.wanted(desk.state, known=desk.known)
    if wanted is None:
        return Move(question(desk))
    return Move(with_question(desk, answers.from_facts(desk.state, wanted)))


def _after_search(desk: Desk, call: Call) -> Move:
    wanted = answers.wanted(desk.state, known=desk.known)
    if wanted is None:
        return Move(question(desk))
    answer = answers.from_menu(call.result, wanted, language=desk.state.language, currency=desk.known.card.currency)
    return Move(with_question(desk, answer))


def _after_transfer(desk: Desk, call: Call) -> Move:
    return Move(desk.say("transferring" if call.result.get("status") == "transferring" else "nobody"))


def _after_ticket(desk: Desk, call: Call) -> Move:
    said = str(call.result.get("say") or "")
    return Move(f"{said} {desk.say('more')}" if said else desk.say("ticket"))


def _after_goodbye(desk: Desk, call: Call) -> Move:
    return Move(desk.say("goodbye"))


def _after_change(desk: Desk, call: Call) -> Move:
    result = call.result
    if result.get("status") != "changed":
        return Move(str(result.get("read_back") or question(desk)))
    return Move(
        desk.say(
            "changed_order",
            number=_number(desk, result.get("number")),
            total=_money(desk, result.get("total")),
            ready=_clock(desk, result.get("ready_at")),
        )
    )


def _after_status(desk: Desk, call: Call) -> Move:
    if desk.state.errand is not None and desk.state.errand.amends:
        return go_on_errand(desk)
    ending = question(desk) if desk.state.errand is not None else desk.say("more")
    return Move(f"{call.result.get('words', '')} {ending}")


def _after_found(desk: Desk, call: Call) -> Move:
    errand = desk.state.errand
    if errand is None or errand.found is None:
        again = question(desk) if errand is not None else desk.say("more")
        return Move(f"{desk.say('errand_none')} {again}")
    moment = errands.moment_of(errand)
    if moment is None or (errand.kind == "change_booking" and errands.instead(errand, desk.state.facts)):
        return go_on_errand(desk)
    party = _people(desk, errand.found.get("party_size"))
    when = phrases.when(moment, language=desk.state.language)
    return Move(f"{desk.say('errand_found', party=party, when=when)} {question(desk)}")


def _after_cancelling(desk: Desk, call: Call) -> Move:
    return Move(desk.say("cancelled_order" if call.name == "cancel_order" else "cancelled_booking"))


_AFTER: dict[str, Callable[[Desk, Call], Move]] = {
    "create_order": _after_order,
    "create_reservation": _after_reservation,
    "get_availability": _after_availability,
    "get_context": _after_facts,
    "search_menu": _after_search,
    "transfer_call": _after_transfer,
    "create_ticket": _after_ticket,
    "end_call": _after_goodbye,
    "order_status": _after_status,
    "find_reservation": _after_found,
    "change_reservation": _after_reservation,
    "cancel_order": _after_cancelling,
    "change_order": _after_change,
    "cancel_reservation": _after_cancelling,
}


def _people(desk: Desk, value: Any) -> str:
    return saying.people(value, language=desk.state.language) if isinstance(value, int) else str(value)


def _number(desk: Desk, value: Any) -> str:
    return saying.number(value, language=desk.state.language) if isinstance(value, int) else str(value)


def _money(desk: Desk, value: Any) -> str:
    try:
        amount = Decimal(str(value))
        return saying.money(amount, currency=desk.known.card.currency, language=desk.state.language)
    except InvalidOperation:
        return str(value)


def _moment(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None


def _clock(desk: Desk, value: Any) -> str:
    moment = _moment(value)
    return phrases.clock(moment, language=desk.state.language) if moment else str(value)
