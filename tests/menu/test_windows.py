"""When dishes are on the menu: windows by weekday, time and season, with days on which the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.menu import dayparts
from apps.menu.dayparts import Window

CHICAGO = "America/Chicago"
EVERY_DAY = frozenset(range(7))
LUNCH = Window("Lunch", frozenset(range(5)), time(11), time(15))
LATE = Window("Late", frozenset({4, 5}), time(22), time(2))
SEASON = Window("Season", EVERY_DAY, time(0), time(0), date(2026, 4, 15), date(2026, 6, 24))
WINDOWS = st.builds(
    Window,
    name=st.just("x"),
    weekdays=st.frozensets(st.integers(0, 6)),
    opens=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    closes=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    first=st.none() | st.dates(date(2026, 1, 1), date(2026, 6, 1)),
    last=st.none() | st.dates(date(2026, 6, 1), date(2026, 12, 31)),
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(CHICAGO))


@pytest.mark.parametrize(
    ("window", "moment", "served"),
    [
        (LUNCH, "2026-11-23 10:59", False),  # a Monday
        (LUNCH, "2026-11-23 11:00", True),
        (LUNCH, "2026-11-23 14:59", True),
        (LUNCH, "2026-11-23 15:00", False),
        (LUNCH, "2026-11-22 12:00", False),
        (LATE, "2026-11-27 23:00", True),  # a Friday
        (LATE, "2026-11-28 01:59", True),
        (LATE, "2026-11-28 02:00", False),
        (LATE, "2026-11-29 01:00", True),
        (LATE, "2026-11-27 01:00", False),
        (SEASON, "2026-06-24 23:59", True),
        (
            Window("Season", EVERY_DAY, time(0), time(0), date(2026, 4, 15), date(2026, 6, 24)),
            "2026-06-25 00:00",
            False,
        ),
        (
            Window("Season", EVERY_DAY, time(0), time(0), date(2026, 4, 15), date(2026, 6, 24)),
            "2026-04-14 23:59",
            False,
        ),
    ],
)
def test_a_window_holds_from_its_opening_to_its_closing(window: Window, moment: str, served: bool) -> None:
    assert dayparts.hold([window], at(moment), timezone=CHICAGO) == served


def test_without_windows_a_dish_is_always_on_the_menu_and_with_several_in_any() -> None:
    assert dayparts.hold([], at("2026-11-23 03:00"), timezone=CHICAGO)
    assert dayparts.hold([LUNCH, LATE], at("2026-11-27 23:00"), timezone=CHICAGO)


def oracle(window: Window, moment: datetime) -> bool:
    """Slowly: whether the wall clock has passed its opening more recently than its closing, day by day."""
    zone = ZoneInfo(CHICAGO)
    for day in (moment.astimezone(zone).date() + timedelta(days=back) for back in (-2, -1, 0, 1)):
        if day.weekday() not in window.weekdays:
            continue
        if (window.first and day < window.first) or (window.last and day > window.last):
            continue
        start = datetime.combine(day, window.opens, tzinfo=zone).astimezone(UTC)
        end_day = day if window.closes > window.opens else day + timedelta(days=1)
        if start <= moment < datetime.combine(end_day, window.closes, tzinfo=zone).astimezone(UTC):
            return True
    return False


@given(WINDOWS, MOMENTS)
def test_it_agrees_with_a_slow_walk_over_the_days(window: Window, moment: datetime) -> None:
    assert dayparts.hold([window], moment, timezone=CHICAGO) == oracle(window, moment)


@given(st.lists(WINDOWS, min_size=1, max_size=3), MOMENTS)
def test_nothing_changes_before_the_next_change(windows: list[Window], moment: datetime) -> None:
    edge = dayparts.next_change(windows, moment, timezone=CHICAGO)
    until = min(edge or moment + timedelta(days=6), moment + timedelta(days=6))
    state = [dayparts.hold([window], moment, timezone=CHICAGO) for window in windows]
    assert edge is None or edge > moment
    for part in range(8):
        between = moment + (until - moment) * part / 8
        assert [dayparts.hold([window], between, timezone=CHICAGO) for window in windows] == state


@pytest.mark.parametrize(
    ("windows", "said"),
    [
        ([LUNCH], "only served from eleven a m to three p m on weekdays"),
        ([LATE], "only served from ten p m to two a m on Fridays and Saturdays"),
        ([Window("B", EVERY_DAY, time(7, 30), time(11))], "only served from seven thirty a m to eleven a m"),
        ([Window("B", frozenset({6}), time(9), time(11))], "only served from nine a m to eleven a m on Sundays"),
    ],
)
def test_it_is_said_as_a_person_would(windows: list[Window], said: str) -> None:
    assert dayparts.say(windows) == said
