"""The embedded servers: started for whoever needs them, gone after the last, and nothing lost when killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from loman.embedded import keeper
from tests.waiting import comes_true

ROOT = Path(__file__).resolve().parents[2]
HOLD = "from loman.embedded import keeper; keeper.hold(); print('held', flush=True); input()"
SECONDS = 60.0


class House:
    """A folder of data of its own, and the processes that hold its servers."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.holders: list[subprocess.Popen[str]] = []

    def hold(self) -> subprocess.Popen[str]:
        environment = {**os.environ, "VAR_DIR": str(self.var), "PYTHONPATH": str(ROOT)}
        for name in ("DATABASE_URL", "REDIS_URL"):
            environment.pop(name, None)
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLD],
            cwd="/",
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.holders.append(holder)
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        return holder

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(f"host={self.socket_dir()} user=loman dbname=loman", autocommit=True)

    def socket_dir(self) -> str:
        ask = "from loman.embedded import places; print(places.socket_dir())"
        environment = {**os.environ, "VAR_DIR": str(self.var), "PYTHONPATH": str(ROOT)}
        done = subprocess.run([sys.executable, "-c", ask], env=environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def processes(self, *words: str) -> list[int]:
        """Those that work in this house's data or sockets, found by what they were started with."""
        marks = (str(self.var), self.socket_dir())
        found = []
        for process in Path("/proc").iterdir():
            if not process.name.isdigit() or int(process.name) in {each.pid for each in self.holders}:
                continue
            try:
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                environment = (process / "environ").read_bytes().decode(errors="replace")
            except OSError:
                continue
            ours = any(mark in command for mark in marks) or f"VAR_DIR={self.var}\0" in environment
            if ours and all(word in command for word in words):
                found.append(int(process.name))
        return found

    def leave(self) -> None:
        for holder in self.holders:
            holder.kill()
            holder.wait()
        eventually(lambda: not self.processes())


def eventually(true: Callable[[], bool]) -> None:
    assert comes_true(true, seconds=SECONDS), "it did not happen in time"


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="loman test "))
    yield folder / ("a rather long name with spaces " * 3).strip()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def house(var: Path) -> Iterator[House]:
    made = House(var)
    yield made
    made.leave()


def test_servers_run_for_all_holders_and_end_after_the_last(house: House) -> None:
    first, second = house.hold(), house.hold()
    with house.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert len(house.processes("bin/postgres", "-D")) == 1
    first.kill()
    first.wait()
    time.sleep(2 * keeper.GRACE_SECONDS)  # that nothing ends cannot be waited for, only outwaited
    house.connect().close()
    second.kill()
    eventually(lambda: not house.processes())


def test_no_port_is_opened_and_the_socket_is_ours_alone(house: House) -> None:
    house.hold()
    folder = Path(house.socket_dir())
    assert folder.stat().st_mode & 0o777 == 0o700
    for pid in house.processes("bin/postgres", "-D"):
        sockets = {os.readlink(each) for each in Path(f"/proc/{pid}/fd").iterdir() if "socket:" in os.readlink(each)}
        listening = Path(f"/proc/{pid}/net/tcp").read_text() + Path(f"/proc/{pid}/net/tcp6").read_text()
        assert not [line for line in listening.splitlines() if any(s[8:-1] in line.split() for s in sockets)]


def test_rows_survive_when_postgres_is_killed_and_it_comes_back_by_itself(house: House) -> None:
    house.hold()
    with house.connect() as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        connection.execute("INSERT INTO kept VALUES (42)")
    (postmaster,) = house.processes("bin/postgres", "-D")
    os.kill(postmaster, signal.SIGKILL)

    def there() -> bool:
        try:
            with house.connect() as connection:
                return connection.execute("SELECT n FROM kept").fetchone() == (42,)
        except psycopg.OperationalError:
            return False

    eventually(there)
    assert house.processes("bin/postgres", "-D") != [postmaster]


def test_when_the_keeper_is_killed_the_servers_go_with_it_and_holders_get_new_ones(house: House) -> None:
    house.hold()
    (keeper,) = house.processes("loman.embedded.keeper")
    (postmaster,) = house.processes("bin/postgres", "-D")
    os.kill(keeper, signal.SIGKILL)

    def replaced() -> bool:
        now = house.processes("bin/postgres", "-D")
        return bool(now) and postmaster not in now

    eventually(replaced)
    eventually(lambda: _answers(house))


def _answers(house: House) -> bool:
    try:
        house.connect().close()
    except psycopg.OperationalError:
        return False
    return True


def test_an_ordinary_user_has_servers_too(var: Path) -> None:
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("not on this machine: only root can become another user (the other tests ran as an ordinary one)")
    stranger = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    if not _may_run(stranger):
        pytest.skip("not on this machine: checkout or interpreter lie where no other user may read")
    home = Path(tempfile.mkdtemp(prefix="loman-user-"))
    os.chown(home, 65534, 65534)
    script = "from loman.embedded import keeper, postgres; keeper.hold(); print(postgres.answers())"
    try:
        done = subprocess.run(
            [*stranger, sys.executable, "-c", script],
            env={**os.environ, "VAR_DIR": str(home / "var"), "PYTHONPATH": str(ROOT), "HOME": str(home)},
            cwd="/",
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        assert done.stdout == "True\n", done.stderr
        left = House(home / "var")
        eventually(lambda: not left.processes())
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _may_run(stranger: list[str]) -> bool:
    """Whether this user can reach our interpreter, its libraries and our code, and start the interpreter again."""
    script = "import sys, subprocess; subprocess.run([sys.executable, '-c', 'import psycopg, loman'], check=True)"
    command = [*stranger, sys.executable, "-c", script]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=environment, cwd="/", capture_output=True, check=False).returncode == 0
