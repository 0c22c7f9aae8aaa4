"""Speech providers are found by name; the typed ones carry text instead of sound."""

from __future__ import annotations

import asyncio

import pytest

from apps.menu.card import Card
from apps.voice import roster, speech


def test_an_unknown_provider_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(ValueError, match="embedded"):
        asyncio.run(roster.open_synthesizer(speech.Provider("megaphone")))


def test_typed_frames_are_utterances() -> None:
    heard: list[speech.Heard] = []

    async def type_two() -> None:
        transcriber = await roster.open_transcriber(speech.Provider("typed"), card=Card(), report=heard.append)
        transcriber.expect("digits")
        transcriber.hear("two lattes, por favor ñ".encode())
        transcriber.hear(b"  ")
        transcriber.hear(b"yes")
        await transcriber.close()

    asyncio.run(type_two())
    assert [type(report) for report in heard] == [speech.SpeechStarted, speech.Utterance] * 2
    assert [report.text for report in heard if isinstance(report, speech.Utterance)] == [
        "two lattes, por favor ñ",
        "yes",
    ]


def test_the_typed_voice_writes_its_text() -> None:
    async def say() -> list[bytes]:
        synthesizer = await roster.open_synthesizer(speech.Provider("typed"))
        return [chunk async for chunk in synthesizer.speak("Grüß Gott")]

    assert asyncio.run(say()) == ["Grüß Gott".encode()]
