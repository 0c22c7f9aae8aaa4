"""The book in a real browser: by keyboard alone, live beside a call, and two people at one booking."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from tests.dashboard.looking import LOOKS, look
from tests.dashboard.open_page import connected, told

pytestmark = pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")  # WhiteNoise's files

Booked = Callable[..., Any]


@pytest.fixture
def book(house: Any) -> tuple[Any, str, str]:
    """A restaurant that opens at five, who works there, and the address of a day of next week."""
    from django.utils import timezone

    from apps.restaurant.models import OpeningHours
    from apps.tenants import scope

    place, cook = house()
    with scope.enter(place):
        OpeningHours.objects.update(opens=time(17), closes=time(22))
    return place, cook, f"/r/{place.slug}/bookings/?day={timezone.now().date() + timedelta(days=7)}"


def booked(place: Any, path: str, *, name: str = "Kate Bush", clock: str = "19:00") -> Any:
    """As a call does: a hold, the caller's yes, a booking."""
    from zoneinfo import ZoneInfo

    from django.utils import timezone

    from apps.reservations import services
    from apps.tenants import scope

    day = datetime.fromisoformat(path.rpartition("=")[2]).date()
    starts_at = datetime.combine(day, time.fromisoformat(clock), ZoneInfo(place.timezone))
    with scope.enter(place):
        now = timezone.now()
        held = services.hold(place, key=f"call:{name}", party_size=4, starts_at=starts_at, name=name, now=now)
        return services.book(
            place, key=held.key, version=held.version, yes_version=held.version, by="caller", at_ms=900, now=now
        )


def at(page: Any) -> str:
    """Where the hands are."""
    found: str = page.evaluate("document.activeElement.id")
    return found


def tab_to(page: Any, field: str) -> None:
    while at(page) != field:
        page.keyboard.press("Tab")


def test_a_booking_by_keyboard_alone(book: Any, opened: Any) -> None:
    _place, cook, path = book
    page = connected(opened(path, cook))
    tab_to(page, "add")
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Add a booking").wait_for()
    page.wait_for_function("() => document.activeElement.id === 'party'")
    page.keyboard.type("4")
    tab_to(page, "time")
    page.keyboard.type("7")
    page.wait_for_function("() => document.getElementById('time').value === '19:00'")
    tab_to(page, "name")
    page.keyboard.type("Kate Bush")
    page.keyboard.press("Enter")
    told(page, "Booked: Kate Bush, party of 4")
    page.get_by_role("dialog").wait_for(state="hidden")
    assert at(page) == "add", "the hands are where they were"
    page.get_by_role("link", name="Kate Bush 7:00 pm").wait_for()


def test_a_booking_that_a_call_makes_appears_by_itself(book: Any, opened: Any) -> None:
    place, cook, path = book
    page = connected(opened(path, cook))
    page.get_by_text("Nobody has booked for this day").wait_for()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    booked(place, path)
    page.get_by_role("link", name="Kate Bush 7:00 pm").wait_for()
    assert len(asked) == 1, "what happened at once is asked for once"
    assert page.locator(".plan-plot a").count() == 1, "and in the picture"


def test_one_touch_seats_and_undo_takes_it_back(book: Any, opened: Any) -> None:
    place, cook, path = book
    row = booked(place, path)
    page = connected(opened(path, cook))
    page.locator(f"#open-{row.pk}").click()
    page.get_by_role("dialog", name="Kate Bush").get_by_role("button", name="Seat").click()
    told(page, "Kate Bush is seated")
    assert page.get_by_role("heading", name="At their tables 1").count() == 1
    page.get_by_role("button", name="Undo").click()
    told(page, "Taken back: Kate Bush")
    page.get_by_role("heading", name="To come 1").wait_for()


def test_two_people_at_one_booking_the_later_is_told_and_loses_no_word(book: Any, opened: Any) -> None:
    place, cook, path = book
    row = booked(place, path)
    early, late = (connected(opened(path, cook)) for _ in range(2))
    for page in (early, late):
        page.locator(f"#open-{row.pk}").click()
        page.get_by_role("dialog", name="Kate Bush").wait_for()
    late.fill("#notes", "by the window")
    early.fill("#name", "Katherine Bush")
    early.get_by_role("button", name="Save the change").click()
    told(early, "Changed: Katherine Bush")
    late.locator(f"#open-{row.pk}", has_text="Katherine Bush").wait_for(state="attached")
    late.get_by_role("button", name="Save the change").click()
    late.get_by_role("alert").get_by_text("has just changed the booking of Katherine Bush").wait_for()
    assert late.input_value("#notes") == "by the window"
    late.fill("#name", "Katherine Bush")
    late.get_by_role("button", name="Save the change").click()
    told(late, "Changed: Katherine Bush")
    late.locator("#guests").get_by_text("by the window").wait_for()


def test_days_are_stepped_through_without_leaving_the_button(book: Any, opened: Any) -> None:
    from django.utils.formats import date_format

    _place, cook, path = book
    day = datetime.fromisoformat(path.rpartition("=")[2]).date()
    page = connected(opened(path, cook))
    page.locator("#step-on").focus()
    for number in (1, 2):
        page.keyboard.press("Enter")
        there = day + timedelta(days=number)
        page.get_by_text(f"{date_format(there, 'l')}, {date_format(there, 'MONTH_DAY_FORMAT')}").wait_for()
        page.wait_for_url(f"**/bookings/?day={there}")
        assert at(page) == "step-on"
    page.go_back()
    page.get_by_text(date_format(day + timedelta(days=1), "MONTH_DAY_FORMAT")).wait_for()
    connected(page).get_by_role("link", name="Add a booking").click()
    page.get_by_role("dialog", name="Add a booking").wait_for()


def test_what_is_wrong_is_shown_at_its_field_and_nothing_is_lost(book: Any, opened: Any) -> None:
    _place, cook, path = book
    page = connected(opened(path, cook))
    page.get_by_role("link", name="Add a booking").click()
    page.select_option("#time", "19:00")
    page.fill("#name", "Kate Bush")
    page.fill("#number", "12")
    page.get_by_role("dialog").get_by_role("button", name="Book", exact=True).click()
    page.locator("#number-wrong").wait_for()
    page.wait_for_function("() => document.activeElement.id === 'number'")
    assert (page.input_value("#name"), page.input_value("#time")) == ("Kate Bush", "19:00")
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    assert at(page) == "add"


def test_the_desk_is_for_everybody(book: Any, opened: Any) -> None:
    place, cook, path = book
    row = booked(place, path)
    page = connected(opened(path, cook, reduced_motion="reduce"))
    page.locator(f"#open-{row.pk}").click()
    page.get_by_role("dialog", name="Kate Bush").wait_for()
    look(page, "bookings-desk", [*LOOKS, ("light", "narrow")])
    assert page.evaluate("document.getElementById('desk').scrollWidth <= innerWidth")
