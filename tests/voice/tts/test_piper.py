"""Piper on this machine: a tiny voice through Piper's own code, in its process, down to telephone sound."""

from __future__ import annotations

import asyncio
import functools
import os
import signal
import threading
from collections.abc import AsyncGenerator, Callable, Coroutine
from pathlib import Path
from typing import ParamSpec

import numpy as np
import psutil
import pytest

from apps.llm.reasons import Reason
from apps.voice import audio, speech, workroom
from apps.voice.speech import Provider, Synthesizer, Unserved
from apps.voice.tts import piper
from apps.voice.tts.piper_worker import pieces
from tests.voice.tts import tiny_piper

P = ParamSpec("P")
SENTENCE = "Your table is ready. "
ORDER = "I have two large pepperoni pizzas with extra cheese, one caesar salad without dressing, and a coke. "


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_piper.write(tmp_path_factory.mktemp("piper") / "en_US-hum-medium.onnx")


@pytest.fixture(scope="module")
def slow_voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_piper.write(tmp_path_factory.mktemp("piper") / "slow.onnx", labour=10)


def shut_down_after(test: Callable[P, Coroutine[object, object, None]]) -> Callable[P, None]:
    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        async def play() -> None:
            try:
                await asyncio.wait_for(test(*args, **kwargs), 60)
            finally:
                await workroom.shut_down()

        asyncio.run(play())

    return run


async def opened(voice: Path | str) -> Synthesizer:
    return await speech.open_synthesizer(Provider("piper", voice=str(voice)))


async def said(voice: Path | str, text: str, language: str = "en") -> list[bytes]:
    synthesizer = await opened(voice)
    try:
        return [chunk async for chunk in synthesizer.speak(text, language=language)]
    finally:
        await synthesizer.close()


def speaking(synthesizer: Synthesizer, text: str) -> AsyncGenerator[bytes, None]:
    chunks = synthesizer.speak(text)
    assert isinstance(chunks, AsyncGenerator)
    return chunks


async def refused(voice: Path | str) -> Unserved:
    with pytest.raises(Unserved) as refusal:
        await opened(voice)
    return refusal.value


def pitch(mulaw: bytes) -> float:
    """The loudest frequency."""
    pcm = audio.decode(mulaw).astype(np.float64)
    power = np.abs(np.fft.rfft(pcm * np.hanning(len(pcm))))
    return float(power.argmax()) * audio.RATE / len(pcm)


# ---- sound -------------------------------------------------------------------------------------------


@shut_down_after
async def test_words_become_telephone_sound_of_the_right_pitch_length_and_level(voice: Path) -> None:
    sound = b"".join(await said(voice, SENTENCE))
    assert pitch(sound) == pytest.approx(tiny_piper.HERTZ, rel=0.01)
    phonemes = len(sound) / audio.RATE * tiny_piper.RATE / tiny_piper.SAMPLES
    assert phonemes == pytest.approx(round(phonemes), abs=0.05), "nothing is lost or added at the seams"
    assert 30 < phonemes < 60
    assert np.abs(audio.decode(sound).astype(int)).max() == pytest.approx(0.85 * 32_767, rel=0.05)


@shut_down_after
async def test_a_voice_of_another_rate_or_with_many_speakers_sounds_as_it_should(tmp_path: Path) -> None:
    path = tiny_piper.write(tmp_path / "low.onnx", rate=16_000, speakers=3)
    sound = b"".join(await said(path, SENTENCE))
    assert pitch(sound) == pytest.approx(tiny_piper.HERTZ * 16_000 / tiny_piper.RATE, rel=0.01)


@shut_down_after
async def test_each_sentence_comes_when_it_is_ready_and_the_first_clause_of_a_long_one(voice: Path) -> None:
    assert len(await said(voice, SENTENCE * 3)) >= 3
    assert len(await said(voice, ORDER)) >= 2


@shut_down_after
async def test_another_language_is_read_all_the_same_and_nothing_is_said_for_no_words(voice: Path) -> None:
    assert b"".join(await said(voice, "Su mesa está lista, señor Muñoz.", language="es"))
    assert len(b"".join(await said(voice, ""))) < 800


@shut_down_after
async def test_sentences_of_many_calls_at_once_do_not_mix_and_share_one_process(voice: Path) -> None:
    alone = [b"".join(await said(voice, text)) for text in (SENTENCE, ORDER)]
    together = await asyncio.gather(*(said(voice, (SENTENCE, ORDER)[n % 2]) for n in range(10)))
    assert [b"".join(chunks) for chunks in together] == alone * 5
    assert len(workroom.pids(piper.PROCESS)) == 1


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Yes, of course.", ["Yes, of course."]),
        (
            "That is one large pepperoni pizza, two cokes, and a caesar salad for delivery.",
            ["That is one large pepperoni pizza,", "two cokes, and a caesar salad for delivery."],
        ),
        (
            "Sure, that is one large pepperoni pizza with cheese, and a coke.",
            ["Sure, that is one large pepperoni pizza with cheese,", "and a coke."],
        ),
        ("One thing. " + ORDER, ["One thing. " + ORDER]),
        ("It will be ready in about twenty five minutes at our counter in front.", None),
    ],
)
def test_a_long_sentence_is_cut_after_its_first_clause(text: str, parts: list[str] | None) -> None:
    assert pieces(text) == (parts or [text])


