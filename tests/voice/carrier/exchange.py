"""A tiny server for the carrier's tests: answers webhooks with given TwiML, and talks back on the stream."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator

from apps.voice.carrier.terms import Account
from apps.voice.carrier.transport import InProcess

ACCOUNT = Account(sid="ACtest", token="a-token")
ORIGIN = "http://loman.test"
TWIML = """<Response><Connect><Stream url="wss://loman.test/ws/twilio/media">
<Parameter name="token" value="once"/></Stream></Connect><Say>Sorry.</Say><Hangup/></Response>"""

Talk = Callable[[Callable[[], Awaitable[dict[str, Any]]], Callable[[dict[str, Any]], Awaitable[None]]], Awaitable[None]]


class Server:
    """Keeps what it was sent; refuses what is not signed."""

    def __init__(self, *, talk: Talk | None = None, twiml: str = TWIML, pages: dict[str, str] | None = None) -> None:
        self.pages = {"/webhooks/twilio/voice": twiml, "/webhooks/twilio/status": "", **(pages or {})}
        self.posts: list[tuple[str, dict[str, str]]] = []
        self.frames: list[dict[str, Any]] = []
        self._talk = talk

    def exchange(self) -> InProcess:
        return InProcess(self)

    async def __call__(self, connection: Any, receive: Any, send: Any) -> None:
        headers = {name.decode(): value.decode() for name, value in connection["headers"]}
        if connection["type"] == "http":
            await self._page(connection, headers, receive, send)
        else:
            await self._stream(connection, headers, receive, send)

    async def _page(self, connection: Any, headers: dict[str, str], receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body += message["body"]
            more = message.get("more_body", False)
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        path = connection["path"]
        valid = RequestValidator(ACCOUNT.token).validate(ORIGIN + path, form, headers["x-twilio-signature"])
        status = 403 if not valid else 200 if path in self.pages else 404
        self.posts.append((path, form))
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": self.pages.get(path, "").encode()})

    async def _stream(self, connection: Any, headers: dict[str, str], receive: Any, send: Any) -> None:
        await receive()
        url = "wss://loman.test" + connection["path"]
        if not RequestValidator(ACCOUNT.token).validate(url, {}, headers["x-twilio-signature"]):
            await send({"type": "websocket.close", "code": 1008})
            return
        await send({"type": "websocket.accept"})

        async def hear() -> dict[str, Any]:
            message = await receive()
            if message["type"] != "websocket.receive":
                return {"event": "gone"}
            frame: dict[str, Any] = json.loads(message["text"])
            self.frames.append(frame)
            return frame

        async def tell(frame: dict[str, Any]) -> None:
            await send({"type": "websocket.send", "text": json.dumps(frame)})

        if self._talk is not None:
            await self._talk(hear, tell)
        await send({"type": "websocket.close", "code": 1000})


def media(payload: bytes) -> dict[str, Any]:
    return {"event": "media", "media": {"payload": base64.b64encode(payload).decode()}}


def mark(name: str) -> dict[str, Any]:
    return {"event": "mark", "mark": {"name": name}}


def heard(frames: list[dict[str, Any]]) -> bytes:
    """The caller's sound in these frames."""
    return b"".join(base64.b64decode(f["media"]["payload"]) for f in frames if f["event"] == "media")
