"""Quote, yes, commit: pricing a cart at a version, and placing exactly that version once.

Everything is checked again at the commit, from the database, under locks taken in one order (cart, then the
day's counter). What is refused touches nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from apps.menu import shelf
from apps.menu.card import Card
from apps.orders import lifecycle, pricing, rows, wording
from apps.orders.models import Cart, Order, OrderCounter
from apps.orders.pricing import Quote, Rules, Unorderable, Wanted
from apps.orders.refusals import NeedsYes, Refusal, TooMuch
from apps.orders.shown import as_json, find, ticket_of
from apps.outbox import services as outbox
from apps.restaurant import hours
from apps.restaurant import services as restaurant
from apps.restaurant.hours import Week
from apps.restaurant.models import RestaurantSettings
from apps.tenants.scope import Place

__all__ = [
    "NeedsYes", "Quoted", "Refusal", "TooMuch", "Yes", "as_json", "find", "place", "quote", "rules_of", "ticket_of",
]  # fmt: skip
EARLY = timedelta(minutes=5)
"""An order that need not be begun for longer than this waits, and fires itself."""


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
    card = shelf.current(place.id, now=now, currency=settings.currency).card
    priced, ready_at = _check(place, card, settings, wanted, pickup_at, now)
    cart = _locked_cart(key)
    if call_id is not None:
        cart.call_id = call_id
    cart.version += 1
    cart.wanted = {"lines": [rows.as_wanted(one) for one in wanted], "read_back": rows.as_read(priced)}
    cart.quoted_total = priced.total
    cart.customer_name, cart.customer_number, cart.pickup_at = customer_name, customer_number, pickup_at
    cart.save()
    zone = ZoneInfo(place.timezone)
    words = wording.read_back(
        priced,
        currency=settings.currency,
        name=customer_name,
        ready_at=ready_at.astimezone(zone),
        now=now.astimezone(zone),
    )
    return Quoted(cart.version, priced, ready_at, words)


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
    if version != cart.version or not cart.wanted:
        raise Refusal("The order has changed since. Let me read it back to you again.")
    if yes is None or yes.version != version:
        raise NeedsYes("I still need your yes to the whole order. Let me read it back to you.")
    settings = restaurant.settings()
    card = shelf.current(place.id, now=now, currency=settings.currency).card
    wanted = [rows.wanted_of(one) for one in cart.wanted["lines"]]
    priced, ready_at = _check(place, card, settings, wanted, cart.pickup_at, now)
    if priced.total != cart.quoted_total or rows.as_read(priced) != cart.wanted.get("read_back"):
        raise Refusal("The menu has just changed. Let me read the order back to you again.")
    number = _next_number(_business_day(place, now))
    _check_throttle(settings, now)  # after the counter's lock: two commits cannot both see the last free place
    order = _write(place, cart, priced, number=number, settings=settings, ready_at=ready_at, yes=yes, now=now)
    lifecycle.begin(order, place=place, by=yes.by, now=now)
    outbox.add("order.placed", key=f"order.placed:{order.pk}", payload={"order": str(order.pk)}, place=place)
    return order


def _check(
    place: Place,
    card: Card,
    settings: RestaurantSettings,
    wanted: Sequence[Wanted],
    pickup_at: datetime | None,
    now: datetime,
) -> tuple[Quote, datetime]:
    if settings.ordering_paused_until and settings.ordering_paused_until > now:
        raise Refusal("I'm sorry, the kitchen is not taking orders over the phone right now.")
    ready_at = _ready_at(restaurant.read_week(timezone=place.timezone), settings, pickup_at, now)
    _check_throttle(settings, now)
    try:
        priced = pricing.price(card, wanted, rules=rules_of(settings))
    except pricing.TooMuch as reason:
        raise TooMuch(str(reason)) from None
    except Unorderable as reason:
        raise Refusal(str(reason)) from None
    return priced, ready_at


def _check_throttle(settings: RestaurantSettings, now: datetime) -> None:
    """At most so many orders within so many minutes."""
    if settings.throttle_orders is None:
        return
    since = now - timedelta(minutes=settings.throttle_minutes)
    if Order.objects.filter(created_at__gt=since).exclude(status="cancelled").count() >= settings.throttle_orders:
        raise Refusal("I'm sorry, the kitchen is full right now. Could you call again in a few minutes?")


def _ready_at(week: Week, settings: RestaurantSettings, pickup_at: datetime | None, now: datetime) -> datetime:
    """When it can be picked up: within opening hours and before the last order, or a refusal with the next time."""
    soonest = now + timedelta(minutes=settings.prep_minutes)
    ready_at = max(pickup_at, soonest) if pickup_at else soonest
    if ready_at > now + timedelta(days=settings.booking_days_ahead):
        raise Refusal(f"I can take orders up to {settings.booking_days_ahead} days ahead.")
    just_before = ready_at - timedelta(microseconds=1)  # what is ready as the door closes was made in time
    opening = hours.opening_at(week, ready_at) or hours.opening_at(week, just_before)
    last = timedelta(minutes=settings.last_order_minutes)
    starts_in_time = pickup_at is not None or (opening is not None and opening.starts_at <= now)
    if opening is not None and ready_at + last <= opening.ends_at and starts_in_time:
        return ready_at
    following = hours.next_opening(week, ready_at if pickup_at else now)
    if following is None:
        raise Refusal("I'm sorry, we are closed for now, so I can't take an order.")
    zone = ZoneInfo(week.timezone)
    opens = following.starts_at.astimezone(zone)
    why = "we are closed then" if hours.opening_at(week, pickup_at or now) is None else "it's too late for that"
    day = wording.say_day(opens, now=now.astimezone(zone))
    raise Refusal(f"I'm sorry, {why}. We open again {day} at {wording.say_clock(opens)}. Would you like it then?")


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
    ready_at: datetime,
    yes: Yes,
    now: datetime,
) -> Order:
    fires_at = ready_at - timedelta(minutes=settings.prep_minutes)
    scheduled = fires_at > now + EARLY
    order = Order.objects.create(
        number=number,
        day=_business_day(place, now),
        status="approval" if settings.shadow_mode else "scheduled" if scheduled else "new",
        fires_at=fires_at if scheduled else None,
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
        ready_at=ready_at,
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
