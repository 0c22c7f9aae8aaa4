"""Keeps the embedded servers running exactly as long as somebody needs them.

Everybody who needs them calls `hold()`, which keeps a connection to the keeper's Unix socket open. The
kernel closes that connection when the holder ends, however it ends; when the last one is gone, the keeper
stops the servers cleanly and ends. Should the keeper itself be killed, the kernel stops the servers with it
(PR_SET_PDEATHSIG), and the next `hold()` starts anew.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from loman.embedded import places, postgres, redis

GRACE_SECONDS = 1.5
"""How long the servers outlive their last holder: one command after the other does not restart them."""
STOP_SECONDS = 20.0
START_SECONDS = 10.0
"""Until a keeper has taken its lock."""
HOLD_SECONDS = 90.0
PR_SET_PDEATHSIG = 1
READY = b"ready\n"

_held: socket.socket | None = None


def hold() -> None:
    """Have the embedded servers running until this process ends. RuntimeError says why it cannot be."""
    global _held
    if _held is not None:
        return
    folder = places.socket_dir()
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise RuntimeError(f"{folder} belongs to somebody else; remove it or set DATABASE_URL.")
    deadline = time.monotonic() + HOLD_SECONDS
    while (connection := _connect()) is None:
        if time.monotonic() > deadline:
            raise RuntimeError(f"The embedded servers did not start; see {places.var_dir() / 'keeper.log'}.")
        if not _is_kept():
            _start_keeper()
        time.sleep(0.05)
    _held = connection


def release() -> None:
    """Need them no longer."""
    global _held
    if _held is not None:
        _held.close()
        _held = None


def _connect() -> socket.socket | None:
    """A connection that the keeper has greeted: then the servers answer."""
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(HOLD_SECONDS)
    try:
        connection.connect(str(places.socket_dir() / "keeper.sock"))
        if connection.recv(len(READY)) == READY:
            connection.settimeout(None)
            return connection
    except OSError:
        pass
    connection.close()
    return None


def _is_kept() -> bool:
    """Whether a keeper lives, be it still starting: it holds the lock."""
    with (places.socket_dir() / "keeper.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def _start_keeper() -> None:
    """One keeper per checkout: the lock decides, a second one ends at once."""
    log = places.var_dir() / "keeper.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    root = str(Path(__file__).resolve().parents[2])
    with log.open("ab") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "loman.embedded.keeper"],
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C in the holder's terminal is not for us
            env={**os.environ, "VAR_DIR": str(places.var_dir()), "PYTHONPATH": root},
        )
    deadline = time.monotonic() + START_SECONDS
    while not _is_kept() and keeper.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)


# ---- the keeper's own process ---------------------------------------------------------------------------


def main() -> None:
    folder = places.socket_dir()
    folder.mkdir(mode=0o700, exist_ok=True)
    lock = (folder / "keeper.lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with _listening(folder / "keeper.sock") as door, _running():
        _keep(door)


def _keep(door: socket.socket) -> None:
    """Greet holders, and return once the last has been gone for the grace time."""
    holders: set[socket.socket] = set()
    alone_since = time.monotonic()
    while holders or time.monotonic() - alone_since < GRACE_SECONDS:
        ready, _, _ = select.select([door, *holders], [], [], 0.25)
        for one in ready:
            if one is door:
                holder, _ = door.accept()
                with contextlib.suppress(OSError):
                    holder.sendall(READY)
                holders.add(holder)
            elif not _still_there(one):
                holders.discard(one)
                one.close()
                alone_since = time.monotonic()


def _still_there(holder: socket.socket) -> bool:
    try:
        return bool(holder.recv(64))
    except OSError:
        return False


@contextlib.contextmanager
def _listening(path: Path) -> Iterator[socket.socket]:
    path.unlink(missing_ok=True)
    door = socket.socket(socket.AF_UNIX)
    door.bind(str(path))
    door.listen(64)
    try:
        yield door
    finally:
        path.unlink(missing_ok=True)
        door.close()


@contextlib.contextmanager
def _running() -> Iterator[None]:
    """Both servers, from started and answering to stopped cleanly."""
    servers: list[subprocess.Popen[bytes]] = []
    try:
        if not os.environ.get("DATABASE_URL"):
            postgres.prepare()
            _forget_old_sockets()
            postgres.forget_dead_owner()
            servers.append(_launch(postgres.command(), signal.SIGINT, "postgres.log"))
        command = None if os.environ.get("REDIS_URL") else redis.command()
        if command:
            (places.socket_dir() / redis.SOCKET).unlink(missing_ok=True)
            servers.append(_launch(command, signal.SIGTERM, "redis.log"))
        if not os.environ.get("DATABASE_URL"):
            postgres.wait_until_it_answers()
            postgres.make_database("loman")
        yield
    finally:
        for server in servers:
            server.send_signal(signal.SIGINT)  # for PostgreSQL: a fast, clean shutdown
        for server in servers:
            try:
                server.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()


def _forget_old_sockets() -> None:
    for left in places.socket_dir().glob(".s.PGSQL.*"):
        left.unlink(missing_ok=True)


def _launch(command: list[str], when_we_die: signal.Signals, log: str) -> subprocess.Popen[bytes]:
    libc = ctypes.CDLL(None)

    def die_with_us() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(when_we_die))

    with (places.var_dir() / log).open("ab") as output:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, preexec_fn=die_with_us)


if __name__ == "__main__":
    main()
