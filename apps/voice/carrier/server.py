"""Runs `manage.py serve` as a child for as long as a demo lasts, whatever ends the demo."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from loman import processes

READY_SECONDS = 120.0
LOOK_SECONDS = 0.1
STOP_SECONDS = 20.0


class NotServing(RuntimeError):
    """The server did not come up."""


def free_port(wished: int | None) -> int:
    """The wished port if nobody has it, else any free one."""
    for port in (wished, 0):
        if port is None:
            continue
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise NotServing("There is no free port.")


@contextlib.contextmanager
def serving(manage: Path, *, port: int, log: Path, notice: Path) -> Iterator[str]:
    """A server of our own and its origin. It ends with this block, or with this process even if that is killed.

    `notice` is where `serve` says which port it really took.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        child = subprocess.Popen(
            [sys.executable, str(manage), "serve"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PORT": str(port), "PYTHONUNBUFFERED": "1"},
            preexec_fn=processes.ends_with_us(),
        )
    try:
        yield _when_ready(child, port=port, log=log, notice=notice)
    finally:
        _stop(child)


def _when_ready(child: subprocess.Popen[bytes], *, port: int, log: Path, notice: Path) -> str:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = child.wait(LOOK_SECONDS)
            raise NotServing(f"The server ended with {code}:\n{_tail(log)}")
        origin = f"http://127.0.0.1:{_port(notice, child.pid) or port}"
        if _ready(origin):
            return origin
    raise NotServing(f"The server was not ready within {READY_SECONDS:.0f} s:\n{_tail(log)}")


def _ready(origin: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{origin}/health/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _port(notice: Path, pid: int) -> int | None:
    try:
        content = json.loads(notice.read_text())
        return int(content["port"]) if content["pid"] == pid else None
    except (OSError, ValueError, KeyError):
        return None


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])


def _stop(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
