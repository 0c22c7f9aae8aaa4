"""A voice that hangs fails in time; everything else passes through, and an abort reaches the voice inside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from apps.voice import timely
from tests.voice.virtual_time import in_virtual_time


class Slow:
    """Gives a chunk after each of these pauses, in seconds."""

    def __init__(self, *pauses: float) -> None:
        self.pauses = pauses
        self.ended = 0
        self.closed = 0

    async def speak(self, text: str, *, language: str = "en") -> AsyncIterator[bytes]:
        try:
            for number, seconds in enumerate(self.pauses):
                await asyncio.sleep(seconds)
                yield text.encode() + bytes([number])
        finally:
            self.ended += 1

    async def close(self) -> None:
        self.closed += 1


@in_virtual_time
async def test_what_comes_in_time_passes_through() -> None:
    slow = Slow(4, 4.9, 0)
    voice = timely.TimelyVoice(slow)
    assert [chunk async for chunk in voice.speak("a")] == [b"a\x00", b"a\x01", b"a\x02"]
    await voice.close()
    assert (slow.ended, slow.closed) == (1, 1)


@pytest.mark.parametrize("pauses", [(3600,), (0, 0, 3600)])
@in_virtual_time
async def test_what_does_not_come_in_time_is_a_failure(pauses: tuple[float, ...]) -> None:
    slow = Slow(*pauses)
    loop = asyncio.get_running_loop()
    began = loop.time()
    with pytest.raises(TimeoutError):
        _ = [chunk async for chunk in timely.TimelyVoice(slow).speak("a")]
    assert loop.time() - began == pytest.approx(timely.SECONDS)
    assert slow.ended == 1


@in_virtual_time
async def test_an_abort_reaches_the_voice_inside_at_once() -> None:
    slow = Slow(0, 3600)
    chunks = timely.TimelyVoice(slow).speak("a")
    await anext(chunks)
    await chunks.aclose()
    assert slow.ended == 1


@in_virtual_time
async def test_a_voice_may_give_any_iterator() -> None:
    class Fixed:
        def __init__(self) -> None:
            self.left = [b"1", b"2"]

        def __aiter__(self) -> Fixed:
            return self

        async def __anext__(self) -> bytes:
            if not self.left:
                raise StopAsyncIteration
            return self.left.pop(0)

    class Plain(Slow):
        def speak(self, text: str, *, language: str = "en") -> AsyncIterator[bytes]:
            return Fixed()

    assert [chunk async for chunk in timely.TimelyVoice(Plain()).speak("a")] == [b"1", b"2"]
