"""Opening a restaurant with its line and its menu, and what it still lacks before it can go live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.accounts import audit
from apps.accounts import standing as who
from apps.accounts.models import Membership
from apps.accounts.permissions import Role
from apps.calls.models import Call
from apps.menu import editions
from apps.menu.card import Item
from apps.menu.imports import store
from apps.menu.models import ItemVariant, MenuItem
from apps.reservations.models import DiningTable
from apps.restaurant import services as restaurant
from apps.restaurant.hours import Week
from apps.restaurant.models import OpeningHours, RestaurantSettings, StaffContact
from apps.tenants import lines, scope, services
from apps.tenants.models import Owner, PhoneNumber, Restaurant
from apps.voice import readiness
from loman.database.counting import how_many


class Refusal(Exception):
    """Why it cannot be, as a sentence."""


IN_USE = lines.IN_USE
HAS_LEFT = gettext_noop("This restaurant has left.")
WHAT_IS_MISSING = readiness.MUST


@dataclass(frozen=True, slots=True)
class Standing:
    """How a restaurant stands: the calls of its own day so far, and what it lacks (keys of `WHAT_IS_MISSING`)."""

    calls_today: int | None
    missing: list[str]
    advised: list[str] = field(default_factory=list)
    """What it can follow up (keys of `readiness.SHOULD`)."""


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
    week: Week | None = None,
) -> Restaurant:
    """A restaurant that is being set up. Nothing is left behind when any of it fails, within the caller's
    transaction."""
    if Restaurant.objects.filter(slug=slug).exists():
        raise Refusal(_("There is a restaurant %(slug)s already.") % {"slug": slug})
    if number and not lines.is_free(number):
        raise Refusal(_(IN_USE))
    place = services.open_restaurant(
        name=name, slug=slug, timezone=timezone, numbers=[number] if number else [], state=Restaurant.State.SETUP
    )
    Restaurant.objects.filter(pk=place.id).update(owner=owner)
    with scope.enter(place):
        row = restaurant.settings()
        if number:
            row.phone = number
            row.save(update_fields=["phone", "updated_at"])
        if week is not None:
            restaurant.write_week(week)
        if menu:
            store.write(menu)
            editions.keep(by=by, note="the first menu", now=now)
    made: Restaurant = houses().get(pk=place.id)
    return made


def houses() -> QuerySet[Any]:
    """Restaurants, each with whether it has a line, may send texts from it, and has an administrator."""
    active = PhoneNumber.objects.filter(restaurant=OuterRef("pk"), active=True)
    admins = Membership.objects.filter(
        restaurant=OuterRef("pk"), role=Role.RESTAURANT_ADMIN.value, user__is_active=True
    )
    rows: QuerySet[Any] = Restaurant.objects.select_related("owner").annotate(
        has_line=Exists(active),
        has_admin=Exists(admins),
        may_text=Exists(active.filter(sms_registered_at__isnull=False)),
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
            has_prices=Exists(MenuItem.objects.filter(price__gt=0)) | Exists(ItemVariant.objects.filter(price__gt=0)),
            has_contact=Exists(StaffContact.objects.filter(active=True)),
            has_tables=Exists(DiningTable.objects.filter(active=True)),
            was_heard=Exists(Call.objects.filter(answered_at__isnull=False)),
        )
        row: Any = rows.filter(pk=1).first() or _with_defaults(rows)
    facts = readiness.Facts(
        has_line=house.has_line,
        has_administrator=house.has_admin,
        has_hours=row.has_hours,
        has_menu=row.has_menu,
        has_prices=row.has_prices,
        has_tax_rates=bool(row.tax_rates),
        rings_somebody=bool(row.transfer_number or row.has_contact),
        services=row.services,
        has_tables=row.has_tables,
        may_text=house.may_text,
        was_heard=row.was_heard,
    )
    return Standing(row.calls_today, readiness.missing(facts), readiness.advised(facts))


def _with_defaults(rows: QuerySet[Any]) -> Any:
    restaurant.settings()
    return rows.get(pk=1)


def give_number(house: Restaurant, *, number: str, by: str) -> PhoneNumber:
    """A line of its own; the first is also the number it tells callers. On record, masked."""
    try:
        row = lines.give(house.pk, number=number)
    except lines.Refusal as refusal:
        raise Refusal(str(refusal)) from None
    with scope.enter(scope.of(house)):
        settings = restaurant.locked_settings()
        if not settings.phone:
            settings.phone = number
            settings.save(update_fields=["phone", "updated_at"])
    audit.changed("phone_numbers.create", before=None, after=row, actor=by, place=scope.of(house))
    return row


def leave(house: Restaurant) -> Any:
    """It is not answered for any more; its data stays until it is removed on purpose."""
    Restaurant.objects.filter(pk=house.pk).update(state=Restaurant.State.LEFT)
    who.forget()
    return houses().get(pk=house.pk)


def change_house(house: Restaurant, *, now: datetime, **wanted: Any) -> Any:
    """Name, time zone, state or owner. Menus are shared within one owner: a location that shares one stays with it.
    One that is being set up goes live when nothing is missing."""
    if house.state == Restaurant.State.LEFT:
        raise Refusal(_(HAS_LEFT))
    if house.state == Restaurant.State.SETUP and wanted.get("state") == Restaurant.State.LIVE:
        lacks = standing(houses().get(pk=house.pk), now=now).missing
        if lacks:
            raise Refusal(" ".join([_("It cannot go live yet."), *(_(readiness.MUST[what]) for what in lacks)]))
    sharing = house.menu_from_id or Restaurant.objects.filter(menu_from=house.pk).exists()
    if "owner" in wanted and wanted["owner"] != house.owner and sharing:
        raise Refusal(_("It shares a menu with others of its owner: end that first."))
    if wanted:
        Restaurant.objects.filter(pk=house.pk).update(**wanted)
        who.forget()
    return houses().get(pk=house.pk)
