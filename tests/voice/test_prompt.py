"""The agent's system prompt: the restaurant's facts, its menu within a budget, its own words last."""

from __future__ import annotations

from decimal import Decimal

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
    assert "Margherita (Pizza) small 11.00, large 17.00 | Crust (1-1): thin, deep" in text
    assert "Calzone" not in text


def test_a_menu_beyond_the_budget_is_named_by_category() -> None:
    many = [Item(str(n), f"Dish number {n}", f"Category {n % 9}", Decimal(1)) for n in range(900)]
    text = build(*many)
    assert len(text) < prompt.MENU_CHARACTERS + len(prompt.RULES) + 1000
    assert "Category 3: Dish number 3, Dish number 12" in text


def test_the_restaurants_own_words_come_last_and_only_when_there_are_some() -> None:
    assert build(PIZZA, additions=" Offer garlic bread. ").endswith("From the restaurant:\nOffer garlic bread.")
    assert "From the restaurant" not in build(PIZZA, additions="  ")


def test_a_restaurant_of_which_nothing_is_known_still_has_a_prompt() -> None:
    text = prompt.build(facts={}, card=Card(), assistant="Lo")
    assert "phone assistant of the restaurant" in text
    assert "Address: unknown" in text
