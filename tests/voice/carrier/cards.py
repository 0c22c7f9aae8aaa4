"""A menu for the caller's tests, with sizes, a required choice, toppings, and things that come with a dish."""

from __future__ import annotations

from decimal import Decimal

from apps.menu.card import Card, Group, Item, Option, Variant


def _sizes(dish: str, *prices: tuple[str, str]) -> tuple[Variant, ...]:
    return tuple(Variant(f"{dish}-{name}", name, Decimal(price)) for name, price in prices)


CRUST = Group("crust", "Crust", 1, 1, (Option("thin", "thin crust"), Option("deep", "deep dish", Decimal(2))))
TOPPINGS = Group(
    "toppings",
    "Toppings",
    0,
    5,
    (
        Option("mush", "mushrooms", Decimal("1.50")),
        Option("cheese", "extra cheese", Decimal(2)),
        Option("oni", "onions"),
    ),
)
EXTRAS = Group(
    "extras",
    "Salad extras",
    0,
    None,
    (
        Option("chick", "grilled chicken", Decimal(4)),
        Option("crou", "croutons", default=True),
        Option("red", "red onions", default=True),
    ),
)
SIDE = Group("side", "Side", 1, 1, (Option("miso", "miso soup"), Option("pick", "pickles")))

CARD = Card(
    items=(
        Item(
            "marg",
            "Margherita",
            "Pizza",
            Decimal(11),
            variants=_sizes("marg", ("small", "11"), ("large", "17")),
            groups=(CRUST, TOPPINGS),
        ),
        Item(
            "caes",
            "Caesar Salad",
            "Salads",
            Decimal("7.50"),
            variants=_sizes("caes", ("small", "7.50"), ("large", "11")),
            groups=(EXTRAS,),
        ),
        Item("bento", "Salmon Bento", "Bento", Decimal(16), groups=(SIDE,)),
        Item("miso", "Miso Soup", "Starters", Decimal(4)),
        Item("coke", "Coke", "Drinks", Decimal(3)),
        Item("diet", "Diet Coke", "Drinks", Decimal(3)),
        Item("wine", "House Red Wine", "Drinks", Decimal(9), alcohol=True),
        Item("fries", "French Fries", "Starters", Decimal("4.50")),
        Item(
            "wings",
            "Chicken Wings",
            "Starters",
            Decimal(9),
            variants=_sizes("wings", ("six piece", "9"), ("twelve piece", "16")),
        ),
    )
)
