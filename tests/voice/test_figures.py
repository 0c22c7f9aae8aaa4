"""`/api/v1/figures`: counted again by hand, in the restaurant's days and hours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from statistics import quantiles
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.calls.models import Call, TranscriptLine
from apps.llm.models import ModelRequest
from apps.orders.models import Order
from apps.reservations.models import Reservation
from apps.voice import figures
from tests.signed_in import Person

PATH = "/api/v1/figures"
ZONE = "America/Chicago"
FIRST, LAST = date(2026, 10, 30), date(2026, 11, 2)
"""The clocks go back on 1 November: that day has 25 hours."""
WEEKEND = figures.Days(FIRST, LAST, ZONE)
moments = st.datetimes(datetime(2026, 10, 29, 12), datetime(2026, 11, 3, 18)).map(lambda each: each.replace(tzinfo=UTC))


@pytest.fixture
def ana(signed_in: Callable[..., Person]) -> Person:
    return signed_in("ana@bella.test")


def call(at: datetime, **more: Any) -> Call:
    facts = {"to_number": "+15125550101", "started_at": at, "carrier_sid": f"CA{Call.objects.count()}", **more}
    return Call.objects.create(**facts)


def order(at: datetime, total: str = "10.00", **more: Any) -> Order:
    number = Order.objects.count() + 1
    facts = {
        "number": number, "day": at.date(), "key": f"test:{number}", "cart_version": 1, "customer_name": "Kate",
        "subtotal": Decimal(total), "tax": 0, "total": Decimal(total), "ready_at": at, "confirmed_by": "caller",
        "created_at": at, **more,
    }  # fmt: skip
    return Order.objects.create(**facts)


def booking(at: datetime, **more: Any) -> Reservation:
    number = Reservation.objects.count()
    facts = {
        "reference": f"R{number}", "key": f"test:{number}", "name": "Kate", "party_size": 2, "starts_at": at,
        "ends_at": at + timedelta(hours=1), "confirmed_by": "caller", "created_at": at, **more,
    }  # fmt: skip
    return Reservation.objects.create(**facts)


def reply(to: Call, latency_ms: int | None) -> None:
    at = to.transcript.count()
    TranscriptLine.objects.create(
        call=to, position=at, speaker="agent", text="Yes.", started_ms=at, ended_ms=at, latency_ms=latency_ms
    )


def paid(at: datetime, cost: str | None, call: Call | None) -> None:
    ModelRequest.objects.create(
        call=call, source="call" if call else "api", asked_at=at, provider="openai", model="gpt", outcome="answered",
        cost=Decimal(cost) if cost else None, ms=400,
    )  # fmt: skip


def values(found: dict[str, Any]) -> dict[str, tuple[Any, int]]:
    return {name: (each["value"], each["of"]) for name, each in found.items() if isinstance(each, dict)}


def test_an_evening_is_counted(in_bella: Any, ana: Person) -> None:
    noon = datetime(2026, 11, 2, 18, 0, tzinfo=UTC)
    alone = call(noon, answered_at=noon, state="ended", ended_at=noon, ended_by="goodbye", duration_seconds=90)
    given_on = call(noon, answered_at=noon, state="ended", ended_at=noon, ended_by="transfer", duration_seconds=31)
    call(noon, answered_at=noon, state="in_progress")
    call(noon, state="ended", ended_at=noon, ended_by="caller")
    order(noon, "20.00", call=alone)
    order(noon, "5.50", call=alone)
    order(noon, "99.00", call=given_on, status="cancelled")
    order(noon, "4.50")
    booking(noon)
    booking(noon, status="cancelled")
    for latency_ms in (None, 600, 700, 800):
        reply(alone, latency_ms)
    paid(noon, "0.0030", alone)
    paid(noon, None, given_on)
    paid(noon, "7", None)
    answer = ana.get(f"{PATH}?from=2026-10-30&to=2026-11-02").json()
    assert (answer["from"], answer["to"], answer["timezone"], answer["currency"]) == (
        "2026-10-30", "2026-11-02", ZONE, "USD",
    )  # fmt: skip
    expected = {
        "calls": (4, 4), "answered": (3, 4), "handled_alone": (1, 2), "handed_over": (1, 3), "orders": (3, 4),
        "conversion": (0.3333, 3), "revenue": ("30.00", 3), "reservations": (1, 2),
        "average_duration_seconds": (60, 2), "reply_p50_ms": (700, 3), "reply_p95_ms": (790, 3),
        "model_cost_per_call": ("0.001000", 3), "model_cost_per_order": ("0.001000", 3),
    }  # fmt: skip
    assert values(answer["figures"]) == expected
    assert {name: each["definition"] for name, each in answer["figures"].items()} == dict(figures.DEFINITIONS)
    assert [each["day"] for each in answer["days"]] == ["2026-10-30", "2026-10-31", "2026-11-01", "2026-11-02"]
    assert [each["hour"] for each in answer["hours"]] == list(range(24))
    assert values(answer["days"][3]) == values(answer["hours"][12]) == expected
    nothing = dict.fromkeys(("calls", "answered", "handled_alone", "handed_over", "orders", "reservations"), (0, 0))
    unknown = dict.fromkeys(expected.keys() - nothing.keys() - {"revenue"}, (None, 0))
    assert values(answer["days"][0]) == values(answer["hours"][11]) == {**nothing, **unknown, "revenue": ("0.00", 0)}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rang=st.lists(st.tuples(moments, st.booleans(), st.lists(st.integers(0, 4000), max_size=4)), max_size=8),
       ordered=st.lists(st.tuples(moments, st.booleans(), st.integers(1, 9999)), max_size=8))  # fmt: skip
def test_every_call_and_order_is_in_its_day_and_hour_and_in_no_other(
    in_bella: Any, rang: list[tuple[datetime, bool, list[int]]], ordered: list[tuple[datetime, bool, int]]
) -> None:
    for model in (Order, Call):
        model.objects.all().delete()
    for at, answered, latencies in rang:
        made = call(at, answered_at=at if answered else None)
        for latency_ms in latencies:
            reply(made, latency_ms)
    for at, cancelled, cents in ordered:
        order(at, str(Decimal(cents) / 100), status="cancelled" if cancelled else "new")
    found = figures.over(WEEKEND, currency="USD")

    def local(at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(ZONE))

    def check(shown: Any, within: Callable[[datetime], bool]) -> None:
        calls = [each for each in rang if FIRST <= local(each[0]).date() <= LAST and within(local(each[0]))]
        orders = [each for each in ordered if FIRST <= local(each[0]).date() <= LAST and within(local(each[0]))]
        standing = [cents for _, cancelled, cents in orders if not cancelled]
        got = values(shown)
        assert got["calls"] == (len(calls), len(calls))
        assert got["answered"] == (sum(answered for _, answered, _ in calls), len(calls))
        assert got["orders"] == (len(standing), len(orders))
        assert got["revenue"] == (f"{Decimal(sum(standing)) / 100:.2f}", len(standing))
        replies = sorted(latency for _, _, latencies in calls for latency in latencies)
        assert got["reply_p95_ms"][1] == len(replies)
        if len(replies) > 1:
            cuts = quantiles(replies, n=20, method="inclusive")
            assert got["reply_p50_ms"][0] == pytest.approx(cuts[9], abs=0.51)
            assert got["reply_p95_ms"][0] == pytest.approx(cuts[18], abs=0.51)

    check(found["figures"], lambda at: True)
    for shown in found["days"]:
        check(shown, partial(_on, shown["day"]))
    for shown in found["hours"]:
        check(shown, partial(_in, shown["hour"]))


def _on(day: str, at: datetime) -> bool:
    return at.date().isoformat() == day


def _in(hour: int, at: datetime) -> bool:
    return at.hour == hour


def test_five_queries_do_however_many_days(in_bella: Any) -> None:
    for days in (figures.Days(LAST, LAST, ZONE), figures.Days(LAST - timedelta(days=365), LAST, ZONE)):
        with CaptureQueriesContext(connection) as queries:
            figures.over(days, currency="USD")
        asked = [each["sql"] for each in queries if not each["sql"].startswith("SET search_path")]
        assert len(asked) == 5


@pytest.mark.parametrize(
    ("query", "days"),
    [("", 7), ("?from=2026-01-01", 7), ("?to=2026-01-01", 7), ("?from=2026-01-01&to=2026-01-01", 1),
     ("?from=2025-01-01&to=2026-01-01", 366)],
)  # fmt: skip
def test_without_days_there_are_seven(ana: Person, query: str, days: int) -> None:
    answer = ana.get(f"{PATH}{query}")
    assert answer.status_code == 200, answer.content
    assert len(answer.json()["days"]) == days


@pytest.mark.parametrize(
    "query",
    ["from=2025-01-01&to=2026-01-02", "from=2026-01-02&to=2026-01-01", "from=soon", "to=9999-12-31", "to=0001-01-01",
     "from=9999-12-31", "since=2026-01-01", "from=%00"],
)  # fmt: skip
def test_days_that_cannot_be_counted_are_refused(ana: Person, query: str) -> None:
    assert ana.get(f"{PATH}?{query}").status_code == 400


def test_no_other_restaurant_is_counted(in_bella: Any, signed_in: Callable[..., Person]) -> None:
    call(datetime(2026, 11, 2, 18, 0, tzinfo=UTC))
    answer = signed_in("yuki@sakura.test").get(f"{PATH}?from=2026-11-02&to=2026-11-02").json()
    assert (answer["timezone"], answer["figures"]["calls"]["value"]) == ("America/New_York", 0)
