"""The board in a real browser: an order rings, is acknowledged, and nobody sees another restaurant's."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.dashboard import busy
from tests.dashboard.evening import an_order
from tests.dashboard.looking import look
from tests.dashboard.open_page import WIRE, connected, held_back, told, until_held, wired

pytestmark = pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")  # WhiteNoise's files


PAGES = (
    "",
    "orders/",
    "bookings/",
    "bookings/?week=2026-12-04",
    "bookings/new",
    "calls/",
    "calls/flags/",
    "tickets/",
    "figures/",
    "settings/house/",
    "settings/hours/",
    "settings/kitchen/",
    "settings/tables/",
    "settings/greeting/",
    "settings/voice/",
    "settings/models/",
    "settings/transfers/",
    "settings/contacts/",
    "settings/team/",
    "settings/texts/",
    "settings/blocked/",
    "menu/",
    "menu/items/new",
    "menu/choices/",
    "menu/hours/",
    "menu/offers/",
    "menu/versions/",
    "menu/draft/",
    "menu/import/",
    "menu/shared/",
    "settings/keeping/",
    "settings/hooks/",
    "settings/till/",
)
"""Every page of a restaurant, as axe-core looks at them."""


def status(place: Any, order: Any) -> str:
    from apps.orders.models import Order
    from apps.tenants import scope

    with scope.enter(place):
        return str(Order.objects.get(pk=order.pk).status)


def test_an_order_appears_rings_and_is_silent_once_it_is_acknowledged(house: Any, opened: Any) -> None:
    place, cook = house()
    page = opened(f"/r/{place.slug}/orders/", cook)
    assert page.locator(".ticket").count() == 0
    connected(page)
    order = an_order(place, 71)
    page.get_by_role("article", name="Order 71").wait_for()
    page.wait_for_function("() => Number(document.body.dataset.rang) > 0")
    page.get_by_role("button", name="Acknowledge order 71").click()
    told(page, "Order 71 acknowledged")
    assert page.locator('.ticket[data-state="prep"]').count() == 1
    assert status(place, order) == "accepted"


def test_by_keyboard_alone(house: Any, opened: Any) -> None:
    place, cook = house()
    order = an_order(place, 72)
    page = opened(f"/r/{place.slug}/orders/", cook)
    page.get_by_role("button", name="Acknowledge order 72").focus()
    page.keyboard.press("Enter")
    told(page, "Order 72 acknowledged")
    assert page.evaluate("document.activeElement.innerText").startswith("Ready"), "where the hands already are"
    page.keyboard.press("Enter")
    told(page, "Order 72 ready")
    assert status(place, order) == "ready"


def test_a_screen_over_the_pass_shows_tickets_a_quarter_larger_and_stays_so(house: Any, opened: Any) -> None:
    place, cook = house()
    an_order(place, 80)
    page = opened(f"/r/{place.slug}/orders/", cook)
    size = "() => parseFloat(getComputedStyle(document.querySelector('.ticket-no')).fontSize)"
    connected(page)
    usual = page.evaluate(size)
    page.get_by_role("button", name="Kitchen view").click()
    page.wait_for_function(f"usual => ({size})() === 1.25 * usual", arg=usual)
    assert not page.get_by_role("navigation", name="Main").is_visible()
    page.reload()
    page.wait_for_function(f"usual => ({size})() === 1.25 * usual", arg=usual)
    page.get_by_role("button", name="Kitchen view").click()
    assert page.get_by_role("navigation", name="Main").is_visible()


def test_an_item_is_86_by_keyboard_alone_and_back_by_undo(house: Any, opened: Any) -> None:
    place, cook = house()
    order = an_order(place, 81)
    page = opened(f"/r/{place.slug}/orders/", cook)
    page.get_by_label("More for order 81").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText").startswith("86 ")
    page.keyboard.press("Enter")
    told(page, "is 86 until tomorrow")
    assert off(place, order)
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    told(page, "is back")
    assert not off(place, order)


def off(place: Any, order: Any) -> bool:
    """Whether what the order's first line asks for is 86."""
    from apps.menu.models import MenuItem
    from apps.orders.models import OrderLine
    from apps.tenants import scope

    with scope.enter(place):
        line = OrderLine.objects.get(order_id=order.pk, position=0)
        return bool(MenuItem.objects.get(pk=line.item_id).sold_out)


def test_two_restaurants_never_hear_of_each_other(house: Any, opened: Any, complaints: list[str]) -> None:
    one, other = house(), house()
    pages = [opened(f"/r/{place.slug}/orders/", cook) for place, cook in (one, other)]
    for page in pages:
        page.evaluate(
            "window.asked = 0; document.body.addEventListener('loman:orders-row', () => { window.asked += 1; })"
        )
        connected(page)
    an_order(one[0], 73)
    pages[0].get_by_role("article", name="Order 73").wait_for()
    an_order(other[0], 74)
    pages[1].get_by_role("article", name="Order 74").wait_for()
    assert pages[1].evaluate("window.asked") == pages[0].evaluate("window.asked") >= 1
    assert pages[0].get_by_text("74").count() == pages[1].get_by_text("73").count() == 0
    with pytest.raises(Exception, match="closed"):
        pages[0].evaluate(SOCKET, f"/ws/r/{other[0].slug}/")
    assert pages[0].evaluate("path => fetch(path).then(answer => answer.status)", f"/r/{other[0].slug}/orders/") == 403
    pages[0].wait_for_timeout(100)  # until the console has complained of it, as it should
    complaints[:] = [each for each in complaints if "403" not in each]


