"""The day's book as staff read it: every table with who sits there when, and how many guests come in each quarter."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from apps.reservations.availability import STEP
from apps.reservations.day import STANDING
from apps.reservations.models import BlackoutDate, DiningTable, Reservation
from apps.restaurant import services as restaurant
from apps.tenants.scope import Place

EXPECTED = (*STANDING, "finished")
SHOWN = (*EXPECTED, "no_show")


@dataclass(frozen=True, slots=True)
class TableDay:
    table: DiningTable
    bookings: list[Reservation]


@dataclass(frozen=True, slots=True)
class Covers:
    """Guests whose booking begins within a quarter of an hour."""

    starts_at: datetime
    covers: int


@dataclass(frozen=True, slots=True)
class Sheet:
    date: date
    tables: list[TableDay]
    off_tables: list[Reservation]
    """Who has left, or never came: their tables are others' again."""
    covers: list[Covers]
    pacing_covers: int | None
    """Most guests to seat within a quarter."""
    blackouts: list[BlackoutDate]


@dataclass(frozen=True, slots=True)
class DayOfWeek:
    date: date
    bookings: int
    guests: int
    fullest: Covers | None
    """The quarter in which most come."""
    is_open: bool
    blackouts: list[BlackoutDate]


def bounds(day: date, *, timezone: str) -> tuple[datetime, datetime]:
    """A restaurant's day, from its midnight to the next."""
    zone = ZoneInfo(timezone)
    return datetime.combine(day, time(0), tzinfo=zone), datetime.combine(day + timedelta(days=1), time(0), tzinfo=zone)


def of(place: Place, *, day: date) -> Sheet:
    start, end = bounds(day, timezone=place.timezone)
    rows = Reservation.objects.filter(starts_at__gte=start, starts_at__lt=end, status__in=SHOWN)
    bookings = list(rows.prefetch_related("seats_at__table"))
    at: dict[str, list[Reservation]] = defaultdict(list)
    for booking in bookings:
        for seat in booking.seats_at.all():
            at[str(seat.table_id)].append(booking)
    tables = [table for table in DiningTable.objects.all() if table.active or str(table.pk) in at]
    return Sheet(
        date=day,
        tables=[TableDay(table, at[str(table.pk)]) for table in tables],
        off_tables=[booking for booking in bookings if not booking.seats_at.all()],
        covers=_covers(bookings),
        pacing_covers=restaurant.settings().pacing_covers,
        blackouts=list(BlackoutDate.objects.filter(first_day__lte=day, last_day__gte=day)),
    )


def week(place: Place, *, first: date) -> list[DayOfWeek]:
    """Seven days in outline."""
    dates = [first + timedelta(days=number) for number in range(7)]
    zone, hours = ZoneInfo(place.timezone), restaurant.read_week(timezone=place.timezone)
    start, end = bounds(first, timezone=place.timezone)[0], bounds(dates[-1], timezone=place.timezone)[1]
    rows = Reservation.objects.filter(starts_at__gte=start, starts_at__lt=end, status__in=EXPECTED)
    of: dict[date, list[Reservation]] = defaultdict(list)
    for row in rows.only("starts_at", "party_size", "status"):
        of[row.starts_at.astimezone(zone).date()].append(row)
    blackouts = list(BlackoutDate.objects.filter(first_day__lte=dates[-1], last_day__gte=first))
    return [
        DayOfWeek(
            date=day,
            bookings=len(of[day]),
            guests=sum(row.party_size for row in of[day]),
            fullest=max(_covers(of[day]), key=lambda quarter: quarter.covers, default=None),
            is_open=bool(hours.spans_on(day)),
            blackouts=[one for one in blackouts if one.first_day <= day <= one.last_day],
        )
        for day in dates
    ]


def _covers(bookings: Iterable[Reservation]) -> list[Covers]:
    counted: Counter[datetime] = Counter()
    for booking in bookings:
        if booking.status != "no_show":
            begins = booking.starts_at.astimezone(UTC)
            counted[begins - (begins - datetime.min.replace(tzinfo=UTC)) % STEP] += booking.party_size
    return [Covers(moment, covers) for moment, covers in sorted(counted.items())]
