"""A booking that moves: one booking all the time, at its old time until the yes to the new one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from apps.calls.models import Message
from apps.outbox import services as outbox
from apps.outbox.models import Work
from apps.reservations import services as reservations
from apps.reservations.models import Reservation
from tests.reservations.test_reservations import NOW, SEVEN, book, hold, only_tables

pytestmark = pytest.mark.django_db
SOONER = SEVEN - timedelta(minutes=30)


def booked(place: Any, **more: Any) -> Reservation:
    return book(place, hold(place, **more).version)


def test_it_moves_to_where_only_its_own_table_stands_in_the_way_and_keeps_its_reference(in_bella: Any) -> None:
    only_tables(2)
    row = booked(in_bella)
    held = hold(in_bella, key="call:2", starts_at=SOONER, moves=row)
    moved = book(in_bella, held.version, key="call:2")
    assert (moved.pk, moved.reference, moved.status) == (row.pk, row.reference, "booked")
    assert (moved.starts_at, moved.ends_at) == (SOONER, SOONER + (row.ends_at - row.starts_at))
    assert Reservation.objects.count() == 1


def test_the_old_time_stands_until_the_yes(in_bella: Any) -> None:
    row = booked(in_bella)
    held = hold(in_bella, key="call:2", starts_at=SOONER, moves=row)
    with pytest.raises(reservations.Refusal, match="your yes"):
        book(in_bella, held.version, key="call:2", yes=0)
    row.refresh_from_db()
    assert row.starts_at == SEVEN


def test_saying_yes_twice_moves_it_once(in_bella: Any) -> None:
    row = booked(in_bella, number="+15125550188")
    held = hold(in_bella, key="call:2", starts_at=SOONER, moves=row, number=row.number)
    assert book(in_bella, held.version, key="call:2") == book(in_bella, held.version, key="call:2")
    assert Work.objects.filter(kind="reservation.booked").count() == 2, "one for the booking, one for the move"
    for work in Work.objects.filter(kind="reservation.booked"):
        for _ in range(2):
            outbox._handlers[work.kind](work.payload)
    assert Message.objects.count() == 2


def test_what_was_cancelled_meanwhile_does_not_move(in_bella: Any) -> None:
    row = booked(in_bella)
    held = hold(in_bella, key="call:2", starts_at=SOONER, moves=row)
    reservations.cancel(row, reason="the other guest called", now=NOW)
    with pytest.raises(reservations.Refusal, match="does not stand"):
        book(in_bella, held.version, key="call:2")


def test_a_later_hold_of_the_same_call_is_a_new_booking_again(in_bella: Any) -> None:
    row = booked(in_bella)
    hold(in_bella, key="call:2", starts_at=SOONER, moves=row)
    fresh = hold(in_bella, key="call:2", starts_at=SOONER)
    assert book(in_bella, fresh.version, key="call:2").pk != row.pk
    assert Reservation.objects.count() == 2
