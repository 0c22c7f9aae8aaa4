"""Figures in a real browser: other days by keyboard alone, and every drawing's numbers as a table."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dashboard.weeks import four_weeks

pytestmark = pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")  # WhiteNoise's files


def test_other_days_and_tables_by_keyboard_alone(house: Any, opened: Any) -> None:
    place, cook = house()
    four_weeks(place)
    page = opened(f"/r/{place.slug}/figures/", cook)
    page.get_by_text("Other days").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "month"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**?month=*")
    tables = page.locator(".as-table")
    assert tables.count() == page.locator("svg.plot").count() == 4
    for at in range(4):
        tables.nth(at).locator("summary").focus()
        page.keyboard.press("Enter")
        assert tables.nth(at).locator("td").first.is_visible()
    drawn = page.evaluate(
        "[...document.querySelectorAll('svg.plot')].every(one => one.getBoundingClientRect().width > 200)"
    )
    assert drawn


def test_the_printed_page_has_the_figures_and_no_buttons(house: Any, opened: Any) -> None:
    place, cook = house()
    four_weeks(place)
    page = opened(f"/r/{place.slug}/figures/?period=28", cook)
    page.emulate_media(media="print")
    assert page.locator(".stats").is_visible()
    assert page.get_by_text(place.name, exact=True).last.is_visible()
    for gone in (".side", ".seg", ".btn", ".as-table"):
        assert not page.locator(gone).first.is_visible(), gone
