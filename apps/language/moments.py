"""Days with their times of day as they are said and as they are heard, "now" being an argument. Pure.

Everything here is the restaurant's local time: "tomorrow", said in New York at half past eleven in the evening,
is the day after New York's today, wherever the server stands. Times that the clocks pass over, or show twice,
are for who makes moments of them (`hours.local`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from apps.language import clock, dates, numbers
from apps.language.clock import Clock
from apps.language.dates import Order
from apps.language.text import words

UNDERSTOOD = "·"
"""Stands in `rest` for each word that has been understood; a word boundary that no grammar reads over."""
MOST_HOURS = 48
"""What is further away than this is no "in … hours"."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said of a day and of a time."""

    day: date | None
    clock: Clock | None
    rest: tuple[str, ...]
    """The words that spoke neither of days nor of times; the others are marks."""


def say(moment: datetime) -> str:
    """ "Saturday, July fourth, at seven p m": what a booking is read back with, in local time."""
    return f"{dates.say_whole(moment.date())}, at {clock.say(moment.time())}"


def heard(text: str, *, now: datetime, order: Order = "month first") -> Heard:
    """The day and the time that these words name: "tomorrow at 7", "in half an hour", "friday the fourth, noon".

    `now` is local time. A bare number is no time here; `answered` is for what follows "what time?".
    """
    return _heard(text, now=now, order=order, read=clock.among)


def answered(text: str, *, now: datetime, order: Order = "month first") -> Heard:
    """The same in an answer to "what time?", where a bare number is the time."""
    return _heard(text, now=now, order=order, read=clock.answered_among)


_Reading = Callable[[Sequence[str]], tuple[Clock | None, set[int]]]


def _heard(text: str, *, now: datetime, order: Order, read: _Reading) -> Heard:
    found = words(dates.written_out(text, order=order))
    soon = _soon(found)
    if soon is not None:
        ahead, start, end = soon
        then = now + ahead
        return Heard(then.date(), clock.of(then.time()), _without(found, set(range(start, end))))
    day, of_days = dates.among(found, today=now.date())
    kept = _without(found, {place for place in of_days if found[place] != "tonight"})  # it says the half as well
    at, of_times = read(kept)
    return Heard(day, at, _without(kept, of_times))


def _without(found: Sequence[str], taken: set[int]) -> tuple[str, ...]:
    return tuple(UNDERSTOOD if place in taken else word for place, word in enumerate(found))


def _soon(found: Sequence[str]) -> tuple[timedelta, int, int] | None:
    """ "in half an hour", "in an hour and a half", "twenty minutes from now": how far ahead, and which words."""
    for start in range(len(found)):
        led = found[start] in ("in", "en")
        read = _length(found, start + led)
        if read is None:
            continue
        minutes, end = read
        named = tuple(found[end : end + 2]) == ("from", "now")
        if (led or named) and minutes <= MOST_HOURS * 60:
            return timedelta(minutes=minutes), start, end + 2 * named
    return None


def _length(found: Sequence[str], start: int) -> tuple[int, int] | None:
    """Minutes, and where the words go on."""
    for phrase, minutes in _LENGTHS:
        if tuple(found[start : start + len(phrase)]) == phrase:
            return minutes, start + len(phrase)
    place = start + (found[start : start + 1] in (["about"], ["around"]))
    read = (1, 1) if tuple(found[place : place + 1]) in (("an",), ("a",)) else numbers.read(found, start=place)
    if read is None:
        return None
    end = place + read[1]
    half = tuple(found[end : end + 3]) == ("and", "a", "half")
    end += 3 * half
    unit = found[end] if end < len(found) else ""
    if unit in ("minute", "minutes", "min", "mins", "minutos") and not half:
        return read[0], end + 1
    if unit not in ("hour", "hours", "hr", "hrs", "hora", "horas"):
        return None
    end += 1
    if not half and tuple(found[end : end + 3]) == ("and", "a", "half"):
        half, end = True, end + 3
    rest = numbers.read(found, start=end + 1) if tuple(found[end : end + 1]) == ("and",) else None
    if rest and rest[0] < 60 and tuple(found[end + 1 + rest[1] :][:1]) in (("minutes",), ("minute",)):
        return read[0] * 60 + rest[0], end + 2 + rest[1]
    return read[0] * 60 + 30 * half, end


_LENGTHS: tuple[tuple[tuple[str, ...], int], ...] = (
    (("half", "an", "hour"), 30),
    (("half", "hour"), 30),
    (("a", "half", "hour"), 30),
    (("a", "half", "an", "hour"), 30),
    (("quarter", "of", "an", "hour"), 15),
    (("a", "quarter", "of", "an", "hour"), 15),
    (("three", "quarters", "of", "an", "hour"), 45),
    (("an", "hour", "and", "a", "quarter"), 75),
    (("media", "hora"), 30),
    (("una", "hora"), 60),
)
