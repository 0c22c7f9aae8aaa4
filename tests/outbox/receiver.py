"""Somebody who receives webhooks, on loopback: keeps what came, and answers as told."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from apps.outbox import signing


@dataclass(frozen=True)
class Got:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def fits(self, secret: str) -> bool:
        return signing.fits(
            secret=secret,
            id=self.id,
            timestamp=self.headers["webhook-timestamp"],
            signature=self.headers["webhook-signature"],
            body=self.body,
            now=time.time(),
        )


@dataclass
class Receiver:
    status: int = 204
    said: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    got: list[Got] = field(default_factory=list)
    arrived: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    """Released once for each request, before it is answered."""
    answering: threading.Event = field(default_factory=threading.Event)
    """Clear: hang without a word."""
    drips: bool = False
    """Whether the answer comes a byte at a time, for ever."""
    url: str = ""

    def __post_init__(self) -> None:
        self.answering.set()


@contextlib.contextmanager
def receiving(**answers: Any) -> Iterator[Receiver]:
    book = Receiver(**answers)
    closing = threading.Event()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            book.got.append(Got(self.path, {name.lower(): each for name, each in self.headers.items()}, body))
            book.arrived.release()
            book.answering.wait(10)
            with contextlib.suppress(OSError):
                self._answer()

        def _answer(self) -> None:
            if book.drips:
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                while not closing.wait(0.05):
                    self.wfile.write(b"X-Drip: drop\r\n")
                return
            self.send_response(book.status)
            for name, value in book.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(book.said)))
            self.end_headers()
            self.wfile.write(book.said)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """Who was killed while we answered is no error of ours."""

    server = Server(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    book.url = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        yield book
    finally:
        closing.set()
        book.answering.set()
        server.shutdown()
        server.server_close()
        thread.join()
