"""What the server does when it starts and before it stops: warms what is slow to load, watches its loop."""

from __future__ import annotations

import asyncio
from typing import Any

from loman import observability

LAG_ROUND_SECONDS = 0.5


class Lifespan:
    """The ASGI lifespan protocol. Servers without it (daphne) simply start cold."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        watch: asyncio.Task[None] | None = None
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                watch = asyncio.create_task(watch_loop())
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                if watch is not None:
                    watch.cancel()
                await send({"type": "lifespan.shutdown.complete"})
                return


async def watch_loop() -> None:
    """Keep `event_loop_lag_seconds` true: how much later than asked the loop wakes up."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + LAG_ROUND_SECONDS
        await asyncio.sleep(LAG_ROUND_SECONDS)
        observability.event_loop_lag_seconds.set(max(0.0, loop.time() - due))
