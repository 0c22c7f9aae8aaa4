"""Voices may hang, break off, refuse and come back: every sentence is said, and nobody hears a long silence."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from apps.llm.reasons import Reason
from apps.voice import roster, speaking, standing
from apps.voice.speaking import Speaking
from apps.voice.speech import Provider, Unserved
from tests.voice.virtual_time import in_virtual_time

FIRST, SECOND, LAST = Provider("first", voice="anna"), Provider("second"), Provider("last")
CHUNKS = 5


@pytest.fixture(autouse=True)
def _trust_everybody() -> Iterator[None]:
    standing.BOARD.clear()
    yield
    standing.BOARD.clear()


@dataclass
class Vendor:
    """A module of a provider and its one voice. Chunks name their sentence and number."""

    name: str
    opens: list[Any] = field(default_factory=list)
    """What the first openings do: seconds, or an exception."""
    pauses: dict[int, Any] = field(default_factory=dict)
    """Before chunk n: seconds, or an exception, or None for silence for ever."""
    chunks: int = CHUNKS
    opened: int = 0
    closed: int = 0
    aborted: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def open_synthesizer(self, provider: Provider) -> Vendor:
        await _perform(self.opens.pop(0) if self.opens else 0.05)
        self.opened += 1
        return self

    async def speak(self, text: str, *, language: str = "en") -> AsyncIterator[bytes]:
        self.asked.append((text, language))
        try:
            for number in range(self.chunks):
                await _perform(self.pauses.get(number, 0.01))
                yield f"{self.name}{number} ".encode()
        except GeneratorExit:
            self.aborted += 1
            raise

    async def close(self) -> None:
        self.closed += 1


async def _perform(what: Any) -> None:
    if isinstance(what, Exception):
        raise what
    if what is None:
        await asyncio.get_running_loop().create_future()
    await asyncio.sleep(what)


class Line:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.first, self.second, self.last = (Vendor(name) for name in ("first", "second", "last"))
        for vendor in (self.first, self.second, self.last):
            monkeypatch.setitem(roster.SYNTHESIZERS, vendor.name, f"tests.voices.{vendor.name}")
            monkeypatch.setitem(sys.modules, f"tests.voices.{vendor.name}", vendor)
        self.notes: list[dict[str, Any]] = []
        self.silence = 0.0
        """The longest in the last sentence."""

    def voice(self, *chain: Provider) -> Speaking:
        def note(event: str, **facts: Any) -> None:
            self.notes.append({"event": event, **facts})

        self.speaking = Speaking(chain or (FIRST, SECOND, LAST), note=note)
        return self.speaking

    async def say(self, text: str = "Hello.", language: str = "en") -> str:
        clock = asyncio.get_running_loop().time
        heard, before, self.silence = b"", clock(), 0.0
        async for chunk in self.speaking.speak(text, language=language):
            heard += chunk
            self.silence, before = max(self.silence, clock() - before), clock()
        return heard.decode().strip()


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    return Line(monkeypatch)


def whole(name: str) -> str:
    return " ".join(f"{name}{number}" for number in range(CHUNKS))


@in_virtual_time
async def test_the_first_voice_speaks_and_the_others_are_not_even_opened(line: Line) -> None:
    voice = line.voice()
    await voice.open()
    assert [await line.say(), await line.say("Hola.", "es")] == [whole("first")] * 2
    await voice.close()
    assert (line.first.opened, line.first.closed, line.second.opened, line.last.opened) == (1, 1, 0, 0)
    assert line.first.asked == [("Hello.", "en"), ("Hola.", "es")]
    assert line.notes == [{"event": "speaking.by", "provider": "first", "voice": "anna"}]


@pytest.mark.parametrize(
    ("opens", "pauses", "heard"),
    [
        ([Unserved(Reason.BAD_KEY, "no")], {}, ""),
        ([10.0], {}, ""),
        ([ConnectionError("refused")], {}, ""),
        ([], {0: None}, ""),
        ([], {0: 1.3}, ""),
        ([], {0: Unserved(Reason.NO_QUOTA, "no credit")}, ""),
        ([], {2: None}, "first0 first1"),
        ([], {2: ConnectionResetError()}, "first0 first1"),
        ([], {2: ValueError("garbage")}, "first0 first1"),
    ],
)
@in_virtual_time
async def test_a_voice_that_fails_is_followed_by_the_next_who_says_the_whole_sentence(
    line: Line, opens: list[Any], pauses: dict[int, Any], heard: str
) -> None:
    line.first.opens, line.first.pauses = opens, pauses
    voice = line.voice()
    assert await line.say() == f"{heard} {whole('second')}".strip()
    assert line.silence < 2.0
    assert await line.say() == whole("second"), "the one that failed rests"
    assert line.first.opened == line.first.closed, "and is let go of"
    await voice.close()
    assert line.first.opened == line.first.closed
    assert (line.second.closed, len(asyncio.all_tasks())) == (1, 1)


@in_virtual_time
async def test_however_many_hang_the_last_speaks_within_two_seconds(line: Line) -> None:
    line.first.pauses = line.second.pauses = {0: None}
    voice = line.voice()
    await voice.open()
    assert await line.say() == whole("last")
    assert line.silence < 2.0
    await voice.close()


@in_virtual_time
async def test_a_voice_that_gives_no_sound_for_words_has_failed_and_for_no_words_has_not(line: Line) -> None:
    line.first.chunks = 0
    line.voice()
    assert await line.say("…") == ""
    assert line.notes == []
    assert await line.say("Yes.") == whole("second")
    assert [note["reason"] for note in line.notes if note["event"] == "speaking.lost"] == ["empty"]
    await line.speaking.close()


@in_virtual_time
async def test_a_voice_is_asked_again_when_it_has_rested_and_the_breaker_allows(line: Line) -> None:
    line.first.pauses = {0: None}
    voice = line.voice()
    await line.say()
    line.first.pauses = {}
    await asyncio.sleep(speaking.PATIENCE.rest + 1)
    assert await line.say() == whole("first")
    await voice.close()


@in_virtual_time
async def test_a_wrong_key_is_not_tried_again_by_the_next_call(line: Line) -> None:
    line.first.opens = [Unserved(Reason.BAD_KEY, "wrong key")] * 5
    for _ in range(3):
        voice = line.voice()
        await voice.open()
        assert await line.say() == whole("second")
        await voice.close()
    assert len(line.first.opens) == 4


@in_virtual_time
async def test_the_last_in_the_line_fails_in_time_and_for_good(line: Line) -> None:
    line.last.pauses = {1: None}
    line.voice(LAST)
    began = asyncio.get_running_loop().time()
    with pytest.raises(Unserved, match="silence"):
        await line.say()
    assert asyncio.get_running_loop().time() - began < speaking.PATIENCE.last + 1
    await line.speaking.close()


@in_virtual_time
async def test_when_nobody_can_be_opened_it_is_said(line: Line) -> None:
    for vendor in (line.first, line.second, line.last):
        vendor.opens = [ConnectionError("refused")]
    with pytest.raises(Unserved):
        await line.voice().open()


@pytest.mark.parametrize("pauses", [{0: None}, {1: None}, {}])
@in_virtual_time
async def test_stop_means_stop_and_is_held_against_nobody(line: Line, pauses: dict[int, Any]) -> None:
    line.first.pauses = pauses
    voice = line.voice()
    await voice.open()
    chunks = voice.speak("A long sentence.")

    async def listen() -> None:
        async for _ in chunks:
            await asyncio.sleep(0.05)

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0.12)
    listening.cancel()
    await asyncio.wait({listening})
    await chunks.aclose()
    assert [note for note in line.notes if note["event"] == "speaking.lost"] == []
    line.first.pauses = {}
    assert await line.say() == whole("first")
    await voice.close()
    assert len(asyncio.all_tasks()) == 1


@in_virtual_time
async def test_a_hundred_failures_leave_no_task_and_no_open_voice(line: Line) -> None:
    for _ in range(50):
        standing.BOARD.clear()
        line.first.pauses, line.second.pauses = {1: ConnectionResetError()}, {0: None}
        voice = line.voice()
        await voice.open()
        assert await line.say() == f"first0 {whole('last')}"
        await voice.close()
    for vendor in (line.first, line.second, line.last):
        assert vendor.opened == vendor.closed == 50
    assert len(asyncio.all_tasks()) == 1
