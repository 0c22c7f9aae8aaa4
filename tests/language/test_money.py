"""Money: to the cent as it is said, and the first amount in what is heard."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.language import money, numbers
from apps.language.text import words

D = Decimal
CALM = settings(max_examples=120, deadline=None)
cents = st.one_of(st.integers(0, 300), st.integers(0, 10_000_000))


def counted(said: str) -> int:
    """The cents in what was said, by adding up its parts: what a caller does who listens."""
    total = 0
    for part in said.split(" and "):
        *spelled, unit = words(part)
        read = numbers.read(spelled)
        assert read is not None
        assert read[1] == len(spelled)
        assert (read[0] == 1) == (unit in ("dollar", "cent", "euro", "pound", "penny")), "one dollar, two dollars"
        total += read[0] * (1 if unit in ("cent", "cents", "penny", "pence") else 100)
    return total


@given(cents, st.sampled_from(["USD", "CAD", "EUR", "GBP"]))
@CALM
def test_an_amount_is_said_to_the_cent(amount: int, currency: str) -> None:
    assert counted(money.say(D(amount) / 100, currency=currency)) == amount


@given(cents)
@CALM
def test_what_is_said_is_heard_as_the_same_amount(amount: int) -> None:
    assert money.heard(money.say(D(amount) / 100)) == D(amount) / 100
    assert money.heard(f"it was {money.say(D(amount) / 100)} I think") == D(amount) / 100


@given(cents)
@CALM
def test_what_is_written_is_heard_as_the_same_amount(amount: int) -> None:
    exact = D(amount) / 100
    assert money.heard(f"${exact:.2f}") == exact
    assert money.heard(f"${exact:,.2f} please") == exact
    assert money.heard(f"about ${amount}") == amount


@given(cents.filter(bool))
@CALM
def test_what_is_owed_is_said_with_a_minus(amount: int) -> None:
    assert money.say(-D(amount) / 100) == f"minus {money.say(D(amount) / 100)}"


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        ("34.50", "USD", "thirty four dollars and fifty cents"),
        ("1.00", "USD", "one dollar"),
        ("1.01", "USD", "one dollar and one cent"),
        ("0.99", "USD", "ninety nine cents"),
        ("0.01", "USD", "one cent"),
        ("0", "USD", "zero dollars"),
        ("12.5", "USD", "twelve dollars and fifty cents"),
        ("105.05", "USD", "one hundred five dollars and five cents"),
        ("1200", "USD", "one thousand two hundred dollars"),
        ("0.01", "GBP", "one penny"),
        ("2.02", "GBP", "two pounds and two pence"),
        ("1.01", "EUR", "one euro and one cent"),
        ("3", "CHF", "three CHF"),
        ("-4.20", "USD", "minus four dollars and twenty cents"),
    ],
)
def test_amounts_as_they_are_said(amount: str, currency: str, said: str) -> None:
    assert money.say(D(amount), currency=currency) == said


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("twelve fifty", "12.50"),
        ("twelve ninety-nine", "12.99"),
        ("twelve oh five", "12.05"),
        ("twelve five", "12"),
        ("twelve oh fifty", "12"),
        ("twelve two hundred", "12"),
        ("twelve dollars", "12"),
        ("twelve bucks", "12"),
        ("a dollar fifty", "1.50"),
        ("a buck", "1"),
        ("two dollars fifty", "2.50"),
        ("two dollars and ten cents", "2.10"),
        ("two dollars and five", "2.05"),
        ("two dollars and ten more people", "2"),
        ("fifty cents", "0.50"),
        ("under fifteen", "15"),
        ("around $15", "15"),
        ("$1,200.50", "1200.50"),
        ("$1,200", "1200"),
        ("12.50", "12.50"),
        ("fifteen or twenty dollars", "15"),
        ("twenty five", "25"),
        ("a hundred dollars", "100"),
        ("something cheap", None),
        ("a pizza", None),
        ("", None),
    ],
)
def test_amounts_as_people_say_them(said: str, meant: str | None) -> None:
    assert money.heard(said) == (None if meant is None else D(meant))
