"""What a fresh process does to its event loop while LiteLLM loads in a thread, and with each vendor's first request.

`python -m tests.llm.fresh` prints, as JSON, by how many milliseconds the loop was late at most in each of them, and how
many of CPU it spent at most between two looks at what waits: that is its own doing, whatever else the machine does.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time

ROUND_SECONDS = 0.001


async def main() -> dict[str, dict[str, float]]:
    from apps.llm import vendors
    from tests.llm.test_client import ASKED, SAYS, at
    from tests.llm.vendor import Vendor, serving

    found: dict[str, dict[str, float]] = {}
    stage = "loading"

    async def watch() -> None:
        while True:
            before, spent = time.perf_counter(), time.thread_time()
            await asyncio.sleep(ROUND_SECONDS)
            late, busy = time.perf_counter() - before - ROUND_SECONDS, time.thread_time() - spent
            most = found.setdefault(stage, {"late_ms": 0.0, "busy_ms": 0.0})
            most["late_ms"] = max(most["late_ms"], round(late * 1000, 1))
            most["busy_ms"] = max(most["busy_ms"], round(busy * 1000, 1))

    watching = asyncio.create_task(watch())
    await asyncio.to_thread(vendors.load, list(vendors.ROUTES))
    for speaks in SAYS:
        stage = "between"
        async with serving(Vendor(SAYS[speaks], speaks=speaks)) as vendor:
            await asyncio.sleep(0.05)
            stage = speaks
            await asyncio.sleep(0.01)
            async for _ in vendors.ask(ASKED, at(vendor)):
                pass
            await asyncio.sleep(0.05)
            stage = "between"
    watching.cancel()
    found.pop("between", None)
    return found


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loman.settings")
    import django

    django.setup()
    json.dump(asyncio.run(main()), sys.stdout)
