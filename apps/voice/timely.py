"""A voice that fails where the one inside hangs: a failure is dealt with, dead air is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass

from apps.voice.speech import Synthesizer

SECONDS = 5.0
"""A voice that gives no sound for so long will give none."""


@dataclass(frozen=True, slots=True)
class TimelyVoice:
    inside: Synthesizer

    async def speak(self, text: str, *, language: str = "en") -> AsyncIterator[bytes]:
        chunks = self.inside.speak(text, language=language)
        async with AsyncExitStack() as stack:
            if isinstance(chunks, AsyncGenerator):
                await stack.enter_async_context(aclosing(chunks))
            while True:
                async with asyncio.timeout(SECONDS):
                    chunk = await anext(chunks, None)
                if chunk is None:
                    return
                yield chunk

    async def close(self) -> None:
        await self.inside.close()
