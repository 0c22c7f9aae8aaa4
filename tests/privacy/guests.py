"""Rows a guest leaves behind, made directly: what is tested here is what becomes of them."""

from __future__ import annotations

import itertools
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.utils import timezone

from apps.orders.models import Order, OrderLine

_numbers = itertools.count(500)


def an_order(*, number: str, **fields: Any) -> Order:
    now = timezone.now()
    order = Order.objects.create(
        number=next(_numbers),
        day=now.date(),
        cart_version=1,
        key=str(uuid4()),
        customer_name=fields.pop("customer_name", "Gus"),
        customer_number=number,
        subtotal=Decimal("10.00"),
        tax=Decimal("0.83"),
        total=Decimal("10.83"),
        ready_at=now + timedelta(minutes=20),
        confirmed_by="caller",
        **fields,
    )
    OrderLine.objects.create(order=order, position=1, item_id=uuid4(), item="Margherita", quantity=1, each=10, total=10)
    return order
