"""Quotes, commits, searches and availability at 1, 100 and 1,000 restaurants: `python -m tests.bench.books`.

Every restaurant has a menu of 500 items, and together they hold at least 100,000 orders. A database of its own is
made for it and dropped again. Operations go one after the other, each in a restaurant drawn from the working set.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.bench import installation

SIZES = (1, 100, 1000)
ITEMS, ORDERS, OPERATIONS, WORKING_SET = 500, 100_000, 400, 20
FILL = """
INSERT INTO orders (id, number, day, status, cart_version, key, customer_name, customer_number, note, subtotal, tax,
                    total, tax_included, currency, ready_at, confirmed_by, cancelled_reason, created_at)
SELECT gen_random_uuid(), n %% 500 + 1, DATE '2020-01-01' + n / 500, 'picked_up', 1, 'bench:' || n, 'Kate', '', '',
       20, 1.65, 21.65, FALSE, 'USD', now() - make_interval(mins => n), 'caller', '',
       now() - make_interval(mins => n + 60)
FROM generate_series(1, %s) AS n
"""


def main() -> None:
    with installation.database():
        figures = _measure()
    installation.keep("books", figures)


def _measure() -> list[dict[str, Any]]:
    places: list[Any] = []
    rows: list[dict[str, Any]] = []
    print(f"{'restaurants':>11} {'operation':>13} {'a second':>9} {'p50 ms':>7} {'p99 ms':>7}")
    for size in SIZES:
        while len(places) < size:
            places.append(_open(len(places), orders=max(ORDERS // size, 1)))
        dice = random.Random(size)
        chosen = [places[place * len(places) // WORKING_SET] for place in range(WORKING_SET)]
        for name, operation in _operations(dice, list(dict.fromkeys(chosen))).items():
            row = {"restaurants": size, "operation": name, **_timed(operation)}
            rows.append(row)
            print(f"{size:>11} {name:>13} {row['per_second']:>9} {row['p50_ms']:>7} {row['p99_ms']:>7}")
    return rows


def _open(number: int, *, orders: int) -> Any:
    """A restaurant like the demo's, with a longer menu and a past."""
    from django.db import connection

    from apps.menu.models import Category, MenuItem
    from apps.tenants import scope, services
    from apps.voice import demo_restaurants
    from tests.bench.search import DISHES, MANNERS, THINGS

    place = services.open_restaurant(name=f"Bench {number}", slug=f"bench-{number}", timezone="America/Chicago")
    demo_restaurants.furnish(place, demo_restaurants.BELLA)
    names = [f"{manner} {thing} {dish}".title() for manner in MANNERS for thing in THINGS for dish in DISHES]
    with scope.enter(place):
        category = Category.objects.create(name="More", position=99)
        missing = ITEMS - MenuItem.objects.count()
        MenuItem.objects.bulk_create(MenuItem(category=category, name=name, price=9) for name in names[:missing])
        with connection.cursor() as cursor:
            cursor.execute(FILL, [orders])
    with connection.cursor() as cursor:
        cursor.execute(f'ANALYZE "{place.schema}".orders')
    return place


def _operations(dice: random.Random, places: list[Any]) -> dict[str, Callable[[], None]]:
    """By name; each is one operation in one restaurant of the working set."""
    from django.utils import timezone

    from apps.menu import shelf
    from apps.orders import services as orders
    from apps.orders.pricing import Wanted
    from apps.reservations import services as reservations
    from apps.tenants import scope

    keys = iter(range(10**9))

    def wanted(place: Any) -> list[Wanted]:
        menu = shelf.current(place.id, now=timezone.now()).card
        plain = [item for item in menu.items if item.category == "More"]
        return [Wanted(item.id, quantity=dice.randint(1, 3)) for item in dice.sample(plain, 3)]

    def quoted(place: Any) -> tuple[str, int]:
        key = f"bench:{next(keys)}"
        made = orders.quote(place, key=key, wanted=wanted(place), customer_name="Kate", now=timezone.now())
        return key, made.version

    def quote() -> None:
        place = dice.choice(places)
        with scope.enter(place):
            quoted(place)

    waiting: list[tuple[Any, str, int]] = []
    for _ in range(OPERATIONS):
        place = dice.choice(places)
        with scope.enter(place):
            waiting.append((place, *quoted(place)))

    def commit() -> None:
        place, key, version = waiting.pop()
        with scope.enter(place):
            orders.place(place, key=key, version=version, yes=orders.Yes(version, "caller"), now=timezone.now())

    def search() -> None:
        place = dice.choice(places)
        with scope.enter(place):
            menu = shelf.current(place.id, now=timezone.now())
            menu.index.search(dice.choice(menu.card.items).name.lower())

    def availability() -> None:
        place, now = dice.choice(places), timezone.now()
        day = (now + timedelta(days=dice.randint(1, 30))).date()
        with scope.enter(place):
            reservations.find_slots(place, party_size=dice.randint(1, 8), day=day, clock=None, now=now)

    return {"quote": quote, "commit": commit, "search": search, "availability": availability}


def _timed(operation: Callable[[], None]) -> dict[str, float]:
    times = []
    for _ in range(OPERATIONS):
        began = time.perf_counter()
        operation()
        times.append((time.perf_counter() - began) * 1000)
    slowest = sorted(times)
    return {
        "per_second": round(1000 * len(times) / sum(times)),
        "p50_ms": round(slowest[len(times) // 2], 2),
        "p99_ms": round(slowest[len(times) * 99 // 100], 2),
    }


if __name__ == "__main__":
    main()
