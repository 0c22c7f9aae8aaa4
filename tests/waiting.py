"""Waiting for what somebody else does and tells nobody: it is looked at again and again, up to a deadline."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


def comes_true(true: Callable[[], object], *, seconds: float) -> bool:
    """Whether it is so before the deadline."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)  # another process does it, and has nothing to wake us by
    return True


async def until(true: Callable[[], object], *, seconds: float = 10.0) -> None:
    """The same on an event loop; raises `TimeoutError` at the deadline."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.005)
