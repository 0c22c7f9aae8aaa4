"""Five hundred generated callers at restaurants with generated menus; tests/callers says what may not happen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

SEEDS = "0-500"


def generated(root: Path) -> dict[str, Any]:
    """How the conversations ended, and every one that did not end well. Fails when one broke a rule."""
    report = root / "var" / "evals" / "conversations" / "report.json"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    wanted = {"CONVERSATIONS": os.environ.get("CONVERSATIONS", SEEDS), "CONVERSATIONS_REPORT": str(report)}
    command = [sys.executable, "-m", "pytest", "-q", "tests/callers/test_conversations.py"]
    done = subprocess.run(command, cwd=root, env={**os.environ, **wanted}, capture_output=True, text=True, check=False)
    if not report.exists():
        sys.exit(f"The conversations broke off:\n{done.stdout[-3000:]}")
    found: dict[str, Any] = json.loads(report.read_text())
    found["figures"]["passed"] = done.returncode == 0
    return found
