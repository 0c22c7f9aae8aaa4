"""Quote, yes, commit: pricing a cart at a version, and placing exactly that version once.

Everything is checked again at the commit, from the database, under locks taken in one order (cart, kitchen, the
day's counter or the order that is changed). What is refused touches nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from apps.orders import carts, changes, lifecycle, payments, rows, timing
from apps.orders.carts import Asked, Quoted, Yes, rules_of
from apps.orders.models import Cart, Order, OrderCounter
from apps.orders.pricing import Quote, Wanted
from apps.orders.refusals import NeedsYes, Refusal, TooLate, TooMuch
from apps.orders.shown import as_json, facts_for_text, find, ticket_of
from apps.outbox import events
from apps.outbox import services as outbox
from apps.restaurant import hours
from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings
from apps.tenants.scope import Place

__all__ = [
    "NeedsYes", "Quoted", "Refusal", "TooLate", "TooMuch", "Yes", "as_json", "facts_for_text",
    "find", "place", "quote", "rules_of",
    "ticket_of",
]  # fmt: skip


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
    note: str = "",
    suggested: str = "",
    language: str = "en",
    now: datetime,
) -> Quoted:
    """Price what is wanted and keep it as the cart's next version. `Refusal` says what is missing or wrong."""
    settings = restaurant.settings()
    due = timing.offer(timing.look(place, settings, now=now), pickup_at=pickup_at)
    priced = carts.price(place, settings, wanted, ready_at=due.ready_at, now=now)
    asked = Asked(wanted, customer_name, customer_number, pickup_at, call_id, note, suggested, language)
    return carts.keep(
        key,
        asked,
        priced=priced,
        ready_at=due.ready_at,
        place=place,
        currency=settings.currency,
        now=now,
        paying=payments.told(place, settings, total=priced.total, number=customer_number),
    )


@transaction.atomic
def place(place: Place, *, key: str, version: int, yes: Yes | None, now: datetime) -> Order:
    """Commit one version of a cart, once: as an order, or as the change of the order it rewrites. Doing it again
    gives the same order.

    Refused without a yes to exactly this version, when the cart has moved on, and when menu, hours, prices or
    caps no longer allow it: then nothing reaches the kitchen.
    """
    cart = carts.locked(key)
    committed = carts.key_of(cart, version)
    done = Order.objects.filter(key=committed).first() or Order.objects.filter(changes__key=committed).first()
    if done is not None:
        return done
    promised = carts.check_yes(cart, version=version, yes=yes)
    assert yes is not None
    settings = timing.hold_kitchen()
    if cart.changes_id is not None:
        return changes.rewrite(cart.changes_id, place=place, cart=cart, settings=settings, yes=yes, now=now)
    due = timing.keep(timing.look(place, settings, now=now), pickup_at=cart.pickup_at, promised=promised)
    priced = carts.price_again(place, cart, settings, ready_at=due.ready_at, now=now)
    number = _next_number(_business_day(place, now))
    order = _write(place, cart, priced, number=number, settings=settings, due=due, yes=yes, now=now)
    lifecycle.begin(order, place=place, by=yes.by, now=now)
    events.announce("order.placed", order.pk)
    outbox.add("order.placed", key=f"order.placed:{order.pk}", payload={"order": str(order.pk)}, place=place)
    return order


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
    order = Order(
        number=number,
        day=_business_day(place, now),
        fires_at=due.fires_at,
        cart=cart,
        cart_version=cart.version,
        key=carts.key_of(cart, cart.version),
        call_id=cart.call_id,
        customer_name=cart.customer_name,
        customer_number=cart.customer_number,
        note=cart.wanted.get("note", ""),
        banners=rows.banners(cart.wanted.get("note", ""), priced),
        subtotal=priced.subtotal,
        tax=priced.tax,
        total=priced.total,
        tax_included=settings.prices_include_tax,
        currency=settings.currency,
        revision=1,
        ready_at=due.ready_at,
        confirmed_by=yes.by,
        confirmed_at_ms=yes.said_at_ms,
        prints=0,
        created_at=now,
    )
    payments.ask_anew(order, place=place, settings=settings)
    order.status = lifecycle.first_step(order, approval=settings.shadow_mode, now=now)
    order.save(force_insert=True)
    rows.write_lines(order, priced)
    rows.write_suggestion(order, priced, item_id=cart.wanted.get("suggested", ""))
    return order


def _business_day(place: Place, now: datetime) -> date:
    return hours.business_day(restaurant.read_week(timezone=place.timezone), now)


def _next_number(day: date) -> int:
    OrderCounter.objects.get_or_create(day=day)
    OrderCounter.objects.select_for_update().get(day=day)
    OrderCounter.objects.filter(day=day).update(last=F("last") + 1)
    return OrderCounter.objects.get(day=day).last
