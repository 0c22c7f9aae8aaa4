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

from apps.language import moments, numbers
from apps.outbox import events
from apps.outbox import services as outbox
from apps.reservations import availability
from apps.reservations.availability import Table, Taken
from apps.reservations.models import DiningTable, Hold, Reservation, WaitlistEntry
from apps.restaurant import hours
from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings
from apps.tenants.scope import Place

HOLD_MINUTES = 5
TAKEN = "There is no table free at that time."
STANDING = ("booked", "confirmed", "seated")
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


class Refusal(Exception):
    """Why it cannot be, as a sentence the caller may hear."""


class AboveLargestParty(Refusal):
    """A lead for staff, never a booking."""


class Full(Refusal):
    """No table at that time; the waitlist may be offered."""


@dataclass(frozen=True, slots=True)
class Slots:
    available: bool
    slots: list[datetime]
    alternatives: list[datetime]
    reason: str = ""


def find_slots(place: Place, *, party_size: int, day: date, clock: time | None, now: datetime) -> Slots:
    """Free times on a day, and near ones when the wanted time is not free."""
    settings = restaurant.settings()
    if party_size > settings.max_party:
        return Slots(False, [], [], _too_many(settings))
    book = _Book.read(place, settings, day=day, now=now)
    free = [moment for moment in book.times(party_size) if book.table(party_size, moment) is not None]
    if clock is None:
        return Slots(bool(free), free, [], "" if free else "There is no table left that day.")
    wanted = hours.local(day, clock, timezone=place.timezone).astimezone(UTC)
    if book.table(party_size, wanted) is not None:
        return Slots(True, [wanted], [])
    near = sorted(free, key=lambda moment: (abs(moment - wanted), moment))[:3]
    return Slots(False, [], sorted(near), book.why_not(party_size, wanted))


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
        raise AboveLargestParty(_too_many(settings))
    if not name.strip():
        raise Refusal("Under which name?")
    starts_at = starts_at.astimezone(UTC)  # sums of local times ignore that the clocks change
    _lock_the_book()
    day = starts_at.astimezone(ZoneInfo(place.timezone)).date()
    book = _Book.read(place, settings, day=day, now=now, but=key, moves=moves.pk if moves else None)
    table = book.seat(party_size, starts_at)
    row, _ = Hold.objects.get_or_create(key=key)
    row.moves = moves
    row.version += 1
    row.table_id = UUID(table.id)
    row.party_size, row.name, row.number, row.notes = party_size, name.strip(), number, notes
    row.starts_at, row.ends_at = starts_at, starts_at + book.stay(party_size)
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
    _lock_the_book()
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
    free = _Book.read(place, settings, day=day, now=now, but=key, moves=row.moves_id)
    table = free.seat(row.party_size, row.starts_at)
    agreed: dict[str, Any] = {
        "key": f"{row.pk}:{version}",
        "name": row.name,
        "number": row.number,
        "party_size": row.party_size,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "table_id": UUID(table.id),
        "notes": row.notes,
        "confirmed_by": by,
        "confirmed_at_ms": at_ms,
    }
    made = _moved(row.moves_id, agreed) if row.moves_id else _booked(row, agreed, now=now)
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


def _moved(reservation_id: UUID, agreed: dict[str, Any]) -> Reservation:
    """The same booking, under its old reference, at what was agreed now."""
    standing = Reservation.objects.select_for_update().filter(pk=reservation_id, status__in=STANDING)
    if not standing.update(**agreed):
        raise Refusal("That booking does not stand any more.")
    return Reservation.objects.get(pk=reservation_id)


def find(*, name: str, day: date, place: Place) -> list[Reservation]:
    """Standing bookings under a name on a day. Both are needed: caller ID alone reveals nothing."""
    zone = ZoneInfo(place.timezone)
    start = datetime.combine(day, time(0), tzinfo=zone)
    rows = Reservation.objects.filter(
        starts_at__gte=start, starts_at__lt=start + timedelta(days=1), status__in=STANDING
    )
    return [row for row in rows if _same_name(row.name, name)]


@transaction.atomic
def cancel(reservation: Reservation, *, reason: str) -> Reservation:
    row = Reservation.objects.select_for_update().get(pk=reservation.pk)
    if row.status not in STANDING:
        raise Refusal("That booking does not stand any more.")
    row.status, row.cancelled_reason = "cancelled", reason
    row.save(update_fields=["status", "cancelled_reason"])
    events.announce("reservation.cancelled", row.pk)
    return row


def join_waitlist(
    *, key: str, party_size: int, wanted_at: datetime, name: str, number: str, call_id: UUID | None
) -> WaitlistEntry:
    entry, _ = WaitlistEntry.objects.get_or_create(
        key=key,
        defaults={
            "party_size": party_size, "wanted_at": wanted_at, "name": name, "number": number, "call_id": call_id,
        },
    )  # fmt: skip
    return entry


