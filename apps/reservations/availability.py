"""Which table is free when: plain values in, plain values out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apps.restaurant.hours import Opening

STEP = timedelta(minutes=15)
"""Times are offered, and paced, every quarter of an hour."""


@dataclass(frozen=True, slots=True)
class Table:
    id: str
    seats: int


@dataclass(frozen=True, slots=True)
class Taken:
    """A booking or a hold: one table, from a moment until another, for so many guests."""

    table_id: str
    starts_at: datetime
    ends_at: datetime
    covers: int


def turn(party_size: int, minutes: Mapping[int, int], *, usual: int = 90) -> timedelta:
    """How long a party stays: the entry of the smallest size it fits into."""
    for largest in sorted(minutes):
        if party_size <= largest:
            return timedelta(minutes=minutes[largest])
    return timedelta(minutes=minutes[max(minutes)] if minutes else usual)


def table_for(
    party_size: int,
    *,
    starts_at: datetime,
    stay: timedelta,
    tables: Sequence[Table],
    taken: Iterable[Taken],
    opening: Opening | None,
    pacing_covers: int | None = None,
) -> Table | None:
    """The smallest free table that seats the party for its whole stay within opening hours, or None."""
    starts_at = starts_at.astimezone(UTC)  # sums of local times ignore that the clocks change
    ends_at = starts_at + stay
    if opening is None or starts_at < opening.starts_at or ends_at > opening.ends_at:
        return None
    busy = list(taken)
    if pacing_covers is not None:
        window = [one for one in busy if abs(one.starts_at - starts_at) < STEP]
        if sum(one.covers for one in window) + party_size > pacing_covers:
            return None
    occupied = {one.table_id for one in busy if one.starts_at < ends_at and starts_at < one.ends_at}
    fitting = [one for one in tables if one.seats >= party_size and one.id not in occupied]
    return min(fitting, key=lambda one: (one.seats, one.id), default=None)


def quarters(opening: Opening, *, stay: timedelta) -> list[datetime]:
    """Every time within an opening at which a party of that stay can begin."""
    first, end = opening.starts_at.astimezone(UTC), opening.ends_at.astimezone(UTC)
    offset = timedelta(minutes=-first.minute % 15, seconds=-first.second, microseconds=-first.microsecond)
    found, moment = [], first + offset
    while moment + stay <= end:
        found.append(moment)
        moment += STEP
    return found
