"""Tables pushed together, blackouts, last arrivals; and histories after which nobody sits on anybody's lap."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from apps.outbox.models import Work
from apps.reservations import services as reservations
from apps.reservations import steps
from apps.reservations.models import (
    BlackoutDate,
    DiningTable,
    Hold,
    Reservation,
    ReservationTable,
    TableCombination,
)
from apps.restaurant.models import OpeningHours
from apps.tenants import scope
from tests.reservations.test_reservations import CHICAGO, FRIDAY, NOW, SEVEN, book, hold, only_tables, set_up


def push_together(*names: str, seats: int) -> TableCombination:
    made = TableCombination.objects.create(name="+".join(names), seats=seats)
    made.tables.set(DiningTable.objects.filter(name__in=names))
    return made


def tables_of(row: Reservation) -> list[str]:
    return list(reservations.as_json(row)["tables"])


def test_a_party_too_large_for_any_table_sits_at_two_and_both_are_taken(in_bella: Any) -> None:
    only_tables(2, 4)
    push_together("t0", "t1", seats=6)
    row = book(in_bella, hold(in_bella, party_size=6).version)
    assert tables_of(row) == ["t0", "t1"]
    with pytest.raises(reservations.Full):
        hold(in_bella, key="call:2", party_size=2)
    reservations.cancel(row, reason="ill", now=NOW)
    assert tables_of(book(in_bella, hold(in_bella, key="call:2", party_size=2).version, key="call:2")) == ["t0"]


def test_a_combination_with_a_table_out_of_use_is_none(in_bella: Any) -> None:
    only_tables(2, 4)
    push_together("t0", "t1", seats=6)
    DiningTable.objects.filter(name="t0").update(active=False)
    with pytest.raises(reservations.Full):
        hold(in_bella, party_size=6)


def test_the_database_itself_keeps_two_parties_from_one_table(in_bella: Any) -> None:
    row = book(in_bella, hold(in_bella).version)
    taken = row.seats_at.get()
    other = Reservation.objects.create(
        reference="OTHER", key="other", name="Joan", party_size=2, starts_at=row.starts_at, ends_at=row.ends_at,
        confirmed_by="x",
    )  # fmt: skip
    wanted = {"reservation": other, "table": taken.table}
    last_minute = row.ends_at - timedelta(minutes=1)
    with pytest.raises(DatabaseError, match="reservation_tables_one_party"), transaction.atomic():
        ReservationTable.objects.create(**wanted, starts_at=last_minute, ends_at=row.ends_at + timedelta(hours=1))
    ReservationTable.objects.create(**wanted, starts_at=row.ends_at, ends_at=row.ends_at + timedelta(hours=1))


def test_a_blackout_is_refused_with_its_reason_and_another_day_is_offered(in_bella: Any) -> None:
    BlackoutDate.objects.create(first_day=FRIDAY, last_day=FRIDAY, reason="for a private party")
    with pytest.raises(reservations.Refusal, match="no reservations then for a private party"):
        hold(in_bella)
    found = reservations.find_slots(in_bella, party_size=2, day=FRIDAY, clock=time(19), now=NOW)
    assert not found.available
    assert {moment.astimezone(CHICAGO).date() for moment in found.alternatives} == {FRIDAY + timedelta(days=1)}
    assert SEVEN + timedelta(days=1) in found.alternatives


def test_guests_arrive_so_long_before_closing_as_the_restaurant_says(in_bella: Any) -> None:
    OpeningHours.objects.all().delete()
    OpeningHours.objects.create(weekday=4, opens="17:00", closes="22:00")
    late = SEVEN.replace(hour=21, minute=30)
    with pytest.raises(reservations.Refusal, match="too close to our closing"):
        hold(in_bella, starts_at=late)
    set_up(last_seating_minutes=30)
    assert hold(in_bella, starts_at=late).version == 1
    with pytest.raises(reservations.Refusal, match="too close to our closing"):
        hold(in_bella, starts_at=late + timedelta(minutes=1))
    slots = reservations.find_slots(in_bella, party_size=2, day=FRIDAY, clock=None, now=NOW).slots
    assert slots[-1] == late


# ---- histories ------------------------------------------------------------------------------------------

HOUR = timedelta(hours=1)


def oracle(place: Any, pacing: int) -> None:
    """Slowly: at every quarter of an hour, who sits where, and how many have just come."""
    standing = list(Reservation.objects.filter(status__in=["booked", "confirmed", "seated"]))
    for row in standing:
        rows = list(row.seats_at.select_related("table"))
        names = {taken.table.name for taken in rows}
        single = {"t0": 2, "t1": 2, "t2": 4}
        seats = 5 if names == {"t0", "t1"} else single[names.pop()] if len(names) == 1 else 0
        assert seats >= row.party_size, "they do not fit"
        assert all((taken.starts_at, taken.ends_at) == (row.starts_at, row.ends_at) for taken in rows)
    for quarter in range(-4, 40):
        moment = datetime(2026, 11, 27, 23, 0, tzinfo=UTC) + quarter * timedelta(minutes=15)
        sitting = [
            taken.table_id for row in standing if row.starts_at <= moment < row.ends_at for taken in row.seats_at.all()
        ]
        assert len(sitting) == len(set(sitting)), "two parties at one table"
        coming = sum(row.party_size for row in standing if moment <= row.starts_at < moment + timedelta(minutes=15))
        assert coming <= pacing
    gone = Reservation.objects.exclude(status__in=["booked", "confirmed", "seated"])
    assert not ReservationTable.objects.filter(reservation__in=gone).exists()


@pytest.mark.parametrize("seed", range(6))
def test_after_any_history_no_table_is_taken_twice_and_no_quarter_is_too_full(in_bella: Any, seed: int) -> None:
    dice = random.Random(seed)
    only_tables(2, 2, 4)
    push_together("t0", "t1", seats=5)
    set_up(pacing_covers=7, turn_minutes={"2": 75, "8": 105})
    now = NOW
    for number in range(90):
        now += timedelta(minutes=dice.choice((0, 1, 4)))
        key = f"call:{dice.randrange(12)}"
        starts = SEVEN - HOUR + timedelta(minutes=15 * dice.randrange(17))
        rows = list(Reservation.objects.filter(status__in=["booked", "confirmed", "seated"]))
        try:
            match dice.randrange(6):
                case 0 | 1:
                    hold(in_bella, key=key, party_size=dice.randint(1, 5), starts_at=starts, now=now)
                case 2 | 3:
                    kept = Hold.objects.filter(key=key).first()
                    book(in_bella, kept.version if kept else 1, key=key, now=now)
                case 4 if rows:
                    moved = dice.choice(rows)
                    hold(in_bella, key=key, party_size=moved.party_size, starts_at=starts, moves=moved, now=now)
                case 5 if rows:
                    to = dice.choice(["confirmed", "seated", "finished", "no_show", "cancelled"])
                    steps.advance(dice.choice(rows).pk, to=to, by="sam", now=now)
        except reservations.Refusal:
            pass
        if number % 10 == 9:
            oracle(in_bella, pacing=7)
    assert Reservation.objects.count() > 3


def test_fifty_callers_race_for_the_last_two_tables_and_the_pair_goes_to_one(
    open_restaurant: Callable[..., Any],
) -> None:
    place = open_restaurant(like="bella-napoli")
    with scope.enter(place):
        only_tables(2, 2)
        push_together("t0", "t1", seats=5)

    def inside(number: int) -> Any:
        key = f"call:{number}"
        try:
            with scope.enter(place):
                made = hold(place, key=key, party_size=5 if number % 2 else 2)
                return tables_of(book(place, made.version, key=key))
        except reservations.Full:
            return []
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        won = [tables for tables in pool.map(inside, range(50)) if tables]
    assert won in ([["t0", "t1"]], [["t0"], ["t1"]], [["t1"], ["t0"]])
    Work.objects.filter(restaurant_id=place.id).delete()


def test_times_on_the_days_the_clocks_change_keep_their_order_and_their_stay(in_bella: Any) -> None:
    for day in (date(2027, 3, 14), date(2027, 11, 7)):
        set_up(booking_days_ahead=400)
        slots = reservations.find_slots(in_bella, party_size=2, day=day, clock=None, now=NOW).slots
        assert slots == sorted(set(slots))
        assert len(slots) in (92, 100)
