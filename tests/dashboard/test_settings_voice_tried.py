"""Models and recognisers tried from their pages as the unsaved form has them: what they say, how fast, for how much."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from apps.accounts.models import AuditEntry
from apps.dashboard.settings import voice
from apps.llm import usage, vendors
from apps.llm.messages import Attempt
from apps.llm.models import ModelRequest
from apps.tenants import scope
from apps.tenants.scope import Place
from apps.voice.carrier import voice as callers
from tests.dashboard.test_settings import filled
from tests.dashboard.test_settings_voice import HTMX, MODELS, VOICE, arrange, nothing_remembered, row, words
from tests.dashboard.vendors import in_a_thread
from tests.llm import vendor
from tests.llm.vendor import Vendor
from tests.voice.loopback import deepgram
from tests.voice.loopback.recognition import Lexicon

__all__ = ["nothing_remembered"]
SAME_BYTES = 400
"""Of a sentence that espeak renders again: later it differs by a bit from time to time."""


@pytest.fixture(scope="module")
def loaded() -> None:
    vendors.load(["openai"])


@pytest.fixture
def openai(settings: Any, loaded: None) -> Iterator[Vendor]:
    script = [vendor.text("Until ten. Try the "), vendor.text("lasagna."), vendor.stop(), vendor.usage(900, 12)]
    served = Vendor(script)
    with vendor.serving_in_a_thread(served):
        settings.OPENAI_API_BASE, settings.OPENAI_API_KEY = served.url, "k"
        yield served


def ask(client: Client, **changes: Any) -> Any:
    chosen = {"llm_provider": "openai", "llm_model": "gpt-4o-mini", **changes}
    return client.post(f"{MODELS}try/", {**filled(client, MODELS), **chosen}, headers=HTMX)


def test_the_model_of_the_unsaved_form_is_asked_as_a_call_would_ask_it(
    ana: Client, bella: Place, openai: Vendor
) -> None:
    told = words(ask(ana, llm_temperature="0.9", prompt_additions="Recommend the lasagna."))
    assert "“Until ten. Try the lasagna.” OpenAI (gpt-4o-mini)" in told
    assert re.search(r"First words after \d\.\d\d s Whole answer after \d\.\d\d s", told)
    assert "Tokens, asked and answered 900, 12" in told
    assert "Cost $0.00014" in told
    [asked] = openai.asked
    system = asked["messages"][0]["content"]
    assert "You are Loman, the AI phone assistant of Bella Napoli" in system
    assert system.endswith("From the restaurant:\nRecommend the lasagna.")
    assert "create_order" in [each["function"]["name"] for each in asked["tools"]]
    assert asked["temperature"] == 0.9
    assert row(bella).llm_provider == ""
    with scope.enter(bella):
        assert [(each.source, each.cost) for each in ModelRequest.objects.all()] == [("api", Decimal("0.0001422"))]
    [entry] = AuditEntry.objects.filter(action="settings.try_model")
    assert (entry.actor, entry.after) == ("ana@bella.test", {"provider": "openai", "model": "gpt-4o-mini"})


def test_a_price_that_nobody_knows_is_not_nothing(ana: Client, openai: Vendor) -> None:
    openai.script = [vendor.text("Yes."), vendor.stop()]
    told = words(ask(ana, llm_model="of-our-own"))
    assert "Tokens, asked and answered not known" in told
    assert "Cost not known" in told


def test_what_the_vendor_has_against_it_is_said_in_words(ana: Client, bella: Place, openai: Vendor) -> None:
    openai.status = 401
    assert "OpenAI refused the key." in words(ask(ana))
    with scope.enter(bella):
        assert [each.outcome for each in ModelRequest.objects.all()] == ["bad_key"]


def test_a_model_that_wants_a_tool_says_so(ana: Client, openai: Vendor) -> None:
    openai.script = [vendor.tool(0, name="get_context"), vendor.stop("tool_calls")]
    assert "It asks for get_context first" in words(ask(ana))


def test_what_is_missing_before_it_can_be_asked_is_said(ana: Client, openai: Vendor, settings: Any) -> None:
    assert "Say which one of OpenAI" in words(ask(ana, llm_model=""))
    settings.OPENAI_API_KEY = ""
    assert "OpenAI has no key" in words(ask(ana))
    assert "Ollama, on your own server has no address" in words(ask(ana, llm_provider="ollama", llm_model="llama3.2"))
    assert "less than or equal to 2" in words(ask(ana, llm_temperature="7"))
    assert openai.asked == []


def test_it_uses_the_budget_as_a_call_does(ana: Client, bella: Place, openai: Vendor) -> None:
    arrange(bella, model_dollars_a_day=Decimal(2))
    with scope.enter(bella):
        spent = Attempt(provider="openai", model="gpt-4o-mini", outcome="answered", cost=Decimal(3))
        usage.keep([spent], source="call", now=timezone.now())
    assert "The budget for models is spent" in words(ask(ana))
    assert "The budget for models is spent" in words(ask(ana, model_dollars_a_day="9")), "what is saved counts"
    assert openai.asked == []
    page = words(ana.get(MODELS))
    assert "Spent, Today $3.00 of $2.00" in page
    assert "The budget is spent. Loman's own model answers." in page


def test_one_is_tried_after_the_other(ana: Client, bella: Place, openai: Vendor) -> None:
    cache.add(f"trying:{bella.id}", "somebody", timeout=60)
    assert "Something is being tried here already" in words(ask(ana))
    cache.delete(f"trying:{bella.id}")
    assert "Try the lasagna" in words(ask(ana))
    assert "Try the lasagna" in words(ask(ana)), "and is free again"


def test_lomans_own_model_answers_for_nothing(ana: Client, bella: Place) -> None:
    told = words(ask(ana, llm_provider="embedded", llm_model=""))
    assert "Loman's own" in told
    assert "Cost nothing" in told
    with scope.enter(bella):
        assert not ModelRequest.objects.exists()


def test_without_scripts_a_try_is_answered_with_a_page(ana: Client, openai: Vendor) -> None:
    chosen = {"llm_provider": "openai", "llm_model": "gpt-4o-mini"}
    page = ana.post(f"{MODELS}try/", {**filled(ana, MODELS), **chosen}).content.decode()
    assert "<html" in page
    assert "Try the lasagna." in page


def hear(client: Client, **changes: Any) -> str:
    return words(client.post(f"{VOICE}hear/", {**filled(client, VOICE), **changes}, headers=HTMX))


def test_the_recogniser_of_the_unsaved_form_hears_a_sentence_and_says_how_sure_it_is(
    ana: Client, bella: Place, settings: Any
) -> None:
    said = voice.CALLER_SAYS["en"].format(dish="Margherita")
    assert f"“{said}”" in words(ana.get(VOICE))
    lexicon = Lexicon()
    lexicon.add(said, callers.speak(said)[:SAME_BYTES])
    with in_a_thread(deepgram.serving(deepgram.Deepgram(lexicon))) as [served]:
        settings.DEEPGRAM_URL, settings.DEEPGRAM_API_KEY = served.url, deepgram.KEY
        told = hear(ana, stt_provider="deepgram", stt_model="nova-3", languages=["en"])
        assert f"Heard “{said}”" in told
        assert "By Deepgram (nova-3)" in told
        assert re.search(r"After the last sound \d\.\d\d s Sure \d+%", told)
        assert "Cost not known" in told
        assert "Deepgram knows no such model" in hear(ana, stt_provider="deepgram", stt_model="nova-0")
        settings.DEEPGRAM_API_KEY = "wrong"
        assert "Deepgram refused the key." in hear(ana, stt_provider="deepgram")
    settings.DEEPGRAM_API_KEY = ""
    assert "Deepgram has no key" in hear(ana, stt_provider="deepgram")
    assert row(bella).stt_provider == ""
    assert AuditEntry.objects.filter(action="settings.try_hearing").count() == 3


def test_the_page_says_what_the_next_call_has_and_what_it_lacks(ana: Client, bella: Place) -> None:
    arrange(bella, tts_provider="elevenlabs", stt_provider="whisper", languages=["en", "es"])
    page = words(ana.get(VOICE))
    assert (
        "ElevenLabs has no key: neither this restaurant nor the installation has one. Calls use the next one." in page
    )
    assert "Say which one of Whisper, on this server: its name is missing." in page
    assert "Speaks Loman's own Hears Loman's own" in page
    assert "“¿En qué le puedo ayudar? Gracias por llamar a Bella Napoli. ¡Adiós!” Spanish" in page
    assert words(ana.get(f"{VOICE}next/")) in page
