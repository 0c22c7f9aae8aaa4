"""When one more order can be due: minute by minute beside a slow count of every stretch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.orders.pacing import (
    BUSY_LASTS,
    GRACE,
    Pace,
    Prep,
    earliest,
    has_room,
    latest,
    prep_time,
    still_holds,
    up_to_the_minute,
)

SEVEN = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def at(minutes: float) -> datetime:
    return SEVEN + timedelta(minutes=minutes)


# ---- the oracle -----------------------------------------------------------------------------------------


def fullest_with(due: Sequence[int], minute: int, *, within: int) -> int:
    """The most orders in any stretch that holds this minute, one more being due then: every stretch is counted."""
    everything = [*due, minute]
    return max(
        sum(start <= one < start + within for one in everything) for start in range(minute - within + 1, minute + 1)
    )


def free_by_hand(due: Sequence[int], minute: int, *, most: int, within: int) -> bool:
    return fullest_with(due, minute, within=within) <= most


minutes = st.lists(st.integers(-60, 120), max_size=14)
mosts = st.integers(1, 5)
windows = st.integers(1, 40)


@settings(max_examples=300, deadline=None)
@given(minutes, st.integers(-30, 90), mosts, windows)
def test_room_is_what_counting_every_stretch_says(due: list[int], minute: int, most: int, within: int) -> None:
    pace = Pace(most, timedelta(minutes=within))
    free = free_by_hand(due, minute, most=most, within=within)
    assert has_room([at(one) for one in due], at(minute), pace=pace) == free


@settings(max_examples=300, deadline=None)
@given(minutes, st.integers(-30, 90), mosts, windows)
def test_the_earliest_and_the_latest_are_those_a_minute_hand_finds(
    due: list[int], minute: int, most: int, within: int
) -> None:
    pace = Pace(most, timedelta(minutes=within))
    moments = [at(one) for one in due]
    after = next(one for one in range(minute, 1000) if free_by_hand(due, one, most=most, within=within))
    assert earliest(moments, at(minute), pace=pace) == at(after)
    reach = range(minute, minute - 31, -1)
    before = next((one for one in reach if free_by_hand(due, one, most=most, within=within)), None)
    found = latest(moments, at(minute), not_before=at(minute - 30), pace=pace)
    assert found == (None if before is None else at(before))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=25), mosts, windows)
def test_orders_that_slide_one_after_the_other_never_overfill_any_stretch(
    wanted: list[int], most: int, within: int
) -> None:
    pace = Pace(most, timedelta(minutes=within))
    due: list[datetime] = []
    for one in wanted:
        slot = earliest(due, at(one), pace=pace)
        assert slot is not None
        assert slot >= at(one)
        due.append(slot)
    for start in due:
        assert sum(start <= one < start + pace.within for one in due) <= most


@given(st.lists(st.floats(-60, 120), max_size=10), st.floats(-30, 90), mosts, windows)
def test_times_that_are_given_are_whole_minutes_with_room_even_between_odd_seconds(
    due: list[float], moment: float, most: int, within: int
) -> None:
    pace = Pace(most, timedelta(minutes=within))
    moments = [at(one) for one in due]
    slot = earliest(moments, at(moment), pace=pace)
    assert slot is not None
    back = latest(moments, at(moment), not_before=at(-1000), pace=pace)
    assert back is not None
    for found in (slot, back):
        assert (found.second, found.microsecond) == (0, 0)
        assert has_room(moments, found, pace=pace)
    assert back <= at(moment) <= slot


# ---- examples -------------------------------------------------------------------------------------------


def test_two_full_quarters_do_not_meet_at_their_border() -> None:
    pace = Pace(2, timedelta(minutes=15))
    due = [at(13), at(14)]
    assert not has_room(due, at(15), pace=pace)
    assert not has_room(due, at(27), pace=pace)
    assert has_room(due, at(28), pace=pace)
    assert has_room(due, at(-1), pace=pace)
    assert earliest(due, at(0), pace=pace) == at(28)


def test_a_stretch_of_exactly_the_window_is_two() -> None:
    assert has_room([at(0), at(15)], at(14), pace=Pace(2, timedelta(minutes=15)))
    assert not has_room([at(0), at(14)], at(13), pace=Pace(2, timedelta(minutes=15)))


def test_a_kitchen_that_takes_nothing_has_no_next_time() -> None:
    pace = Pace(0, timedelta(minutes=15))
    assert earliest([], SEVEN, pace=pace) is None
    assert latest([], SEVEN, not_before=at(-60), pace=pace) is None


def test_what_staff_made_too_full_is_left_behind() -> None:
    pace = Pace(1, timedelta(minutes=10))
    assert earliest([SEVEN, SEVEN, SEVEN], SEVEN, pace=pace) == at(10)


@pytest.mark.parametrize(("late", "kept"), [(-9, True), (0, True), (5, True), (6, False)])
def test_a_time_that_was_read_back_is_kept_for_a_little_while(late: int, kept: bool) -> None:
    assert still_holds(SEVEN, soonest=at(late)) is kept
    assert timedelta(minutes=5) == GRACE


def test_minutes_are_filled_up() -> None:
    assert up_to_the_minute(at(0)) == at(0)
    assert up_to_the_minute(SEVEN + timedelta(microseconds=1)) == at(1)
    assert up_to_the_minute(SEVEN + timedelta(seconds=59)) == at(1)


# ---- how long it takes ----------------------------------------------------------------------------------

USUAL = Prep(25, busy_from=6, busy_extra=15)
TONIGHT = Prep(25, override=45, until=at(120), busy_from=6, busy_extra=15)


@pytest.mark.parametrize(
    ("prep", "in_kitchen", "due", "expected"),
    [
        (Prep(25), 99, 0, 25),
        (USUAL, 5, 0, 25),
        (USUAL, 6, 0, 40),
        (USUAL, 6, 60, 40),
        (USUAL, 6, 61, 25),  # the rush is over by then
        (TONIGHT, 99, 0, 45),  # staff's word beats the count
        (TONIGHT, 0, 179, 45),  # begun before it ends
        (TONIGHT, 0, 180, 25),
        (Prep(25, override=10, until=at(-1), busy_from=1, busy_extra=5), 1, 0, 30),
        (Prep(25, override=10, until=SEVEN), 1, 0, 25),
        (Prep(25, override=0, until=at(1)), 1, 0, 0),
    ],
)
def test_an_order_takes_as_long_as_the_kitchens_load_makes_it(
    prep: Prep, in_kitchen: int, due: int, expected: int
) -> None:
    found = prep_time(prep, in_kitchen=in_kitchen, due=at(due), now=SEVEN)
    assert found == expected * MINUTE
    assert timedelta(hours=1) == BUSY_LASTS
