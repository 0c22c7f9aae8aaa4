"""Which table is free when: turn times, pacing, opening hours, the smallest table that fits. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from apps.reservations.availability import STEP, Table, Taken, quarters, table_for, turn
from apps.restaurant.hours import Opening

SEVEN = datetime(2026, 11, 27, 19, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVENING = Opening(SEVEN - 2 * HOUR, SEVEN + 3 * HOUR)
ROOM = [Table("six", 6), Table("b-two", 2), Table("a-two", 2), Table("four", 4)]


def found(
    party_size: int, *taken: Taken, at: datetime = SEVEN, stay: timedelta = HOUR, pacing: int | None = None
) -> str:
    table = table_for(
        party_size, starts_at=at, stay=stay, tables=ROOM, taken=taken, opening=EVENING, pacing_covers=pacing
    )
    return table.id if table else ""


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
    assert found(2, Taken("a-two", SEVEN, SEVEN + HOUR, 2)) == "b-two"


def test_a_table_is_free_again_the_moment_a_party_leaves() -> None:
    assert found(5, Taken("six", SEVEN - HOUR, SEVEN, 5)) == "six"
    assert found(5, Taken("six", SEVEN + HOUR, SEVEN + 2 * HOUR, 5)) == "six"
    assert found(5, Taken("six", SEVEN - HOUR, SEVEN + timedelta(minutes=1), 5)) == ""
    assert found(5, Taken("six", SEVEN + timedelta(minutes=59), SEVEN + 2 * HOUR, 5)) == ""


def test_a_whole_stay_lies_within_opening_hours() -> None:
    assert found(2, at=EVENING.starts_at) == "a-two"
    assert found(2, at=EVENING.starts_at - timedelta(minutes=1)) == ""
    assert found(2, at=EVENING.ends_at - HOUR) == "a-two"
    assert found(2, at=EVENING.ends_at - HOUR + timedelta(minutes=1)) == ""
    assert table_for(2, starts_at=SEVEN, stay=HOUR, tables=ROOM, taken=[], opening=None) is None


def test_no_more_guests_begin_within_a_quarter_of_an_hour_than_the_kitchen_can_take() -> None:
    earlier = Taken("six", SEVEN - timedelta(minutes=14), SEVEN + HOUR, 6)
    assert found(4, earlier, pacing=10) == "four"
    assert found(4, earlier, pacing=9) == ""
    assert found(4, Taken("six", SEVEN - STEP, SEVEN + HOUR, 6), pacing=4) == "four"


def test_times_are_offered_every_quarter_until_the_stay_no_longer_fits() -> None:
    opening = Opening(SEVEN + timedelta(minutes=5, seconds=3), SEVEN + timedelta(minutes=100))
    assert quarters(opening, stay=HOUR) == [SEVEN + timedelta(minutes=each) for each in (15, 30)]
    assert quarters(Opening(SEVEN, SEVEN + HOUR), stay=HOUR) == [SEVEN]
    assert quarters(Opening(SEVEN, SEVEN + HOUR), stay=2 * HOUR) == []


bookings = st.lists(
    st.tuples(st.integers(0, 3), st.integers(-120, 120), st.integers(1, 180), st.integers(1, 6)).map(
        lambda each: Taken(
            ROOM[each[0]].id,
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
        table
        for table in ROOM
        if table.seats >= party
        and not any(
            one.table_id == table.id and one.starts_at <= each < one.ends_at for one in taken for each in minutes
        )
    ]
    begun = sum(one.covers for one in taken if timedelta(minutes=-15) < one.starts_at - at < timedelta(minutes=15))
    possible = open_all_along and bool(free) and (pacing is None or begun + party <= pacing)
    got = found(party, *taken, at=at, stay=stay, pacing=pacing)
    assert bool(got) == possible
    if got:
        assert min(table.seats for table in free) == next(table.seats for table in free if table.id == got)
