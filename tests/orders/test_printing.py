"""The kitchen's printer: counted, said to be a reprint from the second time on, and noticed when it fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from apps.calls.models import Ticket
from apps.orders import changes, printing
from apps.orders.models import Order, OrderEvent
from apps.tenants import scope
from tests.orders.people import NOW, commit, dish, quote
from tests.orders.test_races import at_once

STAFF = "sam@bella.test"


def printed(order: Order, place: Any) -> tuple[str, ...]:
    return printing.print_ticket(order.pk, by=STAFF, place=place, now=NOW).banners


def fail(order: Order, why: str = "out of paper") -> None:
    printing.failed(order.pk, why=why, by="printer", now=NOW)


def test_the_second_print_says_reprint_and_each_is_on_record(in_bella: Any) -> None:
    order = commit(in_bella, quote(in_bella).version)
    assert [printed(order, in_bella) for _ in range(3)] == [(), ("REPRINT",), ("REPRINT",)]
    notes = OrderEvent.objects.filter(order=order, note__startswith="printed").values_list("note", "by", "at")
    assert list(notes) == [(f"printed, {count}", STAFF, NOW) for count in (1, 2, 3)]


def test_a_print_that_failed_is_a_ticket_and_the_next_one_is_the_first(in_bella: Any) -> None:
    order = commit(in_bella, quote(in_bella).version)
    assert printed(order, in_bella) == ()
    fail(order)
    (ticket,) = Ticket.objects.all()
    assert ticket.summary == "Order 1 was not printed (out of paper). Please print it again."
    assert printed(order, in_bella) == ()
    fail(order, "")
    assert Ticket.objects.count() == 2
    assert printed(order, in_bella) == ()
    assert printed(order, in_bella) == ("REPRINT",)
    fail(order)
    assert printed(order, in_bella) == ("REPRINT",)  # one did come out


def test_a_failure_that_is_told_twice_is_told_once(in_bella: Any) -> None:
    order = commit(in_bella, quote(in_bella).version)
    fail(order)
    assert not Ticket.objects.exists()  # nothing was printed yet
    printed(order, in_bella)
    for _ in range(2):
        fail(order)
    assert Ticket.objects.count() == 1
    assert Order.objects.get().prints == 0


def test_the_first_print_of_a_change_is_no_reprint(in_bella: Any) -> None:
    order = commit(in_bella, quote(in_bella).version)
    printed(order, in_bella)
    version = changes.quote(order, place=in_bella, key="call:2", wanted=[dish("Coke")], now=NOW).version
    commit(in_bella, version, key="call:2")
    assert [printed(order, in_bella) for _ in range(2)] == [("CHANGED",), ("CHANGED", "REPRINT")]


def test_of_two_boards_that_print_at_once_one_prints_a_reprint(open_restaurant: Callable[..., Any]) -> None:
    place = open_restaurant(like="bella-napoli")
    with scope.enter(place):
        order = commit(place, quote(place).version)
    banners = at_once(place, lambda _: printed(order, place), threads=6)
    assert sorted(banners) == [(), *[("REPRINT",)] * 5]
