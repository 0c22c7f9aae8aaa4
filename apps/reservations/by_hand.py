"""Bookings that staff make and change: through the same holds as a caller's, with the signed-in user as the yes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from apps.outbox import events
from apps.reservations import day as days
from apps.reservations import services, steps
from apps.reservations.day import STANDING
from apps.reservations.models import DiningTable, Hold, Reservation, WaitlistEntry
from apps.reservations.refusals import Refusal
from apps.reservations.waitlist import WAITS
from apps.restaurant import services as restaurant
from apps.tenants.scope import Place

AGREED = ("party_size", "starts_at", "name", "number", "notes")
"""What a booking is about, and may be changed."""
OF_THE_BOOK = ("party_size", "starts_at")
"""Of these the ones that need a table again."""


@transaction.atomic
def make(place: Place, *, key: str, wanted: Mapping[str, Any], by: str, now: datetime) -> Reservation:
    """Book a table at once. The same key again is the same booking."""
    services.lock_the_book()
    if (done := _made_before(key)) is not None:
        return done
    held = services.hold(place, key=key, now=now, **wanted)
    return _agree(place, held, by=by, now=now)


@transaction.atomic
def change(place: Place, row: Reservation, *, wanted: Mapping[str, Any], by: str, now: datetime) -> Reservation:
    """Another time or party moves it to a table that is free then, under its reference; a name is just written."""
    agreed = {name: wanted.get(name, getattr(row, name)) for name in AGREED}
    differs = [name for name in AGREED if agreed[name] != getattr(row, name)]
    if not differs:
        return row
    if row.status not in STANDING:
        raise Refusal(_("That booking does not stand any more."))
    if not set(differs).intersection(OF_THE_BOOK):
        values = {name: agreed[name] for name in differs}
        return _amend(row, values, note=f"changed: {', '.join(differs)}", by=by, now=now)
    held = services.hold(place, key=f"hand:{row.pk}", moves=row, call_id=row.call_id, now=now, **agreed)
    return _agree(place, held, by=by, now=now)


@transaction.atomic
def sit_at(place: Place, row: Reservation, *, tables: Collection[UUID], by: str, now: datetime) -> Reservation:
    """At these tables, whatever they seat: who moves chairs knows. Only what others have then is refused."""
    services.lock_the_book()
    if row.status not in STANDING:
        raise Refusal(_("That booking does not stand any more."))
    chosen = list(DiningTable.objects.filter(pk__in=tables, active=True))
    if not chosen or len(chosen) < len(set(tables)):
        raise Refusal(_("Choose tables that are in use."))
    if {seat.table_id for seat in row.seats_at.all()} == {table.pk for table in chosen}:
        return row
    local = row.starts_at.astimezone(ZoneInfo(place.timezone)).date()
    occupied = days.read(place, restaurant.settings(), day=local, now=now, moves=row.pk).occupied(
        row.starts_at, row.ends_at
    )
    if gone := sorted(table.name for table in chosen if str(table.pk) in occupied):
        raise Refusal(_("Somebody else has %(tables)s then.") % {"tables": ", ".join(gone)})
    services.seat_at(row, [str(table.pk) for table in chosen])
    return _amend(row, {}, note="changed: tables", by=by, now=now)


@transaction.atomic
def seat_from_waitlist(place: Place, entry_id: UUID, *, by: str, now: datetime) -> Reservation:
    """Book the table somebody waits for, and let them wait no longer."""
    services.lock_the_book()
    entry = WaitlistEntry.objects.select_for_update().get(pk=entry_id)
    if entry.status not in WAITS:
        raise Refusal(_("They do not wait any more."))
    wanted = {"party_size": entry.party_size, "starts_at": entry.wanted_at, "name": entry.name, "number": entry.number}
    made = make(place, key=f"waitlist:{entry.pk}", wanted={**wanted, "call_id": entry.call_id}, by=by, now=now)
    WaitlistEntry.objects.filter(pk=entry.pk).update(status="booked")
    return made


def _made_before(key: str) -> Reservation | None:
    held = Hold.objects.filter(key=key).first()
    return Reservation.objects.filter(key=f"{held.pk}:{held.version}").first() if held else None


def _agree(place: Place, held: Hold, *, by: str, now: datetime) -> Reservation:
    version = held.version
    return services.book(place, key=held.key, version=version, yes_version=version, by=by, at_ms=None, now=now)


def _amend(row: Reservation, differs: Mapping[str, Any], *, note: str, by: str, now: datetime) -> Reservation:
    for name, value in differs.items():
        setattr(row, name, value)
    row.revision, row.updated_at = row.revision + 1, now
    row.save(update_fields=[*differs, "revision", "updated_at"])
    steps.record(row, by=by, now=now, note=note)
    events.announce("reservation.changed", row.pk, mark=f"amended:{row.revision}")
    return row
