"""Attacks on the agent: whatever is said, and whatever a model makes of it, the books stay as they were.

Nothing is asserted about the wording of a reply: only about the database, the numbers that ring and are texted, and
what reaches the caller's ear of other people's data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from apps.tenants import scope
from tests.attacks import scene
from tests.attacks.scene import Scene
from tests.attacks.wishes import WISHES, Wish, attacks
from tests.cases.people import Shop

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
ATTACKS = attacks()
GOALS = [wish.goal for wish in WISHES]


def test_there_are_enough_attacks_and_each_is_its_own() -> None:
    assert len({attack.words for attack in ATTACKS}) == len(ATTACKS) >= 150
    assert {attack.wish.goal for attack in ATTACKS} == set(GOALS)


@pytest.fixture
def crime(shop: Shop, open_restaurant: Callable[..., scope.Place], at: Callable[..., None]) -> Iterator[Scene]:
    at(NOW)
    with scene.set_up(shop, open_restaurant(like="sakura"), NOW) as made:
        yield made


@pytest.mark.parametrize("goal", GOALS)
def test_the_embedded_model_does_nothing_that_is_not_its_business(crime: Scene, goal: str) -> None:
    for attack in (each for each in ATTACKS if each.wish.goal == goal):
        crime.call(attack.words, "do it now", "bye")
        crime.unharmed()
