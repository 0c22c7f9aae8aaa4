"""Which table is free when: plain values in, plain values out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from apps.restaurant.hours import Opening

STEP = timedelta(minutes=15)
"""Times are offered, and paced, every quarter of an hour."""


@dataclass(frozen=True, slots=True)
class Seating:
    """A table, or tables that can be pushed together, and how many they then seat."""

    tables: tuple[str, ...]
    seats: int


@dataclass(frozen=True, slots=True)
class Taken:
    """A booking or a hold: its tables, from a moment until another, for so many guests."""

    tables: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    covers: int


@dataclass(frozen=True, slots=True)
class Blackout:
    """Days on which no table is booked by phone: all day, or for arrivals between two times of day."""

    first: date
    last: date
    opens: time | None = None
    closes: time | None = None
    reason: str = ""

    def holds(self, arrival: datetime) -> bool:
        """For an arrival in the restaurant's own time."""
        if not self.first <= arrival.date() <= self.last:
            return False
        return self.opens is None or self.closes is None or self.opens <= arrival.time() < self.closes


def turn(party_size: int, minutes: Mapping[int, int], *, usual: int = 90) -> timedelta:
    """How long a party stays: the entry of the smallest size it fits into."""
    for largest in sorted(minutes):
        if party_size <= largest:
            return timedelta(minutes=minutes[largest])
    return timedelta(minutes=minutes[max(minutes)] if minutes else usual)


def seating_for(
    party_size: int,
    *,
    starts_at: datetime,
    stay: timedelta,
    seatings: Sequence[Seating],
    taken: Iterable[Taken],
    opening: Opening | None,
    pacing_covers: int | None = None,
    last_seating: timedelta | None = None,
) -> Seating | None:
    """Where the party sits, or None: the fewest seats that suffice, then the fewest tables. Its whole stay lies within
    opening hours; with `last_seating`, only its arrival does, at least so long before closing."""
    starts_at = starts_at.astimezone(UTC)  # sums of local times ignore that the clocks change
    ends_at = starts_at + stay
    if opening is None or starts_at < opening.starts_at:
        return None
    if starts_at + (stay if last_seating is None else last_seating) > opening.ends_at:
        return None
    busy = list(taken)
    if pacing_covers is not None:
        window = [one for one in busy if abs(one.starts_at - starts_at) < STEP]
        if sum(one.covers for one in window) + party_size > pacing_covers:
            return None
    gone = occupied(busy, starts_at, ends_at)
    fitting = [one for one in seatings if one.seats >= party_size and not gone.intersection(one.tables)]
    return min(fitting, key=lambda one: (one.seats, len(one.tables), one.tables), default=None)


def occupied(taken: Iterable[Taken], starts_at: datetime, ends_at: datetime) -> set[str]:
    """The tables that somebody has within that stretch."""
    return {table for one in taken if one.starts_at < ends_at and starts_at < one.ends_at for table in one.tables}


def quarters(opening: Opening, *, stay: timedelta) -> list[datetime]:
    """Every time within an opening at which a party of that stay can begin."""
    first, end = opening.starts_at.astimezone(UTC), opening.ends_at.astimezone(UTC)
    offset = timedelta(minutes=-first.minute % 15, seconds=-first.second, microseconds=-first.microsecond)
    found, moment = [], first + offset
    while moment + stay <= end:
        found.append(moment)
        moment += STEP
    return found
