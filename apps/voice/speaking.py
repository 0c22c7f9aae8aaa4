"""A call's voice that outlives its providers: who hangs, breaks off or refuses is followed by the next.

What was said of a sentence is said again by the next voice, from the sentence's beginning, as people do when they are
cut off; nothing is left out. A failed voice then rests, so that the caller is not spoken to by two in turns.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

from apps.llm.reasons import Reason
from apps.voice import roster, standing
from apps.voice.speech import Provider, Synthesizer, Unserved


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds."""

    open: float = 1.5
    """For a voice to be ready before the first word."""
    first: float = 1.2
    """From the words to their first sound, ready or not."""
    total: float = 1.8
    """Of silence, however many are tried: then the last voice, which is here, speaks."""
    pause: float = 1.5
    """Between two pieces of sound. They come faster than they are played, so that most of it is not heard."""
    last: float = 5.0
    """For the last in the line, instead of all this: after it there is nobody."""
    rest: float = 90.0
    """A voice that failed is left alone by this call."""


PATIENCE = Patience()


class Speaking:
    """A `Synthesizer` over several, in order."""

    def __init__(self, chain: Sequence[Provider], *, note: standing.Note, patience: Patience = PATIENCE) -> None:
        self._chain = tuple(chain)
        self._note = note
        self._patience = patience
        self._clock = asyncio.get_running_loop().time
        self._open: dict[Provider, Synthesizer] = {}
        self._resting: dict[Provider, float] = {}
        """Until when."""
        self._speaks: Provider | None = None
        self._silent_since = 0.0
        """When the sentence was to begin, or its last sound came."""
        self._closing: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Have the first voice ready that there is. Raises `Unserved` when there is none."""
        for provider in self._asked():
            due = self._clock() + (self._patience.last if self._is_last(provider) else self._patience.open)
            try:
                await self._opened(provider, due=due)
                return
            except Unserved as failure:
                self._failed(provider, failure)

    async def speak(self, text: str, *, language: str = "en") -> AsyncIterator[bytes]:
        self._silent_since = self._clock()
        for provider in self._asked():
            chunks = self._said_by(provider, text, language)
            try:
                async for chunk in chunks:
                    yield chunk
                return
            except Unserved as failure:
                self._failed(provider, failure)
            finally:
                await chunks.aclose()

    async def close(self) -> None:
        for provider in list(self._open):
            standing.gave_up(provider)
            self._let_go(provider)
        if self._closing:
            await asyncio.wait(self._closing)

    # ---- who -----------------------------------------------------------------------------------------

    def _asked(self) -> Iterator[Provider]:
        """Those that may be asked, in order; the last always."""
        for provider in self._chain:
            rests = self._clock() < self._resting.get(provider, 0.0)
            if self._is_last(provider) or (not rests and standing.allows(provider)):
                yield provider

    def _is_last(self, provider: Provider) -> bool:
        return provider == self._chain[-1]

    def _failed(self, provider: Provider, failure: Unserved) -> None:
        standing.failed(provider, failure, what="speaking", note=self._note)
        self._let_go(provider)
        self._resting[provider] = self._clock() + self._patience.rest
        if self._is_last(provider):
            raise failure

    def _let_go(self, provider: Provider) -> None:
        if (synthesizer := self._open.pop(provider, None)) is not None:
            task = asyncio.create_task(roster.close(synthesizer))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    # ---- one of them ---------------------------------------------------------------------------------

    async def _said_by(self, provider: Provider, text: str, language: str) -> AsyncGenerator[bytes, None]:
        """The sound of one provider, in time. Raises `Unserved`."""
        answered, due = False, self._first_due(provider)
        chunks: AsyncIterator[bytes] | None = None
        try:
            chunks = (await self._opened(provider, due=due)).speak(text, language=language)
            while (chunk := await _next(chunks, due=due)) is not None:
                if not answered:
                    answered = True
                    self._answered(provider)
                yield chunk
                self._silent_since = self._clock()
                due = self._silent_since + (self._patience.last if self._is_last(provider) else self._patience.pause)
            if not answered and any(map(str.isalnum, text)):
                raise Unserved(Reason.EMPTY, "no sound for words")
        finally:
            if not answered:
                standing.gave_up(provider)
            if isinstance(chunks, AsyncGenerator):
                await chunks.aclose()

    def _first_due(self, provider: Provider) -> float:
        now = self._clock()
        if self._is_last(provider):
            return now + self._patience.last
        return min(now + self._patience.first, self._silent_since + self._patience.total)

    async def _opened(self, provider: Provider, *, due: float) -> Synthesizer:
        if provider not in self._open:
            with standing.told_apart("not ready in time"):
                async with asyncio.timeout_at(due):
                    self._open[provider] = await roster.open_synthesizer(provider)
        return self._open[provider]

    def _answered(self, provider: Provider) -> None:
        standing.answered(provider)
        if self._speaks != provider:
            self._speaks = provider
            self._note("speaking.by", provider=provider.name, voice=provider.voice or provider.model)


async def _next(chunks: AsyncIterator[bytes], *, due: float) -> bytes | None:
    with standing.told_apart("no sound in time"):
        async with asyncio.timeout_at(due):
            return await anext(chunks, None)
