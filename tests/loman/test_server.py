"""The head of a request is bounded in length and time, by the server itself."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from loman import server
from tests.loman.serving import served


async def hello(scope: Any, receive: Any, send: Any) -> None:
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"hi"})


def answered(port: int, *pieces: bytes) -> bytes:
    """All that comes back until the server closes or has answered."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        came = b""
        try:
            for piece in pieces:
                line.sendall(piece)
            while not came.endswith(b"hi") and (some := line.recv(65536)):
                came += some
        except ConnectionError:
            pass
        return came


def test_usual_requests_are_answered_one_after_the_other_with_bodies_of_any_length() -> None:
    request = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n" + b"b" * 200_000
    with served(hello) as port, socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        for _ in range(3):
            line.sendall(request)
            came = b""
            while not came.endswith(b"hi"):
                some = line.recv(65536)
                assert some, "closed"
                came += some
            assert came.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("head", [b"X: " + b"a" * 300_000, b"".join(b"X-%d: y\r\n" % n for n in range(30_000))])
def test_a_head_without_end_is_cut_off(head: bytes) -> None:
    with served(hello) as port:
        pieces = [head[at : at + 20_000] for at in range(0, len(head), 20_000)]
        came = answered(port, b"GET / HTTP/1.1\r\nHost: x\r\n", *pieces)
    assert b"200 OK" not in came
    assert came == b"" or came.startswith(b"HTTP/1.1 400")


def test_a_head_that_does_not_come_ends_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.2)
    with served(hello) as port:
        assert answered(port, b"GET / HTTP/1.1\r\nHost:") == b""
        assert b"200 OK" in answered(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")


def test_a_body_may_take_longer_than_a_head(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.2)

    async def slow(port: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na")
        await asyncio.sleep(0.5)
        writer.write(b"b")
        came = await reader.readuntil(b"hi")
        writer.close()
        return came

    with served(hello) as port:
        assert asyncio.run(slow(port)).startswith(b"HTTP/1.1 200")
