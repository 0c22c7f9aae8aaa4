"""Sound goes out in bursts with marks; a clear makes everything before it unheard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from apps.voice.speaker import BURST_BYTES, News, Speaker, Spoken


class Phone:
    """A line that remembers what it was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str | int]] = []

    def media(self, mulaw: bytes) -> str:
        self.sent.append(("media", len(mulaw)))
        return "media"

    def mark(self, name: str) -> str:
        self.sent.append(("mark", name))
        return "mark"

    def clear(self) -> str:
        self.sent.append(("clear", ""))
        return "clear"


class Voice:
    def __init__(self, chunks: int = 5, *, hangs: bool = False, fails: bool = False) -> None:
        self.chunks, self.hangs, self.fails = chunks, hangs, fails
        self.aborted = 0

    async def speak(self, text: str, *, language: str = "en") -> AsyncIterator[bytes]:
        try:
            for _ in range(self.chunks):
                if self.fails:
                    raise ConnectionError("no voice")
                yield b"\x55" * 800
                if self.hangs:
                    await asyncio.sleep(3600)
        finally:
            self.aborted += 1

    async def close(self) -> None:
        pass


class Ears:
    def __init__(self) -> None:
        self.begun: list[Spoken] = []
        self.played: list[Spoken] = []
        self.failed: list[Spoken] = []
        self.taped = 0


@asynccontextmanager
async def speaking(voice: Voice) -> AsyncIterator[tuple[Speaker, Phone, Ears]]:
    phone, ears = Phone(), Ears()

    async def send(text: str) -> None:
        await asyncio.sleep(0)

    def tape(mulaw: bytes, at_ms: int) -> None:
        ears.taped += len(mulaw)

    speaker = Speaker(
        synthesizer=voice,
        line=phone,
        send=send,
        clock=lambda: 0.0,
        sound=tape,
        news=News(ears.begun.append, ears.played.append, lambda spoken, error: ears.failed.append(spoken)),
    )
    task = asyncio.create_task(speaker.run())
    try:
        yield speaker, phone, ears
    finally:
        task.cancel()
        await asyncio.wait({task})


async def turns(count: int = 60) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_the_first_sound_goes_at_once_and_the_rest_in_bursts_before_the_mark() -> None:
    async with speaking(Voice()) as (speaker, phone, ears):
        speaker.say(Spoken(1, 0, "Hello."))
        await turns()
        assert phone.sent == [("media", 800), ("media", BURST_BYTES), ("media", BURST_BYTES), ("mark", "0.1.0")]
        assert ears.begun == [Spoken(1, 0, "Hello.")]
        assert ears.taped == 4000
        assert speaker.silent_at_ms == 500


async def test_a_sentence_is_heard_when_its_mark_comes_back_and_only_once() -> None:
    async with speaking(Voice()) as (speaker, _, ears):
        speaker.say(Spoken(1, 0, "Hello."))
        await turns()
        assert ears.played == []
        speaker.mark_returned("0.1.0")
        speaker.mark_returned("0.1.0")
        speaker.mark_returned("never sent")
        assert ears.played == [Spoken(1, 0, "Hello.")]


async def test_marks_that_come_back_because_of_a_clear_say_nothing_was_heard() -> None:
    async with speaking(Voice()) as (speaker, phone, ears):
        speaker.say(Spoken(1, 0, "Hello."))
        speaker.say(Spoken(1, 1, "And more."))
        await turns()
        await speaker.clear()
        speaker.mark_returned("0.1.0")
        speaker.mark_returned("0.1.1")
        assert ears.played == []
        speaker.say(Spoken(2, 0, "Yes?"))
        await turns()
        assert phone.sent[-1] == ("mark", "1.2.0")
        speaker.mark_returned("1.2.0")
        assert ears.played == [Spoken(2, 0, "Yes?")]


async def test_a_clear_aborts_a_voice_that_hangs_and_forgets_what_waits() -> None:
    voice = Voice(hangs=True)
    async with speaking(voice) as (speaker, phone, ears):
        speaker.say(Spoken(1, 0, "Hello."))
        speaker.say(Spoken(1, 1, "Never said."))
        await turns()
        await speaker.clear()
        await turns()
        assert voice.aborted == 1
        assert [kind for kind, _ in phone.sent] == ["media", "clear"]
        assert ears.failed == []


async def test_a_voice_that_fails_is_told_to_the_call() -> None:
    async with speaking(Voice(fails=True)) as (speaker, _, ears):
        speaker.say(Spoken(1, 0, "Hello."))
        await turns()
        assert ears.failed == [Spoken(1, 0, "Hello.")]
