"""A day of the book: its tables and what takes them, read once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from apps.reservations import availability
from apps.reservations.availability import Blackout, Seating, Taken
from apps.reservations.models import BlackoutDate, DiningTable, Hold, Reservation, ReservationTable, TableCombination
from apps.reservations.refusals import Full, Refusal
from apps.restaurant import hours
from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings
from apps.tenants.scope import Place

TAKEN = "There is no table free at that time."
STANDING = ("booked", "confirmed", "seated")


@dataclass(frozen=True, slots=True)
class Day:
    place: Place
    settings: RestaurantSettings
    week: hours.Week
    day: date
    seatings: tuple[Seating, ...]
    taken: tuple[Taken, ...]
    blackouts: tuple[Blackout, ...]
    now: datetime

    def stay(self, party_size: int) -> timedelta:
        return stay(self.settings, party_size)

    @property
    def last_seating(self) -> timedelta | None:
        minutes = self.settings.last_seating_minutes
        return None if minutes is None else timedelta(minutes=minutes)

    @property
    def earliest(self) -> datetime:
        return self.now + timedelta(minutes=self.settings.booking_notice_minutes)

    @property
    def latest(self) -> datetime:
        return self.now + timedelta(days=self.settings.booking_days_ahead)

    def times(self, party_size: int) -> list[datetime]:
        """Every quarter of an hour of the local day at which such a party could begin, tables aside."""
        zone = ZoneInfo(self.place.timezone)
        stretches = hours.openings(self.week, first=self.day - timedelta(days=1), days=4)
        needed = self.stay(party_size) if self.last_seating is None else self.last_seating
        return [
            moment
            for opening in stretches
            for moment in availability.quarters(opening, stay=needed)
            if moment.astimezone(zone).date() == self.day and moment < opening.ends_at
        ]

    def free(self, party_size: int) -> list[datetime]:
        """Those at which there is a table."""
        return [moment for moment in self.times(party_size) if self.seating(party_size, moment) is not None]

    def seating(self, party_size: int, starts_at: datetime) -> Seating | None:
        if not self.earliest <= starts_at <= self.latest or self.blackout(starts_at) is not None:
            return None
        return availability.seating_for(
            party_size,
            starts_at=starts_at,
            stay=self.stay(party_size),
            seatings=self.seatings,
            taken=self.taken,
            opening=hours.opening_at(self.week, starts_at),
            pacing_covers=self.settings.pacing_covers,
            last_seating=self.last_seating,
        )

    def seat(self, party_size: int, starts_at: datetime) -> Seating:
        """The tables, or why there are none: `Full` when others have them, which a waitlist can mend."""
        found = self.seating(party_size, starts_at)
        if found is None:
            why = self.why_not(party_size, starts_at)
            raise Full(why) if why == TAKEN else Refusal(why)
        return found

    def occupied(self, starts_at: datetime, ends_at: datetime) -> set[str]:
        """The tables that somebody has within that stretch."""
        return availability.occupied(self.taken, starts_at, ends_at)

    def blackout(self, starts_at: datetime) -> Blackout | None:
        arrival = starts_at.astimezone(ZoneInfo(self.place.timezone))
        return next((one for one in self.blackouts if one.holds(arrival)), None)

    def why_not(self, party_size: int, starts_at: datetime) -> str:
        if starts_at < self.now:
            return "That time has already passed."
        if starts_at < self.earliest:
            return "That is too soon for us to keep a table. Please just come by."
        if starts_at > self.latest:
            return f"We take bookings up to {self.settings.booking_days_ahead} days ahead."
        blackout = self.blackout(starts_at)
        if blackout is not None:
            reason = f" {blackout.reason}" if blackout.reason else ""
            return f"I'm sorry, we take no reservations then{reason}."
        opening = hours.opening_at(self.week, starts_at)
        if opening is None:
            return "We are closed at that time."
        needed = self.stay(party_size) if self.last_seating is None else self.last_seating
        if starts_at + needed > opening.ends_at:
            return "That is too close to our closing time."
        return TAKEN


def stay(settings: RestaurantSettings, party_size: int) -> timedelta:
    minutes = {int(size): int(length) for size, length in settings.turn_minutes.items()}
    return availability.turn(party_size, minutes)


def read(
    place: Place,
    settings: RestaurantSettings,
    *,
    day: date,
    now: datetime,
    but: str = "",
    moves: UUID | None = None,
) -> Day:
    """`but`: a hold that does not count, because it is the asker's own; `moves`: a booking likewise."""
    zone = ZoneInfo(place.timezone)
    start = datetime.combine(day, time(0), tzinfo=zone) - timedelta(hours=12)
    end = start + timedelta(hours=60)
    return Day(
        place=place,
        settings=settings,
        week=restaurant.read_week(timezone=place.timezone),
        day=day,
        seatings=_seatings(),
        taken=(*_booked(start, end, moves), *_held(start, end, but, now)),
        blackouts=tuple(
            Blackout(row.first_day, row.last_day, row.opens, row.closes, row.reason)
            for row in BlackoutDate.objects.filter(first_day__lte=day + timedelta(days=1), last_day__gte=day)
        ),
        now=now,
    )


def _seatings() -> tuple[Seating, ...]:
    """Every table in use, and every combination all of whose tables are."""
    tables = {row.pk: row.seats for row in DiningTable.objects.filter(active=True)}
    single = [Seating((str(key),), seats) for key, seats in tables.items()]
    joined = []
    for row in TableCombination.objects.filter(active=True).prefetch_related("tables"):
        keys = sorted(str(table.pk) for table in row.tables.all())
        if len(keys) > 1 and all(UUID(key) in tables for key in keys):
            joined.append(Seating(tuple(keys), row.seats))
    return (*single, *joined)


def _booked(start: datetime, end: datetime, moves: UUID | None) -> list[Taken]:
    standing = Reservation.objects.filter(starts_at__lt=end, ends_at__gt=start, status__in=STANDING)
    rows = standing.exclude(pk=moves) if moves else standing
    tables: dict[UUID, list[str]] = defaultdict(list)
    for reservation_id, table_id in ReservationTable.objects.filter(reservation__in=rows).values_list(
        "reservation_id", "table_id"
    ):
        tables[reservation_id].append(str(table_id))
    return [Taken(tuple(tables[row.pk]), row.starts_at, row.ends_at, row.party_size) for row in rows]


def _held(start: datetime, end: datetime, but: str, now: datetime) -> list[Taken]:
    held = Hold.objects.filter(starts_at__lt=end, ends_at__gt=start, until__gt=now).exclude(key=but)
    return [
        Taken(tuple(row.tables), row.starts_at, row.ends_at, row.party_size)
        for row in held
        if row.starts_at is not None and row.ends_at is not None
    ]
