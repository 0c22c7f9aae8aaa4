"""Orders that a dropped line left unconfirmed: kept for a while, and offered again to whoever calls from there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from apps.orders.models import Cart, Order

LIFE = timedelta(minutes=15)
DROPPED = ("caller", "error", "timeout")
"""How a call ends that nobody said goodbye in."""


def left_by(number: str, *, now: datetime) -> Cart | None:
    """The newest cart that was read back to this number, never confirmed, and not ordered anew since."""
    if not number:
        return None
    carts = Cart.objects.filter(
        call__from_number=number, call__ended_by__in=DROPPED, updated_at__gt=now - LIFE, version__gt=0
    )
    cart = carts.filter(orders=None, changes=None).exclude(customer_name="").order_by("-updated_at").first()
    if cart is None or Order.objects.filter(call__from_number=number, created_at__gt=cart.updated_at).exists():
        return None
    return cart


def as_arguments(cart: Cart) -> dict[str, Any]:
    """The cart as `create_order` would be called for it again."""
    lines = [
        {
            "item_id": line["item_id"],
            "variant_id": line["variant_id"],
            "quantity": line["quantity"],
            "modifiers": [
                {"option_id": option, "amount": amount, "side": side} for option, amount, side in line["choices"]
            ],
            "note": line["note"],
        }
        for line in cart.wanted.get("lines", ())
    ]
    note = {"note": cart.wanted["note"]} if cart.wanted.get("note") else {}
    return {"lines": lines, "customer_name": cart.customer_name, **note}
