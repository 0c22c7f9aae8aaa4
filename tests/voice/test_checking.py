"""Providers tried for real, and what a restaurant and an operator are told of those that refuse."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from apps.llm import usage
from apps.llm.reasons import Reason
from apps.voice import checking, speech
from apps.voice.complaints import complaints
from apps.voice.management.commands import doctor
from apps.voice.speech import Provider
from tests.voice.loopback.conduct import Conduct, Conducts
from tests.voice.loopback.deepgram import KEY, NO_CREDIT, Deepgram, deepgram

EMBEDDED = Provider("embedded")


def with_deepgram(scene: Callable[[Deepgram], Awaitable[Any]], conducts: Conducts | None = None) -> Any:
    async def play() -> Any:
        async with deepgram("hello", conducts=conducts) as vendor:
            try:
                return await scene(vendor)
            finally:
                await speech.let_go()

    return asyncio.run(play())


def test_a_recogniser_that_serves_is_found_to() -> None:
    verdict = with_deepgram(lambda vendor: checking.hears(Provider("deepgram", api_key=KEY, url=vendor.url)))
    assert verdict.served
    assert 0 < verdict.seconds < 10


def test_one_that_refuses_says_why() -> None:
    provider = Provider("deepgram", api_key=KEY)
    verdict = with_deepgram(
        lambda vendor: checking.hears(Provider("deepgram", api_key=provider.api_key, url=vendor.url)),
        Conducts(Conduct(refuses=NO_CREDIT)),
    )
    assert verdict.failure.reason is Reason.NO_QUOTA
    assert "enough credits" in verdict.failure.detail


def test_a_voice_is_heard() -> None:
    verdict = asyncio.run(checking.speaks(EMBEDDED))
    assert verdict.served
    assert len(verdict.sound) > 4000


def test_a_voice_that_does_not_exist_says_so() -> None:
    verdict = asyncio.run(checking.speaks(Provider("embedded", voice="xx-nowhere")))
    assert verdict.failure is not None
    assert verdict.failure.reason is Reason.NO_SUCH_MODEL


def test_the_doctor_names_who_serves_and_what_to_do_about_who_does_not(settings: Any) -> None:
    settings.STT_PROVIDER, settings.DEEPGRAM_API_KEY = "deepgram", "wrong"

    async def scene(vendor: Deepgram) -> list[doctor.Finding]:
        settings.DEEPGRAM_URL = vendor.url
        return await asyncio.to_thread(lambda: list(doctor._speech()))

    findings = with_deepgram(scene)
    assert any(f.text.startswith("Hearing: deepgram then embedded") for f in findings)
    [refused] = [f for f in findings if f.state == "missing"]
    assert "bad_key" in refused.text
    assert "Check the key" in refused.text
    assert any(f.state == "ok" and f.text.startswith("embedded serves") for f in findings)


def test_the_doctor_says_that_a_key_is_missing(settings: Any) -> None:
    settings.STT_PROVIDER, settings.DEEPGRAM_API_KEY = "deepgram", ""
    found = list(doctor._speech())
    assert ("missing", "deepgram is chosen, but DEEPGRAM_API_KEY is empty.") in [tuple(each) for each in found]


# ---- complaints --------------------------------------------------------------------------------------


def lost(what: str, provider: str, reason: str, detail: str = "") -> dict[str, Any]:
    return {"event": f"{what}.lost", "provider": provider, "reason": reason, "detail": detail}


def test_what_somebody_has_to_mend_is_complained_of_once_and_what_passes_is_not() -> None:
    records = [
        {"event": "started"},
        lost("hearing", "deepgram", "bad_key", "401 Invalid credentials."),
        lost("hearing", "deepgram", "bad_key", "401 Invalid credentials."),
        lost("hearing", "deepgram", "broke_off"),
        lost("speaking", "elevenlabs", "no_quota"),
        {"event": usage.EVENT, "provider": "openai", "outcome": "no_such_model"},
        {"event": usage.EVENT, "provider": "openai", "outcome": "answered"},
        {"event": usage.EVENT, "provider": "openai", "outcome": "outage"},
    ]
    told = complaints(records, model_event=usage.EVENT)
    assert [(each.provider, each.reason) for each in told] == [
        ("deepgram", Reason.BAD_KEY),
        ("elevenlabs", Reason.NO_QUOTA),
        ("openai", Reason.NO_SUCH_MODEL),
    ]
    assert told[0].summary.startswith("Deepgram does not accept its key (401 Invalid credentials.). Check the key")
    assert "next voice" in told[1].summary


@pytest.mark.parametrize("record", [{}, {"event": "hearing.by"}, lost("hearing", "deepgram", "silence")])
def test_nothing_else_is_complained_of(record: dict[str, Any]) -> None:
    assert complaints([record], model_event=usage.EVENT) == []
