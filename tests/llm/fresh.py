"""What a fresh process does to its event loop while LiteLLM loads in a thread, and with each vendor's first request.

`python -m tests.llm.fresh` prints, as JSON, by how many milliseconds the loop was late at most in each of them.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time

ROUND_SECONDS = 0.001


async def main() -> dict[str, float]:
    from apps.llm import vendors
    from tests.llm.test_client import ASKED, SAYS, at
    from tests.llm.vendor import Vendor, serving

    late: dict[str, float] = {}
    stage = "loading"

    async def watch() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(ROUND_SECONDS)
            late[stage] = max(late.get(stage, 0.0), (time.perf_counter() - before - ROUND_SECONDS) * 1000)

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
    return {name: round(value, 1) for name, value in late.items() if name != "between"}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loman.settings")
    import django

    django.setup()
    json.dump(asyncio.run(main()), sys.stdout)
