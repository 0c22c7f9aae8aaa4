"""Providers tried for real, and what an operator is told of those that refuse."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from apps.llm.reasons import Reason
from apps.voice import checking, roster
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
                await roster.let_go()

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
