"""ElevenLabs over plain HTTP: the real SDK, real sockets, a server on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from apps.llm.reasons import Reason
from apps.voice.speech import Unserved
from apps.voice.tts import elevenlabs
from tests.voice.loopback.conduct import Conduct, Conducts, Refusal, comes_back
from tests.voice.loopback.elevenlabs import (
    ERROR_PAGE,
    OTHER_VOICE,
    ElevenLabs,
    rendering,
    serving,
)
from tests.voice.tts.speaking import a_voice, begun, broken_off, failure, left_behind, said, until

ROOT = Path(__file__).resolve().parents[3]
HTTP = "elevenlabs-http"
SENTENCE = "Your total is thirty four dollars and fifty cents."
LONG = " ".join([SENTENCE] * 4)
SPANISH = "Buenas tardes, ¿qué desea ordenar?"


# ---- words ---------------------------------------------------------------------------------------------


async def test_the_words_arrive_byte_by_byte() -> None:
    async with serving() as vendor, a_voice(vendor, name=HTTP) as voice:
        assert await said(voice, SENTENCE) == rendering(SENTENCE)
    assert vendor.broken == []


async def test_sound_is_passed_on_in_small_pieces_before_all_of_it_is_there() -> None:
    async with serving() as vendor, a_voice(vendor, name=HTTP) as voice:
        sound = voice.speak(LONG)
        assert len(await anext(sound)) == elevenlabs.CHUNK_BYTES
        assert not vendor.said[0].whole
        assert [chunk async for chunk in sound]


async def test_ten_sentences_of_two_calls_take_one_connection() -> None:
    async with serving() as vendor, a_voice(vendor, name=HTTP) as first, a_voice(vendor, name=HTTP) as second:
        for number in range(5):
            for voice in (first, second):
                assert await said(voice, f"Number {number}.") == rendering(f"Number {number}.")
        assert (len(vendor.said), vendor.made) == (10, 1)


async def test_spanish_is_asked_for_by_name() -> None:
    async with serving() as vendor, a_voice(vendor, name=HTTP) as voice:
        assert await said(voice, SPANISH, language="es") == rendering(SPANISH, language="es")
        assert await said(voice, SENTENCE, language="en-US") == rendering(SENTENCE)
        assert [each.language for each in vendor.said] == ["es", "en"]


async def test_a_model_without_languages_is_told_none() -> None:
    async with serving() as vendor, a_voice(vendor, name=HTTP, model="eleven_multilingual_v2") as voice:
        assert await said(voice, SPANISH, language="es") == rendering(SPANISH)
        assert vendor.said[0].language == ""


async def test_another_voice_speaks_and_the_default_model_is_the_fastest() -> None:
    async with serving() as vendor, a_voice(vendor, name=HTTP, voice=OTHER_VOICE) as voice:
        assert await said(voice, SENTENCE) == rendering(SENTENCE, OTHER_VOICE)
        assert vendor.said[0].model == "eleven_flash_v2_5"


async def test_nothing_is_asked_for_what_has_no_words() -> None:
    async with serving() as vendor, a_voice(vendor, name=HTTP) as voice:
        assert await said(voice, " … ") == b""
        assert vendor.made == 0


def test_the_sdk_is_loaded_in_a_thread_of_its_own() -> None:
    """In a process of its own: it is loaded once. Its second would be silence in every running call."""
    script = """
import asyncio, sys, threading
from apps.voice import roster, speech
from apps.voice.speech import Provider
from apps.voice.tts import elevenlabs
assert "elevenlabs.client" not in sys.modules
loaded_by = []
class Watch:
    def find_spec(self, name, *rest):
        if name == "elevenlabs.client":
            loaded_by.append(threading.current_thread())
sys.meta_path.insert(0, Watch())
asyncio.run(roster.open_synthesizer(Provider("elevenlabs-http", api_key="k")))
assert loaded_by and threading.main_thread() not in loaded_by, loaded_by
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr


# ---- stop means stop -----------------------------------------------------------------------------------


async def test_an_aborted_sentence_costs_no_further_sound() -> None:
    async with serving() as vendor, a_voice(vendor, name=HTTP) as voice:
        assert rendering(LONG).startswith(await begun(voice, LONG))
        await until(lambda: vendor.open == 0)
        sent = vendor.said[0].sent
        await asyncio.sleep(0.1)
        assert vendor.said[0].sent == sent < len(rendering(LONG)) / 2
        assert await said(voice, SENTENCE) == rendering(SENTENCE)


