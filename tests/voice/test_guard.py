"""The guard: deeds, prices and gifts that this call does not bear out are not spoken."""

from __future__ import annotations

from decimal import Decimal

import pytest

from apps.menu.card import Card, Group, Item, Option, Variant
from apps.voice.guard import Guard

DIP = Group("d", "Dip", 0, 1, (Option("g", "garlic", Decimal("0.75")),))
SIDES = Group("s", "Sides", 0, 1, (Option("f", "fries", Decimal("3.50"), groups=(DIP,)), Option("n", "none")))
CARD = Card((
    Item("z", "Zorbel", "Things", Decimal("11.00"), groups=(SIDES,)),
    Item("q", "Quib", "Things", Decimal(0), variants=(Variant("l", "large", Decimal("14.50")),)),
))  # fmt: skip


def guard(facts: str = "") -> Guard:
    return Guard(card=lambda: CARD, facts=facts)


@pytest.mark.parametrize(
    "sentence",
    [
        "The Zorbel is eleven dollars.",
        "A large Quib is $14.50, fries are three dollars and fifty cents more.",
        "A garlic dip is 75 cents.",
        "We open at seven thirty.",
        "That makes two.",
    ],
)
def test_prices_of_the_menu_may_be_said(sentence: str) -> None:
    assert guard().objection(sentence) == ""


@pytest.mark.parametrize(
    "sentence", ["That is five dollars.", "Two of them are $22.", "It costs nine fifty.", "Your total is 0.00."]
)
def test_a_price_that_nobody_named_may_not(sentence: str) -> None:
    assert guard().objection(sentence) == "price"


def test_what_a_tool_put_into_a_price_may_be_said_and_what_stands_in_its_texts_may_not() -> None:
    kept = guard()
    kept.take("create_order", {"total": "28.40", "lines": [{"total": "22.00"}], "note": "1.00"})
    assert kept.objection("Your total is twenty eight dollars and forty cents.") == ""
    assert kept.objection("The two come to $22.") == ""
    assert kept.objection("That is one dollar.") == "price"


def test_the_restaurants_own_words_may_be_said() -> None:
    own = guard("Corkage is $15. Kids eat for free on Mondays.")
    assert own.objection("Corkage is fifteen dollars.") == ""
    assert own.objection("Kids eat for free on Mondays!") == ""


@pytest.mark.parametrize(
    "sentence",
    [
        "You get it for free.",
        "Dessert is complimentary tonight.",
        "I can do twenty percent off.",
        "There is no charge for that.",
        "That one is half price.",
    ],
)
def test_nothing_is_given_away(sentence: str) -> None:
    assert guard().objection(sentence) == "gift"


@pytest.mark.parametrize("sentence", ["I can't give you twenty percent off.", "It is not for free, I'm afraid."])
def test_a_refusal_to_give_away_may_be_said(sentence: str) -> None:
    assert guard().objection(sentence) == ""


def test_a_deed_is_an_objection_until_it_is_done() -> None:
    kept = guard()
    assert kept.objection("Your order is placed.") == "claim"
    kept.take("create_order", {"status": "placed", "total": "11.00"})
    assert kept.objection("Your order is placed.") == ""
