"""The ear that hears whether somebody speaks: real sound through the real model."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import numpy as np
import pytest

from apps.voice import audio, ear
from apps.voice.ear import Began, Ear, Ended
from apps.voice.endpointing import Patience
from apps.voice.tts import embedded

FRAME = 160


def said(text: str, *, before: float = 1.0, after: float = 1.0) -> bytes:
    sound: list[bytes] = []
    embedded.render_mulaw(text, voice=embedded.CALLER, take=lambda chunk: sound.append(chunk) is None)
    return audio.silence(before) + b"".join(sound) + audio.silence(after)


def heard(*sounds: bytes, patience: Patience | None = None) -> list[list[Began | Ended]]:
    """What one ear for each of the sounds reports, all of them listening at once."""

    async def listen() -> list[list[Began | Ended]]:
        reports: list[list[Began | Ended]] = [[] for _ in sounds]
        ears = [Ear(report=news.append, patience=patience) for news in reports]
        for start in range(0, max(map(len, sounds)), FRAME):
            for each, sound in zip(ears, sounds, strict=True):
                each.hear(sound[start : start + FRAME])
        async with asyncio.timeout(20):
            while any(
                each.heard_ms < len(sound) // 8 - ear.WINDOW_MS for each, sound in zip(ears, sounds, strict=True)
            ):
                await asyncio.sleep(0.02)  # until the thread has listened to everything
        for each in ears:
            await each.close()
        return reports

    return asyncio.run(listen())


def tone(*hertz: int, seconds: float) -> bytes:
    at = np.arange(int(8000 * seconds)) / 8000
    return audio.encode((sum(np.sin(2 * np.pi * each * at) for each in hertz) * 8000).astype(np.int16))


def test_a_sentence_begins_and_ends_where_it_is() -> None:
    sound = said("I would like a large pizza", before=1.0)
    [[began, ended]] = heard(sound)
    assert isinstance(began, Began)
    assert isinstance(ended, Ended)
    assert began.started_ms == ended.started_ms == pytest.approx(1000, abs=150)
    assert ended.ended_ms == pytest.approx(len(sound) / 8 - 1000, abs=250)


def test_a_pause_within_a_sentence_does_not_end_it_and_a_longer_one_does() -> None:
    sound = said("two large pizzas", after=0.3) + said("and a salad", before=0, after=2.0)
    assert [type(each) for each in heard(sound)[0]] == [Began, Ended]
    apart = said("two large pizzas", after=1.0) + said("and a salad", before=0, after=2.0)
    assert [type(each) for each in heard(apart)[0]] == [Began, Ended, Began, Ended]


def test_keys_ringing_hiss_and_clicks_are_no_speech() -> None:
    noise = np.random.default_rng(5)
    hiss = audio.encode((noise.normal(size=16_000) * 500).astype(np.int16))
    clicks = bytearray(audio.silence(2))
    clicks[::4000] = b"\x00" * len(clicks[::4000])
    keys = b"".join(tone(697 + 73 * n, 1209 + 127 * n, seconds=0.12) + audio.silence(0.1) for n in range(4))
    ringing = (tone(440, 480, seconds=2.0) + audio.silence(1.0)) * 2
    assert heard(hiss, bytes(clicks), keys + audio.silence(1), ringing) == [[], [], [], []]


def test_a_short_no_is_an_end_without_a_beginning_or_a_whole_one() -> None:
    [news] = heard(said("no"))
    assert isinstance(news[-1], Ended)


def test_who_shares_a_batch_hears_the_same_as_alone() -> None:
    first, second = said("a margherita please"), said("can I book a table for four tomorrow")
    assert heard(first, second, first) == [*heard(first), *heard(second), *heard(first)]


def test_people_on_the_telephone_are_heard() -> None:
    recordings = Path(__file__).resolve().parents[3] / "shared" / "audio"
    if not recordings.is_dir():
        pytest.skip("not on this machine: the recordings of people lie beside the project, not in it")
    sounds = [path.read_bytes() + audio.silence(1) for path in sorted(recordings.glob("*-*.ulaw"))[:12]]
    for news in heard(*sounds):
        assert isinstance(news[0], Began)
        assert isinstance(news[-1], Ended)


def test_patience_can_be_changed_while_it_listens() -> None:
    async def listen() -> list[Began | Ended]:
        news: list[Began | Ended] = []
        listening = Ear(report=news.append)
        listening.expect(Patience(silence_ms=1500))
        sound = said("five five five", after=1.2) + said("one two", before=0, after=2.5)
        for start in range(0, len(sound), FRAME):
            listening.hear(sound[start : start + FRAME])
        async with asyncio.timeout(20):
            while listening.heard_ms < len(sound) // 8 - ear.WINDOW_MS:
                await asyncio.sleep(0.02)
        await listening.close()
        return news

    assert [type(each) for each in asyncio.run(listen())] == [Began, Ended]


def test_a_hundred_ears_leave_nothing_behind() -> None:
    async def listen() -> tuple[int, int]:
        for _ in range(20):
            ears = [Ear(report=lambda news: None) for _ in range(5)]
            for each in ears:
                each.hear(b"\x55" * 800)
            await asyncio.sleep(0)
            for each in ears:
                await each.close()
                await each.close()
        return len(asyncio.all_tasks()), sum(thread.name.startswith("ear") for thread in threading.enumerate())

    tasks, _ = asyncio.run(listen())
    assert tasks == 1
    for thread in threading.enumerate():
        if thread.name.startswith("ear"):
            thread.join(5)
            assert not thread.is_alive()


def test_without_its_model_an_ear_is_deaf_and_says_so_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def missing() -> None:
        raise RuntimeError("The package silero-vad is not installed.")

    monkeypatch.setattr(ear, "_session", missing)

    async def listen() -> list[Began | Ended]:
        news: list[Began | Ended] = []
        first = Ear(report=news.append)
        await asyncio.sleep(0.05)
        second = Ear(report=news.append)
        for each in (first, second):
            each.hear(said("hello there"))
        await first.close()
        await second.close()
        return news

    assert asyncio.run(listen()) == []
    assert [record.message for record in caplog.records] == ["no voice detector"]
