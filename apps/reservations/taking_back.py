"""A slip of the finger undone: a booking stands again as it did before its last step. Steps themselves only go forward.

Its table may have been others' meanwhile: it gets the one it had where that is free, else one that fits.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from apps.outbox import events
from apps.reservations import availability, services, steps
from apps.reservations import day as days
from apps.reservations.models import Reservation
from apps.reservations.refusals import Refusal
from apps.restaurant import services as restaurant
from apps.restaurant.hours import Opening
from apps.tenants.scope import Place

NOTE = "taken back"
FRESH = timedelta(minutes=15)
"""So long a cancellation can be taken back: then others count on the table."""


def step_before(row: Reservation, *, now: datetime) -> str:
    """What it was before its last step; empty where that cannot be taken back any more."""
    told = list(row.events.all())
    changed = next((place for place in range(len(told), 0, -1) if told[place - 1].status != row.status), 0)
    if not changed or changed == len(told) or told[changed].note == NOTE:
        return ""
    stay = days.stay(restaurant.settings(), row.party_size)
    until = told[changed].at + FRESH if row.status == "cancelled" else row.starts_at + stay
    return told[changed - 1].status if now < until else ""


@transaction.atomic
def take_back(place: Place, row: Reservation, *, tables: Collection[str], by: str, now: datetime) -> Reservation:
    """`tables`: where it had been, which a booking that frees its table does not know any more."""
    services.lock_the_book()
    to = step_before(row, now=now)
    if not to:
        raise Refusal(_("That cannot be taken back any more."))
    if row.status in steps.FREES:
        _seat_again(place, row, tables, now)
    row.status, row.cancelled_reason = to, ""
    row.updated_at, row.revision = now, row.revision + 1
    row.save(update_fields=["status", "cancelled_reason", "ends_at", "updated_at", "revision"])
    steps.record(row, by=by, now=now, note=NOTE)
    events.announce("reservation.changed", row.pk, mark=f"{NOTE}:{row.revision}")
    return row


def _seat_again(place: Place, row: Reservation, tables: Collection[str], now: datetime) -> None:
    local = row.starts_at.astimezone(ZoneInfo(place.timezone)).date()
    asked = days.read(place, restaurant.settings(), day=local, now=now, moves=row.pk)
    row.ends_at = row.starts_at + asked.stay(row.party_size)
    there = {table for seating in asked.seatings for table in seating.tables}
    if tables and there.issuperset(tables) and not asked.occupied(row.starts_at, row.ends_at).intersection(tables):
        services.seat_at(row, sorted(tables))
        return
    found = availability.seating_for(
        row.party_size,
        starts_at=row.starts_at,
        stay=row.ends_at - row.starts_at,
        seatings=asked.seatings,
        taken=asked.taken,
        opening=Opening(row.starts_at, row.ends_at),
    )
    if found is None:
        raise Refusal(_("Their table has been given to others."))
    services.seat_at(row, found.tables)
