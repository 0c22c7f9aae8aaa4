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


def group(restaurant_id: UUID) -> str:
    return f"restaurant.{restaurant_id.hex}"


def touched(noun: str, row: UUID | None = None) -> None:
    """Something of this kind changed in the restaurant that was entered: `orders`, `calls`, `tickets` … With a `row` a
    page can ask for that one alone."""
    place = scope.here()
    if place is not None:
        news = {"type": "changed", "noun": noun, "row": str(row) if row else ""}
        transaction.on_commit(partial(_tell, place.id, news), robust=True)


def _tell(restaurant_id: UUID, news: dict[str, str]) -> None:
    asyncio.run_coroutine_threadsafe(_send(restaurant_id, news), _loop())


async def _send(restaurant_id: UUID, news: dict[str, str]) -> None:
    try:
        await get_channel_layer().group_send(group(restaurant_id), news)
    except Exception as error:  # a page that hears nothing asks by itself; what changed has long been committed
        log.warning("open pages not told", extra={"event": "live.untold", "reason": type(error).__name__})


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """One for the process: a connection to Redis belongs to a loop, and whoever commits does not wait for it."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="live", daemon=True).start()
    return loop
