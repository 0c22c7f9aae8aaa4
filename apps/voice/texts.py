"""Text messages that staff send by hand: from a template, about an order or a booking that stands."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apps.calls import messages, services
from apps.calls.models import Message
from apps.orders import shown as orders
from apps.orders.models import Order
from apps.reservations import services as reservations
from apps.reservations.models import Reservation
from apps.tenants.scope import Place

BY_HAND = ("address", "hours", "missed", "order", "reservation")
"""Templates that need no more than the restaurant, an order or a booking; the others go out with what they tell of."""


def send(
    *,
    place: Place,
    template: str,
    number: str,
    key: str,
    order: Order | None = None,
    reservation: Reservation | None = None,
    call_id: UUID | None = None,
) -> Message:
    """Queue it once per key; `disabled` or `suppressed` when nothing may be sent. Without a number it goes to whoever
    ordered or booked. `services.Refusal` when it would tell something untrue, or nobody."""
    facts: dict[str, Any] = {}
    if template == "order":
        if order is None or order.status == "cancelled":
            raise services.Refusal("This text tells of an order that stands: name one that is not cancelled.")
        facts, number = orders.facts_for_text(order, place=place), number or order.customer_number
        call_id = call_id or order.call_id
    elif template == "reservation":
        if reservation is None or reservation.status != "booked":
            raise services.Refusal("This text tells of a booking that stands: name one that is still booked.")
        facts, number = reservations.facts_for_text(reservation, place=place), number or reservation.number
        call_id = call_id or reservation.call_id
    if not number:
        raise services.Refusal("There is no number to send it to.")
    sent = messages.queue(place=place, number=number, template=template, facts=facts, key=key, call_id=call_id)
    assert sent is not None, "all of BY_HAND have words"
    return sent
