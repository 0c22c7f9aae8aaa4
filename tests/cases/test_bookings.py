"""Tables booked in whole calls by the embedded model: what was offered, changed, dropped and left open."""

from __future__ import annotations

from typing import Any

import pytest

from apps.reservations.models import DiningTable, Reservation
from tests.cases.people import Shop

FRIDAY_NOON = "2026-07-03T12:00-05:00"


@pytest.fixture
def open_shop(shop: Shop, at: Any) -> Shop:
    """From eleven in the morning to ten in the evening, on a Friday at noon."""
    shop.opens(("11:00", "22:00"))
    at(FRIDAY_NOON)
    return shop


def booked(shop: Shop) -> list[tuple[str, int, str]]:
    """Local time, party and name of every standing booking."""
    with shop.books():
        rows = Reservation.objects.exclude(status="cancelled").order_by("starts_at")
        return [(f"{shop.local(row.starts_at):%Y-%m-%d %H:%M}", row.party_size, row.name) for row in rows]


@pytest.mark.parametrize(
    ("words", "stands"),
    [
        (("a table for two in two weeks on friday at noon", "Kate", "yes"), ("2026-07-17 12:00", 2, "Kate")),
        (("can we come in tomorrow at seven, there are four of us", "Kate", "yes"), ("2026-07-04 19:00", 4, "Kate")),
        (("do you have a table for saturday or sunday at 7 for three", "sunday", "Kate", "yes"),
         ("2026-07-05 19:00", 3, "Kate")),
        (("we'd like to come by tomorrow at half past six", "me and my wife", "Kate", "yes"),
         ("2026-07-04 18:30", 2, "Kate")),
        (("book a table for four or five people tomorrow at 7", "five", "it's under Kate", "yes"),
         ("2026-07-04 19:00", 5, "Kate")),
        (("a table for two tomorrow at 7", "Kate", "no", "the time", "half past eight", "yes"),
         ("2026-07-04 20:30", 2, "Kate")),
        (("a table for two tomorrow at 7", "Kate", "change the reservation to eight", "yes"),
         ("2026-07-04 20:00", 2, "Kate")),
        (("a table for two tomorrow at 7", "Kate", "make it sunday and two more people", "yes"),
         ("2026-07-05 19:00", 4, "Kate")),
        (("a table for two tomorrow at 7", "Kate", "no, the name is Joan", "yes"), ("2026-07-04 19:00", 2, "Joan")),
        (("a table for two tomorrow at 7", "are you open on sunday?", "Kate", "yes"), ("2026-07-04 19:00", 2, "Kate")),
        (("a table for two tomorrow at 7", "Kate", "yes", "can you change my reservation to eight", "yes"),
         ("2026-07-04 20:00", 2, "Kate")),
        (("a table for two tomorrow at 7", "Kate", "yes", "actually move my reservation to sunday", "yes"),
         ("2026-07-05 19:00", 2, "Kate")),
    ],
)  # fmt: skip
def test_what_stands_after_a_call(open_shop: Shop, words: tuple[str, ...], stands: tuple[str, int, str]) -> None:
    talk = open_shop.call(*words, "bye")
    assert booked(open_shop) == [stands], talk.lines


@pytest.mark.parametrize(
    "words",
    [
        ("a table for two tomorrow at 7", "Kate", "never mind"),
        ("a table for two tomorrow at 7", "Kate", "no, cancel the reservation", "yes"),
        ("a table for two tomorrow at 7", "Kate", "no", "no thank you"),
        ("a table for two tomorrow at 7", "Kate", "are you open on sunday?", "yes"),
        ("a table for two tomorrow at 7", "Kate", "yes", "please cancel my reservation", "yes"),
    ],
)
def test_nothing_stands_that_was_not_agreed_to(open_shop: Shop, words: tuple[str, ...]) -> None:
    talk = open_shop.call(*words, "bye")
    assert booked(open_shop) == [], talk.lines


@pytest.mark.parametrize(
    ("answer", "stands"),
    [("the first one please", ""), ("the last one", ""), ("what about sunday at seven", "2026-07-05 19:00")],
)
def test_when_it_is_full_a_near_time_is_taken_by_pointing_at_it(open_shop: Shop, answer: str, stands: str) -> None:
    with open_shop.books():
        DiningTable.objects.all().delete()
        DiningTable.objects.create(name="the only one", seats=2)
    open_shop.call("a table for two tomorrow at seven p m", "Kate", "yes", "bye")
    talk = open_shop.call("a table for two tomorrow at seven p m", "Joan", answer, "yes", "bye", caller="+15125550199")
    looked = talk.tools("get_availability")[-1]["result"]
    times = [moment[:16].replace("T", " ") for moment in (*looked["alternatives"], *looked["slots"])][:3]
    wanted = stands or times[0 if "first" in answer else -1]
    assert (wanted, 2, "Joan") in booked(open_shop), talk.lines


def test_the_number_that_was_given_is_the_bookings(open_shop: Shop) -> None:
    said = "a table for two tomorrow at seven, my number is five one two five five five oh one nine nine"
    talk = open_shop.call(said, "Kate", "yes", "bye")
    assert booked(open_shop) == [("2026-07-04 19:00", 2, "Kate")], talk.lines
    with open_shop.books():
        assert Reservation.objects.get().number == "+15125550199"
