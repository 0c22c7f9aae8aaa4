"""Whisper on this machine: real loading and decoding of a tiny model, through the real ear, process and transcriber."""

from __future__ import annotations

import asyncio
import functools
import os
import signal
import threading
from collections.abc import Awaitable, Callable, Coroutine
from itertools import pairwise
from pathlib import Path
from typing import Any, ParamSpec

import numpy as np
import psutil
import pytest

from apps.llm.reasons import Reason
from apps.menu.card import Card
from apps.voice import audio, speech, workroom
from apps.voice.speech import Alive, Heard, Lost, Partial, Provider, SpeechStarted, Transcriber, Unserved, Utterance
from apps.voice.stt import whisper
from apps.voice.tts import embedded as voices
from tests.voice.stt import evaluation, tiny_whisper

P = ParamSpec("P")
WORDS = [" two", " large", " pepperoni", " pizzas", ",", " please", "."]
SENTENCE = "Two large pepperoni pizzas, please."


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_whisper.write(tmp_path_factory.mktemp("whisper") / "tiny.bin", WORDS)


def shut_down_after(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        async def play() -> None:
            try:
                await asyncio.wait_for(test(*args, **kwargs), 60)
            finally:
                await workroom.shut_down()

        asyncio.run(play())

    return run


def said(text: str, *, before: float = 0.5, after: float = 1.5) -> bytes:
    sound: list[bytes] = []
    voices.render_mulaw(text, voice=voices.CALLER, take=lambda chunk: sound.append(chunk) is None)
    return audio.silence(before) + b"".join(sound) + audio.silence(after)


async def opened(
    model: Path | str, report: Callable[[Heard], None], *, card: Card = evaluation.PIZZERIA, language: str = "en"
) -> Transcriber:
    provider = Provider("whisper", model=str(model))
    return await speech.open_transcriber(provider, card=card, report=report, language=language)


async def heard(model: Path | str, sound: bytes, *, until: Callable[[list[Heard]], bool]) -> list[Heard]:
    reports: list[Heard] = []
    call = await opened(model, reports.append)
    call.hear(sound)
    await holds(lambda: until(reports))
    await call.close()
    return reports


async def holds(true: Callable[[], bool]) -> None:
    while not true():
        await asyncio.sleep(0.01)


def utterances(reports: list[Heard]) -> list[Utterance]:
    return [report for report in reports if isinstance(report, Utterance)]


def lost(reports: list[Heard]) -> list[Unserved]:
    return [report.failure for report in reports if isinstance(report, Lost)]


async def refused(model: Path | str) -> Unserved:
    with pytest.raises(Unserved) as refusal:
        await opened(model, lambda heard: None)
    return refusal.value


# ---- words -------------------------------------------------------------------------------------------


@shut_down_after
async def test_what_was_said_is_decoded_when_it_is_over_and_reported_with_its_times(model: Path) -> None:
    sound = said(SENTENCE)
    reports = await heard(model, sound, until=lambda reports: bool(utterances(reports)))
    assert reports[0] == SpeechStarted()
    (utterance,) = utterances(reports)
    assert utterance.text == "two large pepperoni pizzas, please."
    assert utterance.confidence > 0.99
    assert 400 < utterance.started_ms < 800
    assert len(sound) / 8 - 1900 < utterance.ended_ms < len(sound) / 8 - 1200


@shut_down_after
async def test_two_sentences_are_two_utterances_in_their_order(model: Path) -> None:
    sound = said(SENTENCE) + said("and a coke")
    first, second = utterances(await heard(model, sound, until=lambda reports: len(utterances(reports)) == 2))
    assert first.ended_ms + 1500 < second.started_ms


@shut_down_after
async def test_as_long_as_somebody_speaks_there_is_news(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whisper, "NEWS_SECONDS", 0.05)
    reports: list[Heard] = []
    call = await opened(model, reports.append)
    sound = said(SENTENCE * 2, after=0)
    call.hear(sound)
    await holds(lambda: reports.count(Partial("")) >= 3)
    assert not utterances(reports)
    call.hear(audio.silence(1.5))
    await holds(lambda: bool(utterances(reports)))
    count = len(reports)
    await asyncio.sleep(0.2)
    assert reports[count:] == [], "there is nothing to tell once it is over"
    await call.close()


@shut_down_after
async def test_who_speaks_without_end_is_heard_in_pieces(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whisper, "_LONGEST_MS", 2000)
    reports: list[Heard] = []
    call = await opened(model, reports.append)
    sound = said(SENTENCE + " " + SENTENCE + " " + SENTENCE)
    for start in range(0, len(sound), 800):
        call.hear(sound[start : start + 800])
        await asyncio.sleep(0.005)
    await holds(lambda: len(utterances(reports)) >= 3)
    await call.close()
    pieces = utterances(reports)
    assert all(before.ended_ms <= after.started_ms for before, after in pairwise(pieces))


@shut_down_after
async def test_sound_that_the_ear_does_not_come_to_is_not_kept_for_ever(model: Path) -> None:
    call = await opened(model, lambda heard: None)
    assert isinstance(call, whisper.WhisperTranscriber)
    for _ in range(9):
        call.hear(audio.silence(10))
    assert audio.seconds(bytes(call._sound)) == 60
    assert call._from_ms == 30_000
    await call.close()


@shut_down_after
async def test_silence_and_noise_are_nothing(model: Path) -> None:
    noise = audio.encode(np.random.default_rng(1).normal(0, 600, 16_000).astype(np.int16))
    reports: list[Heard] = []
    call = await opened(model, reports.append)
    call.hear(audio.silence(2) + noise + audio.silence(2))
    assert isinstance(call, whisper.WhisperTranscriber)
    await holds(lambda: call._ear.heard_ms > 5500)
    await call.close()
    assert reports == []


async def _decoded(model: Path) -> list[Heard]:
    """Everything that is reported until one utterance is decoded, whatever came of it."""
    reports: list[Heard] = []
    call = await opened(model, reports.append)
    assert isinstance(call, whisper.WhisperTranscriber)
    call.hear(said(SENTENCE))
    await holds(lambda: bool(call._decoding))
    await holds(lambda: not call._decoding)
    await call.close()
    assert not lost(reports)
    return reports


@shut_down_after
async def test_what_whisper_makes_of_noise_is_no_utterance(tmp_path: Path) -> None:
    model = tiny_whisper.write(tmp_path / "noise.bin", [" [", "BL", "ANK", "_", "AUDIO", "]"])
    assert utterances(await _decoded(model)) == []


@shut_down_after
async def test_a_model_that_is_not_sure_says_so_and_one_that_guesses_is_not_believed(tmp_path: Path) -> None:
    # 51,864 words share what the right one leaves: e^11.5 is about two times as much, e^8 a seventeenth.
    doubts = tiny_whisper.write(tmp_path / "doubts.bin", WORDS, sure=11.5)
    (utterance,) = utterances(await _decoded(doubts))
    assert 0.5 < utterance.confidence < 0.8
    guesses = tiny_whisper.write(tmp_path / "guesses.bin", WORDS, sure=8.0)
    assert utterances(await _decoded(guesses)) == []


@shut_down_after
async def test_calls_at_once_share_one_process_and_each_gets_its_own_words(model: Path) -> None:
    def two(reports: list[Heard]) -> bool:
        return len(utterances(reports)) == 1

    calls = await asyncio.gather(*(heard(model, said(SENTENCE, before=0.1 * n), until=two) for n in range(8)))
    starts = [utterances(reports)[0].started_ms for reports in calls]
    assert starts == sorted(starts)
    assert starts[-1] - starts[0] > 500
    assert len(workroom.pids(whisper.PROCESS)) == 1


@shut_down_after
async def test_a_model_that_is_made_ready_is_loaded_when_the_call_comes(model: Path) -> None:
    provider = Provider("whisper", model=str(model))
    await whisper.ready(provider)
    (pid,) = workroom.pids(whisper.PROCESS)
    os.kill(pid, signal.SIGSTOP)  # a busy process: whoever opens a call does not wait for it
    call = await asyncio.wait_for(opened(model, lambda heard: None), 5)
    os.kill(pid, signal.SIGCONT)
    await call.close()
    await speech.let_go()
    assert workroom.pids(whisper.PROCESS) == []


# ---- files that are none -----------------------------------------------------------------------------


@shut_down_after
async def test_a_missing_file_is_named_and_the_network_is_never_asked(tmp_path: Path) -> None:
    failure = await refused(tmp_path / "nowhere.bin")
    assert failure.reason is Reason.NO_SUCH_MODEL
    assert str(tmp_path / "nowhere.bin") in failure.detail
    assert workroom.pids(whisper.PROCESS) == []


@shut_down_after
async def test_a_file_that_is_no_model_is_refused_and_the_process_lives_on(tmp_path: Path) -> None:
    path = tmp_path / "garbage.bin"
    path.write_bytes(os.urandom(100_000))
    failure = await refused(path)
    assert failure.reason is Reason.NO_SUCH_MODEL
    assert f"{path} is not a ggml Whisper model" in failure.detail
    tiny_whisper.write(path, WORDS)
    await heard(path, said(SENTENCE), until=lambda reports: bool(utterances(reports)))


@shut_down_after
async def test_a_file_that_is_cut_off_anywhere_is_refused(model: Path, tmp_path: Path) -> None:
    whole, path = model.read_bytes(), tmp_path / "cut.bin"
    for size in (0, 3, 20, 1000, 64_500, 100_000, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        failure = await refused(path)
        assert failure.reason is Reason.NO_SUCH_MODEL, size
        assert str(path) in failure.detail
        assert "fetch_models" in failure.detail
    assert len(workroom.pids(whisper.PROCESS)) == 1


@shut_down_after
async def test_a_file_that_ends_the_process_by_an_assertion_is_refused_and_others_still_work(
    model: Path, tmp_path: Path
) -> None:
    path = tiny_whisper.write(tmp_path / "long.bin", WORDS, halves=False)
    for _ in range(2):
        failure = await refused(path)
        assert failure.reason is Reason.NO_SUCH_MODEL
        assert f"{path} is not taken by whisper.cpp" in failure.detail
    await heard(model, said(SENTENCE), until=lambda reports: bool(utterances(reports)))


# ---- processes that fail -----------------------------------------------------------------------------


async def _during_a_decode(model: Path, then: Callable[[int], Awaitable[None]]) -> list[list[Heard]]:
    """What two calls are told when this happens to the process while it decodes for them."""
    told: list[list[Heard]] = [[], []]
    calls = [await opened(model, reports.append) for reports in told]
    for call in calls:
        call.hear(said(SENTENCE))
    (pid,) = workroom.pids(whisper.PROCESS)
    os.kill(pid, signal.SIGSTOP)  # so that it is surely in the middle
    for call in calls:
        assert isinstance(call, whisper.WhisperTranscriber)
        await holds(lambda call=call: bool(call._decoding))
    await then(pid)
    await holds(lambda: all(map(lost, told)))
    for call in calls:
        call.hear(said(SENTENCE))
    await asyncio.sleep(0.1)
    for call in calls:
        await call.close()
    return told


@shut_down_after
async def test_a_process_that_is_killed_in_mid_decode_is_told_once_and_the_next_call_is_heard(model: Path) -> None:
    async def kill(pid: int) -> None:
        os.kill(pid, signal.SIGKILL)

    for reports in await _during_a_decode(model, kill):
        assert [failure.reason for failure in lost(reports)] == [Reason.BROKE_OFF]
        assert isinstance(reports[-1], Lost)
    await heard(model, said(SENTENCE), until=lambda reports: bool(utterances(reports)))


@shut_down_after
async def test_a_process_that_is_stopped_is_silence_by_the_deadline_and_is_replaced(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whisper, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(whisper, "ANSWER_PER_SECOND", 0.0)
    monkeypatch.setattr(workroom, "SIGN_SECONDS", 0.5)
    stopped: list[int] = []

    async def stay_stopped(pid: int) -> None:
        stopped.append(pid)

    for reports in await _during_a_decode(model, stay_stopped):
        assert [failure.reason for failure in lost(reports)] == [Reason.SILENCE]
        assert any(isinstance(report, SpeechStarted) for report in reports)
    await holds(lambda: not psutil.pid_exists(stopped[0]))
    monkeypatch.undo()
    await heard(model, said(SENTENCE), until=lambda reports: bool(utterances(reports)))


@shut_down_after
async def test_while_words_are_awaited_the_call_knows_that_somebody_is_there(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whisper, "NEWS_SECONDS", 0.05)

    async def wait_and_go_on(pid: int) -> None:
        await asyncio.sleep(0.3)
        os.kill(pid, signal.SIGKILL)

    for reports in await _during_a_decode(model, wait_and_go_on):
        assert reports.count(Alive()) >= 2


@shut_down_after
async def test_a_call_that_is_closed_in_mid_decode_reports_nothing_more(model: Path) -> None:
    reports: list[Heard] = []
    call = await opened(model, reports.append)
    assert isinstance(call, whisper.WhisperTranscriber)
    call.hear(said(SENTENCE))
    await holds(lambda: bool(call._decoding))
    await call.close()
    count = len(reports)
    await heard(model, said(SENTENCE), until=lambda reports: bool(utterances(reports)))
    assert len(reports) == count
    assert not utterances(reports)


def test_twenty_calls_leave_no_socket_no_task_no_thread_and_no_process(model: Path) -> None:
    async def calls(count: int) -> None:
        for _ in range(count):
            call = await opened(model, lambda heard: None)
            call.hear(said(SENTENCE, after=0.2))
            await call.close()
        await workroom.shut_down()
        assert len(asyncio.all_tasks()) == 1

    def left() -> tuple[int, int, int]:
        return len(list(Path("/proc/self/fd").iterdir())), threading.active_count(), len(psutil.Process().children())

    asyncio.run(calls(1))
    before = left()
    asyncio.run(calls(20))
    assert left() == before
