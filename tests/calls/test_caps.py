"""How much a restaurant may use, and how often a caller may cost it something."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.calls import caps
from apps.calls.caps import Most, Prices, Times, Used

PRICES = Prices(carrier_minute=Decimal("0.01"), speech_minute=Decimal("0.04"), text_segment=Decimal("0.01"))
FREE = Prices(Decimal(0), Decimal(0), Decimal(0))


def test_a_day_costs_its_minutes_and_its_texts() -> None:
    assert caps.dollars(Used(calls=9, minutes=Decimal(100), segments=50), PRICES) == Decimal("5.50")


@pytest.mark.parametrize(
    ("most", "why"),
    [
        (Most(), ""),
        (Most(calls=4), ""),
        (Most(calls=3), "calls"),
        (Most(calls=0), "calls"),
        (Most(minutes=101), ""),
        (Most(minutes=100), "minutes"),
        (Most(dollars=Decimal("5.51")), ""),
        (Most(dollars=Decimal("5.50")), "dollars"),
        (Most(calls=3, minutes=1, dollars=Decimal(1)), "calls"),
        (Most(calls=9, minutes=1, dollars=Decimal(1)), "minutes"),
    ],
)
def test_a_limit_that_is_met_keeps_the_next_call_out(most: Most, why: str) -> None:
    assert caps.reached(Used(calls=3, minutes=Decimal(100), segments=50), most, PRICES) == why


def test_where_nothing_costs_anything_no_budget_is_spent() -> None:
    used = Used(calls=3, minutes=Decimal(1000), segments=5000)
    assert caps.reached(used, Most(dollars=Decimal("0.01")), FREE) == ""


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20))
def test_each_of_three_sums_has_an_end_of_its_own(call: int, number: int, restaurant: int) -> None:
    most = Times(call=3, number=7, restaurant=11)
    within = call < 3 and number < 7 and restaurant < 11
    assert caps.once_more(Times(call, number, restaurant), most) is within
