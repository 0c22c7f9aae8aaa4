"""In a real browser: the greeting is heard, a model is asked, a fall-back is moved up by keyboard."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from apps.llm import vendors
from apps.restaurant import services as restaurant
from apps.tenants import scope
from tests.llm import vendor
from tests.llm.vendor import Vendor

pytestmark = pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")  # WhiteNoise's files


def arrange(place: Any, **values: Any) -> None:
    with scope.enter(place):
        row = restaurant.settings()
        for name, value in values.items():
            setattr(row, name, value)
        row.save()


def set_now(place: Any, name: str) -> Any:
    with scope.enter(place):
        return getattr(restaurant.settings(), name)


def test_the_opening_follows_what_is_typed_and_is_heard_to_its_end(house: Any, opened: Any) -> None:
    place, owner = house()
    page = opened(f"/r/{place.slug}/settings/greeting/", owner)
    page.get_by_label("Name of the assistant").fill("Giulia")
    page.locator("#opening", has_text="this is Giulia, the AI assistant").wait_for()
    page.locator("textarea[name=greeting]").fill("Ciao")
    page.locator("#opening", has_text="“Ciao”").wait_for()
    page.evaluate("() => HTMLMediaElement.prototype.play = (play => function () {"
                  " this.playbackRate = 8; return play.call(this); })(HTMLMediaElement.prototype.play)")  # fmt: skip
    listen = page.locator("#opening [data-listen]")
    listen.click()
    page.locator('#opening [data-listen][data-is="playing"]').wait_for()
    assert listen.inner_text().startswith("Stop")
    page.locator("#opening [data-heard]").wait_for()
    assert 3 < float(listen.get_attribute("data-heard")) < 20, "seconds of the notice and the greeting"
    assert listen.inner_text().startswith("Listen")
    assert "Loman's own, first sound after" in page.locator("#opening .listen-now").inner_text()
    assert page.locator("audio").count() == 0
    assert set_now(place, "assistant_name") == "Loman", "nothing was saved"


def test_a_voice_that_cannot_speak_says_why(house: Any, opened: Any, complaints: list[str]) -> None:
    place, owner = house()
    page = opened(f"/r/{place.slug}/settings/voice/", owner)
    page.select_option("select[name=tts_provider]", "elevenlabs")
    page.get_by_label("Words of your own").fill("Good evening.")
    page.get_by_role("button", name="Listen your own words").click()
    page.locator(".listen-now .error", has_text="ElevenLabs has no key").wait_for()
    page.get_by_role("button", name="Listen your own words").wait_for()
    complaints[:] = [each for each in complaints if "409" not in each]


def test_a_fall_back_is_moved_up_by_keyboard_and_saved(house: Any, opened: Any) -> None:
    place, owner = house()
    arrange(place, llm_provider="openai", llm_model="a", llm_fallbacks=["openai/b", "anthropic/c", "gemini/d"])
    page = opened(f"/r/{place.slug}/settings/models/", owner)
    page.get_by_role("button", name="Move Google Gemini up").focus()
    for place_now in (2, 1):
        page.keyboard.press("Enter")
        page.locator(f"ol > li:nth-child({place_now}) input[value=d]").wait_for()
        page.wait_for_function("() => document.activeElement.getAttribute('aria-label')?.includes('Google Gemini')")
    assert page.evaluate("document.activeElement.id") == "llm_fallbacks-down-0", "it is the first now"
    assert set_now(place, "llm_fallbacks") == ["openai/b", "anthropic/c", "gemini/d"]
    page.get_by_label("Model, 1").focus()
    page.keyboard.press("Enter")
    page.locator("#toast", has_text="Models saved").wait_for()
    assert set_now(place, "llm_fallbacks") == ["gemini/d", "openai/b", "anthropic/c"]


def test_the_model_is_asked_and_its_answer_shown(house: Any, opened: Any, settings: Any) -> None:
    place, owner = house()
    with ThreadPoolExecutor(1) as other:  # in this one Playwright keeps a loop
        other.submit(vendors.load, ["openai"]).result()
    served = Vendor([vendor.text("Until ten. Try the lasagna."), vendor.stop(), vendor.usage(900, 12)])
    with vendor.serving_in_a_thread(served):
        settings.OPENAI_API_BASE, settings.OPENAI_API_KEY = served.url, "k"
        page = opened(f"/r/{place.slug}/settings/models/", owner)
        page.select_option("select[name=llm_provider]", "openai")
        page.locator("input[name=llm_model]").fill("gpt-4o-mini")
        page.get_by_role("button", name="Ask it").click()
        page.locator("#answer", has_text="Try the lasagna.").wait_for()
    assert "$0.00014" in page.locator("#answer").inner_text()
    page.locator("#next-model", has_text="1 request").wait_for()
    assert page.evaluate("document.activeElement.id") == "try-model"


def test_a_key_is_saved_from_its_own_form_and_what_stands_in_the_other_stays(house: Any, opened: Any) -> None:
    place, owner = house()
    page = opened(f"/r/{place.slug}/settings/models/", owner)
    page.locator("textarea[name=prompt_additions]").fill("Not saved yet")
    page.get_by_label("OpenAI", exact=True).fill("sk-secret")
    page.get_by_role("button", name="Save the key of OpenAI").click()
    page.locator("#toast", has_text="Key of OpenAI saved").wait_for()
    page.get_by_role("button", name="Replace the key of OpenAI").wait_for()
    assert page.get_by_label("OpenAI", exact=True).input_value() == ""
    assert page.locator("textarea[name=prompt_additions]").input_value() == "Not saved yet"
    assert "openai" in set_now(place, "provider_keys")
