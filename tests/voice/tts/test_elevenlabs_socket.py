"""ElevenLabs over its WebSocket: the real protocol, real sockets, a server on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from typing import Any

import pytest

from apps.llm.reasons import Reason
from apps.voice import roster
from apps.voice.speech import Provider, Unserved
from apps.voice.tts.elevenlabs_socket import INACTIVITY_SECONDS, SocketSynthesizer
from tests.voice.loopback.conduct import Conduct, Conducts, Refusal, comes_back
from tests.voice.loopback.elevenlabs import (
    KEY,
    OTHER_VOICE,
    ElevenLabs,
    rendering,
    serving,
)
from tests.voice.tts.speaking import a_voice, begun, broken_off, failure, left_behind, provider, said, until

SENTENCE = "Your total is thirty four dollars and fifty cents."
LONG = " ".join([SENTENCE] * 4)
SPANISH = "Buenas tardes, ¿qué desea ordenar?"
SHORT = ["Sure.", "One moment.", "Anything else?", "Great.", "Thank you."]


# ---- words ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spelling", ["camel", "snake"])
async def test_the_words_arrive_byte_by_byte(spelling: Any) -> None:
    async with serving(ElevenLabs(spelling=spelling)) as vendor, a_voice(vendor) as voice:
        assert await said(voice, SENTENCE) == rendering(SENTENCE)
    assert vendor.broken == []


async def test_ten_sentences_take_one_connection_and_a_context_each() -> None:
    sentences = [f"This is number {number}." for number in range(10)]
    async with serving() as vendor, a_voice(vendor) as voice:
        for sentence in sentences:
            assert await said(voice, sentence) == rendering(sentence)
        assert [each.text for each in vendor.said] == sentences
        assert len({each.context for each in vendor.said}) == 10
        assert vendor.made == 1
        assert vendor.meddling == []


async def test_sound_is_passed_on_before_all_of_it_is_there() -> None:
    async with serving() as vendor, a_voice(vendor) as voice:
        sound = voice.speak(LONG)
        await anext(sound)
        assert not vendor.said[0].whole
        assert [chunk async for chunk in sound]


async def test_a_context_is_closed_only_once_it_sounds() -> None:
    """Closed before, the vendor may drop it without a word; never closed, it never ends."""
    async with serving(ElevenLabs(conducts=Conducts(Conduct(first_seconds=0.1)))) as vendor:
        async with a_voice(vendor) as voice:
            assert await said(voice, SENTENCE) == rendering(SENTENCE)
        assert [message.get("close_context", False) for message in vendor.messages] == [False, False, True]
        assert vendor.messages[0]["text"] == " "
        assert vendor.messages[1] == {"text": f"{SENTENCE} ", "context_id": "1", "flush": True}


async def test_spanish_is_asked_for_on_a_connection_of_its_own_which_is_kept() -> None:
    async with serving() as vendor, a_voice(vendor) as voice:
        assert await said(voice, SENTENCE, language="en") == rendering(SENTENCE)
        for _ in range(2):
            assert await said(voice, SPANISH, language="es") == rendering(SPANISH, language="es")
        assert await said(voice, SENTENCE, language="en-US") == rendering(SENTENCE)
        assert [request.query["language_code"] for request in vendor.handshakes] == ["en", "es"]
    assert rendering(SPANISH, language="es") != rendering(SPANISH)


async def test_a_model_without_languages_is_told_none() -> None:
    async with serving() as vendor, a_voice(vendor, model="eleven_multilingual_v2") as voice:
        assert await said(voice, SPANISH, language="es") == rendering(SPANISH)
        assert [request.query.get("language_code") for request in vendor.handshakes] == [None]


async def test_model_voice_format_and_patience_are_asked_for() -> None:
    async with serving() as vendor, a_voice(vendor, voice=OTHER_VOICE) as voice:
        assert await said(voice, SENTENCE) == rendering(SENTENCE, OTHER_VOICE)
        (handshake,) = vendor.handshakes
    assert handshake.query == {
        "model_id": "eleven_flash_v2_5",
        "output_format": "ulaw_8000",
        "auto_mode": "true",
        "inactivity_timeout": str(INACTIVITY_SECONDS),
        "language_code": "en",
    }


async def test_nothing_is_asked_for_what_has_no_words() -> None:
    async with serving() as vendor, a_voice(vendor) as voice:
        assert await said(voice, " … ") == b""
        assert vendor.messages == []


# ---- stop means stop -----------------------------------------------------------------------------------


async def test_a_sentence_aborted_before_its_first_sound_is_never_made() -> None:
    vendor = ElevenLabs(conducts=Conducts(Conduct(first_seconds=0.2)))
    async with serving(vendor), a_voice(vendor) as voice:
        speaking = asyncio.create_task(said(voice, LONG))
        await until(lambda: vendor.said)
        speaking.cancel()
        await asyncio.wait({speaking})
        await until(lambda: vendor.said[0].closed)
        await asyncio.sleep(0.3)  # longer than it would have taken to begin
        assert vendor.said[0].sent == 0
        assert await said(voice, SENTENCE) == rendering(SENTENCE)
        assert (vendor.made, vendor.meddling) == (1, [])


async def test_a_sentence_aborted_in_the_middle_leaves_nothing_in_the_next() -> None:
    async with serving() as vendor, a_voice(vendor) as voice:
        first = await begun(voice, LONG)
        assert rendering(LONG).startswith(first)
        assert await said(voice, SENTENCE) == rendering(SENTENCE)
        assert [each.closed for each in vendor.said] == [1, 1]
        assert vendor.said[0].sent <= len(rendering(LONG))
        assert (vendor.made, vendor.meddling) == (1, [])


async def test_the_next_sentence_begins_while_the_aborted_one_is_still_sent() -> None:
    async with serving() as vendor, a_voice(vendor) as voice:
        await begun(voice, LONG)
        sound = voice.speak(SENTENCE)
        first = await anext(sound)
        assert not vendor.said[0].whole
        rest = b"".join([chunk async for chunk in sound])
        assert first + rest == rendering(SENTENCE)


async def test_rapid_interruptions_never_open_a_sixth_context() -> None:
    async with serving() as vendor, a_voice(vendor) as voice:
        for _ in range(12):
            await begun(voice, LONG)
        assert await said(voice, SENTENCE) == rendering(SENTENCE)
        assert vendor.meddling == []


async def test_a_voice_that_is_closed_stops_the_vendor() -> None:
    async with serving() as vendor:
        voice = await roster.open_synthesizer(provider(vendor))
        await begun(voice, LONG)
        await voice.close()
        await until(lambda: vendor.open == 0)
        assert vendor.said[0].sent < len(rendering(LONG))
        assert await said(voice, SENTENCE) == b""


async def test_a_voice_that_is_closed_has_no_tasks_left() -> None:
    async with serving() as vendor:
        others = asyncio.all_tasks()
        voice = SocketSynthesizer(provider(vendor))
        await voice.ready("en")
        await voice.ready("es")
        vendors = {task for task in asyncio.all_tasks() - others if "serve" in repr(task.get_coro())}
        await voice.close()
        assert asyncio.all_tasks() - others - vendors == set()


# ---- connections ---------------------------------------------------------------------------------------


async def test_a_connection_that_dropped_between_sentences_is_made_again_quietly() -> None:
    async with serving() as vendor, a_voice(vendor) as voice:
        assert await said(voice, "Sure.") == rendering("Sure.")
        await vendor.drop()
        assert await said(voice, SENTENCE) == rendering(SENTENCE)
        assert vendor.made == 2


async def test_a_kept_connection_that_dies_with_the_next_sentence_is_made_again_once() -> None:
    """Dead for a while, noticed only by talking."""
    vendor = ElevenLabs(conducts=comes_back(Conduct(dies_after_bytes=0)))
    async with serving(vendor), a_voice(vendor) as voice:
        assert await said(voice, SENTENCE) == rendering(SENTENCE)
        assert vendor.made == 2


async def test_a_vendor_that_dies_each_time_is_not_asked_a_third_time() -> None:
    async with serving(ElevenLabs(conducts=Conducts(Conduct(dies_after_bytes=0)))) as vendor:
        assert (await failure(vendor, SENTENCE)).reason is Reason.BROKE_OFF
        assert vendor.made == 2


async def test_a_sentence_whose_context_timed_out_is_asked_for_once_more_on_a_new_connection() -> None:
    late = b'{"error": "input_timeout", "message": "No new text input within the time.", "contextId": "1"}'
    async with serving(ElevenLabs(conducts=Conducts(Conduct(garbage=late)))) as vendor:
        assert (await failure(vendor, SENTENCE)).reason is Reason.BROKE_OFF
        assert (vendor.made, len(vendor.said)) == (2, 2)


async def test_a_vendor_that_dies_in_mid_word_breaks_off() -> None:
    vendor = ElevenLabs(conducts=comes_back(Conduct(dies_after_bytes=4000)))
    async with serving(vendor), a_voice(vendor) as voice:
        heard, told = await broken_off(voice, SENTENCE)
        assert told.reason is Reason.BROKE_OFF
        assert rendering(SENTENCE).startswith(heard)
        assert 0 < len(heard) <= 4000
        assert await said(voice, SENTENCE) == rendering(SENTENCE)


async def test_a_long_silence_does_not_cost_the_connection() -> None:
    vendor = ElevenLabs(idle_seconds=0.3)
    async with serving(vendor):
        voice = SocketSynthesizer(provider(vendor), keep_alive_seconds=0.05)
        await voice.ready()
        await asyncio.sleep(0.7)
        assert await said(voice, SENTENCE) == rendering(SENTENCE)
        assert (vendor.made, vendor.meddling) == (1, [])
        assert {"text": "", "context_id": "1"} in vendor.messages
        assert vendor.said[0].context == "1"
        await voice.close()


async def test_an_idle_connection_that_the_vendor_closed_is_made_again() -> None:
    vendor = ElevenLabs(idle_seconds=0.1)
    async with serving(vendor), a_voice(vendor) as voice:
        await until(lambda: not vendor.met)
        assert await said(voice, "Sure.") == rendering("Sure.")
        assert vendor.made == 2


async def test_a_connection_on_which_a_sentence_stayed_silent_is_not_used_again() -> None:
    vendor = ElevenLabs(conducts=comes_back(Conduct(silent=True)))
    async with serving(vendor), a_voice(vendor) as voice:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.5):
                await said(voice, SENTENCE)
        assert await said(voice, SENTENCE) == rendering(SENTENCE)
        assert vendor.made == 2


async def test_a_black_hole_cannot_hold_up_a_call() -> None:
    """A port that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as hole:
        url = f"http://127.0.0.1:{hole.getsockname()[1]}"
        began = time.monotonic()
        with pytest.raises(Unserved) as raised:
            await roster.open_synthesizer(Provider("elevenlabs", api_key=KEY, url=url))
    assert raised.value.reason is Reason.SILENCE
    assert time.monotonic() - began < 4


