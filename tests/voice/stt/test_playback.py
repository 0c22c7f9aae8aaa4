"""Recorded sound played to the embedded recogniser."""

from __future__ import annotations

from apps.voice.stt import playback
from apps.voice.tts import embedded
from tests.voice.stt import evaluation


def test_each_recording_is_heard_as_a_call_of_its_own() -> None:
    voice = embedded.voice_named("en-us+m3@145")
    said = ("two large pepperoni pizzas please", "no onions please")
    sounds = [evaluation.telephone(sentence, voice=voice) for sentence in said]
    heard = list(playback.transcripts(evaluation.PIZZERIA, [*sounds, b""]))
    assert "pepperoni" in heard[0]
    assert "onions" in heard[1]
    assert heard[2] == ""
