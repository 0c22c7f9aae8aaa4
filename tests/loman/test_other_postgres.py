"""A PostgreSQL of somebody else's, found through DATABASE_URL: the oldest that Debian still ships here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from loman.embedded import postgres
from tests.upgrade import installations

pytestmark = pytest.mark.beside
ROOT = Path(__file__).resolve().parents[2]
INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres")) if Path("/usr/lib/postgresql").exists() else []


@pytest.fixture
def foreign() -> Iterator[str]:
    """A running server of Debian's, with an empty database."""
    if not INSTALLED:
        pytest.skip("not on this machine: no PostgreSQL of Debian's is installed")
    binaries = INSTALLED[0].parent
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    data = folder / "data"
    run = [*postgres.as_nobody()]
    subprocess.run(
        [*run, binaries / "initdb", "-D", data, "-U", "loman", "--auth=trust"], check=True, capture_output=True
    )
    options = f"-c listen_addresses='' -k {folder}"
    control = [*run, binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
    subprocess.run([*control, "-o", options, "start"], check=True, capture_output=True)
    try:
        subprocess.run([binaries / "createdb", "-h", folder, "-U", "loman", "theirs"], check=True, capture_output=True)
        for user, rights in (("modest", "CREATEROLE"), ("meek", "NOCREATEROLE")):
            say = [binaries / "psql", "-h", folder, "-U", "loman", "-d", "theirs", "-c"]
            subprocess.run([*say, f"CREATE ROLE {user} LOGIN NOSUPERUSER {rights}"], check=True, capture_output=True)
            subprocess.run([*say, f"CREATE DATABASE {user}s OWNER {user}"], check=True, capture_output=True)
        yield f"postgres://loman@/theirs?host={folder}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)


def _restore_the_first_release(url: str) -> None:
    with psycopg.connect(url) as database:
        for schema in installations.MANIFEST:
            database.execute(installations.script(schema))


def test_loman_runs_on_a_database_of_somebody_elses(foreign: str, tmp_path: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": foreign, "VAR_DIR": str(tmp_path / "var"), "CI": ""}
    _restore_the_first_release(foreign)

    def manage(*words: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, ROOT / "manage.py", *words], env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    assert '"migrate.done"' in manage("migrate_restaurants")
    assert "Bella Napoli" in manage("create_demo")
    report = manage("doctor", code=1)
    assert "yours (DATABASE_URL)" in report
    missing = [line for line in report.splitlines() if line.startswith("✗")]
    assert len(missing) == 1
    assert "No key opens 2 secrets (webhook_endpoints.secret)" in missing[0]  # the first release's key is not here


RAW_READ = """
from django.db import connection
from apps.tenants import scope
with scope.enter(scope.find_by_slug("bella-napoli")), connection.cursor() as cursor:
    cursor.execute("SELECT count(*) FROM memberships")
    print("members:", cursor.fetchone()[0])
    cursor.execute("SELECT count(*) FROM r_sakura.orders")
"""


Manage = Callable[..., str]
SEVERAL = """
import traceback
from django.core.management import call_command
for words in {commands!r}:
    try:
        call_command(*words)
    except (Exception, SystemExit):
        traceback.print_exc()
"""


def _managing(url: str, folder: Path) -> Manage:
    def manage(user: str, *commands: str, lock: str = "true") -> str:
        """What they say, one after the other in one process: to start one takes seconds."""
        theirs = url.replace("loman@/theirs", f"{user}@/{user}s")
        environment = {**os.environ, "DATABASE_URL": theirs, "VAR_DIR": str(folder / "var"), "CI": ""}
        environment["DATABASE_LOCK"] = lock
        script = commands[0] if "\n" in commands[0] else SEVERAL.format(commands=[each.split() for each in commands])
        command = [sys.executable, ROOT / "manage.py", "shell", "-c", script]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
        return done.stdout + done.stderr

    return manage


@pytest.mark.parametrize("server", ["embedded", "foreign"])
def test_the_lock_needs_no_superuser_but_one_who_may_make_roles(
    server: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """On the embedded server's version and on Debian's: the rules of membership changed with PostgreSQL 16."""
    manage = _managing(request.getfixturevalue(server), tmp_path)
    said = manage("modest", "migrate_schemas --shared -v0", "create_demo", "lock", "doctor")
    assert "Bella Napoli" in said
    assert "Nothing was missing" in said
    assert "reaches its own rows only" in said
    tried = manage("modest", RAW_READ)
    assert "members: 2" in tried
    assert "permission denied for schema r_sakura" in tried
    if server == "embedded":
        _who_may_make_none_is_told_what_to_do(manage)


def _who_may_make_none_is_told_what_to_do(manage: Manage) -> None:
    refused = manage("meek", "migrate_schemas --shared -v0")
    assert "ALTER ROLE" in refused
    assert "DATABASE_LOCK=false" in refused
    assert manage("meek", "migrate_schemas --shared -v0", lock="false").count("Traceback") == 0
    refused = manage("meek", "create_restaurant Luna", "doctor")
    assert "not opened, nothing was changed" in refused
    assert "ALTER ROLE" in refused.partition("not opened")[2]
    without = manage("meek", "create_restaurant Luna", "doctor", lock="false")
    assert "Luna is open" in without
    assert "only the code keeps restaurants apart" in without


GRANTED_BY_MODEST = """
SELECT DISTINCT role.rolname FROM pg_auth_members JOIN pg_roles role ON role.oid = roleid
JOIN pg_roles member ON member.oid = member WHERE member.rolname = 'modest'
AND role.rolname ~ '^loman_[0-9a-f]{32}$'
"""
"""Its restaurants' roles: while there is one, who granted it cannot go."""


@pytest.fixture
def embedded(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The embedded server, with two databases of users who are no superusers."""
    from django.db import connection

    def say(*statements: str) -> None:
        with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def clear() -> None:
        say("DROP DATABASE IF EXISTS modests WITH (FORCE)", "DROP DATABASE IF EXISTS meeks WITH (FORCE)")
        with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
            cursor.execute(GRANTED_BY_MODEST)
            theirs = [name for (name,) in cursor.fetchall()]
        say(*(f'DROP ROLE "{name}"' for name in theirs))
        say("DROP ROLE IF EXISTS loman_restaurants_modests, loman_restaurants_meeks, modest, meek")

    clear()  # what a run that was killed has left
    say("CREATE ROLE modest LOGIN NOSUPERUSER CREATEROLE", "CREATE DATABASE modests OWNER modest")
    say("CREATE ROLE meek LOGIN NOSUPERUSER", "CREATE DATABASE meeks OWNER meek")
    try:
        yield f"postgres://loman@/theirs?host={connection.settings_dict['HOST']}"
    finally:
        clear()
