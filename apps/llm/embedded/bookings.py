"""Booking a table, step by step: party, day, time, name, then held, read back, booked. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from apps.llm.embedded import phrases, when
from apps.llm.embedded.lexicon import Lexicon
from apps.llm.embedded.state import State
from apps.llm.embedded.when import Wish

MOST_SLOTS = 3


@dataclass(frozen=True, slots=True)
class Step:
    text: str = ""
    tool: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)


def wish(state: State) -> Wish:
    """What is wanted, from everything that was said about it and the time at the restaurant now."""
    return (when.gather(state.booking, facts=state.facts) if state.booking is not None else None) or Wish()


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
    asked = question_of(wish(state), state)
    if asked:
        return Step(asked)
    known = wish(state)
    assert known.starts is not None
    return Step(
        tool="create_reservation",
        arguments={
            "party_size": known.party,
            "starts_at": known.starts.isoformat(timespec="minutes"),
            "name": state.name,
        },
    )


def question_of(known: Wish, state: State) -> str:
    lacking = when.lacking(known)
    if lacking:
        return phrases.say(lacking, language=state.language)
    return phrases.say("booking_name", language=state.language) if not state.name else ""


def question(state: State, *, known: Lexicon) -> str:
    return question_of(wish(state), state) if state.facts is not None else ""


def look_around(state: State) -> Step | None:
    known = wish(state)
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
            said.append(phrases.clock(datetime.fromisoformat(str(each))))
        except ValueError:
            continue
    if not said:
        return str(result.get("reason") or phrases.say("no_slots", language=language))
    return phrases.say("slots", language=language, choices=phrases.either(said, language=language))
