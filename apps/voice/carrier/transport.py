"""How the carrier reaches the server: over the network, or an ASGI application in this same process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

ANSWER_SECONDS = 15.0
"""Twilio's ceiling for a webhook."""


class Unreachable(Exception):
    """The server does not answer, or refuses the socket."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str


class Socket(Protocol):
    async def send(self, text: str) -> None: ...

    async def receive(self) -> str | None:
        """The next message; None once the server closed."""

    async def close(self) -> None: ...


class Exchange(Protocol):
    async def post(self, url: str, *, form: Mapping[str, str], signature: str) -> Answer: ...

    async def open(self, url: str, *, signature: str) -> Socket: ...

    async def close(self) -> None: ...


class _Client:
    """The webhooks of both kinds are HTTP requests through httpx."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None) -> None:
        self._http = httpx.AsyncClient(transport=transport, timeout=ANSWER_SECONDS, trust_env=False)

    async def post(self, url: str, *, form: Mapping[str, str], signature: str) -> Answer:
        try:
            answer = await self._http.post(
                url,
                data=dict(form),
                headers={"X-Twilio-Signature": signature, "User-Agent": "TwilioProxy/1.1"},
            )
        except httpx.HTTPError as error:
            raise Unreachable(f"{url}: {error or type(error).__name__}") from error
        return Answer(answer.status_code, answer.text)

    async def close(self) -> None:
        await self._http.aclose()


class _NetworkSocket:
    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def send(self, text: str) -> None:
        try:
            await self._connection.send(text)
        except ConnectionClosed as error:
            raise Unreachable("The server closed the socket.") from error

    async def receive(self) -> str | None:
        try:
            message = await self._connection.recv()
        except ConnectionClosed:
            return None
        return message if isinstance(message, str) else message.decode()

    async def close(self) -> None:
        await self._connection.close()


class Network(_Client):
    def __init__(self) -> None:
        super().__init__(None)

    async def open(self, url: str, *, signature: str) -> Socket:
        try:
            connection = await connect(
                url,
                additional_headers={"X-Twilio-Signature": signature},
                compression=None,
                proxy=None,
                open_timeout=ANSWER_SECONDS,
                ping_interval=None,
                close_timeout=2,
                max_size=None,
            )
        except (OSError, TimeoutError, InvalidHandshake) as error:
            raise Unreachable(f"{url}: {error or type(error).__name__}") from error
        return _NetworkSocket(connection)


Application = Callable[
    [
        MutableMapping[str, Any],
        Callable[[], Awaitable[MutableMapping[str, Any]]],
        Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ],
    Awaitable[None],
]


class _InProcessSocket:
    """One WebSocket connection of an ASGI application."""

    def __init__(self, application: Application, connection: MutableMapping[str, Any]) -> None:
        self._to_server: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
        self._to_us: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
        self._serving = asyncio.create_task(self._serve(application, connection))

    async def _serve(self, application: Application, connection: MutableMapping[str, Any]) -> None:
        try:
            await application(connection, self._to_server.get, self._to_us.put)
        finally:
            self._to_us.put_nowait({"type": "websocket.close", "code": 1006})

    async def connect(self) -> None:
        self._to_server.put_nowait({"type": "websocket.connect"})
        reply = await asyncio.wait_for(self._to_us.get(), ANSWER_SECONDS)
        if reply["type"] != "websocket.accept":
            await self._serving  # a bug in the application surfaces here
            raise Unreachable(f"The socket was refused ({reply.get('code')}).")

    async def send(self, text: str) -> None:
        self._to_server.put_nowait({"type": "websocket.receive", "text": text})

    async def receive(self) -> str | None:
        message = await self._to_us.get()
        return str(message["text"]) if message["type"] == "websocket.send" else None

    async def close(self) -> None:
        self._to_server.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await asyncio.wait({self._serving}, timeout=ANSWER_SECONDS)
        self._serving.cancel()


class InProcess(_Client):
    def __init__(self, application: Application) -> None:
        super().__init__(httpx.ASGITransport(app=application, raise_app_exceptions=True))
        self._application = application

    async def open(self, url: str, *, signature: str) -> Socket:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "wss" else 80)
        socket = _InProcessSocket(
            self._application,
            {
                "type": "websocket",
                "asgi": {"version": "3.0"},
                "http_version": "1.1",
                "scheme": parts.scheme,
                "path": parts.path,
                "raw_path": parts.path.encode(),
                "query_string": parts.query.encode(),
                "root_path": "",
                "headers": [
                    (b"host", parts.netloc.encode()),
                    (b"x-twilio-signature", signature.encode()),
                ],
                "client": ("127.0.0.1", 50000),
                "server": (parts.hostname or "localhost", port),
                "subprotocols": [],
            },
        )
        await socket.connect()
        return socket
