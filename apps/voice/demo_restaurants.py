"""The two demo restaurants and their logins: what a newcomer calls, and the cast of the tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Any

from apps.accounts.models import Membership, User
from apps.accounts.permissions import Role
from apps.menu import demo as menus
from apps.reservations.models import DiningTable
from apps.restaurant.models import OpeningHours, RestaurantSettings, StaffContact
from apps.tenants import scope, services

PASSWORD = "loman-demo"  # demo logins end with DEBUG


@dataclass(frozen=True, slots=True)
class Demo:
    slug: str
    name: str
    number: str
    timezone: str
    address: str
    hours: tuple[tuple[int, time, time], ...]
    settings: dict[str, Any]
    contact: tuple[str, str]
    tables: tuple[tuple[int, int], ...] = ((2, 6), (4, 6), (6, 2), (8, 1))
    """Seats, and how many tables have them."""


ROUND_THE_CLOCK = tuple((day, time(0), time(0)) for day in range(7))
"""So that a newcomer's first order can be placed at whatever hour they try."""

BELLA = Demo(
    slug="bella-napoli",
    name="Bella Napoli",
    number="+15125550101",
    timezone="America/Chicago",
    address="214 Congress Avenue, Austin, Texas",
    hours=ROUND_THE_CLOCK,
    settings={
        "tax_rates": {"standard": "8.25"},
        "prep_minutes": 20,
        "transfer_number": "+15125550191",
        "services": ["pickup", "reservations"],
        "policies": {
            "parking": "There is free parking behind the house.",
            "payment": "We take cash and all major cards at pickup.",
            "delivery": "We do not deliver, but pickup is ready in about twenty minutes.",
            "pets": "Dogs are welcome on the terrace.",
        },
        "languages": ["en", "es"],
        "max_party": 8,
        "turn_minutes": {"2": 75, "4": 90, "8": 120},
    },
    contact=("Ana", "+15125550192"),
)
SAKURA = Demo(
    slug="sakura",
    name="Sakura",
    number="+15125550102",
    timezone="America/New_York",
    address="88 Mercer Street, New York",
    hours=ROUND_THE_CLOCK,
    settings={
        "tax_rates": {"standard": "8.875"},
        "prep_minutes": 25,
        "transfer_number": "+15125550193",
        "services": ["pickup", "reservations"],
        "policies": {
            "parking": "There is a garage on the corner of Mercer and Spring.",
            "payment": "Cards and cash.",
            "delivery": "We do not deliver.",
        },
        "languages": ["en"],
        "max_party": 6,
        "turn_minutes": {"2": 60, "4": 75, "6": 105},
    },
    contact=("Yuki", "+15125550194"),
)
DEMOS = (BELLA, SAKURA)
LOGINS = (
    ("super@loman.test", Role.SUPER_ADMIN, ""),
    ("ana@bella.test", Role.RESTAURANT_ADMIN, "bella-napoli"),
    ("sam@bella.test", Role.STAFF_VIEWER, "bella-napoli"),
    ("yuki@sakura.test", Role.RESTAURANT_ADMIN, "sakura"),
)


def create() -> list[scope.Place]:
    """Make what is missing of the demo; what is there stays as people changed it."""
    places = [scope.find_by_slug(demo.slug) or _open(demo) for demo in DEMOS]
    for email, role, slug in LOGINS:
        _login(email, role, slug)
    return places


def _open(demo: Demo) -> scope.Place:
    place = services.open_restaurant(name=demo.name, slug=demo.slug, timezone=demo.timezone, numbers=[demo.number])
    furnish(place, demo)
    return place


def furnish(place: scope.Place, demo: Demo) -> None:
    """Settings, hours, a contact and the menu of a demo, into a restaurant that has none yet."""
    with scope.enter(place):
        set_up(demo)
        menus.load(demo.slug)


def set_up(demo: Demo) -> None:
    """All of that but the menu, into the restaurant that was entered."""
    RestaurantSettings.objects.update_or_create(
        pk=1, defaults={"address": demo.address, "phone": demo.number, **demo.settings}
    )
    for weekday, opens, closes in demo.hours:
        OpeningHours.objects.create(weekday=weekday, opens=opens, closes=closes)
    name, number = demo.contact
    StaffContact.objects.create(name=name, number=number)
    for seats, tables in demo.tables:
        for place_in_room in range(1, tables + 1):
            DiningTable.objects.create(name=f"{seats}-{place_in_room}", seats=seats)


def _login(email: str, role: Role, slug: str) -> None:
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(
            email,
            PASSWORD,
            is_demo=True,
            is_superuser=role is Role.SUPER_ADMIN,
            is_staff=role is Role.SUPER_ADMIN,
        )
    place = scope.find_by_slug(slug) if slug else None
    if place is not None:
        Membership.objects.get_or_create(user=user, restaurant_id=place.id, defaults={"role": role.value})
