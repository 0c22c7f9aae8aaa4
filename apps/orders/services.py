"""Quote, yes, commit: pricing a cart at a version, and placing exactly that version once.

Everything is checked again at the commit, from the database, under locks taken in one order (cart, then the
day's counter). What is refused touches nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from apps.menu import shelf
from apps.menu.card import Card
from apps.orders import lifecycle, pricing, ticket, wording
from apps.orders.models import Cart, Order, OrderCounter, OrderLine, OrderLineModifier
from apps.orders.pricing import Choice, Quote, Rules, Unorderable, Wanted
from apps.outbox import events
from apps.outbox import services as outbox
from apps.restaurant import hours
from apps.restaurant import services as restaurant
from apps.restaurant.hours import Week
from apps.restaurant.models import RestaurantSettings
from apps.tenants.scope import Place

EARLY = timedelta(minutes=5)
"""An order that need not be begun for longer than this waits, and fires itself."""


class Refusal(Exception):
    """Why it cannot be, as a sentence the caller may hear."""


class TooMuch(Refusal):
    """Above a cap: whoever hears this tells staff."""


class NeedsYes(Refusal):
    """There is no yes to this version on record."""


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
    note: str = "",
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
    cart.wanted = {"lines": [_as_json(one) for one in wanted], "read_back": _as_read(priced), "note": note}
    cart.quoted_total = priced.total
    cart.customer_name, cart.customer_number, cart.pickup_at = customer_name, customer_number, pickup_at
    cart.save()
    zone = ZoneInfo(place.timezone)
    words = wording.read_back(
        priced,
        currency=settings.currency,
        name=customer_name,
        note=note,
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
    wanted = [_from_json(one) for one in cart.wanted["lines"]]
    priced, ready_at = _check(place, card, settings, wanted, cart.pickup_at, now)
    if priced.total != cart.quoted_total or _as_read(priced) != cart.wanted.get("read_back"):
        raise Refusal("The menu has just changed. Let me read the order back to you again.")
    number = _next_number(_business_day(place, now))
    _check_throttle(settings, now)  # after the counter's lock: two commits cannot both see the last free place
    order = _write(place, cart, priced, number=number, settings=settings, ready_at=ready_at, yes=yes, now=now)
    lifecycle.begin(order, place=place, by=yes.by, now=now)
    outbox.add("order.placed", key=f"order.placed:{order.pk}", payload={"order": str(order.pk)}, place=place)
    events.announce("order.placed", order.pk)
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
        note=cart.wanted.get("note", ""),
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
    for position, line in enumerate(priced.lines):
        row = OrderLine.objects.create(
            order=order,
            position=position,
            item_id=line.item.id,
            item=line.item.name,
            variant=line.variant.name if line.variant else "",
            quantity=line.quantity,
            note=line.note,
            alcohol=line.item.alcohol,
            each=line.each,
            total=line.total,
        )
        OrderLineModifier.objects.bulk_create(
            OrderLineModifier(
                line=row,
                position=place_in_line,
                name=picked.option.name,
                amount=picked.amount,
                side=picked.side,
                price=picked.price,
                from_menu=picked.option.default and picked.amount == "regular",
            )
            for place_in_line, picked in enumerate(line.picked)
        )
    return order


def _business_day(place: Place, now: datetime) -> date:
    return hours.business_day(restaurant.read_week(timezone=place.timezone), now)


def _next_number(day: date) -> int:
    OrderCounter.objects.get_or_create(day=day)
    OrderCounter.objects.select_for_update().get(day=day)
    OrderCounter.objects.filter(day=day).update(last=F("last") + 1)
    return OrderCounter.objects.get(day=day).last


def _as_json(one: Wanted) -> dict[str, Any]:
    return {
        "item_id": one.item_id,
        "variant_id": one.variant_id,
        "quantity": one.quantity,
        "choices": [[each.option_id, each.amount, each.side] for each in one.choices],
        "note": one.note,
    }


def _from_json(one: dict[str, Any]) -> Wanted:
    return Wanted(
        item_id=one["item_id"],
        quantity=one["quantity"],
        variant_id=one["variant_id"],
        choices=tuple(Choice(*each) for each in one["choices"]),
        note=one["note"],
    )


def _as_read(priced: Quote) -> list[list[str]]:
    """What was read back, line by line with its price: the commit compares it, so that a yes fits its words."""
    return [[wording.line_in_words(line), str(line.each)] for line in priced.lines]


def find(*, number: int, day: date, name: str) -> Order | None:
    """An order of the last week by number and name: neither alone reveals anything."""
    rows = Order.objects.filter(number=number, day__gt=day - timedelta(days=7), day__lte=day).order_by("-day")
    return next((row for row in rows if _same_name(row.customer_name, name)), None)


def _same_name(one: str, other: str) -> bool:
    mine, theirs = one.lower().split(), other.lower().split()
    return bool(mine and theirs) and (mine == theirs or mine[-1] == theirs[-1] or mine[0] == theirs[0])


def as_json(order: Order) -> dict[str, Any]:
    """An order as CONTRACT.md has it, with the whole number: whoever shows it masks it."""
    lines = list(order.lines.prefetch_related("modifiers"))
    return {
        "id": str(order.pk),
        "number": order.number,
        "status": order.status,
        "customer_name": order.customer_name,
        "customer_number": order.customer_number,
        "lines": [_line_json(line) for line in lines],
        "note": order.note,
        "subtotal": str(order.subtotal),
        "tax": str(order.tax),
        "total": str(order.total),
        "currency": order.currency,
        "ready_at": order.ready_at.isoformat(),
        "banners": _banners(order, lines),
        "call_id": str(order.call_id) if order.call_id else None,
        "created_at": order.created_at.isoformat(),
    }


def facts_for_text(order: Order, *, place: Place) -> dict[str, Any]:
    """What a text message about it may speak of."""
    ready = order.ready_at.astimezone(ZoneInfo(place.timezone))
    return {"number": order.number, "ready": f"{ready:%-I:%M %p}", "total": f"{order.total} {order.currency}"}


def _banners(order: Order, lines: Sequence[OrderLine]) -> list[str]:
    allergy = ticket.mentions_allergy([order.note, *(line.note for line in lines)])
    return ["ALLERGY"] * allergy + ["CHECK ID"] * any(line.alcohol for line in lines)


def ticket_of(order: Order, *, place: Place, reprint: bool = False) -> ticket.Ticket:
    """What the kitchen's printer gets."""
    zone = ZoneInfo(place.timezone)
    lines = list(order.lines.prefetch_related("modifiers"))
    return ticket.Ticket(
        restaurant=place.name,
        number=order.number,
        customer=order.customer_name,
        placed_at=order.created_at.astimezone(zone),
        ready_at=order.ready_at.astimezone(zone),
        lines=tuple(_ticket_line(line) for line in lines),
        total=order.total,
        currency=order.currency,
        note=order.note,
        check_id=any(line.alcohol for line in lines),
        scheduled=order.status == "scheduled",
        reprint=reprint,
        cancelled=order.status == "cancelled",
    )


def _ticket_line(line: OrderLine) -> ticket.Line:
    changes = [ticket.Change(each.name, each.amount, each.side) for each in line.modifiers.all() if not each.from_menu]
    return ticket.Line(line.quantity, line.item, line.variant, tuple(changes), line.note, line.total)


def _line_json(line: OrderLine) -> dict[str, Any]:
    return {
        "item": line.item,
        "quantity": line.quantity,
        "variant": line.variant or None,
        "modifiers": [{"name": each.name, "amount": each.amount, "side": each.side} for each in line.modifiers.all()],
        "note": line.note,
        "total": str(line.total),
    }
