"""Quote, yes, commit: pricing a cart at a version, and placing exactly that version once.

Everything is checked again at the commit, from the database, under locks taken in one order (cart, kitchen,
the day's counter). What is refused touches nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from apps.menu import shelf
from apps.orders import lifecycle, pricing, rows, timing, wording
from apps.orders.models import Cart, Order, OrderCounter
from apps.orders.pricing import Quote, Rules, Unorderable, Wanted
from apps.orders.refusals import NeedsYes, Refusal, TooMuch
from apps.orders.shown import as_json, find, ticket_of
from apps.outbox import services as outbox
from apps.restaurant import hours
from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings
from apps.tenants.scope import Place

__all__ = [
    "NeedsYes", "Quoted", "Refusal", "TooMuch", "Yes", "as_json", "find", "place", "quote", "rules_of", "ticket_of",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quoted:
    """A cart that was priced, waiting for its yes."""

    version: int
    quote: Quote
    ready_at: datetime
    read_back: str


@dataclass(frozen=True, slots=True)
class Yes:
    """Who said yes to which version, and where in the call's audio."""

    version: int
    by: str
    said_at_ms: int | None = None


def rules_of(settings: RestaurantSettings) -> Rules:
    """The restaurant's settings as pricing knows them."""
    return Rules(
        tax_rates={name: Decimal(str(rate)) for name, rate in settings.tax_rates.items()},
        tax_mode="line" if settings.tax_mode == "line" else "order",
        rounding="half_even" if settings.tax_rounding == "half_even" else "half_up",
        prices_include_tax=settings.prices_include_tax,
        half_pricing="average" if settings.half_pricing == "average" else "higher_half",
        half_surcharge=settings.half_surcharge,
        most_of_one_item=settings.most_of_one_item,
        most_items=settings.most_items,
        most_total=settings.most_total,
        alcohol_sold=settings.alcohol_sold,
    )


@transaction.atomic
def quote(
    place: Place,
    *,
    key: str,
    wanted: Sequence[Wanted],
    customer_name: str,
    customer_number: str = "",
    pickup_at: datetime | None = None,
    call_id: UUID | None = None,
    now: datetime,
) -> Quoted:
    """Price what is wanted and keep it as the cart's next version. `Refusal` says what is missing or wrong."""
    settings = restaurant.settings()
    priced = _price(place, settings, wanted, now=now)
    due = timing.offer(timing.look(place, settings, now=now), pickup_at=pickup_at)
    cart = _locked_cart(key)
    if call_id is not None:
        cart.call_id = call_id
    cart.version += 1
    cart.wanted = {"lines": [rows.as_wanted(one) for one in wanted], "read_back": rows.as_read(priced)}
    cart.quoted_total = priced.total
    cart.customer_name, cart.customer_number, cart.pickup_at = customer_name, customer_number, pickup_at
    cart.ready_at = due.ready_at
    cart.save()
    zone = ZoneInfo(place.timezone)
    words = wording.read_back(
        priced,
        currency=settings.currency,
        name=customer_name,
        ready_at=due.ready_at.astimezone(zone),
        now=now.astimezone(zone),
    )
    return Quoted(cart.version, priced, due.ready_at, words)


@transaction.atomic
def place(place: Place, *, key: str, version: int, yes: Yes | None, now: datetime) -> Order:
    """Commit one version of a cart, once. Doing it again gives the same order.

    Refused without a yes to exactly this version, when the cart has moved on, and when menu, hours, prices or
    caps no longer allow it: then nothing reaches the kitchen.
    """
    cart = _locked_cart(key)
    done = Order.objects.filter(key=_order_key(cart, version)).first()
    if done is not None:
        return done
    if version != cart.version or not cart.wanted or cart.ready_at is None:
        raise Refusal("The order has changed since. Let me read it back to you again.")
    if yes is None or yes.version != version:
        raise NeedsYes("I still need your yes to the whole order. Let me read it back to you.")
    settings = timing.hold_kitchen()
    priced = _price(place, settings, [rows.wanted_of(one) for one in cart.wanted["lines"]], now=now)
    due = timing.keep(timing.look(place, settings, now=now), pickup_at=cart.pickup_at, promised=cart.ready_at)
    if priced.total != cart.quoted_total or rows.as_read(priced) != cart.wanted.get("read_back"):
        raise Refusal("The menu has just changed. Let me read the order back to you again.")
    number = _next_number(_business_day(place, now))
    order = _write(place, cart, priced, number=number, settings=settings, due=due, yes=yes, now=now)
    lifecycle.begin(order, place=place, by=yes.by, now=now)
    outbox.add("order.placed", key=f"order.placed:{order.pk}", payload={"order": str(order.pk)}, place=place)
    return order


def _price(place: Place, settings: RestaurantSettings, wanted: Sequence[Wanted], *, now: datetime) -> Quote:
    """What it costs by the menu of this moment; a refusal while ordering is paused or when it cannot be made."""
    if settings.ordering_paused_until and settings.ordering_paused_until > now:
        raise Refusal("I'm sorry, the kitchen is not taking orders over the phone right now.")
    card = shelf.current(place.id, now=now, currency=settings.currency).card
    try:
        return pricing.price(card, wanted, rules=rules_of(settings))
    except pricing.TooMuch as reason:
        raise TooMuch(str(reason)) from None
    except Unorderable as reason:
        raise Refusal(str(reason)) from None


def _locked_cart(key: str) -> Cart:
    Cart.objects.get_or_create(key=key)
    return Cart.objects.select_for_update().get(key=key)


def _order_key(cart: Cart, version: int) -> str:
    return f"{cart.pk}:{version}"


def _write(
    place: Place,
    cart: Cart,
    priced: Quote,
    *,
    number: int,
    settings: RestaurantSettings,
    due: timing.Due,
    yes: Yes,
    now: datetime,
) -> Order:
    order = Order.objects.create(
        number=number,
        day=_business_day(place, now),
        status="approval" if settings.shadow_mode else "scheduled" if due.fires_at else "new",
        fires_at=due.fires_at,
        cart=cart,
        cart_version=cart.version,
        key=_order_key(cart, cart.version),
        call_id=cart.call_id,
        customer_name=cart.customer_name,
        customer_number=cart.customer_number,
        subtotal=priced.subtotal,
        tax=priced.tax,
        total=priced.total,
        tax_included=settings.prices_include_tax,
        currency=settings.currency,
        ready_at=due.ready_at,
        confirmed_by=yes.by,
        confirmed_at_ms=yes.said_at_ms,
        created_at=now,
    )
    rows.write_lines(order, priced)
    return order


def _business_day(place: Place, now: datetime) -> date:
    return hours.business_day(restaurant.read_week(timezone=place.timezone), now)


def _next_number(day: date) -> int:
    OrderCounter.objects.get_or_create(day=day)
    OrderCounter.objects.select_for_update().get(day=day)
    OrderCounter.objects.filter(day=day).update(last=F("last") + 1)
    return OrderCounter.objects.get(day=day).last
