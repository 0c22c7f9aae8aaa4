"""Telling open pages that something of their restaurant changed: over Channels, a group per restaurant, once committed.

Only the noun is told, and which row. A page asks anew for what it shows, as whoever looks at it; what nobody hears is
lost, and a page that was away asks for everything.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from functools import cache, partial
from uuid import UUID

from channels.layers import get_channel_layer
from django.db import transaction

from apps.tenants import scope

log = logging.getLogger(__name__)

EVERY_SECONDS = 0.4
"""What goes on and on is told no more often."""
SEND_SECONDS = 2.0
REST_SECONDS = 5.0
"""How long a Redis that does not take news is left alone with what goes on."""
Going = tuple[UUID, str, UUID]
"""Restaurant, noun, row."""
_going: dict[Going, bool] = {}
"""What goes on just now, and whether there is news of it that was not told yet. Of the loop below."""
_telling: set[asyncio.Task[None]] = set()


def group(restaurant_id: UUID) -> str:
    return f"restaurant.{restaurant_id.hex}"


def touched(noun: str, row: UUID | None = None) -> None:
    """Something of this kind changed in the restaurant that was entered: `orders`, `calls`, `tickets` … With a `row` a
    page can ask for that one alone."""
    place = scope.here()
    if place is not None:
        transaction.on_commit(partial(_tell, place.id, _news(noun, row)), robust=True)


def went_on(restaurant_id: UUID, noun: str, row: UUID) -> None:
    """Something that has no commits goes on: a call. From any thread; costs a wake-up of the loop below, which tells
    the first news at once, then what came meanwhile in one."""
    loop().call_soon_threadsafe(_note, (restaurant_id, noun, row))


def _note(going: Going) -> None:
    if going in _going:
        _going[going] = True
        return
    _going[going] = True
    task = asyncio.get_running_loop().create_task(_tell_while(going))
    _telling.add(task)
    task.add_done_callback(_telling.discard)


async def _tell_while(going: Going) -> None:
    restaurant_id, noun, row = going
    while _going[going]:
        _going[going] = False
        told = await _send(restaurant_id, _news(noun, row))
        await asyncio.sleep(EVERY_SECONDS if told else REST_SECONDS)
    del _going[going]


def _news(noun: str, row: UUID | None) -> dict[str, str]:
    return {"type": "changed", "noun": noun, "row": str(row) if row else ""}


def _tell(restaurant_id: UUID, news: dict[str, str]) -> None:
    asyncio.run_coroutine_threadsafe(_send(restaurant_id, news), loop())


async def _send(restaurant_id: UUID, news: dict[str, str]) -> bool:
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await get_channel_layer().group_send(group(restaurant_id), news)
    except Exception as error:  # a page that hears nothing asks by itself; what changed has long been committed
        log.warning("open pages not told", extra={"event": "live.untold", "reason": type(error).__name__})
        return False
    return True


@cache
def loop() -> asyncio.AbstractEventLoop:
    """One for the process: a connection to Redis belongs to a loop, and whoever commits does not wait for it."""
    made = asyncio.new_event_loop()
    threading.Thread(target=made.run_forever, name="live", daemon=True).start()
    return made
