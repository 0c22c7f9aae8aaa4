"""Changing a placed order: quoted and said yes to like a new one, then the same order at its next revision.

The kitchen's step and the guest's change both lock the order's row, so one of them comes first: what has been begun
is not rewritten, and what was rewritten is new again, because the kitchen acknowledged something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.orders import carts, lifecycle, payments, rows, shown, timing
from apps.orders.carts import Asked, Quoted, Yes
from apps.orders.models import Cart, Order, OrderChange
from apps.orders.pricing import Wanted
from apps.orders.refusals import TooLate
from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings
from apps.tenants.scope import Place


@transaction.atomic
def quote(
    order: Order,
    *,
    place: Place,
    key: str,
    wanted: Sequence[Wanted],
    pickup_at: datetime | None = None,
    call_id: UUID | None = None,
    note: str = "",
    language: str = "en",
    now: datetime,
) -> Quoted:
    """Price the whole order anew as the cart's next version. Until the yes to it the order stands as it is.
    Without another time it keeps its own, where that can still be met, and a note is added to the one it has."""
    settings = restaurant.settings()
    _check_open(order, settings)
    kitchen = timing.look(place, settings, besides=order, now=now)
    due = timing.offer(kitchen, pickup_at=pickup_at or order.ready_at)
    priced = carts.price(place, settings, wanted, ready_at=due.ready_at, now=now)
    joined = order.note if note in order.note else "; ".join(filter(None, (order.note, note)))
    asked = Asked(
        wanted,
        order.customer_name,
        order.customer_number,
        pickup_at or order.ready_at,
        call_id,
        joined,
        language=language,
    )
    return carts.keep(
        key,
        asked,
        priced=priced,
        ready_at=due.ready_at,
        place=place,
        currency=settings.currency,
        now=now,
        changes=order,
        paying=payments.told(place, settings, total=priced.total, number=order.customer_number),
    )


def rewrite(
    order_id: UUID, *, place: Place, cart: Cart, settings: RestaurantSettings, yes: Yes, now: datetime
) -> Order:
    """Put the cart's lines in the place of the order's, within the commit's transaction."""
    order = Order.objects.select_for_update().get(pk=order_id)
    _check_open(order, settings)
    assert cart.ready_at is not None
    kitchen = timing.look(place, settings, besides=order, now=now)
    due = timing.keep(kitchen, pickup_at=cart.pickup_at, promised=cart.ready_at)
    priced = carts.price_again(place, cart, settings, ready_at=due.ready_at, now=now)
    before = _as_it_was(order)
    order.lines.all().delete()
    rows.write_lines(order, priced)
    order.subtotal, order.tax, order.total = priced.subtotal, priced.tax, priced.total
    order.note = cart.wanted.get("note", "")
    order.banners = rows.banners(order.note, priced)
    order.tax_included, order.currency = settings.prices_include_tax, settings.currency
    order.ready_at, order.fires_at = due.ready_at, due.fires_at
    order.revision, order.prints = order.revision + 1, 0
    payments.ask_anew(order, place=place, settings=settings)
    order.status = lifecycle.first_step(order, approval=settings.shadow_mode, now=now)
    order.save()
    OrderChange.objects.create(
        order=order,
        revision=order.revision,
        key=carts.key_of(cart, cart.version),
        call_id=cart.call_id,
        before=before,
        confirmed_by=yes.by,
        confirmed_at_ms=yes.said_at_ms,
        at=now,
    )
    lifecycle.begin_again(order, place=place, by=yes.by, now=now)
    return order


def made_by(cart_key: str, version: int) -> bool:
    """Whether this version of a cart was committed as a change, and not as an order of its own."""
    cart = Cart.objects.filter(key=cart_key).first()
    return cart is not None and OrderChange.objects.filter(key=carts.key_of(cart, version)).exists()


def _check_open(order: Order, settings: RestaurantSettings) -> None:
    if order.status in lifecycle.FINAL:
        raise TooLate(f"Order {order.number} was already {lifecycle.in_words(order.status)}.")
    if order.payment == "paid":
        raise TooLate(f"Order {order.number} is already paid, so a person has to change it. I'll let them know.")
    if not lifecycle.guest_may_change(order.status, until=settings.guest_changes_until):
        step = lifecycle.in_words(order.status)
        raise TooLate(f"Order {order.number} is already {step}, so I can't change it any more. I'll let them know.")


def _as_it_was(order: Order) -> dict[str, Any]:
    kept = ("lines", "note", "subtotal", "tax", "total", "currency", "ready_at")
    return {name: value for name, value in shown.as_json(order).items() if name in kept}
