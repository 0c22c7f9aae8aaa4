"""The application behind the server we serve with, in a thread of the test's process and on its database."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from loman.server import BoundedProtocol


@contextmanager
def served(application: Any, **config: Any) -> Iterator[int]:
    """The port it listens on, on loopback."""
    settings = uvicorn.Config(
        application, port=0, http=BoundedProtocol, ws="websockets-sansio", lifespan="off", log_config=None, **config
    )
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        until = time.monotonic() + 20
        while not server.started:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(20)
