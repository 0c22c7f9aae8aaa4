"""Hold, yes, book: a table kept at a version, and booked once; changes and cancellations by name and date."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import F

from apps.language import numbers
from apps.language.redaction import redact_cards
from apps.outbox import events, live
from apps.outbox import services as outbox
from apps.reservations import day as days
from apps.reservations import steps, waitlist
from apps.reservations.day import STANDING
from apps.reservations.models import Hold, Reservation, ReservationTable, WaitlistEntry
from apps.reservations.refusals import ForStaff, Full, Refusal
from apps.reservations.steps import cancel
from apps.restaurant import hours
from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings
from apps.tenants.scope import Place

__all__ = [
    "ForStaff", "Full", "Refusal", "as_json", "book", "cancel", "facts_for_text", "find", "find_slots", "hold",
    "join_waitlist", "lock_the_book", "times",
]  # fmt: skip
HOLD_MINUTES = 5
YEAR = timedelta(days=365)
DAYS_ALONG = 7
"""How many days after a full one are looked at for another."""
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Slots:
    available: bool
    slots: list[datetime]
    alternatives: list[datetime]
    reason: str = ""


def find_slots(place: Place, *, party_size: int, day: date, clock: time | None, now: datetime) -> Slots:
    """Free times on a day, and near ones when the wanted time is not free: of that day, else of the next that has
    any."""
    settings = restaurant.settings()
    if party_size > settings.max_party:
        return Slots(False, [], [], _too_many(settings))
    asked = days.read(place, settings, day=day, now=now)
    free = asked.free(party_size)
    if clock is None:
        if free:
            return Slots(True, free, [])
        later = _days_later(place, settings, party_size, day, now)
        return Slots(False, [], later[:3], "There is no table left that day.")
    wanted = hours.local(day, clock, timezone=place.timezone).astimezone(UTC)
    if asked.seating(party_size, wanted) is not None:
        return Slots(True, [wanted], [])
    choices = free or _days_later(place, settings, party_size, day, now)
    near = sorted(choices, key=lambda moment: (abs(_clock_of(moment, place) - _clock_of(wanted, place)), moment))[:3]
    return Slots(False, [], sorted(near), asked.why_not(party_size, wanted))


def times(
    place: Place, *, party_size: int, day: date, now: datetime, moves: UUID | None = None
) -> list[tuple[datetime, bool]]:
    """Every time of a day at which such a party may still begin, and whether there is a table for it then. With
    `moves`, the tables of that booking count as free."""
    asked = days.read(place, restaurant.settings(), day=day, now=now, moves=moves)
    found = [moment for moment in asked.times(party_size) if asked.earliest <= moment <= asked.latest]
    return [(moment, asked.seating(party_size, moment) is not None) for moment in found]


def _days_later(
    place: Place, settings: RestaurantSettings, party_size: int, day: date, now: datetime
) -> list[datetime]:
    """Free times of the next day that has any."""
    for ahead in range(1, DAYS_ALONG + 1):
        free = days.read(place, settings, day=day + timedelta(days=ahead), now=now).free(party_size)
        if free:
            return free
    return []


def _clock_of(moment: datetime, place: Place) -> timedelta:
    here = moment.astimezone(ZoneInfo(place.timezone))
    return timedelta(hours=here.hour, minutes=here.minute)


@transaction.atomic
def hold(
    place: Place,
    *,
    key: str,
    party_size: int,
    starts_at: datetime,
    name: str,
    number: str = "",
    notes: str = "",
    call_id: UUID | None = None,
    moves: Reservation | None = None,
    now: datetime,
) -> Hold:
    """Keep a table for the caller while they decide. One winner per table, however many ask at once. With `moves`,
    the yes moves that booking instead of making another."""
    settings = restaurant.settings()
    if party_size < 1:
        raise Refusal("For how many people?")
    if party_size > settings.max_party:
        raise ForStaff(_too_many(settings))
    if number and _often_missed(settings, number, now):
        raise ForStaff("For this booking someone from the restaurant will call you back.")
    if not name.strip():
        raise Refusal("Under which name?")
    starts_at = starts_at.astimezone(UTC)  # sums of local times ignore that the clocks change
    lock_the_book()
    day = starts_at.astimezone(ZoneInfo(place.timezone)).date()
    asked = days.read(place, settings, day=day, now=now, but=key, moves=moves.pk if moves else None)
    seating = asked.seat(party_size, starts_at)
    row, _ = Hold.objects.get_or_create(key=key)
    row.moves = moves
    row.version += 1
    row.tables = list(seating.tables)
    row.party_size, row.number = party_size, number
    row.name, row.notes = redact_cards(name.strip()), redact_cards(notes)
    row.starts_at, row.ends_at = starts_at, starts_at + asked.stay(party_size)
    row.until = now + timedelta(minutes=HOLD_MINUTES)
    row.call_id = call_id
    row.save()
    return row


@transaction.atomic
def book(
    place: Place,
    *,
    key: str,
    version: int,
    yes_version: int | None,
    by: str,
    at_ms: int | None,
    now: datetime,
) -> Reservation:
    """Turn a hold into a booking, once. Refused without a yes to exactly this version."""
    lock_the_book()
    row = Hold.objects.select_for_update().filter(key=key).first()
    if row is None or row.starts_at is None or row.ends_at is None:
        raise Refusal("There is nothing to confirm yet.")
    done = Reservation.objects.filter(key=f"{row.pk}:{version}").first()
    if done is not None:
        return done
    if row.version != version:
        raise Refusal("The booking has changed since. Let me read it back to you again.")
    if yes_version != version:
        raise Refusal("I still need your yes to the booking. Let me read it back to you.")
    settings = restaurant.settings()
    day = row.starts_at.astimezone(ZoneInfo(place.timezone)).date()
    seating = days.read(place, settings, day=day, now=now, but=key, moves=row.moves_id).seat(
        row.party_size, row.starts_at
    )
    agreed: dict[str, Any] = {
        "key": f"{row.pk}:{version}",
        "name": row.name,
        "number": row.number,
        "party_size": row.party_size,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "notes": row.notes,
        "confirmed_by": by,
        "confirmed_at_ms": at_ms,
    }
    left = row.moves.starts_at if row.moves is not None else None
    made = _moved(row.moves_id, agreed, now=now) if row.moves_id else _booked(row, agreed, now=now)
    seat_at(made, seating.tables)
    steps.record(made, by=by, now=now)
    steps.watch(made, settings=settings, place=place)
    waitlist.came(made)
    if left is not None:
        waitlist.freed(left, now=now)
    row.until = None
    row.save(update_fields=["until"])
    outbox.add(
        "reservation.booked",
        key=f"reservation.booked:{made.key}",
        payload={"reservation": str(made.pk), "key": made.key},
        place=place,
    )
    events.announce("reservation.changed" if row.moves_id else "reservation.booked", made.pk, mark=made.key)
    return made


def _booked(row: Hold, agreed: dict[str, Any], *, now: datetime) -> Reservation:
    reference = "".join(secrets.choice(LETTERS) for _ in range(6))
    return Reservation.objects.create(reference=reference, call_id=row.call_id, created_at=now, **agreed)


def _moved(reservation_id: UUID, agreed: dict[str, Any], *, now: datetime) -> Reservation:
    """The same booking, under its old reference, at what was agreed now."""
    standing = Reservation.objects.select_for_update().filter(pk=reservation_id, status__in=STANDING)
    if not standing.update(**agreed, revision=F("revision") + 1, updated_at=now):
        raise Refusal("That booking does not stand any more.")
    return Reservation.objects.get(pk=reservation_id)


def seat_at(reservation: Reservation, tables: Sequence[str]) -> None:
    """These tables, and no others, are the booking's. The database refuses one that somebody else has then."""
    reservation.seats_at.all().delete()
    ReservationTable.objects.bulk_create(
        ReservationTable(
            reservation=reservation,
            table_id=UUID(table),
            starts_at=reservation.starts_at,
            ends_at=reservation.ends_at,
        )
        for table in tables
    )


