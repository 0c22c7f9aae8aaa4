"""The kitchen's printer: every print is on record, the second says REPRINT, and one that failed is a ticket."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.calls import services as calls
from apps.orders import lifecycle, shown
from apps.orders.models import Order
from apps.orders.ticket import Ticket
from apps.tenants.scope import Place


@transaction.atomic
def print_ticket(order_id: UUID, *, by: str, place: Place, now: datetime) -> Ticket:
    """What goes to the printer now. The first print of an order, and of every change of it, is no reprint."""
    order = lifecycle.printed(order_id)
    lifecycle.record(order, by=by, now=now, note=f"printed, {order.prints}")
    return shown.ticket_of(order, place=place, reprint=order.prints > 1)


@transaction.atomic
def failed(order_id: UUID, *, why: str, by: str, now: datetime) -> None:
    """The last print did not come out: it does not count, or the next would be taken for a second one, and staff are
    told once for each print."""
    order = Order.objects.select_for_update().get(pk=order_id)
    if not order.prints:
        return
    attempt = order.events.filter(note__startswith="printed").count()
    order.prints -= 1
    order.save(update_fields=["prints"])
    lifecycle.record(order, by=by, now=now, note=f"not printed: {why}")
    calls.open_ticket(
        type="other",
        summary=f"Order {order.number} was not printed ({why[:100] or 'no reason given'}). Please print it again.",
        key=f"print:{order.pk}:{attempt}",
        call_id=order.call_id,
        now=now,
    )
