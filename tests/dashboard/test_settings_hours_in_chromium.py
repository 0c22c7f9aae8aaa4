"""The pages of hours and tables in a real browser: by keyboard alone, with the focus where the hands are."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from apps.reservations.models import DiningTable
from apps.restaurant import services as restaurant
from apps.restaurant.models import SpecialDay
from apps.tenants import scope
from tests.dashboard.open_page import connected, told


def focused(page: Any, id: str) -> None:
    page.wait_for_function(f"() => document.activeElement?.id === '{id}'")


def test_a_week_is_changed_by_keyboard_alone(house: Any, opened: Any) -> None:
    place, cook = house()
    page = opened(f"/r/{place.slug}/settings/hours/", cook)
    connected(page)
    page.focus("#opens-0-0")
    page.keyboard.type("1100AM")
    page.focus("#closes-0-0")
    page.keyboard.type("0230PM")
    page.focus("#add-0")
    page.keyboard.press("Enter")
    focused(page, "opens-0-1")
    page.keyboard.type("0200PM")
    page.focus("#closes-0-1")
    page.keyboard.type("1000PM")
    page.keyboard.press("Enter")  # saves, and does not copy or add
    page.locator("#fault-0-1", has_text="This starts before 2:30 pm").wait_for()
    focused(page, "closes-0-1")
    page.fill("#opens-0-1", "17:00")
    page.focus("#open-1")
    page.keyboard.press("Space")
    page.locator("li", has=page.locator("#open-1")).get_by_text("Closed all day").wait_for()
    page.focus("#save-week")
    page.keyboard.press("Enter")
    told(page, "Hours saved")
    focused(page, "save-week")
    with scope.enter(place):
        weekly = restaurant.read_week(timezone=place.timezone).weekly
    assert [f"{span.opens:%H:%M}-{span.closes:%H:%M}" for span in weekly[0]] == ["11:00-14:30", "17:00-22:00"]
    assert 1 not in weekly


def test_a_day_is_copied_and_the_picture_and_the_callers_words_follow(house: Any, opened: Any) -> None:
    place, cook = house()
    page = opened(f"/r/{place.slug}/settings/hours/", cook)
    connected(page)
    page.fill("#opens-2-0", "09:00")
    page.fill("#closes-2-0", "17:00")
    page.focus("#more-2")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Copy to every day").press("Enter")
    page.get_by_text("Wednesday’s hours are copied.").wait_for()
    focused(page, "more-2")
    assert page.get_by_role("img", name="Sunday: 9:00 am to 5:00 pm").count() == 1
    before = page.locator("#hears .hear").nth(1).inner_text()
    page.click("#save-week")
    told(page, "Hours saved")
    page.wait_for_function("(was) => document.querySelectorAll('#hears .hear')[1].innerText !== was", arg=before)
    assert "from nine a m to five p m" in page.locator("#hears .hear").nth(1).inner_text()


def test_a_special_day_is_added_taken_away_and_put_back(house: Any, opened: Any) -> None:
    place, cook = house()
    day = date.today() + timedelta(days=20)
    page = opened(f"/r/{place.slug}/settings/hours/", cook)
    connected(page)
    page.focus("#day-new")
    page.keyboard.press("Enter")
    page.fill("#date-new", str(day))
    page.fill("#note-new", "Thanksgiving")
    page.click("#keep-new")
    told(page, "is saved")
    page.click(f"#day-{day}")
    page.get_by_role("button", name="Remove", exact=True).click()
    told(page, "is an ordinary day again")
    assert page.locator(f"#day-{day}").count() == 0
    page.locator("#toast").get_by_role("button", name="Undo").click()
    page.locator(f"#day-{day}").wait_for()
    with scope.enter(place):
        assert SpecialDay.objects.get().note == "Thanksgiving"


def test_two_who_change_one_table_are_told_apart(house: Any, opened: Any) -> None:
    place, cook = house()
    with scope.enter(place):
        row = DiningTable.objects.get(name="4-1")
    pages = [opened(f"/r/{place.slug}/settings/tables/", cook) for _ in range(2)]
    for page in pages:
        connected(page)
        page.click(f"#row-{row.pk}")
    for seats, page in enumerate(pages, start=5):
        page.fill(f"#seats-tables-{row.pk}", str(seats))
        page.click(f"#change-tables-{row.pk}")
    told(pages[0], "is saved")
    pages[1].get_by_text("Somebody else has just changed this.").wait_for()
    with scope.enter(place):
        assert DiningTable.objects.get(name="4-1").seats == 5


def test_rows_of_minutes_come_and_go_with_the_focus(house: Any, opened: Any) -> None:
    place, cook = house()
    page = opened(f"/r/{place.slug}/settings/tables/", cook)
    connected(page)
    keys = page.locator("[name=turn_minutes_key]")
    before = keys.count()
    page.get_by_role("button", name="Add a row").press("Enter")
    assert keys.count() == before + 1
    page.keyboard.type("12")
    page.keyboard.press("Tab")
    page.keyboard.type("150")
    page.get_by_role("button", name="Remove this row").first.press("Enter")
    page.click("#save")
    told(page, "Booking rules saved")
    with scope.enter(place):
        assert restaurant.settings().turn_minutes == {"4": 90, "8": 120, "12": 150}
