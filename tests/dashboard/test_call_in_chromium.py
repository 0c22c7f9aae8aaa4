"""One call in a real browser: heard with its words in step, sought by keyboard, flagged and taught."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.dashboard import recorded
from tests.dashboard.looking import look
from tests.dashboard.open_page import connected

pytestmark = pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")  # WhiteNoise's files

HEARD = "() => document.querySelector('.turn[data-now]')?.id"


@pytest.fixture
def evening(house: Any, settings: Any, tmp_path: Path) -> tuple[Any, str, Any]:
    """A restaurant, who may do everything there, and a call that was recorded."""
    settings.RECORDINGS_URL = tmp_path.as_uri()
    place, cook = house()
    return place, cook, recorded.a_call(place)


@pytest.fixture
def at_call(evening: Any, opened: Any) -> Any:
    place, cook, call = evening
    page = opened(f"/r/{place.slug}/calls/{call.pk}/", cook, reduced_motion="reduce")
    connected(page)
    return page


def hears(page: Any, line: int) -> None:
    page.wait_for_function(f"() => document.querySelector('.turn[data-now]')?.id === 'line-{line}'")


def pause(page: Any) -> None:
    page.get_by_role("button", name="Pause").click()
    page.locator("#play:not([data-plays])").wait_for()


def listened(place: Any) -> int:
    from apps.accounts.models import AuditEntry

    return AuditEntry.objects.filter(action="recordings.listen", restaurant_id=place.id).count()


def test_a_recording_is_heard_with_its_words_in_step(evening: Any, at_call: Any) -> None:
    page, place = at_call, evening[0]
    assert page.locator("audio").count() == 0, "nothing is asked for before somebody wants to hear it"
    assert listened(place) == 0
    page.locator("#play").click()
    hears(page, 0)
    page.locator("[name=speed][value='2']").check(force=True)
    hears(page, 1)
    assert page.locator("#line-1").get_attribute("aria-current") == "true"
    assert page.locator(".turn[data-now]").count() == 1
    page.get_by_role("button", name="Play from 0:07").click()
    hears(page, 4)
    assert page.evaluate("document.querySelector('audio').playbackRate") == 2
    assert float(page.locator("#heard-until").get_attribute("width")) > 500
    pause(page)
    assert str(page.locator("#play").get_attribute("aria-label")).startswith("Play from 0:")
    assert listened(place) == 1


def test_it_is_sought_and_played_by_keyboard_alone(at_call: Any) -> None:
    page = at_call
    slider = page.get_by_role("slider", name="Where in the recording")
    slider.focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "0:06 of 0:13"
    hears(page, 3)
    page.locator("#play").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('audio')?.currentTime > 6")
    assert page.evaluate("document.activeElement.id") == "play"
    slider.focus()
    page.keyboard.press("End")
    page.wait_for_function("() => document.querySelector('audio').ended || document.querySelector('audio').paused")
    page.keyboard.press("Home")
    hears(page, 0)
    assert slider.get_attribute("aria-valuetext") == "0:00 of 0:13"


def test_the_seconds_of_the_yes_are_played_and_no_more(at_call: Any) -> None:
    page = at_call
    page.get_by_role("button", name="Play 0:09 to 0:11").click()
    hears(page, 5)
    page.wait_for_function("() => document.querySelector('audio').currentTime >= 10.6")
    page.locator("#play:not([data-plays])").wait_for()
    assert page.evaluate("document.querySelector('audio').paused")
    assert page.evaluate("document.querySelector('audio').currentTime") < 12.5


def test_whoever_scrolls_away_is_left_alone_until_they_come_back(at_call: Any) -> None:
    page = at_call
    page.set_viewport_size({"width": 420, "height": 420})
    page.get_by_role("button", name="Play from 0:11").click()
    hears(page, 6)
    page.mouse.move(200, 200)
    page.mouse.wheel(0, -5000)
    page.wait_for_function("() => scrollY === 0")
    page.locator("#follow").wait_for(state="attached")
    page.evaluate("document.querySelector('audio').currentTime = 8")
    hears(page, 4)
    assert page.evaluate("scrollY") == 0
    page.evaluate("document.getElementById('follow').click()")
    page.wait_for_function("() => scrollY > 0")
    assert page.locator("#follow").is_hidden()


def test_an_address_that_has_run_out_is_asked_for_again(evening: Any, at_call: Any, complaints: list[str]) -> None:
    page, place = at_call, evening[0]
    page.route("**/api/v1/recordings/**", lambda route: route.fulfill(status=404))
    page.locator("#play").click()
    page.get_by_text("The recording could not be loaded").wait_for()
    page.unroute("**/api/v1/recordings/**")
    page.locator("#play").click()
    page.wait_for_function("() => document.querySelector('audio')?.currentTime > 0.1")
    assert page.locator("#lost").is_hidden()
    assert listened(place) == 2
    complaints[:] = [each for each in complaints if "404" not in each]


def test_a_line_is_flagged_becomes_a_synonym_and_is_taken_back(evening: Any, at_call: Any) -> None:
    from apps.menu.models import MenuItem
    from apps.tenants import scope

    def synonyms() -> list[str]:
        with scope.enter(evening[0]):
            return list(MenuItem.objects.get(name="Diavola").synonyms)

    page, before = at_call, synonyms()
    page.get_by_role("link", name="Flag the line at 0:05 as wrong").focus()
    page.keyboard.press("Enter")
    page.locator("#wrong-3").wait_for()
    page.wait_for_function("() => document.activeElement.id === 'wrong-3'")
    assert not page.get_by_label("The guest's words for it").is_visible()
    page.keyboard.type("They mean the Diavola")
    page.get_by_label("Teach a menu synonym").check()
    page.get_by_label("The guest's words for it").fill("margherita")
    page.get_by_label("They mean").select_option(label="Diavola")
    page.locator("#flag-slot-3").get_by_role("button", name="Flag as wrong").click()
    page.get_by_text("“margherita” already means Margherita.").wait_for()
    page.get_by_label("The guest's words for it").fill("devil's pie")
    page.locator("#flag-slot-3").get_by_role("button", name="Flag as wrong").click()
    page.locator("#toast", has_text="“devil's pie” now means Diavola").wait_for()
    assert page.locator("#flag-slot-3 form").count() == 0
    assert page.evaluate("document.activeElement.id") == "flag-it-3"
    assert synonyms() == [*before, "devil's pie"]
    page.locator("#toast").get_by_role("button", name="Undo").click()
    page.locator("#toast", has_text="Taken back").wait_for()
    assert synonyms() == before
    page.get_by_role("region", name="Flagged as wrong").get_by_text("open, from").wait_for()


def test_a_call_that_ends_while_it_is_looked_at_is_read_at_once(evening: Any, opened: Any) -> None:
    from apps.calls.models import Call
    from apps.outbox import live
    from apps.tenants import scope

    place, cook, call = evening
    with scope.enter(place):
        Call.objects.filter(pk=call.pk).update(state="in_progress", report={})
    page = opened(f"/r/{place.slug}/calls/{call.pk}/", cook)
    page.get_by_text("appears here when the call is over").wait_for()
    connected(page)
    with scope.enter(place):
        Call.objects.filter(pk=call.pk).update(state="ended", report=call.report)
        live.touched("calls", call.pk)
    page.locator("#line-0").wait_for()
    page.locator("#play").click()
    hears(page, 0)


def test_axe_finds_nothing_in_a_call_that_is_heard_and_flagged(evening: Any, opened: Any) -> None:
    from apps.calls import flagging
    from apps.tenants import scope

    place, cook, call = evening
    with scope.enter(place):
        flagging.flag(call, position=3, wrong="They mean the Diavola", by=cook)
    page = opened(f"/r/{place.slug}/calls/{call.pk}/", cook, reduced_motion="reduce")
    connected(page)
    page.locator("#flag-it-3").click()
    page.get_by_label("Teach a menu synonym").check()
    page.locator(".tool summary").first.click()
    page.get_by_role("button", name="Play from 0:09").click()
    hears(page, 5)
    pause(page)
    look(page, "call")
    page.goto(f"/r/{place.slug}/calls/flags/")
    page.get_by_text("See to it").first.click()
    page.get_by_label("Keep it as a test case").check()
    look(page, "calls-flags-case")
    page.goto(f"/r/{place.slug}/calls/?from=2026-06-02&to=2026-06-01&handed=1")
    look(page, "calls-refused")
