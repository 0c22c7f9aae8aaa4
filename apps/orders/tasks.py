"""Work of this room: what happens to an order by itself, and who is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.calls import messages, telephony
from apps.calls import services as calls
from apps.calls.handover import Target
from apps.orders import lifecycle
from apps.orders import services as orders
from apps.orders.models import Order
from apps.outbox import events
from apps.outbox import services as outbox
from apps.tenants import scope
from apps.tenants.models import PhoneNumber

TEXT_AFTER = timedelta(minutes=2)
"""After the ring that nobody answered to."""
REASON = "orders"
"""Which staff contact is told of orders."""


@events.describes("order")
def describe(subject: str) -> dict[str, Any]:
    return orders.as_json(Order.objects.get(pk=subject))


@outbox.handles("order.placed")
def confirm(payload: dict[str, Any]) -> None:
    """Text the guest, once. Without a number, a registration or the guest's leave nothing is sent."""
    _text_guest(Order.objects.get(pk=payload["order"]), template="order", cause="")


@outbox.handles("order.fire")
def fire(payload: dict[str, Any]) -> None:
    """A scheduled order's time has come."""
    order = Order.objects.get(pk=payload["order"])
    place = scope.here()
    if order.status == "scheduled" and place is not None:
        lifecycle.advance(order.pk, to="new", by=lifecycle.BY_US, place=place, now=timezone.now())


@outbox.handles("order.changed")
def tell_of_change(payload: dict[str, Any]) -> None:
    """A cancellation is told the guest."""
    if payload["mark"] == "cancelled":
        _text_guest(Order.objects.get(pk=payload["order"]), template="cancelled", cause="cancelled")


@outbox.handles("order.delayed")
def tell_of_delay(payload: dict[str, Any]) -> None:
    """The new time, unless it has changed again since: then that text is on its way."""
    order = Order.objects.get(pk=payload["order"])
    if order.ready_at.isoformat() == payload["mark"]:
        _text_guest(order, template="delay", cause=payload["mark"])


@outbox.handles("order.unacknowledged")
def ring_staff(payload: dict[str, Any]) -> None:
    """Nobody has looked at a new order for minutes: ring the staff contact, and text if that does not help."""
    order, target, line = _ignored(payload)
    if order is None:
        return
    place = scope.here()
    outbox.add(
        "order.still_unacknowledged",
        key=f"order.still_unacknowledged:{order.pk}",
        payload={"order": str(order.pk)},
        place=place,
        due_at=timezone.now() + TEXT_AFTER,
    )
    if target is not None and line is not None:
        saying = f"Order {order.number} has not been acknowledged. Please look at the order board."
        telephony.ring(from_number=line.number, to_number=target.number, saying=saying)


@outbox.handles("order.still_unacknowledged")
def text_staff(payload: dict[str, Any]) -> None:
    order, target, _ = _ignored(payload)
    place = scope.here()
    if order is None or target is None or place is None:
        return
    messages.queue(
        place=place,
        number=target.number,
        template="unacknowledged",
        facts={"number": order.number},
        key=f"order:{order.pk}",
        call_id=None,
    )


def _ignored(payload: dict[str, Any]) -> tuple[Order | None, Target | None, PhoneNumber | None]:
    """The order if it is still waiting, who is to be told, and the line that tells them."""
    order = Order.objects.get(pk=payload["order"])
    place = scope.here()
    if order.status != "new" or place is None:
        return None, None, None
    line = PhoneNumber.objects.filter(restaurant_id=place.id, active=True).first()
    return order, next(iter(calls.staff_for(REASON)), None), line


def _text_guest(order: Order, *, template: str, cause: str) -> None:
    place = scope.here()
    if place is None or not order.customer_number:
        return
    messages.queue(
        place=place,
        number=order.customer_number,
        template=template,
        facts=orders.facts_for_text(order, place=place),
        key=f"order:{order.pk}{':' + cause if cause else ''}",
        call_id=order.call_id,
    )
