"""Party, day and time of a booking in what was heard, as far as they were said. Pure; now is an argument."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from apps.language import clock as clocks
from apps.language import dates, moments, parties
from apps.language.clock import Clock, Span

_HEDGES = re.compile(rf"\b({'|'.join(sorted(clocks.HEDGES))})\b", re.IGNORECASE)

SpansOf = Callable[[date], Sequence[Span]]
"""When the restaurant is open on a day."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is known of a booking so far."""

    party: int | None = None
    day: date | None = None
    clock: Clock | None = None
    starts: datetime | None = None
    """Local, without a zone; None while the day, the time, or which half of the day is meant, is not known."""


NOTHING = Wish()


@lru_cache(maxsize=4096)  # every turn of a call hears all turns before it again
def named(text: str, *, now: datetime, asked: str = "") -> Wish:
    """What these words name, and nothing else. `asked` is what was just asked ("party", "day", "clock", "half"): a
    bare number answers that."""
    heard = (moments.answered if asked == "clock" else moments.heard)(text, now=now)
    party = parties.among(heard.rest)
    if party is None and asked == "party":  # "around eight" are people now
        heard = moments.heard(_HEDGES.sub(" ", text), now=now)
        party = parties.among(heard.rest, asked=True)
    return Wish(party, heard.day, heard.clock)


def over(below: Wish, above: Wish, *, spans_of: SpansOf) -> Wish:
    """What is known once more was said: what is named takes the place of what was."""
    day, clock = above.day or below.day, above.clock or below.clock
    return Wish(above.party or below.party, day, clock, _starts(day, clock, spans_of))


def gather(said: Sequence[str], *, facts: Mapping[str, Any] | None, before: Wish | None = None) -> Wish | None:
    """What is wanted, from what was known `before` and everything that was said about it; None before the time at the
    restaurant is known."""
    now = now_of(facts)
    if now is None:
        return None
    known, spans_of = before or Wish(), hours_of(facts)
    for each in said:
        heard = named(each, now=now, asked=lacking(known))
        known = over(with_half(known, each, heard), heard, spans_of=spans_of)
    return known


def with_half(known: Wish, text: str, heard: Wish) -> Wish:
    """The time that is known, in the half of the day that these words name, if they name no other time."""
    if known.clock is None or heard.clock is not None:
        return known
    return replace(known, clock=clocks.with_half(known.clock, text))


def now_of(facts: Mapping[str, Any] | None) -> datetime | None:
    """The time at the restaurant, once it is known."""
    try:
        return datetime.fromisoformat(str((facts or {}).get("now")))
    except ValueError:
        return None


def hours_of(facts: Mapping[str, Any] | None) -> SpansOf:
    return lambda day: _spans(facts or {}, day)


def lacking(known: Wish) -> str:
    """What is asked next: "party", "day", "clock", "half" (of the day), or nothing."""
    if known.party is None:
        return "party"
    if known.day is None:
        return "day"
    if known.clock is None:
        return "clock"
    return "half" if known.starts is None else ""


def _starts(day: date | None, clock: Clock | None, spans_of: SpansOf) -> datetime | None:
    if day is None or clock is None:
        return None
    spans = spans_of(day)
    at = clocks.settle(clock, spans)
    return clocks.on(day, at, spans) if at is not None else None


def _spans(facts: Mapping[str, Any], day: date) -> list[Span]:
    """The opening hours of that day among the facts of `get_context`; a day of its own beats the week."""
    for special in facts.get("special_days") or ():
        if special.get("date") == day.isoformat():
            return [_span(one) for one in special.get("hours") or ()]
    name = dates.DAYS[day.weekday()]
    return [_span(one) for one in facts.get("hours") or () if str(one.get("day", "")).lower() == name]


def _span(hours: Mapping[str, Any]) -> Span:
    return time.fromisoformat(str(hours["opens"])), time.fromisoformat(str(hours["closes"]))
