"""Where the embedded servers lie: data under `VAR_DIR`, sockets in a short private folder. Starts nothing."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
from pathlib import Path

LONGEST_SOCKET_PATH = 107
"""Bytes a Unix socket's path may have (sockaddr_un), whatever the depth of the checkout."""


def var_dir() -> Path:
    """The same folder that settings calls VAR_DIR, known without loading Django."""
    given = os.environ.get("VAR_DIR")
    return Path(given) if given else Path(__file__).resolve().parents[2] / "var"


def socket_dir() -> Path:
    """One private folder per user and checkout, short enough for any socket's path."""
    name = hashlib.sha256(str(var_dir().resolve()).encode()).hexdigest()[:12]
    base = Path(tempfile.gettempdir())
    folder = base / f"loman-{os.getuid()}-{name}"
    if len(str(folder)) + 40 > LONGEST_SOCKET_PATH:
        folder = Path("/tmp") / folder.name  # nosec B108  (made private, owner checked)
    return folder


def private_socket_dir() -> Path:
    """The folder, made if it is missing. RuntimeError when it is not a folder that only we can enter: whoever
    reaches a socket in it is trusted."""
    folder = socket_dir()
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise RuntimeError(f"{folder} is not a folder of ours alone; remove it, or set DATABASE_URL and REDIS_URL.")
    return folder