def _often_missed(settings: RestaurantSettings, number: str, now: datetime) -> bool:
    if settings.no_shows_allowed is None:
        return False
    missed = Reservation.objects.filter(number=number, status="no_show", starts_at__gt=now - YEAR).count()
    return missed >= settings.no_shows_allowed


def find(*, name: str, day: date, place: Place) -> list[Reservation]:
    """Standing bookings under a name on a day. Both are needed: caller ID alone reveals nothing."""
    zone = ZoneInfo(place.timezone)
    start = datetime.combine(day, time(0), tzinfo=zone)
    rows = Reservation.objects.filter(
        starts_at__gte=start, starts_at__lt=start + timedelta(days=1), status__in=STANDING
    )
    return [row for row in rows if _same_name(row.name, name)]


def join_waitlist(
    *, key: str, party_size: int, wanted_at: datetime, name: str, number: str, call_id: UUID | None
) -> WaitlistEntry:
    entry, made = WaitlistEntry.objects.get_or_create(
        key=key,
        defaults={
            "party_size": party_size, "wanted_at": wanted_at, "name": redact_cards(name), "number": number,
            "call_id": call_id,
        },
    )  # fmt: skip
    if made:
        live.touched("bookings")
    return entry


def facts_for_text(reservation: Reservation, *, place: Place) -> dict[str, Any]:
    """What a text message about it may speak of."""
    starts = reservation.starts_at.astimezone(ZoneInfo(place.timezone))
    guests = reservation.party_size
    return {
        "when": f"{starts:%a %b %-d, %-I:%M %p}",
        "party": "1 guest" if guests == 1 else f"{guests} guests",
        "reference": reservation.reference,
    }


def as_json(row: Reservation) -> dict[str, Any]:
    """A reservation as CONTRACT.md has it, with the whole number: whoever shows it masks it."""
    return {
        "reference": row.reference,
        "status": row.status,
        "name": row.name,
        "number": row.number,
        "party_size": row.party_size,
        "starts_at": row.starts_at.isoformat(),
        "ends_at": row.ends_at.isoformat(),
        "tables": [taken.table.name for taken in row.seats_at.select_related("table").order_by("table__name")],
        "notes": row.notes,
        "call_id": str(row.call_id) if row.call_id else None,
    }


def _same_name(one: str, other: str) -> bool:
    mine, theirs = one.lower().split(), other.lower().split()
    return bool(mine and theirs) and (mine == theirs or mine[-1] == theirs[-1])


def _too_many(settings: RestaurantSettings) -> str:
    most = numbers.say(settings.max_party)
    return f"For more than {most} people someone from the restaurant will call you back."


def lock_the_book() -> None:
    """One booking at a time within a restaurant, so that holds count too; what is booked, the database guards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.book'))")
