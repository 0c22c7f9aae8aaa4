"""A port on loopback that speaks HTTP/1.1 and WebSocket, byte by byte, so that a test can cut a connection anywhere.

Servers that frameworks offer close politely; a vendor's machine that dies does not.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

import h11
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.http11 import Request as Handshake
from websockets.protocol import State
from websockets.server import ServerProtocol

READ_BYTES = 65_536
_quiet = logging.getLogger(__name__)
_quiet.setLevel(logging.WARNING)  # a test that looks for a key in logs means those of the client


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked."""

    method: str
    path: str
    """As it was sent: its steps may hold quoted slashes."""
    query: dict[str, str]
    headers: dict[str, str]
    """By their names in lower case."""
    body: bytes = b""


@dataclass
class Port:
    """Where it listens, and who is there."""

    url: str = ""
    made: int = 0
    """Connections ever made."""
    open: int = 0
    """Connections that are open now."""
    broken: list[BaseException] = field(default_factory=list)
    """What went wrong in the server itself: for the test to look at."""
    writers: set[asyncio.StreamWriter] = field(default_factory=set)

    def hang_up(self) -> None:
        """Cut all connections."""
        for writer in self.writers:
            writer.transport.abort()


class Answer:
    """The answer to one HTTP request, head and body piece by piece."""

    def __init__(self, connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connection = connection
        self._reader = reader
        self._writer = writer

    @property
    def left(self) -> bool:
        """The asker has hung up."""
        return self._reader.at_eof() or self._writer.transport.is_closing()

    async def begin(self, status: int, headers: dict[str, str]) -> None:
        await self._write(h11.Response(status_code=status, headers=list(headers.items())))

    async def send(self, body: bytes) -> None:
        await self._write(h11.Data(data=body))

    async def end(self) -> None:
        await self._write(h11.EndOfMessage())

    def cut(self) -> None:
        self._writer.transport.abort()

    async def _write(self, event: h11.Response | h11.Data | h11.EndOfMessage) -> None:
        self._writer.write(self._connection.send(event) or b"")
        await self._writer.drain()


class Socket:
    """The server's end of one WebSocket."""

    def __init__(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._protocol = ServerProtocol(logger=_quiet)
        self._messages: list[str | bytes] = []
        self._protocol.receive_data(head)
        (self._handshake,) = self._protocol.events_received()

    async def accept(self) -> None:
        assert isinstance(self._handshake, Handshake)
        self._protocol.send_response(self._protocol.accept(self._handshake))
        await self._flush()

    async def reject(self, status: int, body: str, headers: dict[str, str]) -> None:
        response = self._protocol.reject(status, body)
        response.headers.update(headers)
        self._protocol.send_response(response)
        await self._flush()

    async def receive(self) -> str | bytes | None:
        """The next message; None once the other end has gone."""
        while not self._messages:
            if self._protocol.state is not State.OPEN:
                return None
            data = await self._reader.read(READ_BYTES)
            if data:
                self._protocol.receive_data(data)
            else:
                self._protocol.receive_eof()
            self._take()
            await self._flush()
        return self._messages.pop(0)

    async def send(self, message: str | bytes) -> None:
        """Nothing happens once the other end has gone."""
        if self._protocol.state is not State.OPEN:
            return
        if isinstance(message, str):
            self._protocol.send_text(message.encode())
        else:
            self._protocol.send_binary(message)
        await self._flush()

    async def close(self, code: int, reason: str = "") -> None:
        if self._protocol.state is State.OPEN:
            self._protocol.send_close(code, reason)
            await self._flush()

    def cut(self) -> None:
        self._writer.transport.abort()

    def _take(self) -> None:
        for event in self._protocol.events_received():
            if isinstance(event, Frame) and event.opcode in (Opcode.TEXT, Opcode.BINARY):
                data = bytes(event.data)
                self._messages.append(data.decode() if event.opcode is Opcode.TEXT else data)

    async def _flush(self) -> None:
        with contextlib.suppress(ConnectionError, ConnectionClosed):
            for data in self._protocol.data_to_send():
                if data:
                    self._writer.write(data)
                elif self._writer.can_write_eof():
                    self._writer.write_eof()
            await self._writer.drain()


Answering = Callable[[Request, Answer], Awaitable[None]]
Meeting = Callable[[Request, Socket], Awaitable[None]]
"""It accepts or rejects; the connection ends when it returns."""


@contextlib.asynccontextmanager
async def listening(port: Port, *, answer: Answering, meet: Meeting) -> AsyncIterator[Port]:
    """Serves until the block ends; then every connection is cut."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        own: asyncio.Task[None] | None = asyncio.current_task()
        assert own is not None
        tasks.add(own)
        port.writers.add(writer)
        port.made += 1
        port.open += 1
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, h11.RemoteProtocolError):
                await _serve(reader, writer, answer, meet)
        except Exception as error:  # a mistake of the server's own must not look like a vendor's
            port.broken.append(error)
        finally:
            port.open -= 1
            port.writers.remove(writer)
            tasks.remove(own)
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield port
    finally:
        server.close()
        port.hang_up()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(set(tasks))
        await server.wait_closed()


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answering, meet: Meeting) -> None:
    connection = h11.Connection(h11.SERVER)
    while True:
        head = await reader.readuntil(b"\r\n\r\n")
        connection.receive_data(head)
        event = connection.next_event()
        assert isinstance(event, h11.Request)
        headers = {name.decode(): value.decode() for name, value in event.headers}
        if headers.get("upgrade", "").lower() == "websocket":
            await meet(_request(event, headers, b""), Socket(head, reader, writer))
            return
        body = await _body(connection, reader)
        await answer(_request(event, headers, body), Answer(connection, reader, writer))
        if writer.transport.is_closing() or connection.our_state is not h11.DONE:
            return
        connection.start_next_cycle()


async def _body(connection: h11.Connection, reader: asyncio.StreamReader) -> bytes:
    body = b""
    while not isinstance(event := connection.next_event(), h11.EndOfMessage):
        if isinstance(event, h11.Data):
            body += bytes(event.data)
        else:
            connection.receive_data(await reader.read(READ_BYTES))
    return body


def _request(event: h11.Request, headers: dict[str, str], body: bytes) -> Request:
    parts = urlsplit(event.target.decode())
    return Request(event.method.decode(), parts.path, dict(parse_qsl(parts.query)), headers, body)
