"""What staff do by hand: tables of their choice, who waits gets one, the times a day has, a week in outline."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest

from apps.reservations import by_hand, services, sheet, steps, waitlist
from apps.reservations.models import BlackoutDate, DiningTable, Reservation, ReservationEvent
from apps.reservations.refusals import Full, Refusal
from apps.restaurant.models import OpeningHours
from tests.reservations.test_reservations import FRIDAY, NOW, SEVEN, only_tables, set_up
from tests.reservations.test_steps import NUMBER, booked, wait
from tests.reservations.test_taking_back import tables


def table(name: str) -> Any:
    return DiningTable.objects.get(name=name).pk


def sit(place: Any, row: Reservation, *names: str) -> Reservation:
    return by_hand.sit_at(place, row, tables={table(each) for each in names}, by="sam", now=NOW)


def test_staff_choose_the_tables_and_who_moves_chairs_knows(in_bella: Any) -> None:
    only_tables(2, 4, 2)
    row = booked(in_bella, party_size=3)
    assert tables(sit(in_bella, row, "t0")) == ["t0"], "two seats for three: their decision"
    assert tables(sit(in_bella, row, "t0", "t2")) == ["t0", "t2"]
    row.refresh_from_db()
    assert row.revision == 3
    assert list(ReservationEvent.objects.values_list("note", flat=True)) == ["", "changed: tables", "changed: tables"]
    sit(in_bella, row, "t2", "t0")
    row.refresh_from_db()
    assert row.revision == 3, "nothing changed"


def test_nobody_is_put_where_others_sit(in_bella: Any) -> None:
    only_tables(2, 2)
    row, other = booked(in_bella, key="call:1"), booked(in_bella, key="call:2")
    (theirs,) = tables(other)
    with pytest.raises(Refusal, match=f"Somebody else has {theirs} then"):
        sit(in_bella, row, theirs)
    DiningTable.objects.filter(name=theirs).update(active=False)
    with pytest.raises(Refusal, match="in use"):
        sit(in_bella, row, theirs)
    steps.advance(row.pk, to="cancelled", by="ana", now=NOW)
    row.refresh_from_db()
    with pytest.raises(Refusal, match="does not stand"):
        sit(in_bella, row, theirs)


def test_who_waits_is_booked_without_a_number_too_and_waits_no_longer(in_bella: Any) -> None:
    only_tables(2)
    entry = wait("kate", number="")
    row = by_hand.seat_from_waitlist(in_bella, entry.pk, by="sam", now=NOW)
    entry.refresh_from_db()
    assert (row.name, row.party_size, row.starts_at, row.confirmed_by) == ("Kate", 2, SEVEN, "sam")
    assert entry.status == "booked"
    with pytest.raises(Refusal, match="do not wait"):
        by_hand.seat_from_waitlist(in_bella, entry.pk, by="sam", now=NOW)
    with pytest.raises(Full):
        by_hand.seat_from_waitlist(in_bella, wait("joan", number=NUMBER).pk, by="sam", now=NOW)


def test_who_is_taken_off_the_list_can_be_put_back(in_bella: Any) -> None:
    entry = wait("kate")
    assert waitlist.take_off(entry.pk).status == "expired"
    with pytest.raises(Refusal, match="do not wait"):
        waitlist.take_off(entry.pk)
    assert waitlist.put_back(entry.pk).status == "waiting"
    with pytest.raises(Refusal, match="wait already"):
        waitlist.put_back(entry.pk)


def test_every_time_of_a_day_says_whether_it_is_free(in_bella: Any) -> None:
    only_tables(2)
    OpeningHours.objects.all().delete()
    OpeningHours.objects.create(weekday=FRIDAY.weekday(), opens=time(18), closes=time(21))
    row = booked(in_bella)
    listed = dict(services.times(in_bella, party_size=2, day=FRIDAY, now=NOW))
    assert next(iter(listed)) == SEVEN - timedelta(hours=1)
    assert listed[SEVEN] is False
    own = dict(services.times(in_bella, party_size=2, day=FRIDAY, now=NOW, moves=row.pk))
    assert all(own.values())
    assert services.times(in_bella, party_size=2, day=FRIDAY, now=SEVEN + timedelta(hours=3)) == []


def test_a_week_says_how_full_each_day_is_and_when_none_is_booked(in_bella: Any) -> None:
    OpeningHours.objects.filter(weekday=0).delete()
    set_up(pacing_covers=20)
    booked(in_bella, key="call:1", party_size=4)
    booked(in_bella, key="call:2", party_size=2)
    booked(in_bella, key="call:3", party_size=2, starts_at=SEVEN + timedelta(hours=1))
    missed = booked(in_bella, key="call:4", party_size=8)
    steps.advance(missed.pk, to="no_show", by="sam", now=SEVEN)
    BlackoutDate.objects.create(first_day=date(2026, 11, 28), last_day=date(2026, 11, 29))
    days = sheet.week(in_bella, first=date(2026, 11, 23))
    assert [each.is_open for each in days] == [False, True, True, True, True, True, True]
    friday = days[4]
    assert (friday.bookings, friday.guests) == (3, 8)
    assert friday.fullest is not None
    assert (friday.fullest.starts_at, friday.fullest.covers) == (SEVEN, 6)
    assert [len(each.blackouts) for each in days] == [0, 0, 0, 0, 0, 1, 1]
    assert days[0].fullest is None
