"""Search that forgives: what callers and recognisers say finds what the menu says. Pure."""

from __future__ import annotations

from decimal import Decimal

import pytest

from apps.menu.card import Card, Item, Variant
from apps.menu.search import GOOD, Index, cheapest, singular

D = Decimal


def item(name: str, category: str, price: str, *synonyms: str, dietary: tuple[str, ...] = (), **more: object) -> Item:
    return Item(name.lower(), name, category, D(price), synonyms=synonyms, dietary=dietary, **more)


CARD = Card(
    (
        item("Margherita", "Pizza", "11", "cheese pizza", dietary=("vegetarian",)),
        item("Pepperoni Pizza", "Pizza", "12"),
        item("White Pizza", "Pizza", "13", dietary=("Vegetarian",)),
        item("Spaghetti Bolognese", "Pasta", "14.50", "bolognese"),
        item("Penne Arrabbiata", "Pasta", "13", dietary=("vegan",)),
        item("Gnocchi", "Pasta", "15", dietary=("vegetarian", "gluten-free")),
        item("Caesar Salad", "Salads", "9"),
        item("Spring Rolls", "Small plates", "6", dietary=("vegetarian",)),
        item("Salmon Roll", "Rolls", "8"),
        item("Tuna Roll", "Rolls", "9", available=False, unavailable_reason="sold out"),
        item("French Fries", "Sides", "4", "fries", "chips"),
        item("Tiramisu", "Desserts", "7.50"),
        item("Coke", "Drinks", "3", "coca cola"),
        item("Lemonade", "Drinks", "3", variants=(Variant("s", "small", D(2)), Variant("l", "large", D(4)))),
    )
)
INDEX = Index(CARD)


def names(query: str, **more: object) -> list[str]:
    return [found.item.name for found in INDEX.search(query, **more)]


def first(query: str) -> str:
    return (names(query) or [""])[0]


@pytest.mark.parametrize("entry", CARD.items)
def test_every_name_and_synonym_finds_its_item_first(entry: Item) -> None:
    for name in (entry.name, entry.name.upper(), *entry.synonyms):
        assert INDEX.search(name)[0].item is entry
        assert INDEX.search(name)[0].score > 0.9


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("margarita", "Margherita"),
        ("margaritas", "Margherita"),
        ("mragherita", "Margherita"),
        ("peperoni pizzas", "Pepperoni Pizza"),
        ("spagetti bolonaise", "Spaghetti Bolognese"),
        ("nyoki", "Gnocchi"),
        ("arabiata", "Penne Arrabbiata"),
        ("tirami sue", "Tiramisu"),
        ("french fry", "French Fries"),
        ("seize her salad", "Caesar Salad"),
        ("two cokes", "Coke"),
        ("chips", "French Fries"),
        ("the penne", "Penne Arrabbiata"),
    ],
)
def test_typos_plurals_and_mishearings_are_forgiven(heard: str, meant: str) -> None:
    assert first(heard) == meant


def test_nothing_alike_finds_nothing() -> None:
    assert names("wheelbarrow") == []
    assert names("", limit=3) == ["Margherita", "Pepperoni Pizza", "White Pizza"]
    assert Index(Card()).search("anything") == []
    assert Index(Card((item("…", "x", "1"),))).search("anything") == []


def test_a_category_narrows_whether_said_or_given() -> None:
    assert names("what pizzas do you have", limit=9) == ["Margherita", "Pepperoni Pizza", "White Pizza"]
    assert names("pasta", limit=9) == ["Spaghetti Bolognese", "Penne Arrabbiata", "Gnocchi"]
    assert names("roll", category="Rolls") == ["Salmon Roll", "Tuna Roll"]
    assert names("salmon", category="rolls")[0] == "Salmon Roll"
    assert names("anything", category="sushi boats") == []
    assert first("white pizza") == "White Pizza"


def test_a_name_beats_a_category_that_has_one_of_its_words() -> None:
    assert first("spring rolls") == "Spring Rolls"
    assert first("salmon roll") == "Salmon Roll"


def test_dietary_words_narrow_whether_said_or_given() -> None:
    vegetarian = ["Margherita", "White Pizza", "Penne Arrabbiata", "Gnocchi", "Spring Rolls"]
    assert names("vegetarian", limit=9) == vegetarian  # what is vegan is vegetarian
    assert names("", dietary=["Vegetarian"], limit=9) == vegetarian
    assert names("vegan", limit=9) == ["Penne Arrabbiata"]
    assert names("gluten free pasta") == names("", dietary=["gluten free"]) == ["Gnocchi"]
    assert names("vegetarian pizzas", limit=9) == ["Margherita", "White Pizza"]
    assert names("", dietary=["halal"]) == []


def test_a_highest_price_counts_the_cheapest_size() -> None:
    assert names("", max_price=D(3)) == ["Coke", "Lemonade"]
    assert names("", max_price=D("2.99")) == ["Lemonade"]
    assert cheapest(CARD.items[0]) == D(11)


def test_what_has_run_out_is_found_with_its_reason() -> None:
    found = INDEX.search("tuna roll")[0]
    assert (found.item.available, found.item.unavailable_reason) == (False, "sold out")


def test_results_are_best_first_and_no_more_than_asked_for() -> None:
    scores = [found.score for found in INDEX.search("pizza salad roll", limit=50)]
    assert scores == sorted(scores, reverse=True)
    assert len(INDEX.search("pizza", limit=2)) == 2
    assert all(found.score >= GOOD for found in INDEX.search("rolls"))


@pytest.mark.parametrize(
    ("word", "one"),
    [("fries", "fry"), ("dishes", "dish"), ("rolls", "roll"), ("sauce", "sauce"), ("asparagus", "asparagus"),
     ("glass", "glass"), ("glasses", "glass"), ("potatoes", "potato"), ("ties", "tie"), ("gas", "gas"), ("box", "box")],
)  # fmt: skip
def test_singulars(word: str, one: str) -> None:
    assert singular(word) == one
