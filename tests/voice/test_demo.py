"""`make demo` itself: a whole phone call in real sound and real time, on servers of its own. A minute and a half."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 400


@pytest.fixture
def var() -> Iterator[Path]:
    """A var folder of the demo's own: its database is not the tests'."""
    folder = Path(tempfile.mkdtemp(prefix="loman demo "))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.beside
def test_a_caller_orders_in_sound_and_the_order_is_right_to_the_cent(var: Path) -> None:
    ours = ("DATABASE_URL", "REDIS_URL", "SEED", "PORT")
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    done = subprocess.run(
        [sys.executable, "manage.py", "demo", "--seed", "11"],
        cwd=ROOT,
        env={**environment, "VAR_DIR": str(var)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    report = json.loads((var / "demo" / "report.json").read_text())
    assert report["goal"]["problems"] == []
    assert report["orders"][0]["total"] == report["goal"]["total"]
    assert report["caller_turns"] >= 6
    assert any(turn["interrupted"] for turn in report["turns"] if turn["speaker"] == "agent")
    assert (var / "demo" / "call.wav").stat().st_size > 16_000 * report["duration_ms"] / 1000
