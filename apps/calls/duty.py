"""By when somebody should have dealt with a ticket. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from apps.restaurant import hours
from apps.restaurant.hours import Week

MINUTES: Mapping[str, int] = {
    "emergency": 0,
    "allergy": 10,
    "large_order": 15,
    "callback": 30,
    "complaint": 30,
    "lead": 120,
    "catering": 240,
    "delivery": 240,
    "lost_item": 240,
    "other": 240,
    "job": 24 * 60,
    "vendor": 24 * 60,
}
"""Of opening time, by type of ticket."""
PRESSING = frozenset({"emergency", "allergy", "large_order", "callback", "complaint", "lead"})
"""Whoever these are for is reminded when they are overdue."""


def due_at(kind: str, *, now: datetime, week: Week, own: Mapping[str, int]) -> datetime:
    """So many minutes from now while open, else from the next opening; of a house that never opens, from now. An
    emergency does not wait for anybody's hours."""
    patience = timedelta(minutes=int(own.get(kind, MINUTES.get(kind, MINUTES["other"]))))
    if kind == "emergency" or not patience:
        return now + patience
    begins = hours.opens_next(week, now) or now
    return begins + patience