@shut_down_after
async def test_a_voice_that_is_made_ready_is_loaded_before_the_call(voice: Path) -> None:
    await piper.ready(Provider("piper", voice=str(voice)))
    (pid,) = workroom.pids(piper.PROCESS)
    assert await said(voice, SENTENCE)
    assert workroom.pids(piper.PROCESS) == [pid]
    await speech.let_go()
    assert workroom.pids(piper.PROCESS) == []


# ---- stopping ----------------------------------------------------------------------------------------


@shut_down_after
async def test_what_is_stopped_is_not_made(slow_voice: Path) -> None:
    synthesizer = await opened(slow_voice)
    (pid,) = workroom.pids(piper.PROCESS)
    chunks = speaking(synthesizer, SENTENCE * 500)
    assert await anext(chunks)
    await chunks.aclose()
    assert [chunk async for chunk in synthesizer.speak(SENTENCE)], "the next is not behind it"
    before = psutil.Process(pid).cpu_times().user
    await asyncio.sleep(0.5)
    assert psutil.Process(pid).cpu_times().user - before < 0.1
    await synthesizer.close()


@shut_down_after
async def test_somebody_elses_first_words_do_not_wait_for_a_long_speech(slow_voice: Path) -> None:
    synthesizer = await opened(slow_voice)
    long = speaking(synthesizer, SENTENCE * 500)
    assert await anext(long)
    assert [chunk async for chunk in synthesizer.speak(SENTENCE)]
    assert await anext(long)
    await long.aclose()
    await synthesizer.close()


@shut_down_after
async def test_closing_the_voice_ends_what_it_is_saying(slow_voice: Path) -> None:
    synthesizer = await opened(slow_voice)
    chunks = speaking(synthesizer, SENTENCE * 500)
    assert await anext(chunks)
    await synthesizer.close()
    assert len([chunk async for chunk in chunks]) < 100
    assert [chunk async for chunk in synthesizer.speak(SENTENCE)] == []


# ---- files that are none -----------------------------------------------------------------------------


@shut_down_after
async def test_missing_and_damaged_files_are_refused_with_their_path(voice: Path, tmp_path: Path) -> None:
    path = tmp_path / "voice.onnx"
    assert str(path) in (await refused(path)).detail
    path.write_bytes(voice.read_bytes())
    for description in (None, b"", b"[1]", b"{}", b'{"audio": {"sample_rate": 22050}}'):
        if description is not None:
            Path(f"{path}.json").write_bytes(description)
        failure = await refused(path)
        assert failure.reason is Reason.NO_SUCH_MODEL
        assert f"{path}.json does not describe a Piper voice" in failure.detail
    Path(f"{path}.json").write_bytes(Path(f"{voice}.json").read_bytes())
    for content in (b"", os.urandom(5000), voice.read_bytes()[:-200]):
        path.write_bytes(content)
        failure = await refused(path)
        assert failure.reason is Reason.NO_SUCH_MODEL
        assert f"{path} is no Piper voice" in failure.detail
    path.write_bytes(voice.read_bytes())
    assert await said(path, SENTENCE)
    assert len(workroom.pids(piper.PROCESS)) == 1


@shut_down_after
async def test_without_piper_it_says_what_to_install(voice: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(piper, "PROCESS", "tests.voice.tts.piperless")
    failure = await refused(voice)
    assert failure.reason is Reason.NO_SUCH_MODEL
    assert "pip install piper-tts" in failure.detail


# ---- processes that fail -----------------------------------------------------------------------------


@shut_down_after
async def test_a_process_that_is_killed_in_mid_sentence_fails_that_sentence_and_the_next_voice_speaks(
    slow_voice: Path,
) -> None:
    synthesizer = await opened(slow_voice)
    chunks = speaking(synthesizer, SENTENCE * 500)
    assert await anext(chunks)
    os.kill(workroom.pids(piper.PROCESS)[0], signal.SIGKILL)
    with pytest.raises(Unserved) as failure:
        async for _ in chunks:
            pass
    assert failure.value.reason is Reason.BROKE_OFF
    with pytest.raises(Unserved):
        await anext(speaking(synthesizer, SENTENCE))
    await synthesizer.close()
    assert await said(slow_voice, SENTENCE)


@shut_down_after
async def test_a_process_that_is_stopped_is_replaced_after_somebody_gave_up_waiting(
    voice: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workroom, "SIGN_SECONDS", 0.5)
    synthesizer = await opened(voice)
    (pid,) = workroom.pids(piper.PROCESS)
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(speaking(synthesizer, SENTENCE)), 0.1)
    while psutil.pid_exists(pid):
        await asyncio.sleep(0.01)
    monkeypatch.undo()
    assert await said(voice, SENTENCE)


def test_twenty_voices_leave_no_socket_no_task_no_thread_and_no_process(voice: Path) -> None:
    async def speak(count: int) -> None:
        for _ in range(count):
            await said(voice, SENTENCE)
        await workroom.shut_down()
        assert len(asyncio.all_tasks()) == 1

    def left() -> tuple[int, int, int]:
        return len(list(Path("/proc/self/fd").iterdir())), threading.active_count(), len(psutil.Process().children())

    asyncio.run(speak(1))
    before = left()
    asyncio.run(speak(20))
    assert left() == before
