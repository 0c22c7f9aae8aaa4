"""Opening hours: split shifts, after midnight, special days, summer time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from apps.restaurant.hours import (
    Opening,
    Span,
    Week,
    business_day,
    end_of_day,
    local,
    next_opening,
    opening_at,
    openings,
    overlapping,
)

CHICAGO = ZoneInfo("America/Chicago")
LUNCH, DINNER, LATE = Span(time(11), time(14)), Span(time(17), time(22)), Span(time(18), time(1))
WEEK = Week(
    timezone="America/Chicago",
    weekly={0: [LUNCH, DINNER], 4: [LATE], 5: [LATE]},
    special={date(2026, 12, 25): [], date(2026, 12, 28): [Span(time(12), time(13))]},
)


def at(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=CHICAGO)


def test_open_between_and_closed_outside_a_split_shift() -> None:
    assert opening_at(WEEK, at(23, 11)) is not None
    assert opening_at(WEEK, at(23, 14)) is None
    assert opening_at(WEEK, at(23, 16, 59)) is None
    assert opening_at(WEEK, at(23, 21, 59)) == Opening(at(23, 17), at(23, 22))


def test_half_past_midnight_belongs_to_the_evening_before() -> None:
    saturday = at(28, 0, 30)
    assert opening_at(WEEK, saturday) == Opening(at(27, 18), at(28, 1))
    assert business_day(WEEK, saturday) == date(2026, 11, 27)
    assert business_day(WEEK, at(28, 1)) == date(2026, 11, 28)


def test_a_special_day_beats_the_week() -> None:
    assert opening_at(WEEK, at(25, 19, month=12)) is None  # a Friday
    assert opening_at(WEEK, at(28, 18, month=12)) is None  # a Monday
    assert opening_at(WEEK, at(28, 12, 30, month=12)) is not None


def test_the_next_opening_is_found_over_closed_days() -> None:
    assert next_opening(WEEK, at(23, 22)) == Opening(at(27, 18), at(28, 1))
    assert next_opening(WEEK, at(23, 12)) == Opening(at(23, 17), at(23, 22))  # and not the one that is running
    assert next_opening(Week(timezone="America/Chicago"), at(23, 22)) is None


def test_round_the_clock_has_no_seam_at_midnight() -> None:
    always = Week(timezone="America/Chicago", weekly={d: [Span(time(0), time(0))] for d in range(7)})
    opening = opening_at(always, at(23, 23, 59))
    assert opening is not None
    assert opening.ends_at > at(24, 12)
    assert business_day(always, at(24, 0, 5)) == date(2026, 11, 24)


def test_a_time_that_does_not_exist_becomes_the_one_the_clock_jumps_to() -> None:
    moment = local(date(2026, 3, 8), time(2, 30), timezone="America/New_York")
    assert moment.isoformat() == "2026-03-08T03:30:00-04:00"


@given(
    moment=st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 1, 1)),
    spans=st.dictionaries(st.integers(0, 6), st.lists(st.tuples(st.times(), st.times()), max_size=3), max_size=7),
)
def test_open_agrees_with_looking_at_every_stretch(moment: datetime, spans: dict[int, list[tuple[time, time]]]) -> None:
    week = Week(timezone="America/New_York", weekly={d: [Span(*pair) for pair in pairs] for d, pairs in spans.items()})
    aware = moment.replace(tzinfo=UTC)
    today = aware.astimezone(ZoneInfo("America/New_York")).date()
    simple = any(
        local(day, span.opens, timezone=week.timezone)
        <= aware
        < local(day if span.closes > span.opens else day + timedelta(days=1), span.closes, timezone=week.timezone)
        for day in (today - timedelta(days=1), today, today + timedelta(days=1))
        for span in week.spans_on(day)
    )
    assert (opening_at(week, aware) is not None) == simple


@given(spans=st.lists(st.tuples(st.times(), st.times()), max_size=4))
def test_stretches_are_in_order_and_never_touch(spans: list[tuple[time, time]]) -> None:
    week = Week(timezone="UTC", weekly={d: [Span(*pair) for pair in spans] for d in range(7)})
    found = openings(week, first=date(2026, 5, 1), days=5)
    for one, other in pairwise(found):
        assert one.starts_at < one.ends_at < other.starts_at


def test_the_day_is_over_with_its_last_closing_or_at_midnight() -> None:
    assert end_of_day(WEEK, at(23, 12)) == at(23, 22), "a Monday with two shifts"
    assert end_of_day(WEEK, at(23, 22, 30)) == at(24, 0), "nothing is ahead any more"
    assert end_of_day(WEEK, at(24, 12)) == at(25, 0), "closed all day"
    assert end_of_day(WEEK, at(28, 0, 30)) == at(28, 1), "still Friday evening"
    assert end_of_day(WEEK, at(28, 1, 30)) == at(29, 1)


def test_spans_overlap_when_one_begins_while_another_lasts_also_over_the_end_of_the_week() -> None:
    early = Span(time(0, 30), time(2))
    all_day = Span(time(0), time(0))
    assert overlapping(WEEK.weekly) is None
    assert overlapping({}) is None
    assert overlapping({0: [Span(time(11), time(14)), Span(time(14), time(16))]}) is None, "they touch"
    assert overlapping({day: [all_day] for day in range(7)}) is None, "round the clock"
    assert overlapping({0: [DINNER, Span(time(21), time(23))]}) == (0, Span(time(21), time(23)))
    assert overlapping({4: [LATE], 5: [early]}) == (5, early)
    assert overlapping({6: [LATE], 0: [early]}) == (0, early)
    assert overlapping({2: [LUNCH, LUNCH]}) == (2, LUNCH)
    assert overlapping({3: [all_day, LUNCH]}) == (3, LUNCH)


@given(spans=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 23), st.integers(0, 23)), max_size=6))
def test_overlap_agrees_with_counting_every_hour_of_the_week(spans: list[tuple[int, int, int]]) -> None:
    taken: list[int] = []
    weekly: dict[int, list[Span]] = {}
    for day, opens, closes in spans:
        weekly.setdefault(day, []).append(Span(time(opens), time(closes)))
        taken += [(day * 24 + opens + hour) % 168 for hour in range((closes - opens) % 24 or 24)]
    assert (overlapping(weekly) is not None) == (len(set(taken)) < len(taken))
