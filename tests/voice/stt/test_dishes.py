"""How callers name what they order."""

from __future__ import annotations

import random
import re

import pytest

from apps.voice.stt import dishes
from apps.voice.stt.dishes import Dish, Words

CHOICES = ("thin crust", "extra hot", "garlic")
MENU = Words(
    dishes=(Dish(("margherita",), ("small", "large"), CHOICES), Dish(("green tea",), (), ())),
    choices=CHOICES,
    categories=("pizzas",),
)


def _ordered(pattern: str) -> int:
    chance = random.Random(3)
    return sum(bool(re.search(pattern, dishes.item(chance, MENU))) for _ in range(3000))


def test_choices_stand_in_front_of_the_name_one_or_several_with_the_size_among_them() -> None:
    choice = f"({'|'.join(CHOICES)})"
    assert _ordered(rf"(small|large) {choice} margherita") > 50
    assert _ordered(rf"{choice} {choice} margherita") > 50
    assert _ordered(rf"{choice} (small|large) margherita") > 10


def test_choices_stand_behind_it_more_or_less_of_them() -> None:
    assert _ordered("(a lot of|a little|some) (garlic|thin crust)") > 50
    assert _ordered("with garlic and thin crust") > 5
    assert _ordered("no garlic") > 10


def test_what_has_no_sizes_and_no_choices_is_ordered_without() -> None:
    assert not _ordered("(garlic|thin crust) green tea")
    assert _ordered("green tea") > 1000


@pytest.mark.parametrize(
    ("one", "many"),
    [("roll", "rolls"), ("glass", "glasses"), ("fries", "fries"), ("dish", "dishes"), ("berry", "berries")],
)
def test_several_are_named_as_several(one: str, many: str) -> None:
    assert dishes.plural(one) == many
