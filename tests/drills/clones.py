"""A clone of what is committed, in a folder of its own: its `make`, its call log, and what it left running."""

from __future__ import annotations

import contextlib
import os
import pwd
import signal
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEMO_SECONDS = 420
"""A slow first set-up and a long call."""
QUIET_SECONDS = 30
"""How long a killed clone may take until nothing of it runs: calls drain, the database ends cleanly."""


class Clone:
    """One clone and the commands that run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        subprocess.run(["git", "clone", "-q", str(ROOT), str(folder)], check=True)

    def give_to(self, uid: int) -> None:
        """Make an ordinary user its owner, so that git and make work for them."""
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, uid, uid, follow_symlinks=False)

    def demo(self, *, uid: int | None = None, **settings: str) -> subprocess.Popen[bytes]:
        """`make demo`, its output in `demo.out`, in a process group of its own as a terminal would make it."""
        environment = {**os.environ, **settings}
        if uid is not None:
            home = self.folder / "home"
            home.mkdir(exist_ok=True)
            os.chown(home, uid, uid)
            environment |= {"HOME": str(home)}
            for name in ("UV_CACHE_DIR", "XDG_CACHE_HOME", "PIP_CACHE_DIR"):
                environment.pop(name, None)
        with (self.folder / "demo.out").open("wb") as output:
            return subprocess.Popen(
                ["make", "demo"],
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=uid,
                group=uid,
                extra_groups=[] if uid is not None else None,
            )

    def said(self) -> str:
        return (self.folder / "demo.out").read_text(errors="replace")

    def processes(self) -> Mapping[int, str]:
        """What runs out of this folder now, by its id."""
        found: dict[int, str] = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            with contextlib.suppress(OSError):
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                where = os.readlink(entry / "cwd")
                if command and (str(self.folder) in command or Path(where).is_relative_to(self.folder)):
                    found[int(entry.name)] = command[:160]
        return found


@contextlib.contextmanager
def ended(process: subprocess.Popen[bytes], clone: Clone) -> Iterator[None]:
    """Whatever a drill finds, nothing of its clone runs on after it."""
    try:
        yield
    finally:
        for pid in (process.pid, *clone.processes()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait(10)


def an_ordinary_user() -> int | None:
    """The id of one who is not root, or None where we cannot become another."""
    return pwd.getpwnam("nobody").pw_uid if os.getuid() == 0 else None
