"""Callers with goals, one seed after the other: how many orders end right to the cent, and in how many turns."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

NUMBERS = {"bella-napoli": "+15125550101", "sakura": "+15125550102"}
SECONDS = 600


def typed(root: Path) -> dict[str, Any]:
    """Whole calls in text at both demo restaurants."""

    def call(seed: int, restaurant: str, out: Path) -> int:
        command = [sys.executable, "manage.py", "place_call", "--text", "--from", "+15125550134"]
        command += ["--to", NUMBERS[restaurant], "--seed", str(seed), "--json", str(out)]
        return _run(root, command)

    return _callers(root, call, name="typed")


def spoken(root: Path) -> dict[str, Any]:
    """Whole calls in sound, in real time, at both demo restaurants: about a minute each."""

    def call(seed: int, restaurant: str, out: Path) -> int:
        command = [sys.executable, "manage.py", "demo", "--seed", str(seed), "--restaurant", restaurant]
        code = _run(root, command)
        made = root / "var" / "demo" / "report.json"
        if made.exists():
            made.replace(out)
        return code

    return _callers(root, call, name="spoken")


def _callers(root: Path, call: Any, *, name: str) -> dict[str, Any]:
    first, _, last = os.environ.get("SEEDS", "1-20").partition("-")
    calls: list[dict[str, Any]] = []
    for restaurant in NUMBERS:
        for seed in range(int(first), int(last or first) + 1):
            out = root / "var" / "evals" / name / f"{restaurant}-{seed}.json"
            out.parent.mkdir(parents=True, exist_ok=True)
            out.unlink(missing_ok=True)
            code = call(seed, restaurant, out)
            report = json.loads(out.read_text()) if out.exists() else {}
            goal = report.get("goal", {})
            calls.append({
                "restaurant": restaurant,
                "seed": seed,
                "script": goal.get("script"),
                "right": code == 0,
                "problems": goal.get("problems", ["no report"]),
                "turns": sum(turn["speaker"] == "caller" for turn in report.get("turns", ())),
                "latency_ms": report.get("carrier", {}).get("latency_ms", []),
            })  # fmt: skip
            print(f"  {restaurant} seed {seed}: {'right' if code == 0 else calls[-1]['problems']}", flush=True)
    latencies = sorted(ms for each in calls for ms in each["latency_ms"])
    figures = {
        "calls": len(calls),
        "right": sum(each["right"] for each in calls),
        "turns_median": statistics.median(each["turns"] for each in calls),
        "latency_ms_median": statistics.median(latencies) if latencies else None,
        "latency_ms_p95": latencies[len(latencies) * 95 // 100] if latencies else None,
    }
    return {"figures": figures, "calls": calls}


def _run(root: Path, command: list[str]) -> int:
    try:
        done = subprocess.run(
            command, cwd=root, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return 124
    return done.returncode
