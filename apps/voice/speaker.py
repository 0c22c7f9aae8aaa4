"""Says sentences on the line ahead of time, in bursts, with marks that tell what was really heard.

Twilio buffers what it is sent and plays it in order, so a sentence goes out as fast as it is synthesised and
loop jitter cannot chop it. A `clear` makes Twilio return all outstanding marks at once; marks carry a
generation, so those say nothing about what was heard.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from apps.voice.speech import Synthesizer

BURST_BYTES = 1600
"""200 ms of µ-law: a tenth of the CPU of 20 ms messages (FACTS: WebSockets). The first burst goes at once."""
BYTES_PER_MS = 8


class Line(Protocol):
    """The three messages Twilio takes (apps.voice.media.Outbound)."""

    def media(self, mulaw: bytes) -> str: ...

    def mark(self, name: str) -> str: ...

    def clear(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Spoken:
    """One sentence on its way to the caller's ear. An empty text only marks the end of a reply."""

    turn: int
    index: int
    text: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class News:
    """What the speaker tells the call; all on the event loop."""

    begun: Callable[[Spoken], None]
    """The first sound of a sentence was sent."""
    played: Callable[[Spoken], None]
    """Its mark came back: the caller heard it."""
    failed: Callable[[Spoken, Exception], None]


class Speaker:
    """One call's mouth: a queue of sentences, one synthesis at a time."""

    def __init__(
        self,
        *,
        synthesizer: Synthesizer,
        line: Line,
        send: Callable[[str], Awaitable[None]],
        clock: Callable[[], float],
        sound: Callable[[bytes, int], None],
        news: News,
    ) -> None:
        self._synthesizer = synthesizer
        self._line = line
        self._send = send
        self._clock = clock
        """Milliseconds since the call began."""
        self._sound = sound
        """Where a copy goes, with the moment it will be heard: the recorder."""
        self._news = news
        self._waiting: deque[Spoken] = deque()
        self._woken = asyncio.Event()
        self._speaking: asyncio.Task[None] | None = None
        self._outstanding: dict[str, Spoken] = {}
        self._generation = 0
        self._playhead_ms = 0.0

    def say(self, spoken: Spoken) -> None:
        self._waiting.append(spoken)
        self._woken.set()

    @property
    def silent_at_ms(self) -> float:
        """When the last sound that was sent will have been played."""
        return max(self._playhead_ms, self._clock())

    async def clear(self) -> None:
        """Stop at once: nothing queued is said, nothing buffered is played, no mark of it counts."""
        self._generation += 1
        self._waiting.clear()
        self._outstanding.clear()
        if self._speaking is not None:
            self._speaking.cancel()
        self._playhead_ms = self._clock()
        await self._send(self._line.clear())

    def mark_returned(self, name: str) -> None:
        """Twilio played up to this mark, or returned it because of a clear (then nobody waits for it)."""
        spoken = self._outstanding.pop(name, None)
        if spoken is not None:
            self._news.played(spoken)

    async def run(self) -> None:
        """Speak until cancelled."""
        try:
            while True:
                await self._woken.wait()
                self._woken.clear()
                while self._waiting:
                    self._speaking = asyncio.create_task(self._speak(self._waiting.popleft()))
                    await asyncio.wait({self._speaking})
        finally:
            if self._speaking is not None:
                self._speaking.cancel()

    async def _speak(self, spoken: Spoken) -> None:
        generation = self._generation
        if spoken.text:
            try:
                await self._say_aloud(spoken, generation)
            except Exception as error:  # any provider's failure: the call decides what the caller hears instead
                if generation == self._generation:
                    self._news.failed(spoken, error)
                return
        if generation == self._generation:
            name = f"{generation}.{spoken.turn}.{spoken.index}"
            self._outstanding[name] = spoken
            await self._send(self._line.mark(name))

    async def _say_aloud(self, spoken: Spoken, generation: int) -> None:
        first = True
        burst = b""
        chunks: AsyncIterator[bytes] = self._synthesizer.speak(spoken.text, language=spoken.language)
        try:
            async for chunk in chunks:
                if generation != self._generation:
                    return
                burst += chunk
                if first or len(burst) >= BURST_BYTES:
                    await self._emit(burst)
                    burst = b""
                if first:
                    self._news.begun(spoken)
                    first = False
            if burst and generation == self._generation:
                await self._emit(burst)
        finally:
            close = getattr(chunks, "aclose", None)
            if close is not None:
                await close()

    async def _emit(self, mulaw: bytes) -> None:
        starts_ms = self.silent_at_ms
        self._playhead_ms = starts_ms + len(mulaw) / BYTES_PER_MS
        self._sound(mulaw, int(starts_ms))
        await self._send(self._line.media(mulaw))
