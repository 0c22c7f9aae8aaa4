"""Which pages may open a socket. Plain ASGI, for both servers.

A browser sends an Origin with every socket; Twilio sends none and signs instead. So a socket with a foreign Origin is
some other page's, and one without is let through only where a signature follows.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

SIGNED_SOCKETS = ("/ws/twilio/",)
"""These bring a signature, and no Origin."""
POLICY_VIOLATION = 1008


class Gate:
    """Around the whole application."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not admits(scope):
            await receive()
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        else:
            await self._application(scope, receive, send)


def admits(scope: Scope) -> bool:
    """Whether a socket may be opened: from our own host, and by our own pages or somebody who signs."""
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    host, _ = split_domain_port(headers.get(b"host", ""))
    if not validate_host(host, _allowed()):
        return False
    origin = headers.get(b"origin")
    if origin is None:
        return str(scope["path"]).startswith(SIGNED_SOCKETS)
    return _ours(origin, host=headers.get(b"host", ""))


def _ours(origin: str, *, host: str) -> bool:
    """The same host, port included, or PUBLIC_URL itself. "*" in ALLOWED_HOSTS makes no stranger's page ours."""
    try:
        parsed = urlsplit(origin)
    except ValueError:
        return False
    if parsed.scheme not in ("http", "https"):
        return False
    if not settings.DEBUG and parsed.scheme != "https":
        return False
    return parsed.netloc.lower() == host.lower() or (bool(settings.PUBLIC_URL) and origin == settings.PUBLIC_URL)


def _allowed() -> list[str]:
    return settings.ALLOWED_HOSTS or ([".localhost", "127.0.0.1", "[::1]"] if settings.DEBUG else [])
