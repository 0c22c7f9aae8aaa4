"""The agent's system prompt: the restaurant's facts, its menu within a budget, its own words last."""

from __future__ import annotations

from decimal import Decimal

import pytest

from apps.menu.card import Card, Group, Item, Option, Variant
from apps.voice import prompt

FACTS = {
    "name": "Bella {Napoli}",
    "address": "12 Main Street",
    "timezone": "America/Chicago",
    "now": "2026-11-23T12:00:00-06:00",
    "hours": [{"day": "Monday", "opens": "11:00", "closes": "22:00"}],
    "policies": {"Parking": "Behind the house."},
}
CRUST = Group("c", "Crust", 1, 1, (Option("t", "thin"), Option("d", "deep")))
PIZZA = Item(
    "m", "Margherita", "Pizza", Decimal(0), groups=(CRUST,),
    variants=(Variant("s", "small", Decimal("11.00")), Variant("l", "large", Decimal("17.00"))),
)  # fmt: skip
GONE = Item("g", "Calzone", "Pizza", Decimal(9), available=False)


def build(*items: Item, additions: str = "") -> str:
    return prompt.build(facts=FACTS, card=Card(items), assistant="Lo", additions=additions)


def test_it_says_who_speaks_for_whom_and_what_the_restaurant_knows() -> None:
    text = build(PIZZA)
    assert text.startswith("You are Lo, the AI phone assistant of Bella {Napoli}.")
    assert "Address: 12 Main Street\nNow: 2026-11-23T12:00:00-06:00 (America/Chicago)" in text
    assert "Hours: Monday 11:00-22:00" in text
    assert "Parking: Behind the house." in text


def test_the_menu_has_sizes_prices_and_choices_and_leaves_out_what_is_gone() -> None:
    text = build(PIZZA, GONE)
    assert "Margherita (Pizza) small 11.00, large 17.00 | Crust (1-1)\nChoices:\nCrust (1-1): thin, deep" in text
    assert "Calzone (" not in text
    assert text.endswith("Sold out: Calzone")


def test_what_a_group_offers_is_told_once_and_groups_of_one_name_are_told_apart() -> None:
    other = Group("o", "Crust", 1, 1, (Option("r", "rye"),))
    same = [Item(str(n), f"Pizza {n}", "Pizza", Decimal(9), groups=(CRUST,)) for n in range(3)]
    assert build(*same).count("thin, deep") == 1
    both = build(*same, Item("t", "Toast", "Bread", Decimal(3), groups=(other,)))
    assert both.count("Crust (1-1): thin, deep") == 3
    assert "Toast (Bread) 3 | Crust (1-1): rye" in both


def many(count: int, *, options: int = 0) -> list[Item]:
    crusts = Group("c", "Crust", 0, 1, tuple(Option(str(n), f"crust {n}") for n in range(options)))
    return [
        Item(str(n), f"Dish {n}", f"Kind {n % 9}", Decimal("9.50"), groups=(crusts,) if options else ())
        for n in range(count)
    ]


def test_a_menu_of_five_hundred_dishes_is_told_whole_within_the_budget() -> None:
    text = prompt.menu(Card(tuple(many(500, options=300))), most_characters=prompt.MENU_CHARACTERS)
    assert len(text) <= prompt.MENU_CHARACTERS
    assert all(f"Dish {n} 9.50" in text for n in range(500))
    assert "crust" not in text


@pytest.mark.parametrize(
    ("most", "told"),
    [(20_000, "Dish 3 (Kind 3) 9.50"), (9_000, "Kind 3: Dish 3 9.50, Dish 12 9.50"), (4_800, "Kind 3: Dish 3, Dish 12"),
     (300, "Kind 3: 45 dishes")],
)  # fmt: skip
def test_the_longer_the_menu_the_less_is_told_of_each_dish(most: int, told: str) -> None:
    text = prompt.menu(Card(tuple(many(400))), most_characters=most)
    assert told in text
    assert len(text) <= most


@pytest.mark.parametrize(
    ("languages", "said"), [(["en", "es"], "Speak English or Spanish,"), ([], "Speak English,"), (["tlh"], "English")]
)
def test_it_says_which_languages_are_spoken(languages: list[str], said: str) -> None:
    assert said in prompt.build(facts={**FACTS, "languages": languages}, card=Card(), assistant="Lo")


def test_the_restaurants_own_words_come_last_and_only_when_there_are_some() -> None:
    assert build(PIZZA, additions=" Offer garlic bread. ").endswith("From the restaurant:\nOffer garlic bread.")
    assert "From the restaurant" not in build(PIZZA, additions="  ")


def test_a_restaurant_of_which_nothing_is_known_still_has_a_prompt() -> None:
    text = prompt.build(facts={}, card=Card(), assistant="Lo")
    assert "phone assistant of the restaurant" in text
    assert "Address: unknown" in text
