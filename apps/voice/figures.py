"""A restaurant's figures over some of its days: in all, per day and per hour of the day; each with what it counts of.

A day and an hour are those of the restaurant's time zone. One aggregate query per table, whose grouping sets give the
whole, the days and the hours in one pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

JSON = dict[str, Any]
MOST_DAYS = 366

DEFINITIONS: Mapping[str, str] = {
    "calls": "Calls that rang; of as many.",
    "answered": "Calls that were answered; of all calls.",
    "handled_alone": "Answered calls that have ended and in which no person was rung; of those that have ended.",
    "handed_over": "Answered calls in which a person was rung; of answered calls.",
    "orders": "Orders placed by phone, over the API or by staff and not cancelled since; of all that were placed.",
    "conversion": "The share of answered calls that left an order which was not cancelled; of answered calls.",
    "revenue": "Totals of the orders that were not cancelled, tax included, as decimal text; of so many orders.",
    "reservations": "Tables booked and not cancelled since, by when they were booked; of all that were booked.",
    "average_duration_seconds": "Mean length of a call in seconds; of calls whose length is known.",
    "reply_p50_ms": "Half of the replies came within so many milliseconds of the caller's last sound; of all replies.",
    "reply_p95_ms": "95 in 100 replies came within so many milliseconds of the caller's last sound; of all replies.",
    "model_cost_per_call": "What models cost in calls and their summaries, in US dollars as far as prices are known, "
    "for each answered call; of answered calls.",
    "model_cost_per_order": "The same for each order that was not cancelled; of so many orders.",
}

_CALLS = """
SELECT count(*) AS calls, count(answered_at) AS answered,
    count(*) FILTER (WHERE answered_at IS NOT NULL AND state = 'ended') AS ended,
    count(*) FILTER (WHERE answered_at IS NOT NULL AND state = 'ended'
        AND handed_over_at IS NULL AND ended_by <> 'transfer') AS alone,
    count(*) FILTER (WHERE answered_at IS NOT NULL
        AND (handed_over_at IS NOT NULL OR ended_by = 'transfer')) AS handed_over,
    count(ordering.call_id) FILTER (WHERE answered_at IS NOT NULL) AS converted,
    count(duration_seconds) AS timed, avg(duration_seconds)::float AS duration
FROM calls LEFT JOIN (
    SELECT DISTINCT call_id FROM orders WHERE status <> 'cancelled' AND call_id IS NOT NULL
) ordering ON ordering.call_id = calls.id
"""
_ORDERS = """
SELECT count(*) AS placed, count(*) FILTER (WHERE status <> 'cancelled') AS standing,
    coalesce(sum(total) FILTER (WHERE status <> 'cancelled'), 0) AS revenue
FROM orders
"""
_RESERVATIONS = """
SELECT count(*) AS booked, count(*) FILTER (WHERE status <> 'cancelled') AS kept FROM reservations
"""
_REPLIES = """
SELECT count(*) AS replies, percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY latency_ms) AS within_ms
FROM calls JOIN transcripts ON transcripts.call_id = calls.id AND latency_ms IS NOT NULL
"""
_COST = "SELECT sum(cost) AS cost FROM model_requests"
_SOURCES = (
    (_CALLS, "started_at", ""),
    (_ORDERS, "created_at", ""),
    (_RESERVATIONS, "created_at", ""),
    (_REPLIES, "started_at", ""),
    (_COST, "asked_at", "AND call_id IS NOT NULL"),
)
"""What is asked, and the moment that says to which day it belongs."""


@dataclass(frozen=True, slots=True)
class Days:
    """From the first to the last of a restaurant's days, both included."""

    first: date
    last: date
    timezone: str

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.first, time(), tzinfo=ZoneInfo(self.timezone))

    @property
    def ends(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(), tzinfo=ZoneInfo(self.timezone))

    def __iter__(self) -> Any:
        return (self.first + timedelta(days=past) for past in range((self.last - self.first).days + 1))


def over(days: Days, *, currency: str) -> JSON:
    """All figures: `figures` over the whole time, `days` and `hours` with value and denominator alone."""
    whole: JSON = {}
    by_day: dict[date, JSON] = {day: {} for day in days}
    by_hour: dict[int, JSON] = {hour: {} for hour in range(24)}
    for source in _SOURCES:
        for day, hour, found in _grouped(*source, days=days):
            bucket = by_day[day] if day is not None else by_hour[hour] if hour is not None else whole
            bucket.update(found)
    return {
        "from": days.first.isoformat(),
        "to": days.last.isoformat(),
        "timezone": days.timezone,
        "currency": currency,
        "figures": {name: {**figure, "definition": DEFINITIONS[name]} for name, figure in _figures(whole).items()},
        "days": [{"day": day.isoformat(), **_figures(found)} for day, found in by_day.items()],
        "hours": [{"hour": hour, **_figures(found)} for hour, found in by_hour.items()],
    }


def _grouped(source: str, moment: str, also: str, *, days: Days) -> list[tuple[date | None, int | None, JSON]]:
    """Rows by day, by hour, and one for all."""
    selected, tables = source.split("FROM ", 1)
    local = f"({moment} AT TIME ZONE %(zone)s)"
    sql = f"""{selected}, {local}::date AS local_day, extract(hour FROM {local})::int AS local_hour
        FROM {tables} WHERE {moment} >= %(begins)s AND {moment} < %(ends)s {also}
        GROUP BY GROUPING SETS ((), (local_day), (local_hour))"""
    with connection.cursor() as cursor:
        cursor.execute(sql, {"zone": days.timezone, "begins": days.begins, "ends": days.ends})
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [(row.pop("local_day"), row.pop("local_hour"), row) for row in rows]


def _figures(found: JSON) -> dict[str, JSON]:
    """Of what was counted. A mean or a share of nothing is null, never 0."""
    answered, standing = found.get("answered", 0), found.get("standing", 0)
    within = found.get("within_ms") or (None, None)
    replies, cost = found.get("replies", 0), found.get("cost")
    return {
        "calls": _of(found.get("calls", 0), found.get("calls", 0)),
        "answered": _of(answered, found.get("calls", 0)),
        "handled_alone": _of(found.get("alone", 0), found.get("ended", 0)),
        "handed_over": _of(found.get("handed_over", 0), answered),
        "orders": _of(standing, found.get("placed", 0)),
        "conversion": _of(round(found["converted"] / answered, 4) if answered else None, answered),
        "revenue": _of(f"{found.get('revenue', Decimal(0)):.2f}", standing),
        "reservations": _of(found.get("kept", 0), found.get("booked", 0)),
        "average_duration_seconds": _of(_rounded(found.get("duration")), found.get("timed", 0)),
        "reply_p50_ms": _of(_rounded(within[0]), replies),
        "reply_p95_ms": _of(_rounded(within[1]), replies),
        "model_cost_per_call": _of(_each(cost, answered), answered),
        "model_cost_per_order": _of(_each(cost, standing), standing),
    }


def _of(value: Any, of: int) -> JSON:
    return {"value": value, "of": of}


def _rounded(value: float | None) -> int | None:
    return None if value is None else round(value)


def _each(cost: Decimal | None, number: int) -> str | None:
    return None if cost is None or not number else f"{cost / number:.6f}"
