"""What becomes of a placed order: forward only, later, cancelled with a reason, fired and noticed by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.calls import telephony
from apps.calls.models import Message
from apps.orders import lifecycle, tasks
from apps.orders import services as orders
from apps.orders.models import Order, OrderEvent
from apps.orders.ticket import as_text
from apps.outbox import services as outbox
from apps.outbox.models import Work
from apps.restaurant.models import RestaurantSettings
from tests.orders.people import NOW, commit, quote

pytestmark = pytest.mark.django_db
STAFF = "sam@bella.test"


def placed(place: Any, **more: Any) -> Order:
    return commit(place, quote(place, **more).version)


def step(order: Order, to: str, place: Any) -> Order:
    return lifecycle.advance(order.pk, to=to, by=STAFF, place=place, now=NOW)


def works(kind: str) -> list[Work]:
    return list(Work.objects.filter(kind=kind))


def do(kind: str, order: Order, **payload: Any) -> None:
    """As the outbox does it, within the restaurant."""
    outbox._handlers[kind]({"order": str(order.pk), **payload})


def test_an_order_goes_forward_step_by_step_and_each_step_is_on_record(in_bella: Any) -> None:
    order = placed(in_bella)
    for to in ("accepted", "preparing", "ready", "picked_up"):
        assert step(order, to, in_bella).status == to
    assert list(OrderEvent.objects.filter(order=order).values_list("status", "by")) == [
        ("new", "caller"), ("accepted", STAFF), ("preparing", STAFF), ("ready", STAFF), ("picked_up", STAFF),
    ]  # fmt: skip


def test_a_step_can_be_skipped_and_repeated_but_never_taken_back(in_bella: Any) -> None:
    order = placed(in_bella)
    step(order, "preparing", in_bella)
    assert step(order, "preparing", in_bella).status == "preparing"
    assert OrderEvent.objects.filter(order=order).count() == 2
    with pytest.raises(lifecycle.Refusal, match="already being made"):
        step(order, "accepted", in_bella)
    with pytest.raises(lifecycle.Refusal, match="no step called"):
        step(order, "eaten", in_bella)


def test_what_is_picked_up_or_cancelled_stays_so(in_bella: Any) -> None:
    order = placed(in_bella)
    step(order, "picked_up", in_bella)
    with pytest.raises(lifecycle.Refusal, match="already picked up"):
        lifecycle.cancel(order.pk, reason="late", by=STAFF, place=in_bella, now=NOW)
    other = commit(in_bella, quote(in_bella, key="call:2").version, key="call:2")
    lifecycle.cancel(other.pk, reason="late", by=STAFF, place=in_bella, now=NOW)
    with pytest.raises(lifecycle.Refusal, match="already cancelled"):
        step(other, "ready", in_bella)


def test_a_cancellation_has_a_reason_and_happens_once(in_bella: Any) -> None:
    order = placed(in_bella)
    with pytest.raises(lifecycle.Refusal, match="needs a reason"):
        lifecycle.cancel(order.pk, reason="  ", by=STAFF, place=in_bella, now=NOW)
    for _ in range(2):
        done = lifecycle.cancel(order.pk, reason="out of dough", by=STAFF, place=in_bella, now=NOW)
    assert (done.status, done.cancelled_reason) == ("cancelled", "out of dough")
    assert OrderEvent.objects.filter(order=order, status="cancelled").count() == 1
    assert len(works("order.changed")) == 1


def test_a_guest_cancels_until_the_kitchen_has_begun(in_bella: Any) -> None:
    order = placed(in_bella)
    step(order, "preparing", in_bella)
    with pytest.raises(lifecycle.Refusal, match="already being made"):
        lifecycle.cancel(order.pk, reason="by the guest", by="caller", place=in_bella, now=NOW)
    assert lifecycle.cancel(order.pk, reason="fire", by=STAFF, place=in_bella, now=NOW).status == "cancelled"


def test_ten_minutes_more_move_the_time_and_tell_the_guest_the_newest_one(in_bella: Any) -> None:
    order = placed(in_bella, customer_number="+15125550134")
    before = order.ready_at
    for _ in range(2):
        late = lifecycle.delay(order.pk, minutes=10, by=STAFF, place=in_bella, now=NOW)
    assert late.ready_at == before + timedelta(minutes=20)
    for work in works("order.delayed"):
        outbox._handlers[work.kind](work.payload)
    (text,) = Message.objects.filter(template="delay")
    assert "12:40 PM" in text.text
    with pytest.raises(lifecycle.Refusal, match="between 1 and"):
        lifecycle.delay(order.pk, minutes=0, by=STAFF, place=in_bella, now=NOW)
    step(order, "ready", in_bella)
    with pytest.raises(lifecycle.Refusal, match="already ready"):
        lifecycle.delay(order.pk, minutes=10, by=STAFF, place=in_bella, now=NOW)


def test_an_order_for_later_waits_and_fires_itself_once(in_bella: Any) -> None:
    order = placed(in_bella, pickup_at=NOW + timedelta(hours=5))
    assert order.status == "scheduled"
    assert order.fires_at == order.ready_at - timedelta(minutes=20)  # Bella's prep time
    (work,) = works("order.fire")
    assert work.due_at == order.fires_at
    for _ in range(2):
        do("order.fire", order)
    order.refresh_from_db()
    assert order.status == "new"
    assert OrderEvent.objects.filter(order=order, status="new", by="loman").count() == 1


def test_an_approved_order_for_later_waits_too(in_bella: Any) -> None:
    RestaurantSettings.objects.update_or_create(pk=1, defaults={"shadow_mode": True})
    order = placed(in_bella, pickup_at=NOW + timedelta(hours=5))
    assert order.status == "approval"
    assert works("order.fire") == []
    assert step(order, "new", in_bella).status == "scheduled"
    assert len(works("order.fire")) == 1


def test_a_cancelled_order_does_not_fire(in_bella: Any) -> None:
    order = placed(in_bella, pickup_at=NOW + timedelta(hours=5))
    lifecycle.cancel(order.pk, reason="changed plans", by="caller", place=in_bella, now=NOW)
    do("order.fire", order)
    order.refresh_from_db()
    assert order.status == "cancelled"


def test_an_order_nobody_acknowledges_rings_the_staff_contact_and_then_texts(
    in_bella: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[dict[str, str]] = []
    monkeypatch.setattr(telephony, "ring", lambda **call: rung.append(call))
    order = placed(in_bella)
    (work,) = works("order.unacknowledged")
    assert work.due_at == NOW + lifecycle.ACKNOWLEDGED_WITHIN
    do("order.unacknowledged", order)
    assert f"Order {order.number} has not been acknowledged" in rung[0]["saying"]
    (after,) = works("order.still_unacknowledged")
    assert after.due_at > timezone.now() + tasks.TEXT_AFTER - timedelta(seconds=30)
    do("order.still_unacknowledged", order)
    assert Message.objects.filter(template="unacknowledged").count() == 1


def test_an_acknowledged_order_rings_nobody(in_bella: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(**call: str) -> None:
        raise AssertionError("nobody is rung")

    monkeypatch.setattr(telephony, "ring", never)
    order = placed(in_bella)
    step(order, "accepted", in_bella)
    do("order.unacknowledged", order)
    assert works("order.still_unacknowledged") == []


def test_the_second_print_says_reprint(in_bella: Any) -> None:
    order = placed(in_bella)
    prints = [lifecycle.printed(order.pk).prints for _ in range(2)]
    assert prints == [1, 2]
    first, second = (as_text(orders.ticket_of(order, place=in_bella, reprint=count > 1)) for count in prints)
    assert "REPRINT" not in first
    assert "REPRINT" in second
    assert f"ORDER {order.number}" in first
    assert "1 large Margherita" in first
    assert "    mushrooms" in first
