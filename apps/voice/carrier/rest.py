"""The REST API of our own carrier: what transfer, SMS, recording and hang-up call, on 127.0.0.1 only."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hmac
import json
import os
import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from apps.voice.carrier.terms import Account
from apps.voice.carrier.transport import Exchange, Unreachable
from apps.voice.carrier.wire import Line

LONGEST_BODY_BYTES = 64 * 1024
_PATH = re.compile(r"/2010-04-01/Accounts/(?P<account>AC\w+)/(?P<rest>[\w/]+)\.json")
SUPPRESSED = 21610
"""Twilio's code for a number that wrote STOP."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request the server made."""

    method: str
    path: str
    form: dict[str, str]


@dataclass
class Api:
    """The account's calls and messages. `lines` are the live calls by sid."""

    account: Account
    exchange: Exchange
    sid: Callable[[str], str]
    """Makes a new sid that begins with these two letters."""
    lines: dict[str, Line] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    messages: list[dict[str, str]] = field(default_factory=list)
    recordings: list[str] = field(default_factory=list)
    suppressed: frozenset[str] = frozenset()
    """Numbers that wrote STOP."""
    undeliverable: frozenset[str] = frozenset()
    url: str = ""
    _callbacks: set[asyncio.Task[None]] = field(default_factory=set)

    # ---- requests ------------------------------------------------------------------------------------

    def answer(self, asked: Asked, *, authorized: bool) -> tuple[int, dict[str, Any]]:
        if not authorized:
            return 401, _problem(20003, "Authenticate")
        self.asked.append(asked)
        match = _PATH.fullmatch(asked.path)
        if match is None or match["account"] != self.account.sid:
            return 404, _problem(20404, f"The requested resource {asked.path} was not found")
        match asked.method, match["rest"].split("/"):
            case "POST", ["Calls", sid]:
                return self._update(sid, asked.form)
            case "GET", ["Calls", sid] if sid in self.lines:
                return 200, self._call(self.lines[sid])
            case "POST", ["Calls", sid, "Recordings"] if sid in self.lines:
                return self._record(self.lines[sid], asked.form)
            case "GET", ["Recordings"]:
                return 200, {"recordings": [{"sid": each} for each in self.recordings]}
            case "DELETE", ["Recordings", sid]:
                return self._delete(self.recordings, sid)
            case "DELETE", ["Messages", sid]:
                return self._delete(self.messages, next((one for one in self.messages if one["sid"] == sid), None))
            case "POST", ["Messages"]:
                return self._message(asked.form)
            case "GET", ["Messages"]:
                return 200, {"messages": [self._sent(each) for each in self.messages]}
        return 404, _problem(20404, f"The requested resource {asked.path} was not found")

    def _delete(self, those: list[Any], one: Any) -> tuple[int, dict[str, Any]]:
        if one not in those:
            return 404, _problem(20404, "The requested resource was not found")
        those.remove(one)
        return 204, {}

    def _update(self, sid: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        line = self.lines.get(sid)
        if line is None:
            return 404, _problem(20404, f"The call {sid} was not found")
        if not line.live:
            return 400, _problem(21220, "Call is not in-progress. Cannot redirect.")
        if form.get("Twiml"):
            line.update(form["Twiml"])
        elif form.get("Url"):
            self._later(self._fetch(line, form["Url"]))
        elif form.get("Status") in ("completed", "canceled"):
            line.complete()
        else:
            return 400, _problem(21218, "Nothing to update")
        return 200, self._call(line)

    async def _fetch(self, line: Line, url: str) -> None:
        line.update(await line.post(url, {}))

    def _record(self, line: Line, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        sid = self.sid("RE")
        self.recordings.append(sid)
        if callback := form.get("RecordingStatusCallback"):
            news = {
                "RecordingSid": sid,
                "RecordingStatus": "completed",
                "RecordingUrl": f"{self.url}/Recordings/{sid}",
            }
            self._later(self._recorded(line, callback, news))
        return 201, {"sid": sid, "call_sid": line.call_sid, "status": "in-progress"}

    async def _recorded(self, line: Line, callback: str, news: dict[str, str]) -> None:
        await line.post_bare(callback, news)

    def _message(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if form.get("To", "") in self.suppressed:
            return 400, _problem(SUPPRESSED, "Attempt to send to unsubscribed recipient")
        sid = self.sid("SM")
        self.messages.append({**form, "sid": sid})
        if callback := form.get("StatusCallback"):
            lost = form.get("To", "") in self.undeliverable
            self._later(self._delivered(sid, form, callback, ["sent", "undelivered" if lost else "delivered"]))
        return 201, self._sent(self.messages[-1])

    def _sent(self, form: dict[str, str]) -> dict[str, Any]:
        return {
            "sid": form["sid"],
            "account_sid": self.account.sid,
            "status": "queued",
            "to": form.get("To"),
            "from": form.get("From"),
            "body": form.get("Body"),
            "num_segments": str(max(1, -(-len(form.get("Body", "")) // 153))),
            "error_code": None,
        }

    async def _delivered(self, sid: str, form: dict[str, str], callback: str, states: list[str]) -> None:
        for state in states:
            news = {
                "MessageSid": sid,
                "SmsSid": sid,
                "AccountSid": self.account.sid,
                "To": form.get("To", ""),
                "From": form.get("From", ""),
                "MessageStatus": state,
                "SmsStatus": state,
            }
            if state == "undelivered":
                news["ErrorCode"] = "30003"
            await self.exchange.post(callback, form=news, signature=self.account.sign(callback, news))

    def _call(self, line: Line) -> dict[str, Any]:
        return {"sid": line.call_sid, "account_sid": self.account.sid, "status": line.status}

    # ---- after the answer ----------------------------------------------------------------------------

    def _later(self, work: Any) -> None:
        async def do() -> None:
            with contextlib.suppress(Unreachable):  # Twilio, too, gives up on a callback nobody answers
                await work

        task = asyncio.get_running_loop().create_task(do())
        self._callbacks.add(task)
        task.add_done_callback(self._callbacks.discard)

    async def settle(self) -> None:
        """Wait for the callbacks that are under way."""
        while self._callbacks:
            await asyncio.wait(set(self._callbacks))

    # ---- the connection ------------------------------------------------------------------------------

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked, header = await _request(reader)
            status, body = self.answer(asked, authorized=self._authorized(header))
        except (ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            status, body = 400, _problem(20001, "Bad request")
        payload = b"" if status == 204 else json.dumps(body).encode()
        writer.write(
            f"HTTP/1.1 {status} {'OK' if status < 300 else 'Error'}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(payload)}\r\nConnection: close\r\n\r\n".encode()
            + payload
        )
        with contextlib.suppress(ConnectionError):
            await writer.drain()
            writer.close()
            await writer.wait_closed()

    def _authorized(self, header: str) -> bool:
        expected = "Basic " + base64.b64encode(f"{self.account.sid}:{self.account.token}".encode()).decode()
        return hmac.compare_digest(header.encode(), expected.encode())


def _problem(code: int, message: str) -> dict[str, Any]:
    return {"code": code, "message": message, "more_info": f"https://www.twilio.com/docs/errors/{code}"}


async def _request(reader: asyncio.StreamReader) -> tuple[Asked, str]:
    """One request, and its Authorization header."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    length = int(headers.get("content-length", "0"))
    if length > LONGEST_BODY_BYTES:
        raise ValueError("The body is too long.")
    body = (await reader.readexactly(length)).decode()
    form = dict(parse_qsl(body, keep_blank_values=True))
    return Asked(method, target.partition("?")[0], form), headers.get("authorization", "")


@contextlib.asynccontextmanager
async def serving(api: Api, *, port: int = 0) -> AsyncIterator[Api]:
    """The API answers while this lasts; `api.url` says where."""
    server = await asyncio.start_server(api.serve, "127.0.0.1", port)
    api.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield api
    finally:
        server.close()
        await server.wait_closed()
        await api.settle()


@contextlib.contextmanager
def advertised(api: Api, *, file: Path) -> Iterator[None]:
    """Say in `file` how the API is reached, as long as this lasts. A carrier that is already there stays."""
    if running(file) is not None:
        yield
        return
    content = {
        "url": api.url,
        "account_sid": api.account.sid,
        "auth_token": api.account.token,
        "pid": os.getpid(),
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(f".{os.getpid()}")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(content, out)
    draft.replace(file)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def running(file: Path) -> dict[str, Any] | None:
    """The carrier that advertises itself in `file`, if its process lives."""
    try:
        content: dict[str, Any] = json.loads(file.read_text())
        os.kill(int(content["pid"]), 0)
    except PermissionError:
        return content
    except (OSError, ValueError, KeyError):
        return None
    return content
