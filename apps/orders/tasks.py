"""Work of this room: what happens to an order by itself, and who is told."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, timedelta
from typing import Any

from django.utils import timezone

from apps.calls import messages, telephony
from apps.calls import services as calls
from apps.calls.handover import Target
from apps.calls.models import Message
from apps.orders import lifecycle, payments
from apps.orders import services as orders
from apps.orders.models import Order
from apps.orders.paying import Unreachable
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
    """A scheduled order's time has come, unless it has another by now."""
    order = Order.objects.get(pk=payload["order"])
    place = scope.here()
    moved = order.fires_at is not None and payload.get("mark") not in (None, order.fires_at.astimezone(UTC).isoformat())
    if order.status == "scheduled" and place is not None and not moved:
        lifecycle.advance(order.pk, to="new", by=lifecycle.BY_US, place=place, now=timezone.now())


@outbox.handles("order.changed")
def tell_of_change(payload: dict[str, Any]) -> None:
    """A cancellation is told the guest, and a change of what was ordered; then nobody can pay for the old one."""
    mark = str(payload["mark"])
    order = Order.objects.get(pk=payload["order"])
    if mark == "cancelled":
        _text_guest(order, template="cancelled", cause="cancelled")
    elif mark.startswith("revision"):
        _text_guest(order, template="changed", cause=mark)
    payments.withdraw_void(order)


@outbox.handles("pay.link")
def send_link(payload: dict[str, Any]) -> None:
    """Have the page made and text it. A provider that is away is asked again, and staff are told the first time."""
    order = Order.objects.get(pk=payload["order"])
    place, now = scope.here(), timezone.now()
    if place is None or order.payment != "asked" or order.status in lifecycle.FINAL:
        return
    if payload["mark"] != str(order.revision):
        return  # another link is on its way
    try:
        page = payments.link_for(order, place=place, now=now)
    except Unreachable as why:
        what = f"the link to pay could not be made, and is tried again. {why}"
        payments.tell_staff(order, what, matter="unreachable", now=now)
        raise
    order.refresh_from_db()
    if order.payment != "asked" or page.revision != order.revision:
        return  # paid at pickup or changed while the provider was asked
    sent = _text_guest(order, template="pay_link", cause=f"pay:{order.revision}", link=page.link)
    if sent is None or sent.status in ("disabled", "suppressed"):
        payments.pay_at_pickup(order.pk, place=place, now=now)


@outbox.handles("order.unpaid")
def end_waiting(payload: dict[str, Any]) -> None:
    """The time to pay is over. The provider is asked once more: a webhook may have been lost."""
    order = Order.objects.get(pk=payload["order"])
    place, now = scope.here(), timezone.now()
    if place is None or order.status != "unpaid" or payload["mark"] != str(order.revision):
        return
    with suppress(Unreachable):
        payments.look_again(order, place=place, now=now)
    payments.give_up(order.pk, now=now)


@outbox.handles("order.paid")
def thank(payload: dict[str, Any]) -> None:
    """The guest hears that the money came, and when to come."""
    _text_guest(Order.objects.get(pk=payload["order"]), template="paid", cause="paid")


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
        key=f"order.still_unacknowledged:{order.pk}:{order.revision}",
        payload={"order": str(order.pk), "mark": str(order.revision)},
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
    changed = payload.get("mark") not in (None, str(order.revision))  # then a younger bell is waiting
    if order.status != "new" or changed or place is None:
        return None, None, None
    line = PhoneNumber.objects.filter(restaurant_id=place.id, active=True, restaurant__state="live").first()
    return order, next(iter(calls.staff_for(REASON)), None), line


def _text_guest(order: Order, *, template: str, cause: str, link: str = "") -> Message | None:
    place = scope.here()
    if place is None or not order.customer_number:
        return None
    return messages.queue(
        place=place,
        number=order.customer_number,
        template=template,
        facts={**orders.facts_for_text(order, place=place), "link": link},
        key=f"order:{order.pk}{':' + cause if cause else ''}",
        call_id=order.call_id,
    )
