"""A day's tables by time, and the guests who come in each quarter of an hour, as a picture. Pure but for its rows.

Across in per cent of the plot and down in pixels, so that words keep their size at every width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from apps.reservations.availability import STEP
from apps.restaurant import hours

ROW, BAR, TOP, HEAD = 34, 28, 58, 14
"""Heights: of a table's row, of a booking within it, of the guests' part above them, and of its hours."""
LONG, SHORT = timedelta(hours=14), timedelta(hours=8)
"""A day longer than LONG is shown where something happens, but no less than SHORT of it."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Span:
    """What the picture shows, whole hours."""

    starts_at: datetime
    ends_at: datetime

    def at(self, moment: datetime) -> float:
        """How far across, from 0 to 1."""
        share = (moment - self.starts_at) / (self.ends_at - self.starts_at)
        return min(1.0, max(0.0, share))

    def across(self, first: datetime, last: datetime) -> dict[str, str]:
        return {"x": _per_cent(self.at(first)), "width": _per_cent(self.at(last) - self.at(first))}


def _per_cent(share: float) -> str:
    return f"{share:.3%}"


def openings(week: hours.Week, *, start: datetime, end: datetime) -> list[hours.Opening]:
    """Those of a day: they begin on it, or last all through it."""
    stretches = hours.openings(week, first=start.date() - timedelta(days=1), days=3)
    return [
        each
        for each in stretches
        if start <= each.starts_at < end or (each.starts_at < start and each.ends_at >= start + timedelta(hours=12))
    ]


def span(stretches: Sequence[hours.Opening], bookings: Sequence[Any], *, start: datetime, end: datetime) -> Span | None:
    """From the first opening or booking to the last, of a day in the restaurant's own time; None when there is
    neither."""
    starts = [max(each.starts_at, start) for each in stretches]
    ends = [min(each.ends_at, end + timedelta(hours=6)) if each.starts_at >= start else end for each in stretches]
    taken = [(row.starts_at, row.ends_at) for row in bookings]
    if not starts and not taken:
        return None
    first, last = min([*starts, *(one for one, _ in taken)]), max([*ends, *(one for _, one in taken)])
    if last - first > LONG and taken:
        first, last = min(one for one, _ in taken) - HOUR, max(one for _, one in taken) + HOUR
        last = max(last, first + SHORT)
    return Span(_whole_hour(first, start.tzinfo), _whole_hour(last + HOUR - timedelta(microseconds=1), start.tzinfo))


def _whole_hour(moment: datetime, zone: tzinfo | None) -> datetime:
    """The last one there, in UTC, as sums of local times ignore that the clocks change."""
    local = moment.astimezone(zone)
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return moment.astimezone(UTC) - past


def axis(shown: Span, *, zone: ZoneInfo) -> list[dict[str, Any]]:
    """A line for every hour, with words at every second or third where they would touch."""
    count = (shown.ends_at - shown.starts_at) // HOUR
    every = 1 if count <= 8 else 2 if count <= 16 else 3
    found = []
    for number in range(count):
        moment = shown.starts_at + number * HOUR
        local = moment.astimezone(zone)
        words = f"{local:%-I %p}".lower() if number % every == 0 else ""
        found.append({"x": _per_cent(shown.at(moment)), "words": words})
    return found


def shut(shown: Span, stretches: Sequence[hours.Opening]) -> list[dict[str, str]]:
    """The parts of the picture in which the house is closed."""
    found, reached = [], shown.starts_at
    for each in stretches:
        if each.starts_at > reached:
            found.append(shown.across(reached, each.starts_at))
        reached = max(reached, each.ends_at)
    if reached < shown.ends_at:
        found.append(shown.across(reached, shown.ends_at))
    return found


def quarters(shown: Span, covers: Sequence[Any], *, most: int | None) -> list[dict[str, Any]]:
    """A column for each quarter in which guests come: full height is the limit, or the fullest quarter."""
    height = max([most or 0, *(each.covers for each in covers)], default=0)
    found = []
    for each in covers:
        tall = round((TOP - HEAD) * each.covers / height, 1) if height else 0
        found.append(
            {
                **shown.across(each.starts_at, each.starts_at + STEP),
                "y": TOP - tall,
                "height": tall,
                "covers": each.covers,
                "is_full": most is not None and each.covers >= most,
            }
        )
    return found


def limit(covers: Sequence[Any], *, most: int | None) -> float | None:
    """How far down the line of the limit is."""
    if not most:
        return None
    height: int = max([most, *(each.covers for each in covers)])
    return round(TOP - (TOP - HEAD) * most / height, 1)
