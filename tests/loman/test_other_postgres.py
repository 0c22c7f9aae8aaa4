"""A PostgreSQL of somebody else's, found through DATABASE_URL: the oldest that Debian still ships here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from loman.embedded import postgres
from tests.upgrade import installations

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

    def manage(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, ROOT / "manage.py", *words], env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert '"migrate.done"' in manage("migrate_restaurants")
    assert "Bella Napoli" in manage("create_demo")
    report = manage("doctor")
    assert "yours (DATABASE_URL)" in report
