"""What is read back: the whole final cart, in words a telephone carries."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from apps.orders import wording
from apps.orders.pricing import Choice, Rules, Wanted, price
from tests.orders.test_pricing import CARD, THIN

NOON = datetime(2026, 11, 23, 12, 0)


def said(*wanted: Wanted, name: str = "", ready: datetime = NOON + timedelta(minutes=67)) -> str:
    return wording.read_back(price(CARD, wanted, rules=Rules()), currency="USD", name=name, ready_at=ready, now=NOON)


def test_a_cart_is_read_back_with_sizes_choices_name_total_and_time() -> None:
    pizzas = Wanted("pizza", 2, "large", (THIN, Choice("basil", "extra"), Choice("onions", "none")), "well done")
    assert said(pizzas, Wanted("coke"), name="Kate") == (
        "Two large Margherita with thin crust, extra basil and no onions, well done, and one Coke, for Kate. "
        "Your total is thirty eight dollars and fifty cents, ready at one oh seven p m. Shall I place the order?"
    )


def test_three_lines_are_joined_and_what_comes_with_a_dish_is_not_said() -> None:
    plain = Wanted("pizza", 1, "small", (THIN,))
    assert said(plain, Wanted("coke"), plain).startswith(
        "One small Margherita with thin crust, one Coke, and one small Margherita with thin crust. Your total"
    )


def test_halves_say_their_side_and_extra_is_not_said_twice() -> None:
    sides = (THIN, Choice("ham", "light", "left"), Choice("basil", "regular", "right"))
    assert "thin crust, basil on the right half and light ham on the left half" in said(
        Wanted("pizza", 1, "small", sides)
    )
    line = price(CARD, [Wanted("pizza", 1, "small", (THIN, Choice("basil", "extra")))], rules=Rules()).lines[0]
    cheese = next(one for one in line.picked if one.option.id == "basil")
    assert (
        wording.choice_in_words(replace(cheese, option=replace(cheese.option, name="extra cheese"))) == "extra cheese"
    )


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "ready at twelve p m"),
        (1, "ready tomorrow at twelve p m"),
        (2, "ready on Wednesday at twelve p m"),
        (7, "ready on Monday, November thirtieth at twelve p m"),
    ],
)
def test_another_day_than_today_is_named(days: int, words: str) -> None:
    assert words in said(Wanted("coke"), ready=NOON + timedelta(days=days))


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [
        (0, 0, "twelve a m"),
        (9, 5, "nine oh five a m"),
        (12, 30, "twelve thirty p m"),
        (23, 59, "eleven fifty nine p m"),
    ],
)
def test_clock_times_are_said_the_american_way(hour: int, minute: int, words: str) -> None:
    assert wording.say_clock(NOON.replace(hour=hour, minute=minute)) == words
    assert wording.say_day(NOON, now=NOON) == "today"


def test_in_spanish_the_menu_keeps_its_names_and_all_else_is_spanish() -> None:
    pizzas = Wanted(
        "pizza", 2, "large", (THIN, Choice("basil", "extra", "left"), Choice("onions", "none")), "well done"
    )
    quote = price(CARD, (pizzas, Wanted("coke")), rules=Rules())
    ready = NOON + timedelta(days=1, minutes=75)
    words = wording.read_back(
        quote,
        currency="USD",
        name="Carmen",
        ready_at=ready,
        now=NOON,
        note="sin nueces",
        paying="pay_first",
        language="es",
    )
    assert words == (
        "Dos de Margherita, large con thin crust, extra basil en la mitad izquierda y sin onions, well done y una de "
        "Coke, a nombre de Carmen. Para la cocina: sin nueces. El total es treinta y ocho dólares con cincuenta "
        "centavos, y estaría listo mañana a la una y cuarto de la tarde. Le mando un enlace para pagar, y la cocina "
        "empieza cuando esté pagado. ¿Hago el pedido?"
    )


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_status_is_said_in_both_languages(language: str) -> None:
    steps = ("approval", "unpaid", "scheduled", "new", "accepted", "preparing", "ready", "picked_up", "cancelled")
    said = {
        step: wording.status_in_words(step, ready_at=NOON + timedelta(hours=1), now=NOON, language=language)
        for step in steps
    }
    assert said["new"] == said["accepted"]
    assert len(set(said.values())) == len(steps) - 1
    late = wording.status_in_words("preparing", ready_at=NOON, now=NOON, language=language)
    assert ("any minute now" if language == "en" else "en cualquier momento") in late