SOCKET = """path => new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://${location.host}${path}`);
    socket.onopen = () => resolve("open");
    socket.onclose = () => reject(new Error("closed"));
})"""


def test_a_page_that_was_cut_off_says_so_and_catches_up(house: Any, opened: Any) -> None:
    place, cook = house()
    page = wired(opened, f"/r/{place.slug}/orders/", cook)
    page.evaluate("window.cut = true; window.wires.at(-1).close()")
    page.get_by_text("This page is not up to date").wait_for()
    an_order(place, 75)
    page.wait_for_timeout(1000)  # it tries again meanwhile, in vain
    assert page.get_by_role("article", name="Order 75").count() == 0, "nobody told it"
    page.evaluate("window.cut = false")
    page.get_by_role("article", name="Order 75").wait_for()
    page.get_by_text("This page is not up to date").wait_for(state="hidden")


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_to_complain_of(house: Any, opened: Any, path: str) -> None:
    place, cook = house()
    busy.fill(place)
    page = opened(f"/r/{place.slug}/{path}", cook, reduced_motion="reduce")
    connected(page)
    look(page, re.sub(r"[^a-z]+", "-", path).strip("-") or "today")


def test_a_first_page_is_light(house: Any, opened: Any) -> None:
    place, cook = house()
    an_order(place, 77)
    page = opened("/account", cook)
    sizes: list[int] = []
    page.on("requestfinished", lambda asked: sizes.append(asked.sizes()["responseBodySize"]))
    page.goto(f"/r/{place.slug}/orders/", wait_until="networkidle")
    assert 0 < sum(sizes) <= 200_000, sizes


def test_what_came_between_a_pages_making_and_its_connection_is_not_missed(house: Any, opened: Any) -> None:
    place, cook = house()
    page = opened("/account", cook)
    page.add_init_script(WIRE.replace("window.cut = false", "window.cut = true"))
    page.goto(f"/r/{place.slug}/orders/")
    an_order(place, 79)
    page.wait_for_timeout(300)
    assert page.get_by_role("article", name="Order 79").count() == 0
    page.evaluate("window.cut = false")
    page.get_by_role("article", name="Order 79").wait_for()


def test_a_board_that_was_asked_for_before_an_order_came_does_not_take_it_down(house: Any, opened: Any) -> None:
    place, cook = house()
    page = opened(f"/r/{place.slug}/orders/", cook)
    connected(page)
    page.wait_for_load_state("networkidle")
    held = held_back(page, "**/orders/board")
    page.evaluate("htmx.trigger(document.body, 'loman:orders')")
    route, empty = until_held(page, held)
    order = an_order(place, 78)
    page.get_by_role("article", name="Order 78").wait_for()
    page.evaluate("document.getElementById('board').dataset.before = 'yes'")
    route.fulfill(response=empty)
    page.wait_for_function("() => !('before' in document.getElementById('board').dataset)")
    page.get_by_role("article", name="Order 78").wait_for(timeout=5000)
    assert status(place, order) == "new"


def test_what_came_while_today_was_asked_for_because_of_somebodys_own_deed_is_not_missed(
    house: Any, opened: Any
) -> None:
    place, cook = house()
    page = opened(f"/r/{place.slug}/", cook)
    connected(page)
    page.wait_for_load_state("networkidle")
    held = held_back(page, "**/today", times=1)
    page.evaluate("htmx.trigger(document.body, 'said', { text: 'Done.' })")
    route, before = until_held(page, held)
    an_order(place, 80)
    page.locator(".side .count[data-figure]:not([hidden])").first.wait_for()  # the news has come
    route.fulfill(response=before)
    page.get_by_text("Order 80 has not been acknowledged", exact=True).wait_for(timeout=5000)


NEWS_AT_THE_ANSWER = """() => document.body.addEventListener("htmx:afterRequest", () => {
    const data = JSON.stringify({ changed: "tickets", row: "" });
    window.wires.at(-1).dispatchEvent(new MessageEvent("message", { data }));
}, { once: true })"""
"""Tells the page something in the moment in which an answer has just been put in place."""


def test_what_came_just_as_an_answer_was_put_in_place_is_not_missed(house: Any, opened: Any) -> None:
    from apps.calls.models import Ticket
    from apps.tenants import scope

    place, cook = house()
    page = wired(opened, f"/r/{place.slug}/", cook)
    page.wait_for_load_state("networkidle")
    held = held_back(page, "**/today", times=1)
    page.evaluate("htmx.trigger(document.body, 'said', { text: 'Done.' })")
    route, before = until_held(page, held)
    with scope.enter(place):  # without a word to any page: the script says it in its moment
        Ticket.objects.create(type="callback", summary="Ring Rosa back about the cake")
    page.evaluate(NEWS_AT_THE_ANSWER)
    route.fulfill(response=before)
    page.locator("#next").get_by_text("Ring Rosa back about the cake").wait_for(timeout=5000)
