"""The one door: nothing is ever seen or written in the wrong restaurant, whatever runs at the same time."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from apps.restaurant.models import StaffContact
from apps.tenants import scope
from apps.tenants.scope import Place
from loman import observability

RESTAURANTS, TASKS, VISITS = 20, 50, 2000


class Spilled(Exception):
    """Raised on purpose in the middle of some visits."""


def visit(place: Place, *, raises: bool) -> set[str]:
    """Write our own name, look who else is here, and sometimes fall over."""
    StaffContact.objects.create(name=place.slug, number="+15125550100")
    time.sleep(random.random() / 500)  # others come in meanwhile
    seen = set(StaffContact.objects.values_list("name", flat=True))
    if raises:
        with transaction.atomic():
            StaffContact.objects.create(name="rolled back", number="+15125550100")
            raise Spilled
    return seen


def test_two_thousand_concurrent_visits_never_meet_another_restaurant(
    open_restaurant: Callable[..., Place],
) -> None:
    places = [open_restaurant() for _ in range(RESTAURANTS)]
    dice = random.Random(20261123)
    wrong: list[Any] = []
    raised = 0

    async def wander() -> None:
        nonlocal raised
        for _ in range(VISITS // TASKS):
            place = dice.choice(places)
            try:
                seen = await scope.run(place, visit, place, raises=dice.random() < 0.15)
            except Spilled:
                raised += 1
            else:
                if seen != {place.slug}:
                    wrong.append((place.slug, seen))

    async def everybody() -> None:
        await asyncio.gather(*(wander() for _ in range(TASKS)))

    asyncio.run(everybody())

    assert wrong == []
    assert raised > 100
    total = 0
    for place in places:
        with scope.enter(place):
            names = list(StaffContact.objects.values_list("name", flat=True))
        assert set(names) <= {place.slug}
        total += len(names)
    assert total == VISITS


def test_the_thread_is_public_again_after_a_visit(open_restaurant: Callable[..., Place]) -> None:
    place = open_restaurant()

    async def look() -> list[tuple[str, str]]:
        async def pair() -> tuple[str, str]:
            inside = await scope.run(place, lambda: str(connection.schema_name))
            outside = await scope.run(None, lambda: str(connection.schema_name))
            return inside, outside

        return await asyncio.gather(*(pair() for _ in range(40)))

    assert set(asyncio.run(look())) == {(place.schema, "public")}


def test_entering_one_restaurant_inside_another_comes_back_to_the_first(bella: Place, sakura: Place) -> None:
    with scope.enter(bella):
        with scope.enter(sakura):
            assert connection.schema_name == sakura.schema
        assert connection.schema_name == bella.schema
        assert scope.here() == bella
    assert scope.here() is None


def test_a_transaction_that_was_rolled_back_inside_leaves_the_outer_restaurant_entered(
    bella: Place, sakura: Place
) -> None:
    with scope.enter(bella):
        before = StaffContact.objects.count()
        with pytest.raises(IntegrityError), transaction.atomic(), scope.enter(sakura):
            StaffContact.objects.create(name="x", number="not a number")
        assert StaffContact.objects.count() == before
        assert StaffContact.objects.filter(name="Ana").exists()


def test_a_restaurant_is_found_by_slug_number_id_and_host(bella: Place) -> None:
    assert scope.find_by_slug("bella-napoli") == bella
    assert scope.find_by_number("+15125550101") == bella
    assert scope.find_by_id(bella.id) == bella
    assert scope.find_by_host("bella-napoli.localhost:8000") == bella


@pytest.mark.parametrize("nobody", ["", "nobody", "bella-napoli'; drop schema public"])
def test_nothing_is_found_under_an_unknown_name(bella: Place, nobody: str) -> None:
    assert scope.find_by_slug(nobody) is None
    assert scope.find_by_number(nobody) is None
    assert scope.find_by_id(nobody) is None
    assert scope.find_by_host(nobody) is None


def test_a_restaurant_that_left_is_not_found_any_more(open_restaurant: Callable[..., Place]) -> None:
    from apps.tenants import services

    place = open_restaurant()
    services.drop_schema(place)
    assert scope.find_by_slug(place.slug) is None
    assert scope.find_by_id(place.id) is None


def test_what_is_logged_in_a_database_thread_names_its_call(bella: Place) -> None:
    async def visit() -> str | None:
        observability.call_id.set("the call")
        return await scope.run(None, observability.call_id.get)

    assert asyncio.run(visit()) == "the call"


def test_whether_one_is_inside_is_each_threads_own(open_restaurant: Callable[..., Place]) -> None:
    place = open_restaurant()
    inside, looked = threading.Event(), threading.Event()

    def stay() -> bool:
        with scope.enter(place):
            inside.set()
            looked.wait(10)
            return scope.entered()

    with ThreadPoolExecutor(1) as threads:
        other = threads.submit(stay)
        assert inside.wait(10)
        assert not scope.entered()
        looked.set()
        assert other.result(10)
        threads.submit(lambda: connection.close()).result(10)
