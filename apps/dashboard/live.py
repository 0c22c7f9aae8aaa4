"""A socket of an open page: told what of its restaurant changed, never what it says. The page then asks anew."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.http.cookie import parse_cookie
from django.utils import timezone

from apps.accounts import sessions
from apps.dashboard import shell
from apps.outbox import live
from apps.tenants import scope

CHECKED_EVERY_SECONDS = 30.0
"""How long somebody who was signed out may still be told that something changed."""
NOT_ADMITTED = 4403


class LiveConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]  # Channels has no types
    """`ws/r/<slug>/`. Sends `{"changed": noun, "row": id or ""}`; what the page sends is not listened to."""

    _group = ""
    _watch: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        restaurant_id = await self._admitted()
        if restaurant_id is None:
            await self.close(NOT_ADMITTED)
            return
        self._group = live.group(restaurant_id)
        await self.channel_layer.group_add(self._group, self.channel_name)
        await self.accept()
        self._watch = asyncio.create_task(self._stay_admitted())

    async def disconnect(self, code: int) -> None:
        if self._watch is not None:
            self._watch.cancel()
        if self._group:
            await self.channel_layer.group_discard(self._group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **more: Any) -> None:
        return None

    async def changed(self, event: dict[str, Any]) -> None:
        await self.send_json({"changed": event["noun"], "row": event["row"]})

    async def _stay_admitted(self) -> None:
        while await asyncio.sleep(CHECKED_EVERY_SECONDS, result=True):
            if await self._admitted() is None:
                await self.close(NOT_ADMITTED)
                return

    async def _admitted(self) -> UUID | None:
        cookies = parse_cookie(dict(self.scope["headers"]).get(b"cookie", b"").decode("latin-1"))
        slug = self.scope["url_route"]["kwargs"]["slug"]
        return await scope.run(None, admitted, cookies.get(settings.SESSION_COOKIE_NAME, ""), slug)


def admitted(session: str, slug: str) -> UUID | None:
    """The restaurant whose changes this session's user may be told of."""
    user = sessions.who(session, now=timezone.now()) if session else None
    if user is None:
        return None
    place = scope.find_by_slug(slug)
    if place is None or place.behind or shell.role_at(user, place) is None:
        return None
    return place.id
