"""One break, and how it is tried: in a temporary copy of the project, where the tests named for its file then run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTEST = (sys.executable, "-m", "pytest", "--noconftest", "-p", "no:django", "-x", "-q", "--tb=line")
SOME_TEST_FAILED = 1
"""What pytest exits with; other numbers mean that the tests did not run."""
MOST_SECONDS = 120.0
"""A break can also make a test run for ever: then it was noticed."""


@dataclass(frozen=True)
class Break:
    path: str
    what: str
    old: str
    """Occurs exactly once in the file."""
    new: str


def judge(broken: Break, *, tests: Sequence[str]) -> str:
    """`noticed`, `SURVIVED`, `OUTDATED` (the source has changed) or `UNTRIED` (the tests did not run)."""
    source = (ROOT / broken.path).read_text()
    if source.count(broken.old) != 1:
        return "OUTDATED"  # the source has changed: write the break anew
    code = run_tests(broken.path, tests, change=source.replace(broken.old, broken.new))
    return {SOME_TEST_FAILED: "noticed", 0: "SURVIVED"}.get(code, "UNTRIED")


def run_tests(path: str, tests: Sequence[str], *, change: str | None) -> int:
    """How pytest ended in a copy of the project in which this file has this text."""
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        copy = Path(folder)
        for name in ("apps", "loman", "tests"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", copy)
        if change is not None:
            (copy / path).write_text(change)
        environment = os.environ | {"PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            command = [*PYTEST, *tests]
            ran = subprocess.run(
                command, cwd=copy, env=environment, capture_output=True, timeout=MOST_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return SOME_TEST_FAILED
        return ran.returncode
