"""Party, day and time of a booking in what was heard, as far as they were said. Pure; now is an argument."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from apps.language import clock as clocks
from apps.language import dates, moments, numbers
from apps.language.clock import Clock, Span

_PEOPLE = {
    "people", "persons", "person", "guests", "guest", "adults", "adult", "kids", "kid", "children", "child", "personas",
    "of", "diners", "seats", "folks", "us", "top",
}  # fmt: skip
_LEADS = {"for", "of", "para", "be", "are", "we're"}
LARGEST = 500
"""A larger party is another number that was misheard."""
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


def read(text: str, *, now: datetime, before: Wish, asked: str = "", spans_of: SpansOf) -> Wish:
    """The wish after these words. `asked` is what was just asked ("party", "day", "clock", "half"): a bare number
    answers that."""
    heard = (moments.answered if asked == "clock" else moments.heard)(text, now=now)
    party = _party(heard.rest, asked="")
    if party is None and asked == "party":  # "around eight" are people now
        heard = moments.heard(_HEDGES.sub(" ", text), now=now)
        party = _party(heard.rest, asked=asked)
    day = heard.day or before.day
    clock = heard.clock or (clocks.with_half(before.clock, text) if before.clock else None)
    return Wish(party or before.party, day, clock, _starts(day, clock, spans_of))


def gather(said: Sequence[str], *, facts: Mapping[str, Any] | None, before: Wish | None = None) -> Wish | None:
    """What is wanted, from what was known `before` and everything that was said about it; None before the time at the
    restaurant is known."""
    try:
        now = datetime.fromisoformat(str((facts or {}).get("now")))
    except ValueError:
        return None
    known = before or Wish()
    for each in said:
        known = read(each, now=now, before=known, asked=lacking(known), spans_of=lambda day: _spans(facts or {}, day))
    return known


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


def _party(found: Sequence[str], *, asked: str) -> int | None:
    said = " ".join(found)
    if re.search(r"\b(the two of us|my wife and i|my husband and i|me and my (wife|husband|friend|date))\b", said):
        return 2
    if re.search(r"\b(just me|by myself|only me|for myself)\b", said):
        return 1
    for place in range(len(found)):
        read_number = numbers.read(found, start=place)
        if read_number is None or not 0 < read_number[0] <= LARGEST:
            continue
        value, used = read_number
        after = found[place + used] if place + used < len(found) else ""
        if after in _PEOPLE:
            return value + _and_more(found, place + used + 1)
        if (place and found[place - 1] in _LEADS) or asked == "party":
            return value
    return None


def _and_more(found: Sequence[str], place: int) -> int:
    """The children in "five adults and two children"."""
    joined = tuple(found[place : place + 1]) == ("and",)
    more = numbers.read(found, start=place + 1) if joined else None
    follows = found[place + 1 + more[1]] if more and place + 1 + more[1] < len(found) else ""
    return more[0] if more and follows in _PEOPLE else 0


def _spans(facts: Mapping[str, Any], day: date) -> list[Span]:
    """The opening hours of that day among the facts of `get_context`; a day of its own beats the week."""
    for special in facts.get("special_days") or ():
        if special.get("date") == day.isoformat():
            return [_span(one) for one in special.get("hours") or ()]
    name = dates.DAYS[day.weekday()]
    return [_span(one) for one in facts.get("hours") or () if str(one.get("day", "")).lower() == name]


def _span(hours: Mapping[str, Any]) -> Span:
    return time.fromisoformat(str(hours["opens"])), time.fromisoformat(str(hours["closes"]))
