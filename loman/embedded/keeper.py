"""Keeps the embedded servers running exactly as long as somebody needs them.

Everybody who needs them calls `hold()`, which keeps a connection to the keeper's Unix socket open. The
kernel closes that connection when the holder ends, however it ends; when the last one is gone, the keeper
stops the servers cleanly and ends. Should the keeper itself be killed, the kernel stops the servers with it
(PR_SET_PDEATHSIG), and the next `hold()` starts anew.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from loman import processes
from loman.embedded import places, postgres, redis

GRACE_SECONDS = 1.5
"""How long the servers outlive their last holder: one command after the other does not restart them."""
STOP_SECONDS = 20.0
ROUND_SECONDS = 0.25
RETRY_SECONDS = 0.5
START_SECONDS = 10.0
"""Until a keeper has taken its lock."""
HOLD_SECONDS = 90.0
MOST_TRIES = 3
"""A keeper that fails so often will not succeed."""
READY = b"ready\n"

_held: socket.socket | None = None


def hold() -> None:
    """Have the embedded servers running until this process ends. RuntimeError says why it cannot be."""
    global _held
    if _held is None:
        _held = _held_connection()
        threading.Thread(target=_hold_again, name="keeper", daemon=True).start()


def _hold_again() -> None:
    """Should the keeper be killed, have another one: a server that runs for months must not notice."""
    global _held
    while (connection := _held) is not None:
        with contextlib.suppress(OSError):
            connection.recv(1)  # nothing ever comes but the end
        while _held is connection:
            with contextlib.suppress(RuntimeError):  # a full disk, say: what needs the database says so meanwhile
                _held = _held_connection()
                break
            time.sleep(RETRY_SECONDS)  # what kept it from starting seldom ends at once


def _held_connection() -> socket.socket:
    places.private_socket_dir()
    deadline, tries = time.monotonic() + HOLD_SECONDS, 0
    while (connection := _connect()) is None:
        if not _is_kept():
            tries += 1
            if tries > MOST_TRIES:
                raise RuntimeError(_last_words())
            _start_keeper()
        if time.monotonic() > deadline:
            raise RuntimeError(_last_words())
        time.sleep(0.05)  # a socket that is not there yet cannot be waited for
    return connection


def _last_words() -> str:
    """Why there is no keeper, from its log."""
    log = places.var_dir() / "keeper.log"
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    why = lines[-1].removeprefix("RuntimeError: ") if lines else "no reason was given"
    return f"The embedded servers did not start: {why} (all of it: {log})"


def release() -> None:
    """Need them no longer."""
    global _held
    held, _held = _held, None
    if held is not None:
        with contextlib.suppress(OSError):
            held.shutdown(socket.SHUT_RDWR)
        held.close()


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
    places.var_dir().mkdir(parents=True, exist_ok=True)
    with (places.var_dir() / "keeper.lock").open("a") as lock:
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
        time.sleep(0.02)  # a lock can be waited for until it is free, not until it is taken


# ---- the keeper's own process ---------------------------------------------------------------------------


@dataclass
class Server:
    """One server that is kept: launched, and launched again should it die."""

    name: str
    command: list[str]
    with_us: signal.Signals
    """What the kernel sends it when the keeper dies."""
    before: Callable[[], None]
    """Clears what a killed one left behind, before each launch."""
    process: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        self.before()
        log = places.var_dir() / f"{self.name}.log"
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=processes.ends_with_us(self.with_us),
            )

    def lost(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)  # for PostgreSQL: a fast, clean shutdown
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()


def main() -> None:
    lock = (places.var_dir() / "keeper.lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return
    folder = places.private_socket_dir()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with _running() as servers, _listening(folder / "keeper.sock") as door:
        _keep(door, servers)


def _keep(door: socket.socket, servers: list[Server]) -> None:
    """Greet holders, relaunch what died, and return once the last holder has been gone for the grace time."""
    holders: set[socket.socket] = set()
    alone_since = time.monotonic()
    while holders or time.monotonic() - alone_since < GRACE_SECONDS:
        ready, _, _ = select.select([door, *holders], [], [], ROUND_SECONDS)
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
        for server in servers:
            if server.lost():
                time.sleep(RETRY_SECONDS)  # PostgreSQL refuses for as long as orphans of the dead one live
                server.launch()


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
def _running() -> Iterator[list[Server]]:
    """Both servers, from started and answering to stopped cleanly. What is kept does not depend on who asked
    first: whoever has a database of his own simply does not use ours."""
    postgres.prepare()
    servers = [Server("postgres", postgres.command(), signal.SIGINT, postgres.clear_remains)]
    command = redis.command()
    if command:
        servers.append(Server("redis", command, signal.SIGTERM, redis.clear_remains))
    try:
        for server in servers:
            server.launch()
        _wait_for_postgres(servers[0])
        postgres.make_database("loman")
        yield servers
    finally:
        for server in servers:
            server.stop()


def _wait_for_postgres(server: Server) -> None:
    """Until it answers. One that exits at once (an orphan of a killed one still holds the data) is launched
    again until the deadline."""
    deadline = time.monotonic() + postgres.START_SECONDS
    while not postgres.answers():
        if time.monotonic() > deadline:
            raise RuntimeError(f"The embedded PostgreSQL did not start; see {places.var_dir() / 'postgres.log'}.")
        if server.lost():
            time.sleep(RETRY_SECONDS)  # the orphan needs a moment to notice that it is one
            server.launch()
        time.sleep(0.05)  # PostgreSQL tells nobody that it is ready: it is asked


if __name__ == "__main__":
    main()