async def test_nobody_there_is_an_outage() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        url = f"http://127.0.0.1:{gone.getsockname()[1]}"
    with pytest.raises(Unserved) as raised:
        await roster.open_synthesizer(Provider("elevenlabs", api_key=KEY, url=url))
    assert raised.value.reason is Reason.OUTAGE


async def test_a_redirect_does_not_take_the_key_elsewhere() -> None:
    async with serving() as elsewhere:
        away = Refusal(302, "", {"Location": elsewhere.url.replace("http", "ws")})
        async with serving(ElevenLabs(conducts=Conducts(Conduct(refuses=away)))) as vendor:
            assert (await failure(vendor, SENTENCE)).reason is Reason.OUTAGE
        assert elsewhere.made == 0


async def test_a_hundred_sentences_with_all_kinds_of_trouble_leave_nothing_behind() -> None:
    vendor = ElevenLabs()

    async def talk() -> None:
        voice = await roster.open_synthesizer(provider(vendor))
        for number in range(100):
            text = SHORT[number % len(SHORT)]
            language = "es" if number % 7 == 6 else "en"
            if number % 10 == 3:
                await vendor.drop()
            if number % 10 == 5:
                vendor.conducts.first = [Conduct(dies_after_bytes=1700), Conduct(dies_after_bytes=1700)]
                await vendor.drop()
            if number % 10 == 8:
                vendor.conducts.first = [Conduct(refuses=Refusal(503, "busy"))]
                await vendor.drop()
            if number % 3 == 1:
                with contextlib.suppress(Unserved):
                    await begun(voice, text)
            else:
                with contextlib.suppress(Unserved):
                    assert await said(voice, text, language=language) == rendering(text, language=language)
        await voice.close()

    async with serving(vendor):
        rendering("warm")
        assert await left_behind(talk) == []
        assert (vendor.open, vendor.meddling, vendor.broken) == (0, [], [])
        assert len(vendor.said) >= 80


async def test_a_voice_given_up_while_it_connects_leaves_nothing_behind() -> None:
    with socket.create_server(("127.0.0.1", 0)) as hole:
        url = f"http://127.0.0.1:{hole.getsockname()[1]}"

        async def give_up() -> None:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await roster.open_synthesizer(Provider("elevenlabs", api_key=KEY, url=url))

        assert await left_behind(give_up) == []
