"""uvicorn's HTTP protocol with a bound on what comes before a body: httptools keeps any head, however long or late."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD = 65_536
"""Bytes of a request's line and headers."""
HEAD_SECONDS = 20.0
"""By then the first request of a connection has said what it wants."""


class BoundedProtocol(HttpToolsProtocol):
    """Closes a connection whose head is too long or does not come."""

    _late: asyncio.TimerHandle | None = None
    _head: int | None = 0
    """Bytes of the head that is being read; None within a body."""
    _came = False
    """A whole head was in what came last: that was no mere head."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._late = self.loop.call_later(HEAD_SECONDS, transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        self._in_time()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        before, self._came = self._head, False
        super().data_received(data)
        if before is not None and self._head is not None and not self._came:
            self._head += len(data)
            if self._head > MOST_HEAD and not self.transport.is_closing():
                self._head = None
                self.send_400_response("The head of the request is too long.")

    def on_headers_complete(self) -> None:
        self._in_time()
        self._head, self._came = None, True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._head = 0

    def _in_time(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
