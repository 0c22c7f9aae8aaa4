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
        ("five fifty", "5.50"),
        ("five dollars fifty", "5.50"),
        ("twelve ninety five", "12.95"),
        ("fifteen bucks", "15"),
        ("a hundred and twenty", "120"),
        ("a hundred and twenty dollars", "120"),
        ("a hundred twenty fifty", "120.50"),
        ("a couple of bucks", "2"),
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


@given(cents, st.sampled_from(["under", "less than", "no more than", "something up to", "below"]))
@CALM
def test_a_limit_is_heard_as_it_is_said(amount: int, limit: str) -> None:
    exact = D(amount) / 100
    assert money.at_most(f"what do you have {limit} {money.say(exact)}") == exact
    assert money.at_most(f"a dish {limit} ${exact:.2f} please") == exact
    assert money.at_most(f"a dish for {money.say(exact)}") is None


@pytest.mark.parametrize(
    ("said", "most"),
    [
        ("anything under fifteen", "15"),
        ("anything under fifteen bucks please", "15"),
        ("cheaper than twelve fifty", "12.50"),
        ("pizza for less than 10 dollars for my kids", "10"),
        ("at most a dollar", "1"),
        ("in under fifteen minutes", None),
        ("put it under Smith", None),
        ("under 500 calories", None),
        ("two pizzas", None),
        ("fifteen dollars", None),
        ("up to", None),
        ("", None),
    ],
)
def test_limits_as_people_say_them(said: str, most: str | None) -> None:
    assert money.at_most(said) == (None if most is None else D(most))


@given(st.text(max_size=40))
@CALM
def test_whatever_is_heard_gives_an_amount_or_none(said: str) -> None:
    for found in (money.heard(said), money.at_most(said)):
        assert found is None or found >= 0


@given(st.text("abcdefghijklmnop $.,'", max_size=40))
@CALM
def test_no_amount_comes_from_words_without_numbers(said: str) -> None:
    if not any(numbers.read(words(said), start=start) for start in range(len(words(said)))) and "a " not in said:
        assert money.heard(said) is None
