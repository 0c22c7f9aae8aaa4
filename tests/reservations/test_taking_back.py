"""A slip of the finger: a booking stands again as before its last step, at its table or at one that fits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from apps.reservations import steps, taking_back
from apps.reservations.models import DiningTable, Reservation, ReservationEvent
from apps.reservations.refusals import Refusal
from tests.reservations.test_reservations import NOW, SEVEN, book, hold, only_tables
from tests.reservations.test_steps import booked

LATER = SEVEN + timedelta(minutes=20)


def tables(row: Reservation) -> list[str]:
    return sorted(row.seats_at.values_list("table__name", flat=True))


def ids(row: Reservation) -> list[str]:
    return [str(each) for each in row.seats_at.values_list("table_id", flat=True)]


def step(row: Reservation, *taken: str, now: Any = LATER) -> Reservation:
    for to in taken:
        row = steps.advance(row.pk, to=to, by="sam", now=now)
    return row


def back(place: Any, row: Reservation, *, at: list[str] | None = None, now: Any = LATER) -> Reservation:
    return taking_back.take_back(place, row, tables=at or [], by="sam", now=now)


@pytest.mark.parametrize(
    ("taken", "was"),
    [
        (["confirmed"], "booked"),
        (["seated"], "booked"),
        (["confirmed", "seated"], "confirmed"),
        (["seated", "finished"], "seated"),
        (["confirmed", "no_show"], "confirmed"),
        (["cancelled"], "booked"),
    ],
)
def test_the_last_step_is_taken_back_and_that_is_kept(in_bella: Any, taken: list[str], was: str) -> None:
    only_tables(2, 2)
    row = booked(in_bella)
    had, named = ids(row), tables(row)
    row = back(in_bella, step(row, *taken), at=had)
    row.refresh_from_db()
    assert (row.status, row.ends_at, row.cancelled_reason) == (was, SEVEN + timedelta(minutes=75), "")
    assert tables(row) == named
    last = ReservationEvent.objects.order_by("id").last()
    assert last is not None
    assert (last.status, last.by, last.note) == (was, "sam", "taken back")
    with pytest.raises(Refusal, match="cannot be taken back"):
        back(in_bella, row, at=had)


def test_a_table_that_others_have_meanwhile_is_not_taken_from_them(in_bella: Any) -> None:
    only_tables(2, 2)
    row = booked(in_bella)
    had, old = ids(row), tables(row)
    row = step(row, "cancelled")
    other = book(in_bella, hold(in_bella, key="call:2").version, key="call:2")
    assert tables(other) == old
    assert tables(back(in_bella, row, at=had)) != old
    row = step(row, "no_show")
    book(in_bella, hold(in_bella, key="call:3").version, key="call:3")
    with pytest.raises(Refusal, match="given to others"):
        back(in_bella, row, at=had)
    row.refresh_from_db()
    assert row.status == "no_show"


def test_what_is_over_stays_as_it_is(in_bella: Any) -> None:
    row = step(booked(in_bella), "no_show")
    with pytest.raises(Refusal, match="cannot be taken back"):
        back(in_bella, row, now=SEVEN + timedelta(hours=3))
    gone = step(booked(in_bella, key="call:2"), "cancelled", now=NOW)
    assert taking_back.step_before(gone, now=NOW + timedelta(minutes=14)) == "booked"
    assert taking_back.step_before(gone, now=NOW + timedelta(minutes=16)) == "", "others count on its table since"
    assert taking_back.step_before(booked(in_bella, key="call:3"), now=NOW) == ""


def test_a_table_that_is_out_of_use_is_none(in_bella: Any) -> None:
    only_tables(2, 2)
    row = booked(in_bella)
    had, named = ids(row), tables(row)
    row = step(row, "no_show")
    DiningTable.objects.filter(pk__in=had).update(active=False)
    assert tables(back(in_bella, row, at=had)) not in ([], named)
