"""When one more order can be due: prep time under load, and at most so many orders within any so many minutes. Pure.

An order counts when it is due, not when it was called in: a kitchen is full at seven, not at the minute in which
seven was asked for. A window is any stretch of its length, wherever it begins, so that no two full quarters meet.
Times that are given are whole minutes, because they are spoken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
GRACE = timedelta(minutes=5)
"""A time that was read back is kept when the yes to it came at most this much late."""
BUSY_LASTS = timedelta(hours=1)
"""What is due later than this is made when today's rush is over."""


@dataclass(frozen=True, slots=True)
class Pace:
    """At most `most` orders due within any stretch that is shorter than `within`."""

    most: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class Prep:
    """How long an order takes."""

    minutes: int
    override: int | None = None
    """Staff's own word for it, until `until`: it holds whatever the load."""
    until: datetime | None = None
    busy_from: int | None = None
    """From so many orders in the kitchen on …"""
    busy_extra: int = 0
    """… one more takes so many minutes longer."""


def prep_time(prep: Prep, *, in_kitchen: int, due: datetime, now: datetime) -> timedelta:
    """How long an order takes that is due at this moment, as things stand now."""
    if prep.override is not None and prep.until is not None and max(now, due - BUSY_LASTS) < prep.until:
        return prep.override * MINUTE
    busy = prep.busy_from is not None and in_kitchen >= prep.busy_from and due <= now + BUSY_LASTS
    return (prep.minutes + (prep.busy_extra if busy else 0)) * MINUTE


def has_room(due: Sequence[datetime], moment: datetime, *, pace: Pace) -> bool:
    """Whether one more order can be due at this moment, beside those that are."""
    near = sorted([moment, *(one for one in due if abs(one - moment) < pace.within)])
    if pace.most < 1:
        return False
    return all(last - first >= pace.within for first, last in zip(near, near[pace.most :], strict=False))


def earliest(due: Sequence[datetime], not_before: datetime, *, pace: Pace) -> datetime | None:
    """The first whole minute from this moment on that has room; None where nothing is ever taken."""
    after = (up_to_the_minute(one + pace.within) for one in due)
    candidates = sorted({up_to_the_minute(not_before), *(moment for moment in after if moment > not_before)})
    return next((moment for moment in candidates if has_room(due, moment, pace=pace)), None)


def latest(due: Sequence[datetime], not_after: datetime, *, not_before: datetime, pace: Pace) -> datetime | None:
    """The last whole minute up to this moment that has room, if there is one from `not_before` on."""
    before = (down_to_the_minute(one - pace.within) for one in due)
    candidates = sorted({down_to_the_minute(not_after), *(moment for moment in before if moment < not_after)})
    free = (moment for moment in reversed(candidates) if moment >= not_before and has_room(due, moment, pace=pace))
    return next(free, None)


def still_holds(promised: datetime, *, soonest: datetime) -> bool:
    """Whether a time that was read back can be kept, now that it could be ready at the soonest then."""
    return soonest <= promised + GRACE


def up_to_the_minute(moment: datetime) -> datetime:
    return moment if moment == down_to_the_minute(moment) else down_to_the_minute(moment) + MINUTE


def down_to_the_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
