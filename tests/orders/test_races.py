"""Many at once on real connections: the same cart is placed once, different carts get different numbers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from apps.calls.models import Message
from apps.orders import services as orders
from apps.orders.models import Order, OrderCounter, OrderEvent
from apps.outbox import services as outbox
from apps.outbox.models import Work
from apps.tenants import scope
from apps.tenants.models import PhoneNumber
from tests.orders.people import NOW, commit, dish, quote

THREADS = 20


def at_once(place: Any, work: Callable[[int], Any], *, threads: int = THREADS) -> list[Any]:
    """Every answer or refusal, each from a thread and a connection of its own."""

    def inside(number: int) -> Any:
        try:
            with scope.enter(place):
                return work(number)
        except orders.Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(inside, range(threads)))


def test_twenty_threads_race_with_one_cart_and_then_with_twenty(open_restaurant: Callable[..., Any]) -> None:
    place = open_restaurant(like="bella-napoli")
    with scope.enter(place):
        version = quote(place).version

    placed = at_once(place, lambda _: commit(place, version))

    assert {order.pk for order in placed} == {placed[0].pk}
    with scope.enter(place):
        assert Order.objects.count() == 1
        assert Work.objects.filter(kind="order.placed", restaurant_id=place.id).count() == 1

    def order_by_oneself(number: int) -> int:
        quoted = quote(place, dish("Coke", quantity=number % 5 + 1), key=f"call:{number}")
        return commit(place, quoted.version, key=f"call:{number}").number

    numbers = at_once(place, order_by_oneself)

    assert sorted(numbers) == list(range(2, THREADS + 2))
    with scope.enter(place):
        assert OrderCounter.objects.get().last == THREADS + 1

    def change_or_commit(number: int) -> Any:
        return quote(place, key="call:0") if number % 2 else commit(place, 2, key="call:0")

    with scope.enter(place):
        quote(place, dish("Lasagna"), key="call:0")
    answers = at_once(place, change_or_commit)

    with scope.enter(place):
        orders_of_version_2 = Order.objects.filter(key__endswith=":2", lines__item="Lasagna").count()
    assert orders_of_version_2 <= 1, answers
    assert len({one.pk for one in answers if isinstance(one, Order)}) == orders_of_version_2


def test_fifty_threads_commit_one_version_and_there_is_one_order_one_text_and_one_number(
    open_restaurant: Callable[..., Any],
) -> None:
    place = open_restaurant(like="bella-napoli")
    PhoneNumber.objects.filter(restaurant_id=place.id).update(sms_registered_at=NOW)
    with scope.enter(place):
        version = quote(place, customer_number="+15125550134").version

    placed = at_once(place, lambda _: commit(place, version), threads=50)

    assert {(order.pk, order.number) for order in placed} == {(placed[0].pk, 1)}
    with scope.enter(place):
        (work,) = Work.objects.filter(kind="order.placed", restaurant_id=place.id)
        at_once(place, lambda _: outbox._handlers[work.kind](work.payload), threads=8)
        assert list(Message.objects.values_list("template", "status")) == [("order", "queued")]
        assert Work.objects.filter(kind="sms.send", restaurant_id=place.id).count() == 1
        assert (Order.objects.count(), OrderEvent.objects.count(), OrderCounter.objects.get().last) == (1, 1, 1)


def test_refusals_between_orders_leave_no_gap_in_the_numbers(open_restaurant: Callable[..., Any]) -> None:
    place = open_restaurant(like="bella-napoli")
    with scope.enter(place):
        versions = [quote(place, dish("Coke"), key=f"call:{number}").version for number in range(30)]

    def some_without_a_yes(number: int) -> Order:
        yes = None if number % 3 else 0
        return commit(place, versions[number], key=f"call:{number}", yes=yes)

    answers = at_once(place, some_without_a_yes, threads=30)

    assert sorted(one.number for one in answers if isinstance(one, Order)) == list(range(1, 21))
    assert sum(isinstance(one, orders.NeedsYes) for one in answers) == 10
