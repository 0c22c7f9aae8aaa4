"""A placed order that the caller wants otherwise: in the same call and in a later one, before the kitchen begins and
after."""

from __future__ import annotations

from typing import Any

import pytest

from apps.calls.models import Ticket
from apps.orders import lifecycle, services
from apps.orders.models import Order
from tests.cases.people import Guest, Shop

PLACED = ("one lasagna please", "that's all", "Kate", "yes")


def the_lines(shop: Shop) -> list[str]:
    """What stands on the only order: "2 Lasagna"."""
    with shop.books():
        lines: list[dict[str, Any]] = services.as_json(Order.objects.get())["lines"]
    return [f"{one['quantity']} {one['item']}" for one in lines]


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        (("oh and can you add a tiramisu",), ["1 Lasagna", "1 Tiramisu"]),
        (("actually make that two lasagnas",), ["2 Lasagna"]),
        (("change my order please", "make it three lasagnas"), ["3 Lasagna"]),
        (("and add a tiramisu", "no make it two tiramisu"), ["1 Lasagna", "2 Tiramisu"]),
    ],
)
def test_in_the_same_call_a_placed_order_is_changed_after_a_yes(
    shop: Shop, said: tuple[str, ...], lines: list[str]
) -> None:
    talk = shop.call(*PLACED, *said, "yes", "bye")
    assert the_lines(shop) == lines
    assert "is changed" in " ".join(talk.agent)


@pytest.mark.parametrize("said", [("add a tiramisu", "no", "no leave it"), ("add a tiramisu", "never mind", "bye")])
def test_without_the_yes_it_stays_as_it_was(shop: Shop, said: tuple[str, ...]) -> None:
    shop.call(*PLACED, *said, "bye")
    assert the_lines(shop) == ["1 Lasagna"]


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        (("i want to change the order i placed earlier", "number seven", "Kate", "add a tiramisu"), None),
        (("i'd like to add a tiramisu to my order number seven", "Kate"), None),
        (("change my order number seven please", "Kate Bush", "make it two lasagnas"), ["2 Lasagna"]),
        (("change my order number seven", "Kate", "take off the lasagna and add a tiramisu"), ["1 Tiramisu"]),
    ],
)
def test_in_a_later_call_it_is_found_by_number_and_name_and_changed(
    shop: Shop, guest: Guest, said: tuple[str, ...], lines: list[str] | None
) -> None:
    guest.order(guest.line("Lasagna"))
    with shop.books():
        Order.objects.update(number=7)
    talk = shop.call(*said, "yes", "bye", caller="+15125550177")
    assert the_lines(shop) == (lines or ["1 Lasagna", "1 Tiramisu"]), talk.lines
    assert [tool["name"] for tool in talk.row.report["tools"]].count("change_order") == 2


def test_what_stands_is_said_when_nothing_was_asked_for_yet(shop: Shop, guest: Guest) -> None:
    guest.order(guest.line("Lasagna", quantity=2))
    talk = shop.call("i want to change my order number one", "Kate", "no leave it", "bye", caller="+15125550177")
    assert talk.after("Kate") == "So far it is two Lasagna. What would you like to change?"
    assert the_lines(shop) == ["2 Lasagna"]


def test_what_is_not_spoken_of_stays_to_the_last_choice(shop: Shop, guest: Guest) -> None:
    choices = {"thin_crust": "regular", "mushrooms": "extra", "fresh_basil": "none"}
    guest.order(guest.line("Margherita", size="large", quantity=2, **choices), guest.line("Lasagna", note="well done"))
    with shop.books():
        before = services.as_json(Order.objects.get())["lines"]
    shop.call("change my order number one", "Kate", "add a tiramisu", "yes", "bye", caller="+15125550177")
    with shop.books():
        after = services.as_json(Order.objects.get())["lines"]
    assert after[:2] == before
    assert [line["item"] for line in after] == ["Margherita", "Lasagna", "Tiramisu"]


def test_an_order_that_was_begun_is_not_changed_and_staff_hear_of_it(shop: Shop, guest: Guest) -> None:
    guest.order(guest.line("Lasagna"))
    with shop.books():
        lifecycle.advance(
            Order.objects.get().pk, to="preparing", by="sam@bella.test", place=shop.place, now=guest_now()
        )
    talk = shop.call("change my order number one", "Kate", "add a tiramisu", "bye", caller="+15125550177")
    assert "I can't change it any more" in talk.after("add a tiramisu")
    assert the_lines(shop) == ["1 Lasagna"]
    with shop.books():
        assert Ticket.objects.filter(type="callback").count() == 1


def test_taking_everything_off_offers_to_cancel(shop: Shop, guest: Guest) -> None:
    guest.order(guest.line("Lasagna"))
    talk = shop.call("change my order number one", "Kate", "take off the lasagna", "yes", "bye", caller="+15125550177")
    assert talk.after("take off the lasagna").endswith("Shall I cancel it?")
    with shop.books():
        assert Order.objects.get().status == "cancelled"


def guest_now() -> Any:
    from django.utils import timezone

    return timezone.now()
