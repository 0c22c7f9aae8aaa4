"""A call as staff see it in a real browser: from its first word to the paper in the kitchen, and stepping into it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dashboard.evening import an_order
from tests.dashboard.guests import guest
from tests.dashboard.looking import clean
from tests.dashboard.open_page import WIRE, connected
from tests.dashboard.test_in_chromium import status

__all__ = ["guest"]
pytestmark = pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")  # WhiteNoise's files


def test_from_the_first_word_to_the_paper(house: Any, opened: Any, guest: Any) -> None:
    place, cook = house()
    board = connected(opened(f"/r/{place.slug}/orders/", cook))
    today = connected(opened(f"/r/{place.slug}/", cook))
    today.get_by_text("Nobody is on the line").wait_for()
    caller = guest(place)
    live = today.get_by_role("article", name="Call from ••• 0151")
    for page in (today, board):
        page.locator(".side").get_by_text("1 on the line now").wait_for()
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


@pytest.fixture
def staffed(house: Any) -> tuple[Any, str]:
    """Marco can be rung."""
    from apps.restaurant.models import StaffContact
    from apps.tenants import scope

    place, cook = house()
    with scope.enter(place):
        StaffContact.objects.all().delete()
        StaffContact.objects.create(name="Marco", number="+15125550190")
    return place, cook


def live_call(page: Any) -> Any:
    return page.get_by_role("article", name="Call from ••• 0151")


def asked_of_the_carrier(guest: Any, field: str) -> list[str]:
    return [each.form[field] for each in guest.asked if field in each.form]


def test_staff_have_something_said_by_keyboard_alone(staffed: Any, opened: Any, guest: Any) -> None:
    place, cook = staffed
    page = connected(opened(f"/r/{place.slug}/", cook))
    caller = guest(place)
    live = live_call(page)
    live.locator("summary", has_text="Say this").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.tagName === 'TEXTAREA'")
    page.keyboard.type("Pay with 4929 1234 5678 9012")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    live.get_by_role("alert").get_by_text("That looks like a card number").wait_for()
    caller.says("what time do you close")
    live.get_by_text("what time do you close").wait_for()
    text = live.get_by_label("What should Loman say next?")
    assert text.input_value() == "Pay with 4929 1234 5678 9012", "news of the call leaves what is written alone"
    text.fill("Mario sends his regards.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    live.locator(".say", has_text="Mario sends his regards.").get_by_text("You", exact=True).wait_for()
    assert page.evaluate("document.activeElement.innerText") == "Say this"
    assert text.is_hidden()
    caller.says("a lasagna please")
    assert any("regards" in words for words in caller.line.words)


def test_staff_take_a_call_over_and_the_phone_of_their_choice_rings(staffed: Any, opened: Any, guest: Any) -> None:
    place, cook = staffed
    page = connected(opened(f"/r/{place.slug}/", cook))
    caller = guest(place)
    live = live_call(page)
    caller.says("what time do you close")
    live.get_by_text("what time do you close").wait_for()
    live.locator("summary", has_text="Take over").click()
    live.get_by_role("button", name="Marco").click()
    page.locator("#toast", has_text="then the phone rings").wait_for()
    page.get_by_text("Nobody is on the line").wait_for()
    caller.is_gone()
    assert any("is taking your call" in words for words in caller.line.words)
    (document,) = asked_of_the_carrier(caller, "Twiml")
    assert "<Number>+15125550190</Number>" in document
    page.get_by_role("row", name="••• 0151").get_by_text("transfer").wait_for()


def test_staff_hang_up_after_a_goodbye(staffed: Any, opened: Any, guest: Any) -> None:
    place, cook = staffed
    page = connected(opened(f"/r/{place.slug}/", cook))
    caller = guest(place)
    live = live_call(page)
    live.get_by_text("recorded").wait_for()
    live.locator("summary", has_text="Hang up").click()
    live.get_by_role("button", name="Say goodbye and hang up").click()
    caller.is_gone()
    assert "Goodbye" in caller.line.words[-1]
    assert asked_of_the_carrier(caller, "Status") == ["completed"]
    page.get_by_text("Nobody is on the line").wait_for()
    assert page.evaluate("document.activeElement.id") == "main", "the hands are not lost with the call"


def test_a_page_opened_in_mid_call_has_all_of_it_and_an_interruption_strikes_out_the_unheard(
    staffed: Any, opened: Any, guest: Any
) -> None:
    place, cook = staffed
    caller = guest(place)
    caller.says("one lasagna please")
    page = connected(opened(f"/r/{place.slug}/", cook))
    live = live_call(page)
    live.get_by_text("recorded").wait_for()
    live.get_by_text("one lasagna please").wait_for()
    caller.does_not_listen()
    caller.interrupts("what time do you close")
    live.locator(".now").wait_for(state="attached")
    live.get_by_text("Loman is speaking").wait_for()
    caller.interrupts("and what do you have")
    live.locator("s.unheard").first.wait_for()
    live.get_by_text("and what do you have").wait_for()


def test_a_page_that_was_cut_off_catches_up_with_the_call(staffed: Any, opened: Any, guest: Any) -> None:
    place, cook = staffed
    page = opened("/account", cook)
    page.add_init_script(WIRE)
    page.goto(f"/r/{place.slug}/")
    connected(page)
    caller = guest(place)
    live = live_call(page)
    live.get_by_text("recorded").wait_for()
    page.evaluate("window.cut = true; window.wires.at(-1).close()")
    page.get_by_text("This page is not up to date").wait_for()
    caller.says("one lasagna please")
    page.evaluate("window.cut = false")
    live.get_by_text("one lasagna please").wait_for()
    page.evaluate("window.cut = true; window.wires.at(-1).close()")
    caller.hangs_up()
    page.evaluate("window.cut = false")
    page.get_by_text("Nobody is on the line").wait_for()


def test_the_lamp_is_put_out_from_today(staffed: Any, opened: Any) -> None:
    place, cook = staffed
    first, second = an_order(place, 81), an_order(place, 82)
    page = connected(opened(f"/r/{place.slug}/", cook))
    page.get_by_role("heading", name="2 things need a person").wait_for()
    page.get_by_role("button", name="Acknowledge : Order 81").focus()
    page.keyboard.press("Enter")
    page.locator("#toast", has_text="Order 81 acknowledged").wait_for()
    page.get_by_role("heading", name="1 thing needs a person").wait_for()
    page.wait_for_function("() => document.activeElement.innerText.startsWith('Acknowledge')")
    page.keyboard.press("Enter")
    page.locator(".lamp").wait_for(state="detached")
    assert (status(place, first), status(place, second)) == ("accepted", "accepted")


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (768, "dark"), (1280, "light")])
def test_axe_finds_nothing_in_a_live_call(staffed: Any, opened: Any, guest: Any, width: int, scheme: str) -> None:
    place, cook = staffed
    caller = guest(place)
    caller.says("one lasagna please")
    size = {"width": width, "height": 800}
    page = connected(opened(f"/r/{place.slug}/", cook, color_scheme=scheme, reduced_motion="reduce", viewport=size))
    for name in ("Take over", "Say this"):
        live_call(page).locator("summary", has_text=name).click()
        clean(page, name)
