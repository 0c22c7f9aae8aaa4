"""Where the embedded servers lie: data under `VAR_DIR`, sockets in a short private folder. Starts nothing."""

from __future__ import annotations

import hashlib
import os
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
        folder = Path("/tmp") / folder.name
    return folder
