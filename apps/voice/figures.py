"""A restaurant's figures over some of its days: in all, per day and per hour of the day; each with what it counts of.

A day and an hour are those of the restaurant's time zone. Five aggregate queries, one per table, give the whole, the
days and the hours at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count
from django.utils.translation import gettext as _

from apps.calls.models import Call

JSON = dict[str, Any]
MOST_DAYS = 366
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


class Refusal(Exception):
    """Why these days are not counted, as a sentence."""


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


@dataclass(frozen=True, slots=True)
class Source:
    """A table whose rows are counted, and the moment that says to which day and hour each belongs."""

    tables: str
    moment: str
    counted: Mapping[str, str]
    """What adds up, by name."""


_ANSWERED = "answered_at IS NOT NULL"
_GIVEN_ON = "(handed_over_at IS NOT NULL OR ended_by = 'transfer')"
_STANDING = "status <> 'cancelled'"
_SOURCES = (
    Source(
        f"""calls LEFT JOIN (
            SELECT DISTINCT call_id FROM orders WHERE {_STANDING} AND call_id IS NOT NULL AND created_at >= %(begins)s
        ) ordering ON ordering.call_id = calls.id""",  # nosec B608  (our own words)
        "started_at",
        {
            "calls": "count(*)",
            "answered": "count(answered_at)",
            "ended": f"count(*) FILTER (WHERE {_ANSWERED} AND state = 'ended')",
            "alone": f"count(*) FILTER (WHERE {_ANSWERED} AND state = 'ended' AND NOT {_GIVEN_ON})",
            "handed_over": f"count(*) FILTER (WHERE {_ANSWERED} AND {_GIVEN_ON})",
            "converted": f"count(ordering.call_id) FILTER (WHERE {_ANSWERED})",
            "timed": "count(duration_seconds)",
            "seconds": "coalesce(sum(duration_seconds), 0)",
        },
    ),
    Source(
        "orders",
        "created_at",
        {
            "placed": "count(*)",
            "standing": f"count(*) FILTER (WHERE {_STANDING})",
            "revenue": f"coalesce(sum(total) FILTER (WHERE {_STANDING}), 0)",
        },
    ),
    Source("reservations", "created_at", {"booked": "count(*)", "kept": f"count(*) FILTER (WHERE {_STANDING})"}),
    Source("(SELECT * FROM model_requests WHERE call_id IS NOT NULL) asked", "asked_at", {"cost": "sum(cost)"}),
)
_REPLIES = """
WITH rang AS MATERIALIZED (
    SELECT id, (started_at AT TIME ZONE %(zone)s)::date AS local_day,
        extract(hour FROM started_at AT TIME ZONE %(zone)s)::int AS local_hour
    FROM calls WHERE started_at >= %(begins)s AND started_at < %(ends)s
), replies AS MATERIALIZED (
    SELECT local_day, local_hour, latency_ms
    FROM rang JOIN transcripts ON call_id = rang.id AND latency_ms IS NOT NULL
)
SELECT NULL::date AS local_day, NULL::int AS local_hour, {within} UNION ALL
SELECT local_day, NULL, {within} GROUP BY local_day UNION ALL
SELECT NULL, local_hour, {within} GROUP BY local_hour
""".format(  # nosec B608  (our own words)
    within="count(*) AS replies, percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY latency_ms) AS within_ms "
    "FROM replies"
)
"""Percentiles do not add up: the replies are ordered three times over. One pass with grouping sets takes longer."""


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

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=past) for past in range((self.last - self.first).days + 1))


def between(first: date, last: date, *, timezone: str) -> Days:
    """These days, both included; `Refusal` when nobody can mean them."""
    if not (EARLIEST <= first <= LATEST and EARLIEST <= last <= LATEST):
        raise Refusal(_("Days from %(first)s to %(last)s.") % {"first": EARLIEST, "last": LATEST})
    if first > last:
        raise Refusal(_("The last day is before the first."))
    if (last - first).days >= MOST_DAYS:
        raise Refusal(_("%(number)s days are the most.") % {"number": MOST_DAYS})
    return Days(first, last, timezone)


def over(days: Days, *, currency: str) -> JSON:
    """All figures: `figures` over the whole time, `days` and `hours` with value and denominator alone."""
    whole: JSON = {}
    by_day: dict[date, JSON] = {day: {} for day in days}
    by_hour: dict[int, JSON] = {hour: {} for hour in range(24)}
    for sql in (*map(_summed, _SOURCES), _REPLIES):
        for day, hour, found in _rows(sql, days=days):
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


def outcomes(days: Days) -> list[tuple[str, int]]:
    """How calls of these days came out, the most frequent first; together they are all calls. Of those without an
    outcome it is empty."""
    rows = Call.objects.filter(started_at__gte=days.begins, started_at__lt=days.ends).order_by().values("outcome")
    return list(rows.annotate(calls=Count("pk")).order_by("-calls", "outcome").values_list("outcome", "calls"))


def _summed(source: Source) -> str:
    """Its rows counted by the quarter of an hour, which is what time zones differ by, and then by day and hour."""
    counted = ", ".join(f"{expression} AS {name}" for name, expression in source.counted.items())
    summed = ", ".join(f"sum({name}) AS {name}" for name in source.counted)
    return f"""
        SELECT (quarter AT TIME ZONE %(zone)s)::date AS local_day,
            extract(hour FROM quarter AT TIME ZONE %(zone)s)::int AS local_hour, {summed}
        FROM (
            SELECT date_bin('15 minutes', {source.moment}, '2000-01-01 00:00Z') AS quarter, {counted}
            FROM {source.tables} WHERE {source.moment} >= %(begins)s AND {source.moment} < %(ends)s GROUP BY 1
        ) quarters GROUP BY GROUPING SETS ((), (local_day), (local_hour))"""  # nosec B608  (our own words)


def _rows(sql: str, *, days: Days) -> Iterator[tuple[date | None, int | None, JSON]]:
    """By day, by hour, and one for all. What nothing was counted of is left out."""
    with connection.cursor() as cursor:
        cursor.execute(sql, {"zone": days.timezone, "begins": days.begins, "ends": days.ends})
        names = [column.name for column in cursor.description or ()]
        rows = cursor.fetchall()
    for row in rows:
        found = {name: value for name, value in zip(names, row, strict=True) if value is not None}
        yield found.pop("local_day", None), found.pop("local_hour", None), found


def _figures(found: JSON) -> dict[str, JSON]:
    """Of what was counted. A mean or a share of nothing is null, never 0."""

    def number(name: str) -> int:
        return int(found.get(name, 0))

    calls, answered, standing = number("calls"), number("answered"), number("standing")
    timed, replies, cost = number("timed"), number("replies"), found.get("cost")
    half, most = found.get("within_ms") or (None, None)
    return {
        "calls": _of(calls, calls),
        "answered": _of(answered, calls),
        "handled_alone": _of(number("alone"), number("ended")),
        "handed_over": _of(number("handed_over"), answered),
        "orders": _of(standing, number("placed")),
        "conversion": _of(round(number("converted") / answered, 4) if answered else None, answered),
        "revenue": _of(f"{found.get('revenue', Decimal(0)):.2f}", standing),
        "reservations": _of(number("kept"), number("booked")),
        "average_duration_seconds": _of(round(number("seconds") / timed) if timed else None, timed),
        "reply_p50_ms": _of(_rounded(half), replies),
        "reply_p95_ms": _of(_rounded(most), replies),
        "model_cost_per_call": _of(_each(cost, answered), answered),
        "model_cost_per_order": _of(_each(cost, standing), standing),
    }


def _of(value: Any, of: int) -> JSON:
    return {"value": value, "of": of}


def _rounded(value: float | None) -> int | None:
    return None if value is None else round(value)


def _each(cost: Decimal | None, number: int) -> str | None:
    return None if cost is None or not number else f"{cost / number:.6f}"
