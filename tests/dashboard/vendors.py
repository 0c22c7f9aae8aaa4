"""Vendors on loopback, served from a thread of their own while a page is asked."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any


@contextlib.contextmanager
def in_a_thread(*served: AbstractAsyncContextManager[Any]) -> Iterator[list[Any]]:
    """Enter these on an event loop of another thread; what each gives."""
    up, down = threading.Event(), threading.Event()
    given: list[Any] = []

    async def serve() -> None:
        async with AsyncExitStack() as stack:
            for one in served:
                given.append(await stack.enter_async_context(one))
            up.set()
            await asyncio.to_thread(down.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert up.wait(10)
    try:
        yield given
    finally:
        down.set()
        thread.join()
