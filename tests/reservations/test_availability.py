"""Which table is free when: turn times, pacing, opening hours, the smallest table that fits. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.reservations.availability import STEP, Blackout, Seating, Taken, quarters, seating_for, turn
from apps.restaurant.hours import Opening

SEVEN = datetime(2026, 11, 27, 19, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVENING = Opening(SEVEN - 2 * HOUR, SEVEN + 3 * HOUR)
ROOM = [Seating(("six",), 6), Seating(("b-two",), 2), Seating(("a-two",), 2), Seating(("four",), 4)]


def found(
    party_size: int, *taken: Taken, at: datetime = SEVEN, stay: timedelta = HOUR, pacing: int | None = None
) -> str:
    seating = seating_for(
        party_size, starts_at=at, stay=stay, seatings=ROOM, taken=taken, opening=EVENING, pacing_covers=pacing
    )
    return "+".join(seating.tables) if seating else ""


def test_a_party_stays_as_long_as_the_smallest_size_it_fits_into() -> None:
    minutes = {2: 75, 8: 120, 4: 90}
    assert [turn(size, minutes) for size in (1, 2, 3, 5, 9)] == [
        timedelta(minutes=each) for each in (75, 75, 90, 120, 120)
    ]
    assert turn(3, {}) == timedelta(minutes=90)


def test_the_smallest_table_that_seats_the_party_is_taken_and_then_the_next() -> None:
    assert found(1) == "a-two"
    assert found(3) == "four"
    assert found(7) == ""
    assert found(2, Taken(("a-two",), SEVEN, SEVEN + HOUR, 2)) == "b-two"


def test_a_table_is_free_again_the_moment_a_party_leaves() -> None:
    assert found(5, Taken(("six",), SEVEN - HOUR, SEVEN, 5)) == "six"
    assert found(5, Taken(("six",), SEVEN + HOUR, SEVEN + 2 * HOUR, 5)) == "six"
    assert found(5, Taken(("six",), SEVEN - HOUR, SEVEN + timedelta(minutes=1), 5)) == ""
    assert found(5, Taken(("six",), SEVEN + timedelta(minutes=59), SEVEN + 2 * HOUR, 5)) == ""


def test_a_whole_stay_lies_within_opening_hours() -> None:
    assert found(2, at=EVENING.starts_at) == "a-two"
    assert found(2, at=EVENING.starts_at - timedelta(minutes=1)) == ""
    assert found(2, at=EVENING.ends_at - HOUR) == "a-two"
    assert found(2, at=EVENING.ends_at - HOUR + timedelta(minutes=1)) == ""
    assert seating_for(2, starts_at=SEVEN, stay=HOUR, seatings=ROOM, taken=[], opening=None) is None


def test_no_more_guests_begin_within_a_quarter_of_an_hour_than_the_kitchen_can_take() -> None:
    earlier = Taken(("six",), SEVEN - timedelta(minutes=14), SEVEN + HOUR, 6)
    assert found(4, earlier, pacing=10) == "four"
    assert found(4, earlier, pacing=9) == ""
    assert found(4, Taken(("six",), SEVEN - STEP, SEVEN + HOUR, 6), pacing=4) == "four"


def test_times_are_offered_every_quarter_until_the_stay_no_longer_fits() -> None:
    opening = Opening(SEVEN + timedelta(minutes=5, seconds=3), SEVEN + timedelta(minutes=100))
    assert quarters(opening, stay=HOUR) == [SEVEN + timedelta(minutes=each) for each in (15, 30)]
    assert quarters(Opening(SEVEN, SEVEN + HOUR), stay=HOUR) == [SEVEN]
    assert quarters(Opening(SEVEN, SEVEN + HOUR), stay=2 * HOUR) == []


bookings = st.lists(
    st.tuples(st.integers(0, 3), st.integers(-120, 120), st.integers(1, 180), st.integers(1, 6)).map(
        lambda each: Taken(
            ROOM[each[0]].tables,
            SEVEN + timedelta(minutes=each[1]),
            SEVEN + timedelta(minutes=each[1] + each[2]),
            each[3],
        )
    ),
    max_size=6,
)


@given(party=st.integers(1, 7), taken=bookings, minute=st.integers(-130, 190), pacing=st.none() | st.integers(1, 12))
def test_a_table_given_is_free_for_every_minute_and_none_is_given_only_when_there_is_none(
    party: int, taken: list[Taken], minute: int, pacing: int | None
) -> None:
    at, stay = SEVEN + timedelta(minutes=minute), timedelta(minutes=45)
    minutes = [at + timedelta(minutes=each) for each in range(45)]
    open_all_along = all(EVENING.starts_at <= each < EVENING.ends_at for each in minutes)
    free = [
        seating
        for seating in ROOM
        if seating.seats >= party
        and not any(
            one.tables == seating.tables and one.starts_at <= each < one.ends_at for one in taken for each in minutes
        )
    ]
    begun = sum(one.covers for one in taken if timedelta(minutes=-15) < one.starts_at - at < timedelta(minutes=15))
    possible = open_all_along and bool(free) and (pacing is None or begun + party <= pacing)
    got = found(party, *taken, at=at, stay=stay, pacing=pacing)
    assert bool(got) == possible
    if got:
        assert min(seating.seats for seating in free) == next(one.seats for one in free if one.tables == (got,))


# ---- tables pushed together, arrivals before closing, days that are not booked --------------------------


def joined(party_size: int, *taken: Taken, room: tuple[Seating, ...]) -> tuple[str, ...]:
    seating = seating_for(party_size, starts_at=SEVEN, stay=HOUR, seatings=room, taken=taken, opening=EVENING)
    return seating.tables if seating else ()


def test_tables_are_pushed_together_only_when_no_single_one_is_as_good() -> None:
    pair = Seating(("a-two", "b-two"), 4)
    room = (*ROOM, pair)
    assert joined(4, room=room) == ("four",)
    assert joined(4, Taken(("four",), SEVEN, SEVEN + HOUR, 4), room=room) == ("a-two", "b-two")
    assert joined(5, room=room) == ("six",)


def test_a_combination_is_taken_when_one_of_its_tables_is_and_takes_them_all() -> None:
    room = (Seating(("a",), 2), Seating(("b",), 2), Seating(("a", "b"), 5))
    assert joined(4, Taken(("b",), SEVEN, SEVEN + HOUR, 2), room=room) == ()
    assert joined(2, Taken(("a", "b"), SEVEN, SEVEN + HOUR, 5), room=room) == ()
    assert joined(5, room=room) == ("a", "b")


def test_where_only_arrivals_count_a_stay_may_outlast_closing() -> None:
    room = [Seating(("t",), 4)]
    late = {"stay": HOUR, "seatings": room, "taken": [], "opening": EVENING, "last_seating": timedelta(minutes=30)}
    assert seating_for(2, starts_at=EVENING.ends_at - timedelta(minutes=30), **late) is not None
    assert seating_for(2, starts_at=EVENING.ends_at - timedelta(minutes=29), **late) is None


@pytest.mark.parametrize(
    ("arrival", "held"),
    [
        ("2026-12-23 19:00", False),
        ("2026-12-24 00:00", True),
        ("2026-12-26 23:59", True),
        ("2026-12-27 00:00", False),
    ],
)
def test_a_blackout_holds_for_its_first_and_its_last_day(arrival: str, held: bool) -> None:
    assert Blackout(date(2026, 12, 24), date(2026, 12, 26)).holds(datetime.fromisoformat(arrival)) == held


def test_a_blackout_may_be_of_some_hours() -> None:
    lunch = Blackout(date(2026, 12, 24), date(2026, 12, 26), time(11), time(15))
    held = [
        lunch.holds(datetime(2026, 12, 25, hour, minute)) for hour, minute in ((10, 59), (11, 0), (14, 59), (15, 0))
    ]
    assert held == [False, True, True, False]
