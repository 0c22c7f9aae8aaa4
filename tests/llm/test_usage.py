"""What was asked and what it cost: rows, figures per call, order and day, and what may still be spent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from apps.calls.models import Call
from apps.llm import usage
from apps.llm.messages import Attempt
from apps.llm.models import ModelRequest
from apps.orders.models import Order
from apps.restaurant.models import RestaurantSettings
from apps.tenants import scope
from apps.tenants.scope import Place

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
CHICAGO = "America/Chicago"
TODAY = date(2026, 11, 23)


def attempt(cost: str | None = "0.10", **changes: Any) -> Attempt:
    made = {"provider": "openai", "model": "m", "outcome": "answered", "prompt_tokens": 100, "completion_tokens": 10}
    return Attempt.model_validate(made | {"cost": cost, "ms": 700, "first_ms": 400} | changes)


@pytest.fixture
def call(in_bella: Place) -> Call:
    return Call.objects.create(
        carrier_sid="CA1", from_number="+15125550188", to_number="+15125550101", started_at=NOW, answered_at=NOW
    )


def record(at_ms: int, **fields: Any) -> dict[str, Any]:
    return {"at_ms": at_ms, "event": usage.EVENT, **attempt(**fields).model_dump(mode="json")}


def test_a_calls_rows_are_what_its_log_says_however_often_they_are_written(call: Call) -> None:
    records = [{"at_ms": 1, "event": "reply"}, record(1500), record(4000, cost=None, outcome="outage")]
    for _ in range(2):
        usage.keep_call(call, records)
    first, second = ModelRequest.objects.filter(call=call)
    assert (first.asked_at - NOW, first.cost, first.first_ms) == (timedelta(seconds=1.5), Decimal("0.1"), 400)
    assert (second.outcome, second.cost, second.source) == ("outage", None, "call")


def test_a_summary_belongs_to_its_call_and_outlives_its_rows_being_written_again(call: Call) -> None:
    usage.keep([attempt("0.02")], source="summary", now=NOW, call=call)
    usage.keep_call(call, [record(1)])
    found = usage.of_call(call.pk)
    assert (found.requests, found.cost, found.unpriced) == (2, Decimal("0.12"), 0)
    assert (found.prompt_tokens, found.completion_tokens) == (200, 20)


def test_a_price_nobody_knows_is_not_nothing(call: Call) -> None:
    usage.keep_call(call, [record(1, cost=None)])
    found = usage.of_call(call.pk)
    assert (found.cost, found.unpriced) == (None, 1)
    usage.keep([attempt("0.02")], source="api", now=NOW, call=call)
    assert (usage.of_call(call.pk).cost, usage.of_call(call.pk).unpriced) == (Decimal("0.02"), 1)


def test_an_order_costs_what_its_call_cost(call: Call) -> None:
    order = Order.objects.create(
        call=call, number=1, day=TODAY, cart_version=1, key="k", customer_name="Martin",
        subtotal=1, tax=0, total=1, currency="USD", ready_at=NOW, confirmed_by="caller",
    )  # fmt: skip
    usage.keep_call(call, [record(1), record(2)])
    assert usage.of_order(order.pk).cost == Decimal("0.20")


def test_a_day_is_the_restaurants_own(in_bella: Place) -> None:
    for moment, cost in (
        (datetime(2026, 11, 23, 5, 59, tzinfo=UTC), "1"),
        (datetime(2026, 11, 23, 6, 0, tzinfo=UTC), "2"),
        (datetime(2026, 11, 24, 5, 59, tzinfo=UTC), "4"),
        (datetime(2026, 11, 24, 6, 0, tzinfo=UTC), "8"),
    ):
        usage.keep([attempt(cost)], source="api", now=moment)
    assert usage.of_day(TODAY, timezone=CHICAGO).cost == 6
    assert usage.of_day(TODAY - timedelta(days=9), timezone=CHICAGO).cost is None


def test_figures_are_told_apart_by_model(in_bella: Place) -> None:
    usage.keep([attempt("1"), attempt("2"), attempt("4", provider="gemini")], source="api", now=NOW)
    found = usage.by_model(TODAY, TODAY, timezone=CHICAGO)
    assert {name: each.cost for name, each in found.items()} == {"openai/m": 3, "gemini/m": 4}


def test_a_purse_knows_the_day_and_the_month(in_bella: Place) -> None:
    chosen = RestaurantSettings(model_dollars_a_day=Decimal(5), model_dollars_a_month=Decimal(9))
    usage.keep([attempt("4")], source="api", now=NOW)
    usage.keep([attempt("4")], source="api", now=NOW - timedelta(days=5))
    usage.keep([attempt("100")], source="api", now=NOW - timedelta(days=30))
    purse = usage.purse(chosen, timezone=CHICAGO, now=NOW)
    assert (purse.spent_today, purse.spent_this_month, purse.is_empty) == (4, 8, False)
    purse.pay(attempt("1"))
    assert purse.is_empty


def test_without_a_limit_nothing_is_summed(in_bella: Place, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert not usage.purse(RestaurantSettings(), timezone=CHICAGO, now=NOW).is_empty


def test_another_restaurants_spending_is_not_ours(bella: Place, sakura: Place) -> None:
    with scope.enter(sakura):
        usage.keep([attempt("7")], source="api", now=NOW)
    with scope.enter(bella):
        assert usage.of_day(TODAY, timezone=CHICAGO).cost is None
