"""The recogniser that ships with the product, from telephone sound to reports on the loop."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from apps.language.assent import assent
from apps.llm.reasons import Reason
from apps.voice import audio, roster, speech, workroom
from apps.voice.stt import embedded
from apps.voice.tts import embedded as voices
from tests.voice.stt import evaluation

FRAME = 160
ROOT = Path(__file__).resolve().parents[3]
CALLER = voices.CALLER
EMBEDDED = speech.Provider("embedded")


def _with_recogniser(scene: Callable[[], Awaitable[list[speech.Heard]]]) -> list[speech.Heard]:
    async def play() -> list[speech.Heard]:
        try:
            return await scene()
        finally:
            await embedded.let_go()

    return asyncio.run(play())


async def _heard(sound: bytes, expected: speech.Expectation = "anything") -> list[speech.Heard]:
    """Everything reported for this sound, fed as fast as it goes, until a marker behind it came back."""
    reports: list[speech.Heard] = []
    transcriber = await roster.open_transcriber(EMBEDDED, card=evaluation.PIZZERIA, report=reports.append)
    transcriber.expect(expected)
    for start in range(0, len(sound), FRAME):
        transcriber.hear(sound[start : start + FRAME])
    await embedded.prepare(evaluation.PIZZERIA)
    await transcriber.close()
    return reports


@cache
def _said(text: str) -> bytes:
    """Said in a process of its own: espeak's sound depends a little on everything it has said before."""
    say = (
        "import sys; from apps.voice.tts.embedded import CALLER; from tests.voice.stt.evaluation import telephone; "
        "sys.stdout.buffer.write(telephone(sys.argv[1], voice=CALLER))"
    )
    return subprocess.run([sys.executable, "-c", say, text], cwd=ROOT, check=True, capture_output=True).stdout


def _texts(reports: list[speech.Heard]) -> list[str]:
    return [report.text for report in reports if isinstance(report, speech.Utterance)]


def _sound(samples: np.ndarray) -> bytes:
    return audio.encode(np.clip(samples, -32768, 32767).astype(np.int16))


def test_an_order_is_heard_word_for_word_with_its_times() -> None:
    sound = _said("can i get two large pepperoni pizzas and a caesar salad")
    reports = _with_recogniser(lambda: _heard(sound))
    assert _texts(reports) == ["can i get two large pepperoni pizzas and a caesar salad"]
    assert isinstance(reports[0], speech.SpeechStarted)
    assert any(isinstance(report, speech.Partial) for report in reports)
    utterance = reports[-1]
    assert isinstance(utterance, speech.Utterance)
    assert 400 < utterance.started_ms < 700
    assert len(sound) / 8 - 1400 < utterance.ended_ms < len(sound) / 8 - 900


@pytest.mark.parametrize("answer", ["yes", "no", "yes please", "no make that a large"])
def test_a_short_answer_is_heard_whether_or_not_it_was_expected(answer: str) -> None:
    async def both() -> list[speech.Heard]:
        sound = _said(answer)
        return [*await _heard(sound, "yes_or_no"), *await _heard(sound)]

    texts = _texts(_with_recogniser(both))
    assert len(texts) == 2
    for text in texts:  # "nope" is as good as "no", and one small word of a sentence may be wrong
        assert assent(text) is assent(answer)
        assert evaluation.word_errors(answer, text) <= 1


def test_a_telephone_number_is_heard_digit_by_digit() -> None:
    number = "four one five five five five zero one seven three"
    reports = _with_recogniser(lambda: _heard(_said(number), "digits"))
    assert _texts(reports) == [number]


def test_silence_key_tones_clicks_and_noise_are_not_speech() -> None:
    seconds = np.arange(16000) / 8000
    tones = [(697, 1209), (770, 1336), (852, 1477), (941, 1336), (440, 480)]
    chance = np.random.default_rng(1)
    sounds = [np.zeros(16000), chance.normal(0, 400, 16000), chance.normal(0, 30, 16000)]
    for low, high in tones:
        sounds.append(6000 * (np.sin(2 * np.pi * low * seconds) + np.sin(2 * np.pi * high * seconds)))
    clicks = np.zeros(16000)
    clicks[::4000] = 20000
    quiet = np.zeros(8000)
    everything = np.concatenate([part for sound in [*sounds, clicks] for part in (sound, quiet)])
    assert _with_recogniser(lambda: _heard(_sound(everything))) == []


def test_twenty_calls_at_once_each_get_their_own_words() -> None:
    sentences = evaluation.PIZZERIA_SENTENCES[14:17]

    async def twenty() -> list[speech.Heard]:
        heard = await asyncio.gather(*(_heard(_said(sentences[call % 3])) for call in range(20)))
        for call, reports in enumerate(heard):
            wrong = evaluation.word_errors(sentences[call % 3], " ".join(_texts(reports)))
            assert wrong <= 2, (sentences[call % 3], _texts(reports))
        return []

    _with_recogniser(twenty)


def test_hear_returns_at_once_even_while_the_recogniser_is_busy() -> None:
    async def busy() -> list[speech.Heard]:
        sound = _said(evaluation.PIZZERIA_SENTENCES[0]) * 10
        transcriber = await roster.open_transcriber(EMBEDDED, card=evaluation.PIZZERIA, report=lambda heard: None)
        loop = asyncio.get_running_loop()
        began = loop.time()
        for start in range(0, len(sound), FRAME):
            transcriber.hear(sound[start : start + FRAME])
        frames = len(sound) / FRAME
        assert (loop.time() - began) / frames < 0.0005
        await transcriber.close()
        return []

    _with_recogniser(busy)


def test_calls_whose_recogniser_dies_are_told_once_each_and_the_next_call_is_heard() -> None:
    async def killed() -> list[speech.Heard]:
        reports: list[list[speech.Heard]] = [[] for _ in range(3)]
        calls = [
            await roster.open_transcriber(EMBEDDED, card=evaluation.PIZZERIA, report=told.append) for told in reports
        ]
        (pid,) = workroom.pids(embedded.PROCESS)
        os.kill(pid, signal.SIGKILL)
        while not all(reports):
            await asyncio.sleep(0.01)
        for call in calls:
            call.hear(bytes(4800))
        await asyncio.sleep(0.05)
        for (lost,) in reports:
            assert isinstance(lost, speech.Lost)
            assert lost.failure.reason is Reason.BROKE_OFF
        await calls[0].close()
        return await _heard(_said("yes please"))

    assert len(_texts(_with_recogniser(killed))) == 1
