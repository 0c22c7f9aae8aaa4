"""A whole call in sound through Deepgram and ElevenLabs: their protocols and SDKs, and both failing in the middle."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from apps.calls.models import Call
from apps.tenants import scope
from apps.voice import roster, standing
from apps.voice.carrier import callers, office, placing, transport, voice
from apps.voice.carrier.terms import Dialling
from tests.line import CALLER
from tests.voice.loopback import elevenlabs as loopback
from tests.voice.loopback.conduct import WORKS, Conduct, Conducts
from tests.voice.loopback.deepgram import KEY, Deepgram
from tests.voice.loopback.deepgram import serving as deepgram
from tests.voice.loopback.recognition import Lexicon
from tests.voice.test_whole_calls import BELLA, line

__all__ = ["line"]
SECONDS = 240
MODELS = os.environ.get("SPEECH_MODELS", "flux-general-en").split(",")
"""Each is a call of a minute and three quarters; Nova's turns are held by the matrix."""


@pytest.fixture(autouse=True)
def _own_board() -> Iterator[None]:
    standing.BOARD.clear()
    yield
    standing.BOARD.clear()


@pytest.mark.beside
@pytest.mark.parametrize("model", MODELS)
def test_an_order_is_right_to_the_cent_although_recogniser_and_voice_fail_in_the_call(
    line: Any, settings: Any, model: str
) -> None:
    lexicon = Lexicon()
    settings.STT_PROVIDER, settings.STT_MODEL, settings.DEEPGRAM_API_KEY = "deepgram", model, KEY
    settings.TTS_PROVIDER, settings.ELEVENLABS_API_KEY = "elevenlabs", loopback.KEY
    settings.ELEVENLABS_VOICE = loopback.VOICE
    goal = placing.goal_for(BELLA, seed=7)

    def speak(text: str) -> bytes:
        """The recogniser on loopback knows what is said; everything else about it is the vendor's."""
        sound = voice.speak(text)
        lexicon.add(text, sound)
        return sound

    async def place() -> tuple[Any, Deepgram, loopback.ElevenLabs]:
        hears = Deepgram(lexicon, Conducts(WORKS, [Conduct(dies_after_bytes=150_000), WORKS]))
        speaks = loopback.ElevenLabs(conducts=Conducts(WORKS, [Conduct(dies_after_bytes=40_000)]))
        async with AsyncExitStack() as stack:
            settings.DEEPGRAM_URL = (await stack.enter_async_context(deepgram(hears))).url
            settings.ELEVENLABS_URL = (await stack.enter_async_context(loopback.serving(speaks))).url
            stack.push_async_callback(roster.let_go)
            from loman.asgi import application

            dialling = Dialling(CALLER, BELLA, placing.IN_PROCESS)
            here = await stack.enter_async_context(
                office.opened(
                    transport.InProcess(application),
                    account=placing.configured_account(),
                    carrier_file=settings.CARRIER_FILE,
                    log_dir=settings.CALL_LOG_DIR,
                )
            )
            caller = callers.WithGoal(goal, print, typed=False, voice=speak)
            call, _ = await asyncio.wait_for(here.place(dialling, caller), SECONDS)
            return call, hears, speaks

    call, hears, speaks = asyncio.run(place())
    verdict = placing.verdict_on(goal, call, called=BELLA)
    records = _log(settings.CALL_LOG_DIR, call.call_sid)
    assert verdict.problems == ()
    assert verdict.stored == verdict.expected
    assert [each["provider"] for each in records if each["event"] == "hearing.by"] == ["deepgram", "deepgram"]
    assert "deepgram" in [each["provider"] for each in records if each["event"] == "hearing.lost"]
    assert len(hears.conversations) == 2
    assert [each["provider"] for each in records if each["event"] == "speaking.by"] == ["elevenlabs", "elevenlabs-http"]
    assert [each["reason"] for each in records if each["event"] == "speaking.lost"] == ["broke_off"]
    assert speaks.said
    with scope.enter(scope.find_by_number(BELLA)):
        assert Call.objects.get(carrier_sid=call.call_sid).ended_by == "goodbye"


def _log(folder: Path, call_sid: str) -> list[dict[str, Any]]:
    [path] = [each for each in folder.rglob("*.jsonl") if call_sid in each.name]
    return [json.loads(text) for text in path.read_text().splitlines()]
