"""Work of this room: a text that confirms a placed order."""

from __future__ import annotations

from typing import Any

from apps.calls import services as calls
from apps.orders.models import Order
from apps.outbox import services as outbox
from apps.tenants import scope


@outbox.handles("order.placed")
def confirm(payload: dict[str, Any]) -> None:
    """Text the guest, once. Without a number, a registration or the guest's leave nothing is sent."""
    order = Order.objects.get(pk=payload["order"])
    place = scope.here()
    if place is None or not order.customer_number:
        return
    calls.queue_message(
        place=place,
        number=order.customer_number,
        template="order",
        facts={"name": place.name},
        key=f"order:{order.pk}",
        call_id=order.call_id,
    )
