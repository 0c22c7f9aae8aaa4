"""The drills of `make demo`: each returns what went wrong, or "" when nothing did."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.drills.clones import DEMO_SECONDS, QUIET_SECONDS, Clone, an_ordinary_user, ended
from tests.waiting import comes_true

RIGHT = "Right to the cent"
SEED = "1"


def as_root_or_whoever_we_are(folder: Path) -> str:
    clone = Clone(folder / "loman")
    return _whole(clone, clone.demo(SEED=SEED))


def as_an_ordinary_user(folder: Path) -> str:
    uid = an_ordinary_user()
    if uid is None:
        return "" if os.getuid() else "there is no other user here"
    folder.chmod(0o755)
    clone = Clone(folder / "loman")
    clone.give_to(uid)
    return _whole(clone, clone.demo(uid=uid, SEED=SEED))


def with_the_port_taken(folder: Path) -> str:
    clone = Clone(folder / "loman")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        return _whole(clone, clone.demo(SEED=SEED, PORT=str(taken.getsockname()[1])))


def twice_at_once(folder: Path) -> str:
    """In two clones, one of them far down a path with spaces."""
    first = Clone(folder / "one")
    second = Clone(folder / "a long path with spaces" / ("of many letters " * 6).strip() / "the second loman")
    running = [(clone, clone.demo(SEED=SEED)) for clone in (first, second)]
    return "; ".join(filter(None, (_whole(clone, process) for clone, process in running)))


def ctrl_c_in_the_call(folder: Path) -> str:
    return _stopped(folder, lambda process: os.killpg(process.pid, signal.SIGINT))


def kill_9_of_the_parent(folder: Path) -> str:
    return _stopped(folder, lambda process: os.kill(process.pid, signal.SIGKILL))


def kill_9_of_the_command(folder: Path) -> str:
    """Of `manage.py demo` itself, which has the server as its child."""
    return _stopped(folder, lambda process: os.kill(_child_of(process.pid), signal.SIGKILL))


def again_after_kill_9_of_everything(folder: Path) -> str:
    """A database that was killed in the middle recovers."""
    clone = Clone(folder / "loman")
    process = clone.demo(SEED=SEED)
    with ended(process, clone):
        if not comes_true(lambda: "agent:" in clone.said(), seconds=DEMO_SECONDS):
            return _tail("no call came about", clone)
    return _whole(clone, clone.demo(SEED=SEED))


DRILLS: dict[str, Callable[[Path], str]] = {
    drill.__name__: drill
    for drill in (
        as_root_or_whoever_we_are,
        as_an_ordinary_user,
        with_the_port_taken,
        twice_at_once,
        ctrl_c_in_the_call,
        kill_9_of_the_parent,
        kill_9_of_the_command,
        again_after_kill_9_of_everything,
    )
}


def _whole(clone: Clone, process: subprocess.Popen[bytes]) -> str:
    """A demo to its end: right, and gone."""
    with ended(process, clone):
        try:
            code = process.wait(DEMO_SECONDS)
        except subprocess.TimeoutExpired:
            return _tail("it does not end", clone)
        if code or RIGHT not in clone.said():
            return _tail(f"it ended with {code}", clone)
        return _quiet(clone)


def _stopped(folder: Path, stop: Callable[[subprocess.Popen[bytes]], None]) -> str:
    """A demo that is stopped in the middle of its call: nothing of it goes on."""
    clone = Clone(folder / "loman")
    process = clone.demo(SEED=SEED)
    with ended(process, clone):
        if not comes_true(lambda: "agent:" in clone.said(), seconds=DEMO_SECONDS):
            return _tail("no call came about", clone)
        stop(process)
        process.wait(QUIET_SECONDS)
        return _quiet(clone)


def _quiet(clone: Clone) -> str:
    if comes_true(lambda: not clone.processes(), seconds=QUIET_SECONDS):
        return ""
    return "still running: " + "; ".join(clone.processes().values())


def _child_of(pid: int) -> int:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(children[0])


def _tail(problem: str, clone: Clone) -> str:
    return f"{problem}; it said: {clone.said()[-600:]}"
