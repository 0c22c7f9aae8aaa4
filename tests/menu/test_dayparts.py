"""When dishes are on the menu: windows by weekday, time and season, with days on which the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.menu import dayparts, shelf
from apps.menu import services as menu
from apps.menu.dayparts import Window
from apps.menu.models import Category, Daypart, MenuItem
from apps.restaurant import services as restaurant
from apps.restaurant.models import OpeningHours

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


# ---- on a restaurant's menu -----------------------------------------------------------------------------


def lunch(**more: Any) -> Daypart:
    return Daypart.objects.create(name="Lunch", weekdays=list(range(7)), opens="11:00", closes="15:00", **more)


def test_a_dish_outside_its_window_cannot_be_had_and_says_when(in_bella: Any) -> None:
    lunch().items.add(MenuItem.objects.get(name="Lasagna"))
    card = menu.read_card(now=at("2026-11-23 16:00"))
    lasagna = next(item for item in card.items if item.name == "Lasagna")
    assert (lasagna.available, lasagna.off_hours) == (False, True)
    assert lasagna.unavailable_reason == "only served from eleven a m to three p m"
    assert card.by_id[lasagna.id] == lasagna
    noon = card.at(at("2026-11-24 12:00"))
    assert noon.by_id[lasagna.id].available


def test_an_items_own_window_beats_its_categorys(in_bella: Any) -> None:
    lunch().categories.add(Category.objects.get(name="Pasta"))
    night = Daypart.objects.create(name="Night", weekdays=list(range(7)), opens="18:00", closes="23:00")
    night.items.add(MenuItem.objects.get(name="Lasagna"))
    card = menu.read_card(now=at("2026-11-23 12:00"))
    served = {item.name: item.available for item in card.items if item.category == "Pasta"}
    assert not served.pop("Lasagna")
    assert all(served.values())


def test_what_is_sold_out_stays_so_within_its_window(in_bella: Any) -> None:
    lasagna = MenuItem.objects.get(name="Lasagna")
    lunch().items.add(lasagna)
    menu.eighty_six(lasagna)
    card = menu.read_card(now=at("2026-11-23 12:00")).at(at("2026-11-23 12:30"))
    item = next(item for item in card.items if item.name == "Lasagna")
    assert (item.available, item.off_hours, item.unavailable_reason) == (False, False, "sold out")


def test_alcohol_keeps_its_sale_hours_and_is_nowhere_until_it_is_sold(in_bella: Any) -> None:
    lunch(for_alcohol=True)
    noon, night = at("2026-11-23 12:00"), at("2026-11-23 20:00")
    wines = [item for item in menu.read_card(now=noon).items if item.alcohol]
    assert wines
    assert all(item.available for item in wines)
    assert not any(item.available for item in menu.read_card(now=night).items if item.alcohol)
    unsold = [item for item in menu.read_card(now=noon, alcohol_sold=False).items if item.alcohol]
    assert {item.unavailable_reason for item in unsold} == {"not sold over the phone"}
    begun_before = menu.read_card(now=noon).at(at("2026-11-23 14:50"), handed_over=at("2026-11-23 15:10"))
    assert not any(item.available for item in begun_before.items if item.alcohol), "sold is when it is handed over"


def test_a_cached_menu_changes_when_a_window_opens(in_bella: Any) -> None:
    lunch().items.add(MenuItem.objects.get(name="Lasagna"))
    before, after = at("2026-11-23 10:59"), at("2026-11-23 11:00")

    def served(now: datetime) -> bool:
        card = shelf.current(in_bella.id, now=now).card
        return next(item for item in card.items if item.name == "Lasagna").available

    assert [served(before), served(before + timedelta(seconds=30)), served(after)] == [False, False, True]


def test_off_until_tomorrow_is_back_when_the_house_opens_next(in_bella: Any) -> None:
    OpeningHours.objects.all().delete()
    for weekday in range(7):
        OpeningHours.objects.create(weekday=weekday, opens="17:00", closes="01:00")
    week = restaurant.read_week(timezone=CHICAGO)
    row = MenuItem.objects.get(name="Lasagna")
    for now in (at("2026-11-23 18:00"), at("2026-11-24 00:30")):  # the same evening, for the house
        menu.eighty_six_until_tomorrow(row, now=now, week=week)
        row.refresh_from_db()
        assert row.sold_out_until == at("2026-11-24 17:00")
