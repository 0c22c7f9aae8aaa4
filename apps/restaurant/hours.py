"""Opening hours as plain values: weekly spans, special days that beat them, closings after midnight. Pure.

A span belongs to the day it opens on: 00:30 on Saturday is part of Friday evening when Friday closes at 1.
Local times that do not exist (spring) are passed over to the first that does, those that occur twice
(autumn) are taken the first time, as clocks on a wall are read (PEP 495).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES
DAYS_AHEAD = 15
"""How far `next_opening` looks: two weeks of holidays and a day."""


@dataclass(frozen=True, slots=True)
class Span:
    """Open from `opens` until `closes`; a closing at or before the opening is on the next day, so that
    00:00 to 00:00 is round the clock."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Week:
    """Spans by weekday (Monday is 0), and dates that have spans of their own (none: closed)."""

    timezone: str
    weekly: Mapping[int, Sequence[Span]] = field(default_factory=dict)
    special: Mapping[date, Sequence[Span]] = field(default_factory=dict)
    notes: Mapping[date, str] = field(default_factory=dict)
    """Why those dates are special, where somebody said so."""

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


def openings(week: Week, *, first: date, days: int) -> list[Opening]:
    """Every stretch that opens on one of these days, in order; stretches that touch are one."""
    found: list[Opening] = []
    for number in range(days):
        day = first + timedelta(days=number)
        for span in sorted(week.spans_on(day), key=lambda one: one.opens):
            until = day if span.closes > span.opens else day + timedelta(days=1)
            starts_at = local(day, span.opens, timezone=week.timezone)
            ends_at = local(until, span.closes, timezone=week.timezone)
            if found and starts_at <= found[-1].ends_at:
                found[-1] = Opening(found[-1].starts_at, max(found[-1].ends_at, ends_at))
            else:
                found.append(Opening(starts_at, ends_at))
    return found


def opening_at(week: Week, moment: datetime) -> Opening | None:
    """The stretch that holds this moment (its start counts as open, its end does not). Round-the-clock
    stretches are followed for a few days, which is further than any cut-off looks."""
    today = moment.astimezone(ZoneInfo(week.timezone)).date()
    for opening in openings(week, first=today - timedelta(days=1), days=4):
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


def opens_next(week: Week, moment: datetime) -> datetime | None:
    """This moment while open, else when the next stretch starts."""
    if opening_at(week, moment) is not None:
        return moment
    following = next_opening(week, moment)
    return following.starts_at if following else None


def open_until(week: Week, moment: datetime) -> datetime | None:
    """When it closes, if it is open now and ever closes."""
    opening = opening_at(week, moment)
    if opening is None or opening.ends_at - moment > timedelta(days=2):
        return None
    return opening.ends_at


def business_day(week: Week, moment: datetime) -> date:
    """The day this moment belongs to for the restaurant: after midnight, still the evening before."""
    today = moment.astimezone(ZoneInfo(week.timezone)).date()
    yesterday = today - timedelta(days=1)
    for span in week.spans_on(yesterday):
        closes_next_day = span.closes <= span.opens and span.closes > time(0)
        if closes_next_day and moment < local(today, span.closes, timezone=week.timezone):
            return yesterday
    return today


def end_of_day(week: Week, moment: datetime) -> datetime:
    """When the restaurant's day is over: its last closing, or midnight when there is none ahead."""
    day = business_day(week, moment)
    closings = [opening.ends_at for opening in openings(week, first=day, days=1)]
    if closings and closings[-1] > moment:
        return closings[-1]
    today = moment.astimezone(ZoneInfo(week.timezone)).date()
    return local(today + timedelta(days=1), time(0), timezone=week.timezone)


@dataclass(frozen=True, slots=True)
class Clash:
    """A span that begins while another one lasts."""

    weekday: int
    span: Span
    of: int
    """The weekday of the other …"""
    until: time
    """… and when that one ends."""


def clashes(weekly: Mapping[int, Sequence[Span]]) -> list[Clash]:
    """Every span that begins while another still lasts, in the order of the week; Sunday night reaches into Monday."""
    stretches = []
    for weekday, spans in weekly.items():
        for span in spans:
            begins = weekday * DAY_MINUTES + _minutes(span.opens)
            lasts = (_minutes(span.closes) - _minutes(span.opens)) % DAY_MINUTES or DAY_MINUTES
            stretches.append((begins, begins + lasts, weekday, span))
    stretches.sort(key=lambda one: one[:2])
    found: list[Clash] = []
    if not stretches:
        return found
    _, reached, of, last = max(stretches, key=lambda one: one[1])
    reached -= WEEK_MINUTES
    for begins, ends, weekday, span in stretches:
        if begins < reached:
            found.append(Clash(weekday, span, of, last.closes))
        if ends >= reached:
            reached, of, last = ends, weekday, span
    return found


def overlapping(weekly: Mapping[int, Sequence[Span]]) -> tuple[int, Span] | None:
    """The first of them, with its weekday."""
    found = clashes(weekly)
    return (found[0].weekday, found[0].span) if found else None


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
