"""A call as staff see it in a real browser: from its first word to the paper in the kitchen, and stepping into it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dashboard.guests import guest

__all__ = ["guest"]
pytestmark = pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")  # WhiteNoise's files


def connected(page: Any) -> Any:
    page.wait_for_function("() => 'connected' in document.body.dataset")
    return page


def test_from_the_first_word_to_the_paper(house: Any, opened: Any, guest: Any) -> None:
    place, cook = house()
    board = connected(opened(f"/r/{place.slug}/orders/", cook))
    today = connected(opened(f"/r/{place.slug}/", cook))
    today.get_by_text("Nobody is on the line").wait_for()
    caller = guest(place)
    live = today.get_by_role("article", name="Call from ••• 0151")
    live.get_by_text("recorded").wait_for()
    caller.says("one lasagna please")
    live.get_by_text("one lasagna please").wait_for()
    caller.says("that's all")
    caller.says("Martin")
    live.locator(".cart", has_text="1 Lasagna").wait_for()
    caller.says("yes")
    live.locator(".cart", has_text="order 1,").wait_for()
    today.get_by_text("Order 1 has not been acknowledged", exact=True).wait_for()
    board.get_by_role("article", name="Order 1").wait_for()
    board.wait_for_function("() => Number(document.body.dataset.rang) > 0")
    board.get_by_role("button", name="Acknowledge order 1").click()
    board.locator("#toast", has_text="Order 1 acknowledged").wait_for()
    today.get_by_text("Order 1 has not been acknowledged", exact=True).wait_for(state="detached")
    board.locator("summary[aria-label^='More for order 1']").click()
    with board.expect_popup() as printed:
        board.get_by_role("button", name="Print").click()
    assert "Lasagna" in printed.value.locator("pre").inner_text()
    caller.hangs_up()
    today.get_by_text("Nobody is on the line").wait_for()
    today.get_by_role("cell", name="••• 0151").wait_for()