async def test_a_sentence_cancelled_before_its_first_sound_is_never_sent() -> None:
    vendor = ElevenLabs(conducts=comes_back(Conduct(first_seconds=0.2)))
    async with serving(vendor), a_voice(vendor, name=HTTP) as voice:
        speaking = asyncio.create_task(said(voice, LONG))
        await until(lambda: vendor.said)
        speaking.cancel()
        await asyncio.wait({speaking})
        await until(lambda: vendor.open == 0)
        assert vendor.said[0].sent == 0
        assert await said(voice, SENTENCE) == rendering(SENTENCE)


# ---- connections ---------------------------------------------------------------------------------------


async def test_a_connection_that_dropped_between_sentences_is_made_again_quietly() -> None:
    async with serving() as vendor, a_voice(vendor, name=HTTP) as voice:
        assert await said(voice, "Sure.") == rendering("Sure.")
        vendor.hang_up()
        await until(lambda: vendor.open == 0)
        assert await said(voice, SENTENCE) == rendering(SENTENCE)
        assert vendor.made == 2


async def test_a_vendor_that_dies_in_mid_word_breaks_off() -> None:
    vendor = ElevenLabs(conducts=comes_back(Conduct(dies_after_bytes=4000)))
    async with serving(vendor), a_voice(vendor, name=HTTP) as voice:
        heard, told = await broken_off(voice, SENTENCE)
        assert told.reason is Reason.BROKE_OFF
        assert rendering(SENTENCE).startswith(heard)
        assert 0 < len(heard) <= 4000
        assert await said(voice, SENTENCE) == rendering(SENTENCE)


async def test_a_silent_vendor_is_left_by_whoever_has_waited_enough() -> None:
    vendor = ElevenLabs(conducts=comes_back(Conduct(silent=True)))
    async with serving(vendor), a_voice(vendor, name=HTTP) as voice:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await said(voice, SENTENCE)
        await until(lambda: vendor.open == 0)
        assert await said(voice, SENTENCE) == rendering(SENTENCE)


async def test_nobody_there_is_an_outage() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        url = f"http://127.0.0.1:{gone.getsockname()[1]}"
    assert (await failure(ElevenLabs(url=url), SENTENCE, name=HTTP)).reason is Reason.OUTAGE


async def test_a_place_that_cannot_be_reached_is_given_up_soon() -> None:
    """A port whose queue of callers is full takes no more: a connection to it never comes about."""
    with contextlib.ExitStack() as held:
        full = held.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(3):
            waiting = held.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        began = time.monotonic()
        told = await failure(ElevenLabs(url=f"http://127.0.0.1:{full.getsockname()[1]}"), SENTENCE, name=HTTP)
    assert told.reason is Reason.SILENCE
    assert time.monotonic() - began < 4


async def test_a_redirect_does_not_take_the_key_elsewhere() -> None:
    async with serving() as elsewhere:
        away = Refusal(307, "{}", {"location": elsewhere.url})
        async with serving(ElevenLabs(conducts=Conducts(Conduct(refuses=away)))) as vendor:
            assert (await failure(vendor, SENTENCE, name=HTTP)).reason is Reason.OUTAGE
        assert elsewhere.made == 0


async def test_a_hundred_sentences_with_all_kinds_of_trouble_leave_nothing_behind() -> None:
    trouble = [Conduct(dies_after_bytes=1700), Conduct(refuses=Refusal(503, "busy")), Conduct(garbage=ERROR_PAGE)]
    vendor = ElevenLabs()

    async def talk() -> None:
        async with a_voice(vendor, name=HTTP) as voice:
            for number in range(100):
                if number % 10 == 3:
                    vendor.hang_up()
                if number % 5 == 4:
                    vendor.conducts.first = [trouble[number % 3]]
                with contextlib.suppress(Unserved):
                    await (begun(voice, "One moment.") if number % 3 == 1 else said(voice, "Anything else?"))

    async with serving(vendor):
        await asyncio.to_thread(elevenlabs.load)
        assert await left_behind(talk) == []
        assert (vendor.open, vendor.broken) == (0, [])
        assert len(vendor.said) >= 80


async def test_what_was_kept_open_is_let_go_once_per_loop() -> None:
    async with serving() as vendor:
        async with a_voice(vendor, name=HTTP) as voice:
            await said(voice, "Sure.")
            assert vendor.open == 1
        await until(lambda: vendor.open == 0)
        await elevenlabs.let_go()
