"""What goes well with an order: offered only when it can be had without another question."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.menu.card import Card, Group, Item, Option, Pair, Variant
from apps.menu.upselling import suggest

PASTA = Item("pasta", "Lasagna", "Pasta", Decimal(15))
BREAD = Item("bread", "Garlic Bread", "Starters", Decimal(5))
SOUP = Item("soup", "Minestrone", "Starters", Decimal(6))
CAKE = Item("cake", "Tiramisu", "Desserts", Decimal(7))


def card(*items: Item, upsells: tuple[Pair, ...] = (Pair("bread", category="Pasta"),)) -> Card:
    return Card(items or (PASTA, BREAD, SOUP, CAKE), upsells=upsells)


def test_what_goes_with_an_item_or_its_category_is_offered_in_the_menus_order() -> None:
    pairs = (Pair("cake", item_id="pasta", words="Some tiramisu for after?"), Pair("bread", category="Pasta"))
    first = suggest(card(upsells=pairs), ["pasta"])
    second = suggest(card(upsells=pairs[::-1]), ["pasta"])
    assert first is not None
    assert second is not None
    assert (first.item_id, first.say) == ("cake", "Some tiramisu for after?")
    assert (second.name, second.say) == ("Garlic Bread", "Would you like Garlic Bread with that?")


def test_nothing_is_offered_that_was_ordered_or_whose_like_was() -> None:
    assert suggest(card(), ["pasta", "bread"]) is None
    assert suggest(card(), ["pasta", "soup"]) is None
    assert suggest(card(), ["cake"]) is None
    assert suggest(card(), []) is None


SIZES = (Variant("s", "small", Decimal(5)), Variant("l", "large", Decimal(7)))
DIP = Group("dip", "Dip", minimum=1, options=(Option("a", "aioli"),))


@pytest.mark.parametrize(
    "other",
    [
        replace(BREAD, available=False),
        replace(BREAD, alcohol=True),
        replace(BREAD, variants=SIZES),
        replace(BREAD, groups=(DIP,)),
    ],
)
def test_nothing_is_offered_that_cannot_be_had_or_needs_another_question(other: Item) -> None:
    assert suggest(card(PASTA, other), ["pasta"]) is None


def test_a_usual_size_and_a_usual_choice_need_no_question() -> None:
    usual = replace(
        BREAD,
        variants=(replace(SIZES[0], default=True), SIZES[1]),
        groups=(replace(DIP, options=(Option("a", "aioli", default=True),)),),
    )
    assert suggest(card(PASTA, usual), ["pasta"]) is not None


@given(st.lists(st.sampled_from(["pasta", "bread", "soup", "cake", "gone"]), max_size=5))
def test_whatever_is_ordered_at_most_one_other_thing_is_offered(ordered: list[str]) -> None:
    pairs = (Pair("bread", category="Desserts"), Pair("gone", category="Pasta"), Pair("cake", item_id="pasta"))
    found = suggest(card(upsells=pairs), ordered)
    assert found is None or (found.item_id not in ordered and found.item_id in ("bread", "cake"))
