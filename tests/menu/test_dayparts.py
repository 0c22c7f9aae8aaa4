"""Dishes of some hours on a restaurant's menu, alcohol among them, and what is off until tomorrow."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apps.menu import services as menu
from apps.menu import shelf
from apps.menu.models import Category, Daypart, MenuItem
from apps.restaurant import services as restaurant
from apps.restaurant.models import OpeningHours

CHICAGO = "America/Chicago"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(CHICAGO))


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
