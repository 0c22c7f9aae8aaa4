"""Orders that are paid by a link: when one is asked for, what becomes of it, and what staff have to see to.

No provider is asked within a transaction: work rows do that. A provider that is away costs no order.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.conf import settings as installation
from django.db import transaction
from django.db.models import Q

from apps.accounts import keys
from apps.calls import messages
from apps.calls import services as calls
from apps.orders import lifecycle, timing, wording
from apps.orders.models import Order, Payment
from apps.orders.paying import News, Provider, Unreachable
from apps.orders.stripe import Stripe
from apps.outbox import services as outbox
from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings
from apps.tenants.scope import Place

log = logging.getLogger(__name__)
LINK_LASTS = timedelta(hours=2)
"""From the first try to make it. What cannot be made for that long is staff's."""


def provider(name: str, settings: RestaurantSettings) -> Provider | None:
    """The restaurant's account with this provider, if it has one."""
    key, secret = (settings.provider_keys.get(one, "") for one in (name, f"{name}_webhook"))
    if name != "stripe" or not key or not secret:
        return None
    try:
        return Stripe(keys.decrypt(key), keys.decrypt(secret), installation.STRIPE_API_URL)
    except ValueError as why:  # sealed with a lost key: that costs the link, never the order
        log.error("provider key cannot be read", extra={"event": "payment.key_lost", "error": str(why)})
        return None


def wanted(place: Place, settings: RestaurantSettings, *, total: Decimal, number: str) -> bool:
    """Whether this total is paid by a link: above the restaurant's amount, with a provider, and to a guest who may be
    texted. Everybody else pays at pickup."""
    if settings.pay_link_above is None or total <= settings.pay_link_above or not number:
        return False
    return provider(settings.pay_provider, settings) is not None and messages.would_reach(place, number)


def told(place: Place, settings: RestaurantSettings, *, total: Decimal, number: str) -> wording.Paying:
    """What the caller is told about paying, before the yes."""
    if not wanted(place, settings, total=total, number=number):
        return ""
    return "pay_first" if settings.pay_first else "pay_by_link"


def ask_anew(order: Order, *, place: Place, settings: RestaurantSettings) -> None:
    """Within the order's transaction, before its first step: what it costs now, and by which way it is paid."""
    Payment.objects.filter(order=order, state="asked").update(state="void")
    asked = wanted(place, settings, total=order.total, number=order.customer_number)
    order.payment, order.pays_first = ("asked", settings.pay_first) if asked else ("none", False)


def link_for(order: Order, *, place: Place, now: datetime) -> Payment:
    """The page to pay this order on, made by the provider. `Unreachable` when it cannot be made now."""
    settings = restaurant.settings()
    row, _ = Payment.objects.get_or_create(
        order=order,
        revision=order.revision,
        defaults={
            "provider": settings.pay_provider,
            "amount": order.total,
            "currency": order.currency,
            "created_at": now,
        },
    )
    if row.reference:
        return row
    vendor = provider(row.provider, settings)
    if vendor is None:
        raise Unreachable("The restaurant has no account with its provider any more.")
    link = vendor.make_link(
        payment=str(row.pk),
        amount=row.amount,
        currency=row.currency,
        about=f"{place.name}, order {order.number}",
        return_url=f"{installation.PUBLIC_URL or 'http://localhost:8000'}/pay/thanks",
        until=row.created_at + LINK_LASTS,
    )
    Payment.objects.filter(pk=row.pk).update(reference=link.reference, link=link.url)
    row.refresh_from_db()
    return row


@transaction.atomic
def pay_at_pickup(order_id: UUID, *, place: Place, now: datetime) -> None:
    """No link reaches this guest: the order goes on without."""
    order = Order.objects.select_for_update().get(pk=order_id)
    if order.payment != "asked":
        return
    Payment.objects.filter(order=order, state="asked").update(state="void")
    order.payment = "none"
    order.save(update_fields=["payment"])
    _go_on(order, place=place, now=now)


