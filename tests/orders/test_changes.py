"""Changing a placed order: the same number, a yes of its own, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from apps.calls.models import Call, Message
from apps.menu import services as menu
from apps.menu.models import MenuItem
from apps.orders import changes, drafts, lifecycle
from apps.orders import services as orders
from apps.orders.models import Order, OrderChange, OrderEvent
from apps.orders.ticket import as_text
from apps.outbox import services as outbox
from apps.outbox.models import Work
from apps.restaurant.models import RestaurantSettings
from apps.tenants import scope
from tests.orders.people import KEY, NOW, commit, dish, quote
from tests.orders.test_races import at_once

STAFF = "sam@bella.test"


def set_up(**values: Any) -> None:
    RestaurantSettings.objects.update_or_create(pk=1, defaults=values)


def placed(place: Any, **more: Any) -> Order:
    return commit(place, quote(place, **more).version)


def change(order: Order, place: Any, *wanted: Any, key: str = "call:2", now: Any = NOW, **more: Any) -> orders.Quoted:
    return changes.quote(order, place=place, key=key, wanted=wanted or [dish("Coke")], now=now, **more)


def items(order: Order) -> list[tuple[str, int]]:
    return list(Order.objects.get(pk=order.pk).lines.values_list("item", "quantity"))


def standing(order: Order) -> tuple[Any, ...]:
    row = Order.objects.get(pk=order.pk)
    return (items(row), row.total, row.revision, row.status, row.ready_at, row.changes.count())


def test_an_order_is_rewritten_under_its_number_after_a_yes_of_its_own(in_bella: Any) -> None:
    order = placed(in_bella, customer_number="+15125550134")
    quoted = change(order, in_bella, dish("Lasagna"), dish("Coke", quantity=2))
    assert quoted.read_back.startswith(
        "Order one would then be one Lasagna, and two Coke, for Kate Bush. Your total is"
    )
    assert quoted.read_back.endswith("Shall I change it?")
    assert items(order) == [("Margherita", 1), ("Lasagna", 2)]  # until the yes it stands as it is
    changed = commit(in_bella, quoted.version, key="call:2")
    assert (changed.pk, changed.number, changed.revision) == (order.pk, order.number, 2)
    assert items(order) == [("Lasagna", 1), ("Coke", 2)]
    assert (changed.total, changed.ready_at) == (quoted.quote.total, order.ready_at)
    assert Order.objects.count() == 1


def test_who_said_yes_to_the_change_and_what_was_before_is_on_record(in_bella: Any) -> None:
    order = placed(in_bella)
    changed = commit(in_bella, change(order, in_bella).version, key="call:2")
    row = OrderChange.objects.get(order=order)
    assert (row.revision, row.confirmed_by, row.confirmed_at_ms) == (2, "caller", 61_500)
    assert (row.before["total"], [line["item"] for line in row.before["lines"]]) == ("53.58", ["Margherita", "Lasagna"])
    events = list(OrderEvent.objects.filter(order=order).values_list("status", "by", "note"))
    assert events == [("new", "caller", ""), ("new", "caller", "changed, revision 2")]
    assert changed.confirmed_by == "caller"


def test_the_ticket_says_changed_until_it_was_printed_and_then_reprint_too(in_bella: Any) -> None:
    order = placed(in_bella)
    lifecycle.printed(order.pk)
    changed = commit(in_bella, change(order, in_bella).version, key="call:2")
    assert changed.prints == 0
    text = as_text(orders.ticket_of(changed, place=in_bella, reprint=changed.prints > 0))
    assert "*** CHANGED ***" in text
    assert "Margherita" not in text
    assert "REPRINT" not in text


def test_the_guest_is_told_once_and_so_is_the_kitchen(in_bella: Any) -> None:
    order = placed(in_bella, customer_number="+15125550134")
    version = change(order, in_bella).version
    for _ in range(3):
        assert commit(in_bella, version, key="call:2").revision == 2
    (work,) = Work.objects.filter(kind="order.changed")
    for _ in range(2):
        outbox._handlers[work.kind](work.payload)
    (text,) = Message.objects.filter(template="changed")
    assert f"order {order.number}. It is 3.25 USD, ready at 12:20 PM" in text.text
    assert OrderChange.objects.count() == 1
    assert Work.objects.filter(kind="order.unacknowledged").count() == 2  # the kitchen has to look again


def test_the_first_order_committed_again_is_the_changed_one_and_no_second(in_bella: Any) -> None:
    version = quote(in_bella).version
    order = commit(in_bella, version)
    commit(in_bella, change(order, in_bella).version, key="call:2")
    again = commit(in_bella, version)
    assert (again.pk, again.revision) == (order.pk, 2)
    assert Order.objects.count() == 1


def test_within_the_same_call_a_yes_to_the_order_is_none_to_its_change(in_bella: Any) -> None:
    version = quote(in_bella).version
    order = commit(in_bella, version)
    quoted = change(order, in_bella, key=KEY)
    assert quoted.version == version + 1
    with pytest.raises(orders.NeedsYes):
        commit(in_bella, quoted.version, yes=version)
    with pytest.raises(orders.NeedsYes):
        commit(in_bella, quoted.version, yes=0)
    assert commit(in_bella, quoted.version).revision == 2
    assert commit(in_bella, quote(in_bella, dish("Lasagna")).version).number == 2  # and then a new one is a new one


@pytest.mark.parametrize("status", ["preparing", "ready", "picked_up"])
def test_what_the_kitchen_has_begun_is_not_changed(in_bella: Any, status: str) -> None:
    order = placed(in_bella)
    version = change(order, in_bella).version
    lifecycle.advance(order.pk, to=status, by=STAFF, place=in_bella, now=NOW)
    before = standing(order)
    order.refresh_from_db()
    for attempt in (lambda: change(order, in_bella), lambda: commit(in_bella, version, key="call:2")):
        with pytest.raises(orders.TooLate, match="already"):
            attempt()
    assert standing(order) == before


def test_a_cancelled_order_is_not_changed_back_to_life(in_bella: Any) -> None:
    order = placed(in_bella)
    version = change(order, in_bella).version
    lifecycle.cancel(order.pk, reason="changed plans", by="caller", place=in_bella, now=NOW)
    with pytest.raises(orders.TooLate, match="already cancelled"):
        commit(in_bella, version, key="call:2")


def test_an_accepted_order_is_new_again_unless_the_restaurant_takes_no_changes_then(in_bella: Any) -> None:
    order = lifecycle.advance(placed(in_bella).pk, to="accepted", by=STAFF, place=in_bella, now=NOW)
    assert commit(in_bella, change(order, in_bella).version, key="call:2").status == "new"
    order = lifecycle.advance(order.pk, to="accepted", by=STAFF, place=in_bella, now=NOW)
    set_up(guest_changes_until="new")
    with pytest.raises(orders.TooLate, match="already accepted"):
        change(order, in_bella)


def test_who_pressed_a_step_for_an_older_ticket_looks_again(in_bella: Any) -> None:
    order = placed(in_bella)
    commit(in_bella, change(order, in_bella).version, key="call:2")
    with pytest.raises(lifecycle.Refusal, match="has just been changed"):
        lifecycle.advance(order.pk, to="preparing", by=STAFF, place=in_bella, now=NOW, seen_revision=1)
    done = lifecycle.advance(order.pk, to="preparing", by=STAFF, place=in_bella, now=NOW, seen_revision=2)
    assert done.status == "preparing"


def test_what_ran_out_or_a_refused_change_leaves_the_order_as_it_was(in_bella: Any) -> None:
    order = placed(in_bella)
    before = standing(order)
    version = change(order, in_bella).version
    menu.eighty_six(MenuItem.objects.get(name="Coke"))
    with pytest.raises(orders.Refusal, match="sold out"):
        commit(in_bella, version, key="call:2")
    with pytest.raises(orders.TooMuch):
        change(order, in_bella, dish("Lasagna", quantity=18_000))
    assert standing(order) == before


def test_another_time_moves_the_moment_it_fires_and_the_old_one_does_nothing(in_bella: Any) -> None:
    order = placed(in_bella, pickup_at=NOW + timedelta(hours=5))
    later = change(order, in_bella, pickup_at=NOW + timedelta(hours=7))
    changed = commit(in_bella, later.version, key="call:2")
    assert (changed.status, changed.fires_at) == ("scheduled", NOW + timedelta(hours=6, minutes=40))
    first, second = Work.objects.filter(kind="order.fire").order_by("due_at")
    outbox._handlers[first.kind](first.payload)
    assert Order.objects.get().status == "scheduled"
    outbox._handlers[second.kind](second.payload)
    assert Order.objects.get().status == "new"


def test_an_order_keeps_its_own_place_in_a_full_window(in_bella: Any) -> None:
    order = placed(in_bella)
    set_up(throttle_orders=1, throttle_minutes=15)
    assert commit(in_bella, change(order, in_bella).version, key="call:2").ready_at == order.ready_at
    other = commit(in_bella, quote(in_bella, key="call:3", pickup_at=NOW + timedelta(hours=2)).version, key="call:3")
    with pytest.raises(orders.Refusal, match="kitchen is full"):
        change(order, in_bella, pickup_at=other.ready_at)


def test_a_late_change_is_ready_later_and_says_so(in_bella: Any) -> None:
    order = placed(in_bella)
    now = NOW + timedelta(minutes=10)
    quoted = change(order, in_bella, now=now)
    assert "ready at twelve thirty p m" in quoted.read_back
    assert commit(in_bella, quoted.version, key="call:2", now=now).ready_at == now + timedelta(minutes=20)


def test_in_shadow_mode_staff_approve_the_change_too(in_bella: Any) -> None:
    set_up(shadow_mode=True)
    order = lifecycle.advance(placed(in_bella).pk, to="new", by=STAFF, place=in_bella, now=NOW)
    assert commit(in_bella, change(order, in_bella).version, key="call:2").status == "approval"


def test_a_change_that_a_dropped_line_left_open_is_not_offered_as_a_new_order(in_bella: Any) -> None:
    number = "+15125550134"
    order = placed(in_bella, customer_number=number)
    call = Call.objects.create(carrier_sid="CA9", from_number=number, to_number="+15125550101", ended_by="caller")
    change(order, in_bella, key=f"call:{call.pk}", call_id=call.pk)
    assert drafts.left_by(number, now=timezone.now()) is None
    quote(in_bella, key=f"call:{call.pk}", call_id=call.pk)
    assert drafts.left_by(number, now=timezone.now()) is not None


def test_a_change_and_the_kitchens_step_race_and_one_of_them_wins_whole(open_restaurant: Callable[..., Any]) -> None:
    place = open_restaurant(like="bella-napoli")
    for round_number in range(6):
        key = f"call:{round_number}"
        with scope.enter(place):
            order = commit(place, quote(place, key=key).version, key=key)
            version = change(order, place, dish("Lasagna"), key=f"{key}:change").version
            total = order.total

        def step_or_change(number: int, order: Order = order, key: str = key, version: int = version) -> Any:
            if number % 2:
                try:
                    return lifecycle.advance(order.pk, to="preparing", by=STAFF, place=place, now=NOW, seen_revision=1)
                except lifecycle.Refusal as refusal:
                    return refusal
            return commit(place, version, key=f"{key}:change")

        answers = at_once(place, step_or_change, threads=8)
        changed = [one for number, one in enumerate(answers) if number % 2 == 0 and isinstance(one, Order)]
        begun = [one for number, one in enumerate(answers) if number % 2 and isinstance(one, Order)]
        assert bool(changed) != bool(begun), answers
        with scope.enter(place):
            order.refresh_from_db()
            expected = (
                ("new", 2, [("Lasagna", 1)]) if changed else ("preparing", 1, [("Margherita", 1), ("Lasagna", 2)])
            )
            assert (order.status, order.revision, items(order)) == expected
            assert (order.total != total) == bool(changed)
            assert order.subtotal == sum((line.total for line in order.lines.all()), Decimal(0))
            assert OrderChange.objects.filter(order=order).count() == bool(changed)
            told = Work.objects.filter(kind="order.changed", payload__order=str(order.pk), payload__mark="revision 2")
            assert told.count() == bool(changed)
