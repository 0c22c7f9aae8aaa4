"""Opening a restaurant with its line and its menu, and what it still lacks before it can go live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet

from apps.accounts import standing as who
from apps.accounts.models import Membership
from apps.accounts.permissions import Role
from apps.calls.models import Call
from apps.menu import editions
from apps.menu.card import Item
from apps.menu.imports import store
from apps.menu.models import MenuItem
from apps.reservations.models import DiningTable
from apps.restaurant import services as restaurant
from apps.restaurant.models import OpeningHours, RestaurantSettings, StaffContact
from apps.tenants import scope, services
from apps.tenants.models import Owner, PhoneNumber, Restaurant
from loman.database.counting import how_many


class Refusal(Exception):
    """Why it cannot be, as a sentence."""


IN_USE = "This number cannot be taken: it is in use."
WHAT_IS_MISSING = {
    "phone_number": "No phone line rings for it.",
    "administrator": "Nobody can sign in as its administrator.",
    "hours": "It has no opening hours.",
    "menu": "It has no menu.",
    "tax_rates": "It has no tax rate.",
    "person_to_ring": "Nobody is rung when a caller wants a person.",
    "tables": "It takes reservations and has no tables.",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a restaurant stands: the calls of its own day so far, and what it lacks (keys of `WHAT_IS_MISSING`)."""

    calls_today: int | None
    missing: list[str]


def open_house(
    *,
    name: str,
    slug: str,
    timezone: str,
    owner: Owner | None,
    number: str,
    menu: Sequence[Item],
    by: str,
    now: datetime,
) -> Restaurant:
    """A restaurant that is being set up. Nothing is left behind when any of it fails, within the caller's
    transaction."""
    if Restaurant.objects.filter(slug=slug).exists():
        raise Refusal(f"There is a restaurant {slug} already.")
    if number and PhoneNumber.objects.filter(number=number).exists():
        raise Refusal(IN_USE)
    place = services.open_restaurant(
        name=name, slug=slug, timezone=timezone, numbers=[number] if number else [], state=Restaurant.State.SETUP
    )
    Restaurant.objects.filter(pk=place.id).update(owner=owner)
    with scope.enter(place):
        row = restaurant.settings()
        if number:
            row.phone = number
            row.save(update_fields=["phone", "updated_at"])
        if menu:
            store.write(menu)
            editions.keep(by=by, note="the first menu", now=now)
    made: Restaurant = houses().get(pk=place.id)
    return made


def houses() -> QuerySet[Any]:
    """Restaurants, each with whether it has a line and an administrator."""
    lines = PhoneNumber.objects.filter(restaurant=OuterRef("pk"), active=True)
    admins = Membership.objects.filter(
        restaurant=OuterRef("pk"), role=Role.RESTAURANT_ADMIN.value, user__is_active=True
    )
    rows: QuerySet[Any] = Restaurant.objects.select_related("owner").annotate(
        has_line=Exists(lines), has_admin=Exists(admins)
    )
    return rows


def standing(house: Any, *, now: datetime) -> Standing:
    """Of one of `houses`; one query in its schema. Of one that has left nothing is looked at."""
    if house.state == Restaurant.State.LEFT:
        return Standing(None, [])
    midnight = datetime.combine(now.astimezone(ZoneInfo(house.timezone)).date(), time(0), ZoneInfo(house.timezone))
    with scope.enter(scope.of(house)):
        rows = RestaurantSettings.objects.annotate(
            calls_today=how_many(Call.objects.filter(started_at__gte=midnight)),
            has_hours=Exists(OpeningHours.objects.all()),
            has_menu=Exists(MenuItem.objects.all()),
            has_contact=Exists(StaffContact.objects.filter(active=True)),
            has_tables=Exists(DiningTable.objects.filter(active=True)),
        )
        row: Any = rows.filter(pk=1).first() or _with_defaults(rows)
    lacks = {
        "phone_number": not house.has_line,
        "administrator": not house.has_admin,
        "hours": not row.has_hours,
        "menu": not row.has_menu,
        "tax_rates": not row.tax_rates,
        "person_to_ring": not (row.transfer_number or row.has_contact),
        "tables": "reservations" in row.services and not row.has_tables,
    }
    return Standing(row.calls_today, [what for what, missing in lacks.items() if missing])


def _with_defaults(rows: QuerySet[Any]) -> Any:
    restaurant.settings()
    return rows.get(pk=1)


def leave(house: Restaurant) -> Any:
    """It is not answered for any more; its data stays until it is removed on purpose."""
    Restaurant.objects.filter(pk=house.pk).update(state=Restaurant.State.LEFT)
    who.forget()
    return houses().get(pk=house.pk)


def change_house(house: Restaurant, **wanted: Any) -> Any:
    """Name, time zone, state or owner. Menus are shared within one owner: a location that shares one stays with it."""
    if house.state == Restaurant.State.LEFT:
        raise Refusal("This restaurant has left.")
    sharing = house.menu_from_id or Restaurant.objects.filter(menu_from=house.pk).exists()
    if "owner" in wanted and wanted["owner"] != house.owner and sharing:
        raise Refusal("It shares a menu with others of its owner: end that first.")
    if wanted:
        Restaurant.objects.filter(pk=house.pk).update(**wanted)
        who.forget()
    return houses().get(pk=house.pk)