@transaction.atomic
def settle(name: str, news: News, *, place: Place, now: datetime) -> None:
    """What the provider says of a payment, once. Money that fits no order as it is now is a ticket."""
    named = _uuid(news.payment)
    found = Payment.objects.filter(provider=name, pk=named).first() if named else None
    if found is None:
        log.warning("news of an unknown payment", extra={"event": "payment.unknown"})
        return
    order = Order.objects.select_for_update().get(pk=found.order_id)
    row = Payment.objects.select_for_update().get(pk=found.pk)
    if row.state == "paid":
        return
    if news.state == "paid":
        _take(row, order, news, place=place, now=now)
    elif row.state == "asked":
        row.state, row.settled_at = news.state, now
        row.save(update_fields=["state", "settled_at"])
        if order.payment == "asked":
            _stop_waiting(order, state=news.state, now=now)


def look_again(order: Order, *, place: Place, now: datetime) -> None:
    """Ask the provider how this order's payment stands, and settle what it says."""
    row = Payment.objects.filter(order=order, revision=order.revision).exclude(reference="").first()
    vendor = provider(row.provider, restaurant.settings()) if row else None
    news = vendor.look(row.reference) if row and vendor else None
    if row is not None and news is not None:
        settle(row.provider, news, place=place, now=now)


@transaction.atomic
def give_up(order_id: UUID, *, now: datetime) -> None:
    """Nobody paid in time. The order waits for staff to decide; a guest who pays later is taken all the same."""
    order = Order.objects.select_for_update().get(pk=order_id)
    if order.status == "unpaid" and order.payment == "asked":
        _stop_waiting(order, state="expired", now=now)


def withdraw_void(order: Order) -> None:
    """Close the pages of an order that was changed or cancelled. `Unreachable` when that has to be tried again."""
    rows = Payment.objects.filter(order=order).exclude(reference="").exclude(state__in=["paid", "expired", "failed"])
    if order.status != "cancelled":
        rows = rows.filter(Q(state="void") | Q(revision__lt=order.revision))
    for row in rows:
        vendor = provider(row.provider, restaurant.settings())
        if vendor is not None:
            vendor.withdraw(row.reference)
        Payment.objects.filter(pk=row.pk, state__in=["asked", "void"]).update(state="expired")


def tell_staff(order: Order, what: str, *, matter: str, now: datetime) -> None:
    """A ticket about an order's money, once per matter."""
    calls.open_ticket(
        type="callback",
        summary=f"Order {order.number}, {order.customer_name}, {order.total} {order.currency}: {what}",
        callback_number=order.customer_number,
        key=f"pay:{order.pk}:{matter}",
        call_id=order.call_id,
        now=now,
    )


def _take(row: Payment, order: Order, news: News, *, place: Place, now: datetime) -> None:
    if (news.amount, news.currency) != (row.amount, row.currency) or news.reference != row.reference:
        what = f"{news.amount} {news.currency} were paid where {row.amount} {row.currency} were asked. Please check."
        tell_staff(order, what, matter=f"{row.pk}:amount", now=now)
        return
    stale = row.revision != order.revision or order.status == "cancelled"
    row.state, row.settled_at = "paid", now
    row.save(update_fields=["state", "settled_at"])
    if stale:
        why = "was cancelled" if order.status == "cancelled" else "has changed since"
        tell_staff(order, f"{row.amount} {row.currency} were paid, but it {why}.", matter=f"{row.pk}:stale", now=now)
        return
    order.payment = "paid"
    order.save(update_fields=["payment"])
    _go_on(order, place=place, now=now)
    outbox.add("order.paid", key=f"order.paid:{row.pk}", payload={"order": str(order.pk)}, place=place)


def _go_on(order: Order, *, place: Place, now: datetime) -> None:
    """The kitchen may begin. What waited for its money is ready that much later; its window is not asked again,
    because it was taken."""
    if order.status != "unpaid":
        return
    kitchen = timing.look(place, restaurant.settings(), besides=order, now=now)
    order.ready_at = max(order.ready_at, kitchen.soonest(order.ready_at))
    order.save(update_fields=["ready_at"])
    lifecycle.advance(order.pk, to="new", by=lifecycle.BY_US, place=place, now=now)


def _stop_waiting(order: Order, *, state: str, now: datetime) -> None:
    order.payment = state
    order.save(update_fields=["payment"])
    if order.status == "unpaid":
        what = "its link was not paid, and the kitchen waits. Call the guest, let it be made, or cancel it."
        tell_staff(order, what, matter="unpaid", now=now)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
