"""Booking a table, step by step: party, day, time, name, then held, read back, booked. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from apps.llm.embedded import phrases, when
from apps.llm.embedded.state import State
from apps.llm.embedded.when import Wish

MOST_SLOTS = 3


@dataclass(frozen=True, slots=True)
class Step:
    text: str = ""
    tool: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)


def wish(state: State) -> Wish:
    """What is wanted, as far as it is settled."""
    return state.booking.wish if state.booking is not None else when.NOTHING


def moment_in(sentence: str, state: State) -> datetime | None:
    """The day and time that a sentence of the restaurant names."""
    named = when.gather((sentence,), facts=state.facts)
    return named.starts if named else None


def next_step(state: State, *, tools: frozenset[str]) -> Step:
    """The next question, or the tool that holds the table."""
    if "create_reservation" not in tools:
        return Step(phrases.say("cannot_book", language=state.language))
    if state.facts is None:
        if "get_context" in tools:
            return Step(tool="get_context")
        return Step(phrases.say("cannot_book", language=state.language))
    asked = question(state)
    if asked:
        return Step(asked)
    known = wish(state)
    assert known.starts is not None
    arguments = {
        "party_size": known.party,
        "starts_at": known.starts.isoformat(timespec="minutes"),
        "name": state.name,
    }
    return Step(tool="create_reservation", arguments=arguments | ({"number": state.number} if state.number else {}))


def question(state: State) -> str:
    """What has to be known before the table can be held."""
    if state.facts is None or state.booking is None:
        return ""
    if state.booking.lacking:
        return phrases.say(state.booking.lacking, language=state.language)
    return phrases.say("booking_name", language=state.language) if not state.name else ""


_ASKS_AROUND = re.compile(
    r"\b(what|which|any|other|another|different) (other |else )?(times?|slots?|openings?)\b|"
    r"\b(anything|something|nothing) (else|earlier|later|sooner|available|free|open)\b|"
    r"\bwhat (do you have|have you got|is available|is free|works|'s available|'s free)\b|"
    r"\b(a bit |a little )?(earlier|later)\?"
)


def asks_around(state: State) -> bool:
    """Whether the caller wants to hear what is free instead of naming a time."""
    talk = state.booking
    wants = talk is not None and talk.wish.party is not None and talk.wish.day is not None
    return wants and bool(_ASKS_AROUND.search(state.turn.text.lower()))


def look_around(state: State) -> Step | None:
    """Ask for what is free: around the time that was wanted, else on that day."""
    known = wish(state)
    if asks_around(state) and known.day is not None:
        return Step(tool="get_availability", arguments={"party_size": known.party, "date": known.day.isoformat()})
    if known.party is None or known.starts is None:
        return None
    return Step(
        tool="get_availability",
        arguments={
            "party_size": known.party,
            "date": known.starts.date().isoformat(),
            "time": f"{known.starts:%H:%M}",
        },
    )


def offered(result: Mapping[str, Any], *, language: str) -> str:
    """The times that a tool found, in words."""
    moments = [*(result.get("alternatives") or ()), *(result.get("slots") or ())][:MOST_SLOTS]
    said = []
    for each in moments:
        try:
            said.append(phrases.clock(datetime.fromisoformat(str(each)), language=language))
        except ValueError:
            continue
    if not said:
        return str(result.get("reason") or phrases.say("no_slots", language=language))
    if len(said) == 1:
        return phrases.say("slot", language=language, choice=said[0])
    return phrases.say("slots", language=language, choices=phrases.either(said, language=language))
