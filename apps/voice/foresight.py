"""A model asked ahead of time: what it answers is kept until the caller's final words are those it was asked with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import suppress

from apps.llm.messages import Request, Response

Model = Callable[[Request], AsyncIterator[str | Response]]


class Foresight:
    """One question that was asked early. It runs nothing and says nothing; whoever adopts it reads on where it is."""

    def __init__(self, request: Request, *, model: Model) -> None:
        self.request = request
        self._pieces: list[str | Response] = []
        self._more = asyncio.Event()
        self._asking = asyncio.create_task(self._ask(model))

    async def _ask(self, model: Model) -> None:
        try:
            async for piece in model(self.request):
                self._pieces.append(piece)
                self._more.set()
        finally:
            self._more.set()

    @property
    def failed(self) -> bool:
        """It ended without the whole answer."""
        return self._asking.done() and not any(isinstance(piece, Response) for piece in self._pieces)

    async def adopted(self) -> AsyncGenerator[str | Response, None]:
        """All of the answer, as if the model were asked now. Raises what the model raised."""
        read = 0
        try:
            while True:
                self._more.clear()
                for piece in self._pieces[read:]:
                    read += 1
                    yield piece
                if self._asking.done():
                    await self._asking
                    return
                await self._more.wait()
        finally:
            await self.forget()

    async def forget(self) -> None:
        self._asking.cancel()
        with suppress(asyncio.CancelledError, Exception):  # nobody wants to know any more
            await self._asking
