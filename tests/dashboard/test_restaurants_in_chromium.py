"""The installation's own pages in a real browser: by keyboard, with Undo, and as axe-core looks at them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dashboard.looking import LOOKS, look

pytestmark = pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")  # WhiteNoise's files

BOSS = "super@loman.test"


def test_suspended_by_keyboard_and_taken_back(house: Any, opened: Any) -> None:
    from apps.tenants.models import Restaurant

    place, _ = house()

    def state() -> str:
        return str(Restaurant.objects.get(pk=place.id).state)

    page = opened(f"/restaurants/?q={place.slug}", BOSS)
    page.locator(f"#stop-{place.id}").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Has not paid")
    page.keyboard.press("Enter")
    page.locator("#toast", has_text="is suspended").wait_for()
    assert page.get_by_text("Has not paid").is_visible()
    assert state() == "suspended"
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    page.locator("#toast", has_text="is resumed").wait_for()
    assert state() == "live"


def test_the_switcher_of_a_house_leads_back_to_the_list(house: Any, opened: Any) -> None:
    place, _ = house()
    page = opened(f"/restaurants/?q={place.slug}", BOSS)
    page.locator("a.btn", has_text=place.name).click()
    page.wait_for_url(f"**/r/{place.slug}/")
    page.locator(".house").click()
    page.get_by_role("link", name="All restaurants").click()
    page.wait_for_url("**/restaurants/")


def test_a_step_that_was_refused_keeps_the_rest_by_keyboard_alone(opened: Any) -> None:
    page = opened("/restaurants/new/", BOSS)
    page.locator("#name").focus()
    page.keyboard.type("Roma in a browser")
    page.keyboard.press("Enter")
    page.get_by_label("Monday opens").fill("11:00")
    page.keyboard.press("Enter")
    page.get_by_text("Give both times, or none").wait_for()
    assert page.get_by_label("Monday opens").input_value() == "11:00"
    page.get_by_label("Monday closes").fill("22:00")
    page.keyboard.press("Enter")
    page.get_by_label("Menu file").wait_for()
    page.get_by_role("button", name="Back").press("Enter")
    assert page.get_by_label("Monday closes").input_value() == "22:00"


@pytest.mark.parametrize("path", ["", "new/"])
def test_axe_finds_nothing_to_complain_of(open_restaurant: Any, opened: Any, path: str) -> None:
    from apps.tenants.models import Restaurant

    place = open_restaurant()
    Restaurant.objects.filter(pk=place.id).update(state="setup")
    page = opened(f"/restaurants/{path}", BOSS, reduced_motion="reduce")
    look(page, "restaurants" + ("-new" if path else ""), [("light", "narrow"), *LOOKS])
