"""What the tests of orders need: one dinner at Bella Napoli, and the words for asking, saying yes and committing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from apps.menu.models import MenuItem, MenuModifier
from apps.orders import services as orders
from apps.orders.models import Order
from apps.orders.pricing import Choice, Wanted

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
"""A Monday noon in Chicago."""
KEY = "call:1"


def dish(name: str, *choices: str, size: str = "", quantity: int = 1, **amounts: str) -> Wanted:
    """By the names on the menu of the restaurant that was entered."""
    item = MenuItem.objects.get(name=name)
    variant = item.variants.get(name=size) if size else None
    options = MenuModifier.objects.filter(group__items=item)
    wanted = [Choice(str(options.get(name=each).pk)) for each in choices]
    wanted += [Choice(str(options.get(name=each.replace("_", " ")).pk), how) for each, how in amounts.items()]
    return Wanted(str(item.pk), quantity, str(variant.pk) if variant else None, tuple(wanted))


def dinner() -> list[Wanted]:
    return [dish("Margherita", "thin crust", "mushrooms", size="large"), dish("Lasagna", quantity=2)]


def quote(place: Any, *wanted: Wanted, key: str = KEY, now: datetime = NOW, **more: Any) -> orders.Quoted:
    return orders.quote(
        place, key=key, wanted=wanted or dinner(), customer_name=more.pop("name", "Kate Bush"), now=now, **more
    )


def commit(place: Any, version: int, *, key: str = KEY, now: datetime = NOW, yes: int | None = None) -> Order:
    """With the caller's yes to that version, unless another is given (0: none)."""
    said = orders.Yes(version if yes is None else yes, "caller", 61_500) if yes != 0 else None
    return orders.place(place, key=key, version=version, yes=said, now=now)
