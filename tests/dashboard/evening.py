"""Committed rows of an evening, as pages that are open see them come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any


def an_order(place: Any, number: int) -> Any:
    """New, of three lines, as a call leaves it."""
    from django.db import transaction
    from django.utils import timezone

    from apps.menu.models import MenuItem
    from apps.orders import lifecycle
    from apps.orders.models import Order, OrderLine
    from apps.tenants import scope

    with scope.enter(place), transaction.atomic():
        now = timezone.now()
        order = Order.objects.create(
            number=number, day=now.date(), status="new", cart_version=1, key=f"evening:{number}", customer_name="Rosa",
            subtotal=20, tax=1, total=21, ready_at=now + timedelta(minutes=20), confirmed_by="caller",
        )  # fmt: skip
        for position, item in enumerate(MenuItem.objects.order_by("name")[:3]):
            OrderLine.objects.create(
                order=order, position=position, item_id=item.pk, item=item.name, quantity=1, each=7, total=7
            )
        lifecycle.begin(order, place=place, by="caller", now=now)
    return order


def a_ticket(place: Any) -> None:
    """To call a guest back, five minutes late."""
    from django.utils import timezone

    from apps.calls.models import Ticket
    from apps.tenants import scope

    with scope.enter(place):
        late = timezone.now() - timedelta(minutes=5)
        Ticket.objects.create(
            type="callback", summary="Asks for the terrace", callback_number="+15125550134", key="page", due_at=late
        )