def say_moment(moment: datetime, *, place: Place) -> str:
    """ "Saturday, July fourth, at seven p m" """
    return moments.say(moment.astimezone(ZoneInfo(place.timezone)))


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
        "tables": [row.table.name] if row.table else [],
        "notes": row.notes,
        "call_id": str(row.call_id) if row.call_id else None,
    }


def _same_name(one: str, other: str) -> bool:
    mine, theirs = one.lower().split(), other.lower().split()
    return bool(mine and theirs) and (mine == theirs or mine[-1] == theirs[-1])


def _too_many(settings: RestaurantSettings) -> str:
    most = numbers.say(settings.max_party)
    return f"For more than {most} people someone from the restaurant will call you back."


def _lock_the_book() -> None:
    """One booking at a time within a restaurant: there is no exclusion constraint without btree_gist."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.book'))")


class _Book:
    """A day's tables and what takes them, read once."""

    def __init__(
        self,
        place: Place,
        settings: RestaurantSettings,
        week: hours.Week,
        day: date,
        tables: Sequence[Table],
        taken: Sequence[Taken],
        now: datetime,
    ) -> None:
        self.place, self.settings, self.week, self.day = place, settings, week, day
        self.tables, self.taken, self.now = tables, taken, now

    @classmethod
    def read(
        cls,
        place: Place,
        settings: RestaurantSettings,
        *,
        day: date,
        now: datetime,
        but: str = "",
        moves: UUID | None = None,
    ) -> _Book:
        """`but`: a hold that does not count, because it is the asker's own; `moves`: a booking likewise."""
        zone = ZoneInfo(place.timezone)
        start = datetime.combine(day, time(0), tzinfo=zone) - timedelta(hours=12)
        end = start + timedelta(hours=60)
        standing = Reservation.objects.filter(starts_at__lt=end, ends_at__gt=start, status__in=STANDING)
        booked = standing.exclude(pk=moves) if moves else standing
        held = Hold.objects.filter(starts_at__lt=end, ends_at__gt=start, until__gt=now).exclude(key=but)
        columns = ("table_id", "starts_at", "ends_at", "party_size")
        taken = [
            Taken(str(table), starts_at, ends_at, covers)
            for table, starts_at, ends_at, covers in [*booked.values_list(*columns), *held.values_list(*columns)]
            if starts_at and ends_at
        ]
        tables = [Table(str(row.pk), row.seats) for row in DiningTable.objects.filter(active=True)]
        week = restaurant.read_week(timezone=place.timezone)
        return cls(place, settings, week, day, tables, taken, now)

    def stay(self, party_size: int) -> timedelta:
        minutes = {int(size): int(length) for size, length in self.settings.turn_minutes.items()}
        return availability.turn(party_size, minutes)

    @property
    def _earliest(self) -> datetime:
        return self.now + timedelta(minutes=self.settings.booking_notice_minutes)

    @property
    def _latest(self) -> datetime:
        return self.now + timedelta(days=self.settings.booking_days_ahead)

    def times(self, party_size: int) -> list[datetime]:
        """Every quarter of an hour of the local day at which such a party could begin, tables aside."""
        zone = ZoneInfo(self.place.timezone)
        stretches = hours.openings(self.week, first=self.day - timedelta(days=1), days=4)
        return [
            moment
            for opening in stretches
            for moment in availability.quarters(opening, stay=self.stay(party_size))
            if moment.astimezone(zone).date() == self.day
        ]

    def table(self, party_size: int, starts_at: datetime) -> Table | None:
        if not self._earliest <= starts_at <= self._latest:
            return None
        return availability.table_for(
            party_size,
            starts_at=starts_at,
            stay=self.stay(party_size),
            tables=self.tables,
            taken=self.taken,
            opening=hours.opening_at(self.week, starts_at),
            pacing_covers=self.settings.pacing_covers,
        )

    def seat(self, party_size: int, starts_at: datetime) -> Table:
        """The table, or why there is none: `Full` when others have it, which a waitlist can mend."""
        table = self.table(party_size, starts_at)
        if table is None:
            why = self.why_not(party_size, starts_at)
            raise Full(why) if why == TAKEN else Refusal(why)
        return table

    def why_not(self, party_size: int, starts_at: datetime) -> str:
        if starts_at < self.now:
            return "That time has already passed."
        if starts_at < self._earliest:
            return "That is too soon for us to keep a table. Please just come by."
        if starts_at > self._latest:
            return f"We take bookings up to {self.settings.booking_days_ahead} days ahead."
        opening = hours.opening_at(self.week, starts_at)
        if opening is None:
            return "We are closed at that time."
        if starts_at + self.stay(party_size) > opening.ends_at:
            return "That is too close to our closing time."
        return TAKEN
