"""When dishes are on the menu: windows by weekday, time and season. Pure.

A window belongs to the day it opens on; one that closes at or before its opening ends on the next day. A dish with
several windows is on the menu in any of them, one without is always.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from apps.language import clock
from apps.restaurant import hours

DAYS_AHEAD = 8
"""How far the next change is looked for: a week and the day after."""


@dataclass(frozen=True, slots=True)
class Window:
    """Lunch, happy hour, asparagus season."""

    name: str
    weekdays: frozenset[int]
    """Monday is 0."""
    opens: time
    closes: time
    first: date | None = None
    last: date | None = None
    """The season's first and last day, both within it."""

    def span_on(self, day: date, *, timezone: str) -> tuple[datetime, datetime] | None:
        """From when until when it is that opens on this day, if it does."""
        season = (self.first is None or self.first <= day) and (self.last is None or day <= self.last)
        if day.weekday() not in self.weekdays or not season:
            return None
        until = day if self.closes > self.opens else day + timedelta(days=1)
        start = hours.local(day, self.opens, timezone=timezone)
        return start, hours.local(until, self.closes, timezone=timezone)


def hold(windows: Sequence[Window], moment: datetime, *, timezone: str) -> bool:
    """Whether this moment lies in one of them. Without windows it always does."""
    if not windows:
        return True
    today = moment.astimezone(ZoneInfo(timezone)).date()
    return any(
        start <= moment < end
        for window in windows
        for day in (today - timedelta(days=1), today)
        for start, end in [window.span_on(day, timezone=timezone) or (moment, moment)]
    )


def next_change(windows: Iterable[Window], moment: datetime, *, timezone: str) -> datetime | None:
    """The first edge of any of them after this moment, within a week."""
    today = moment.astimezone(ZoneInfo(timezone)).date()
    days = [today + timedelta(days=ahead) for ahead in range(-1, DAYS_AHEAD)]
    spans = [window.span_on(day, timezone=timezone) for window in windows for day in days]
    return min((edge for span in spans if span is not None for edge in span if edge > moment), default=None)


def say(windows: Sequence[Window]) -> str:
    """ "only served from eleven a m to three p m" """
    told = dict.fromkeys(f"from {clock.say(one.opens)} to {clock.say(one.closes)}{_days(one)}" for one in windows)
    return "only served " + " and ".join(told)


def _days(window: Window) -> str:
    if len(window.weekdays) == 7:
        return ""
    if window.weekdays == frozenset(range(5)):
        return " on weekdays"
    names = [DAYS[day] for day in sorted(window.weekdays)]
    return f" on {', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else f" on {names[0]}"


DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
