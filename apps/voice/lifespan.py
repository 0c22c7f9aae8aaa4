"""What the server does when it starts and before it stops: warms what is slow to load, watches its loop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any

from django.utils import timezone

from apps.llm import choice, client, vendors
from apps.menu.card import Card
from apps.restaurant import services as restaurant
from apps.tenants import scope
from apps.tools import snapshot
from apps.voice import providers, roster, speech
from loman import observability

log = logging.getLogger(__name__)

LAG_ROUND_SECONDS = 0.5
MOST_WARMED = 50
"""Restaurants whose models and recogniser are made ready at the start; others' are on their first call."""


class Lifespan:
    """The ASGI lifespan protocol. Servers without it (daphne) simply start cold."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        background: list[asyncio.Task[None]] = []
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                background = [asyncio.create_task(watch_loop()), asyncio.create_task(warm())]
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                for task in background:
                    task.cancel()
                await _shut_down()
                await send({"type": "lifespan.shutdown.complete"})
                return


async def warm() -> None:
    """Have ready what the first call needs: the model's code, the recogniser and its menus."""
    client.warm()
    try:
        places = [place for place in await scope.run(None, scope.all_places) if not place.behind][:MOST_WARMED]
        from apps.voice.stt import embedded

        for place in places:
            client.warm_for(await scope.run(place, _chain))
            chain = await scope.run(place, _speech)
            roster.warm(chain)
            for provider in chain:
                await _ready(provider)
            if providers.EMBEDDED in chain:  # the first choice of some, the last resort of all who hear sound
                await embedded.prepare(await scope.run(place, _card, place))
    except Exception:  # cold is slower, not wrong: the first call prepares it
        log.warning("could not warm up", exc_info=True, extra={"event": "warm.failed"})


async def _ready(provider: speech.Provider) -> None:
    try:
        await roster.ready(provider)
    except speech.Unserved as failure:
        known = {"event": "warm.unready", "provider": provider.name, "reason": failure.reason, "detail": failure.detail}
        log.warning("speech provider is not ready", extra=known)


def _chain() -> choice.Chain:
    return choice.chain_of(restaurant.settings())


def _speech() -> providers.Chain:
    chosen = restaurant.settings()
    return providers.hearing(chosen) + providers.speaking(chosen)


def _card(place: scope.Place) -> Card:
    return snapshot.take(place, now=timezone.now()).card


async def _shut_down() -> None:
    with contextlib.suppress(Exception):  # they end with us anyway
        await vendors.let_go()
    with contextlib.suppress(Exception):  # likewise
        await roster.let_go()


async def watch_loop() -> None:
    """Keep `event_loop_lag_seconds` true: how much later than asked the loop wakes up."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + LAG_ROUND_SECONDS
        await asyncio.sleep(LAG_ROUND_SECONDS)
        observability.event_loop_lag_seconds.set(max(0.0, loop.time() - due))
