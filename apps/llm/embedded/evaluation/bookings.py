"""Booking evaluation: the turns of a case through the path that serves calls, the other side's words given as the
agent's, and the booking that stands at their end. It knows the shape of the cases, and nothing of what is in them.
Pure."""

from __future__ import annotations

from datetime import date, datetime, time

from apps.language import clock as clocks
from apps.language import dates
from apps.llm.embedded import folding, lexicon, settling, when
from apps.llm.embedded.state import State
from apps.llm.embedded.when import Wish
from apps.llm.messages import JSON, Message
from apps.menu.card import Card

_OPENS, _CLOSES = "10:00", "22:00"
"""When the houses of the cases, which say nothing of it, are taken to be open: it settles which half of the day is
meant."""
_SOME_DAY = "2019-03-01"
"""Where a case has no date of its own, only days of the week are named."""
_CALLERS = ("user", "caller")


def stands(case: JSON) -> JSON:
    """The booking at the end of a case, in the shape of the answers."""
    facts = _facts(str(case.get("reference_date") or _SOME_DAY))
    full = frozenset(_slot(attempt) for attempt in case.get("failed_attempts") or ())
    begun = State(facts=facts, booking=settling.Talk(full=full))
    spoken = [
        Message(role="user" if turn["speaker"] in _CALLERS else "assistant", content=str(turn["text"]))
        for turn in case["turns"]
    ]
    talk = folding.fold(spoken, known=lexicon.of(Card(items=())), begun=begun).booking
    wish = when.NOTHING if talk is None or (talk.lacking == "other" and not talk.booked) else talk.wish
    return _booking(wish, facts=facts, dated=bool(case.get("reference_date")))


def _facts(today: str) -> JSON:
    hours = [{"day": day.title(), "opens": _OPENS, "closes": _CLOSES} for day in dates.DAYS]
    return {"now": f"{today}T09:00:00", "hours": hours}


def _slot(attempt: JSON) -> tuple[int | None, datetime | None]:
    party = int(attempt["party_size"]) if attempt.get("party_size") else None
    if not attempt.get("date") or not attempt.get("time"):
        return party, None
    return party, datetime.combine(date.fromisoformat(attempt["date"]), time.fromisoformat(attempt["time"]))


def _booking(wish: Wish, *, facts: JSON, dated: bool) -> JSON:
    at = (
        clocks.settle(wish.clock, when.hours_of(facts)(wish.day or date.fromisoformat(_SOME_DAY)))
        if wish.clock
        else None
    )
    day = wish.day if wish.day is None else wish.day.isoformat() if dated else wish.day.strftime("%A").lower()
    return {"party_size": wish.party, "date" if dated else "day": day, "time": f"{at:%H:%M}" if at else None}
