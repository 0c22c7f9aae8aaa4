"""Carts at a version: priced, kept, read back, and held to the yes that was said to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from apps.language.redaction import redact_cards
from apps.menu import shelf
from apps.orders import pricing, rows, wording
from apps.orders.models import Cart, Order
from apps.orders.pricing import Quote, Rules, Unorderable, Wanted
from apps.orders.refusals import NeedsYes, Refusal, TooMuch
from apps.restaurant.models import RestaurantSettings
from apps.tenants.scope import Place


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


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted, for whom and when."""

    wanted: Sequence[Wanted]
    customer_name: str
    customer_number: str = ""
    pickup_at: datetime | None = None
    call_id: UUID | None = None
    note: str = ""
    """About the whole order: an allergy, above all."""
    suggested: str = ""
    """The id of what was offered with it, taken or not."""
    language: str = "en"
    """What it is read back in."""


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


def price(
    place: Place, settings: RestaurantSettings, wanted: Sequence[Wanted], *, ready_at: datetime, now: datetime
) -> Quote:
    """What it costs by the menu of this moment, with what is on it when the kitchen begins; a refusal while ordering
    is paused or when it cannot be made."""
    if settings.ordering_paused_until and settings.ordering_paused_until > now:
        raise Refusal("I'm sorry, the kitchen is not taking orders over the phone right now.")
    menu = shelf.current(place.id, now=now, currency=settings.currency, alcohol_sold=settings.alcohol_sold)
    begun_at = max(now, ready_at - timedelta(minutes=settings.prep_minutes))
    card = menu.card.at(begun_at, handed_over=ready_at)
    try:
        return pricing.price(card, wanted, rules=rules_of(settings))
    except pricing.TooMuch as reason:
        raise TooMuch(str(reason)) from None
    except Unorderable as reason:
        raise Refusal(str(reason)) from None


def locked(key: str) -> Cart:
    """The cart of a call or a session, held until the transaction ends."""
    Cart.objects.get_or_create(key=key)
    return Cart.objects.select_for_update().get(key=key)


def key_of(cart: Cart, version: int) -> str:
    """Names one version of one cart: what is committed under it is committed once."""
    return f"{cart.pk}:{version}"


def keep(
    key: str,
    asked: Asked,
    *,
    priced: Quote,
    ready_at: datetime,
    place: Place,
    currency: str,
    now: datetime,
    changes: Order | None = None,
    paying: wording.Paying = "",
) -> Quoted:
    """Write the cart's next version, which voids the yes to the last, and give the words to read back."""
    name, note = redact_cards(asked.customer_name), redact_cards(asked.note)
    cart = locked(key)
    if asked.call_id is not None:
        cart.call_id = asked.call_id
    cart.version += 1
    cart.wanted = {
        "lines": [rows.as_wanted(one) for one in asked.wanted],
        "read_back": rows.as_read(priced),
        "note": note,
        "suggested": asked.suggested,
    }
    cart.quoted_total = priced.total
    cart.customer_name, cart.customer_number = name, asked.customer_number
    cart.pickup_at, cart.ready_at, cart.changes = asked.pickup_at, ready_at, changes
    cart.save()
    zone = ZoneInfo(place.timezone)
    words = wording.read_back(
        priced,
        currency=currency,
        name=name,
        ready_at=ready_at.astimezone(zone),
        now=now.astimezone(zone),
        changes=changes.number if changes else None,
        note=note,
        paying=paying,
        language=asked.language,
    )
    return Quoted(cart.version, priced, ready_at, words)


def check_yes(cart: Cart, *, version: int, yes: Yes | None) -> datetime:
    """The time that was read back, if this version is the cart's and was said yes to."""
    if version != cart.version or not cart.wanted or cart.ready_at is None:
        raise Refusal("The order has changed since. Let me read it back to you again.")
    if yes is None or yes.version != version:
        raise NeedsYes("I still need your yes to the whole order. Let me read it back to you.")
    return cart.ready_at


def price_again(place: Place, cart: Cart, settings: RestaurantSettings, *, ready_at: datetime, now: datetime) -> Quote:
    """The cart by the menu of this moment: what the yes was said to, or a refusal."""
    wanted = [rows.wanted_of(one) for one in cart.wanted["lines"]]
    priced = price(place, settings, wanted, ready_at=ready_at, now=now)
    if priced.total != cart.quoted_total or rows.as_read(priced) != cart.wanted.get("read_back"):
        raise Refusal("The menu has just changed. Let me read the order back to you again.")
    return priced
