"""Numbers, money, times and days in Spanish, said and heard."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.language import money, saying, spanish
from apps.language.text import words

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "cero"), (16, "dieciséis"), (21, "veintiuno"), (30, "treinta"), (31, "treinta y uno"), (100, "cien"),
        (101, "ciento uno"), (555, "quinientos cincuenta y cinco"), (1000, "mil"), (2026, "dos mil veintiséis"),
        (21_000, "veintiún mil"), (31_100, "treinta y un mil cien"), (-3, "menos tres"),
    ],
)  # fmt: skip
def test_numbers(value: int, said: str) -> None:
    assert spanish.number(value) == said


def test_a_number_that_is_never_said_is_an_error() -> None:
    with pytest.raises(ValueError, match="1000000"):
        spanish.number(1_000_000)


@given(st.integers(0, 999))
def test_what_is_said_is_heard_as_the_same_number(value: int) -> None:
    for said in (spanish.number(value), spanish.some(value)):
        heard = words(said)
        assert spanish.read(heard) == (value, len(heard))


def test_the_longest_number_counts_and_other_words_are_none() -> None:
    assert spanish.read(words("treinta y cinco pesos")) == (35, 3)
    assert spanish.read(words("una mesa"), start=1) is None
    assert spanish.read([], start=0) is None


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("34.50", "treinta y cuatro dólares con cincuenta centavos"),
        ("21.01", "veintiún dólares con un centavo"),
        ("1.00", "un dólar"),
        ("0.99", "noventa y nueve centavos"),
        ("0", "cero dólares"),
        ("-2.00", "menos dos dólares"),
    ],
)
def test_money(amount: str, said: str) -> None:
    assert saying.money(Decimal(amount), currency="USD", language="es") == said


@given(st.decimals(0, 999, places=2))
def test_money_that_is_said_is_heard_as_money(amount: Decimal) -> None:
    assert money.every(spanish.money(amount, currency="USD")) == (amount,)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (time(19, 0), "a las siete de la tarde"),
        (time(13, 15), "a la una y cuarto de la tarde"),
        (time(20, 30), "a las ocho y media de la noche"),
        (time(8, 5), "a las ocho y cinco de la mañana"),
        (time(0, 0), "a las doce de la mañana"),
        (time(12, 0), "a las doce de la tarde"),
    ],
)
def test_times(at: time, said: str) -> None:
    assert saying.clock(at, language="es") == said


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (TODAY, "hoy"),
        (date(2026, 11, 24), "mañana"),
        (date(2026, 11, 22), "ayer"),
        (date(2026, 11, 27), "el viernes"),
        (date(2026, 11, 30), "el lunes, treinta de noviembre"),
        (date(2027, 1, 1), "el viernes, primero de enero"),
    ],
)
def test_days(day: date, said: str) -> None:
    assert saying.day(day, today=TODAY, language="es") == said


@pytest.mark.parametrize(
    ("language", "short", "long"), [("en", "a and b", "a, b, and c"), ("es", "a y b", "a, b, y c")]
)
def test_lists(language: str, short: str, long: str) -> None:
    assert saying.joined(["a"], language=language) == "a"
    assert saying.joined(["a", "b"], language=language) == short
    assert saying.joined(["a", "b", "c"], language=language, comma=True) == long
