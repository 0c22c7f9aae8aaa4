"""Opening hours as plain values: weekly spans, special days that beat them, closings after midnight. Pure.

A span belongs to the day it opens on: 00:30 on Saturday is part of Friday evening when Friday closes at 1.
Local times that do not exist (spring) are passed over to the first that does, those that occur twice
(autumn) are taken the first time, as clocks on a wall are read (PEP 495).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS_AHEAD = 15
"""How far `next_opening` looks: two weeks of holidays and a day."""


@dataclass(frozen=True, slots=True)
class Span:
    """Open from `opens` until `closes`; a closing at or before the opening is on the next day."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Week:
    """Spans by weekday (Monday is 0), and dates that have spans of their own (none: closed)."""

    timezone: str
    weekly: Mapping[int, Sequence[Span]] = field(default_factory=dict)
    special: Mapping[date, Sequence[Span]] = field(default_factory=dict)

    def spans_on(self, day: date) -> Sequence[Span]:
        if day in self.special:
            return self.special[day]
        return self.weekly.get(day.weekday(), ())


@dataclass(frozen=True, slots=True)
class Opening:
    """One stretch of being open, as moments with time zone."""

    starts_at: datetime
    ends_at: datetime


def local(day: date, clock: time, *, timezone: str) -> datetime:
    """A wall-clock time as a moment that exists."""
    zone = ZoneInfo(timezone)
    moment = datetime.combine(day, clock, tzinfo=zone)
    return moment.astimezone(UTC).astimezone(zone)


def openings(week: Week, *, first: date, days: int) -> Iterator[Opening]:
    """Every stretch that opens on one of these days, in order."""
    for number in range(days):
        day = first + timedelta(days=number)
        for span in sorted(week.spans_on(day), key=lambda one: one.opens):
            until = day if span.closes > span.opens else day + timedelta(days=1)
            yield Opening(
                local(day, span.opens, timezone=week.timezone), local(until, span.closes, timezone=week.timezone)
            )


def opening_at(week: Week, moment: datetime) -> Opening | None:
    """The stretch that holds this moment (its start counts as open, its end does not)."""
    today = moment.astimezone(ZoneInfo(week.timezone)).date()
    for opening in openings(week, first=today - timedelta(days=1), days=2):
        if opening.starts_at <= moment < opening.ends_at:
            return opening
    return None


def next_opening(week: Week, moment: datetime) -> Opening | None:
    """The first stretch that starts after this moment, within two weeks."""
    today = moment.astimezone(ZoneInfo(week.timezone)).date()
    for opening in openings(week, first=today, days=DAYS_AHEAD):
        if opening.starts_at > moment:
            return opening
    return None


def business_day(week: Week, moment: datetime) -> date:
    """The day this moment belongs to for the restaurant: after midnight, still the evening before."""
    opening = opening_at(week, moment)
    return (opening.starts_at if opening else moment).astimezone(ZoneInfo(week.timezone)).date()
