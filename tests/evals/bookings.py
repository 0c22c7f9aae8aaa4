"""How well the embedded model understands bookings, on the published dialogues that may lie beside the project."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Case = dict[str, Any]


def _half(case: Case) -> int:
    """The grammar was written against half 0; half 1 was only ever counted."""
    return int(hashlib.sha256(case["dialogue_id"].encode()).hexdigest(), 16) % 2


SGD, MULTIWOZ = "sgd_reservations.dev.jsonl", "multiwoz_reservations.dev.jsonl"
HEARD = "sgd_as_heard.jsonl"
"""The callers' words in small letters and without a stop or a comma."""
_STOPS = re.compile(r"[.,?!;](?![0-9])")
PARTS: dict[str, tuple[str, Callable[[Case], bool]]] = {
    "sgd, first attempt": (SGD, lambda case: not case["failed_attempts"]),
    "sgd, first attempt, half 0": (SGD, lambda case: not case["failed_attempts"] and _half(case) == 0),
    "sgd, first attempt, half 1": (SGD, lambda case: not case["failed_attempts"] and _half(case) == 1),
    "sgd, refused first": (SGD, lambda case: bool(case["failed_attempts"])),
    "sgd, refused first, half 0": (SGD, lambda case: bool(case["failed_attempts"]) and _half(case) == 0),
    "sgd, refused first, half 1": (SGD, lambda case: bool(case["failed_attempts"]) and _half(case) == 1),
    "sgd, as a recogniser writes it": (HEARD, lambda case: True),
    "multiwoz": (MULTIWOZ, lambda case: True),
}


def bookings(root: Path) -> dict[str, Any]:
    """The share of dialogues whose party, day and time are all right at the end, as the published scorer counts."""
    data = root.parent / "shared"
    if not (data / "cases").is_dir():
        return {"figures": {}, "missing": "the published cases do not lie beside the project"}
    folder = root / "var" / "evals" / "bookings"
    folder.mkdir(parents=True, exist_ok=True)
    sources = {SGD: data / "cases" / SGD, MULTIWOZ: data / "cases" / MULTIWOZ, HEARD: folder / HEARD}
    rows = [_as_heard(json.loads(line)) for line in sources[SGD].read_text().splitlines()]
    sources[HEARD].write_text("".join(json.dumps(row) + "\n" for row in rows))
    answers = {file: _answered(root, source, folder) for file, source in sources.items()}
    scores = {}
    for part, (file, belongs) in PARTS.items():
        cases = [json.loads(line) for line in sources[file].read_text().splitlines()]
        gold = folder / f"{part}.gold.jsonl"
        gold.write_text("".join(json.dumps(case) + "\n" for case in cases if belongs(case)))
        scorer = [sys.executable, str(data / "score" / "score_bookings.py"), str(gold), str(answers[file])]
        scores[part] = json.loads(subprocess.run(scorer, capture_output=True, text=True, check=True).stdout)
    return {"figures": {part: round(score["joint"], 4) for part, score in scores.items()}, "scores": scores}


def _as_heard(case: Case) -> Case:
    turns = [
        turn | {"text": _STOPS.sub(" ", turn["text"].lower())} if turn["speaker"] == "user" else turn
        for turn in case["turns"]
    ]
    return case | {"turns": turns}


def _answered(root: Path, cases: Path, folder: Path) -> Path:
    out = folder / f"{cases.stem}.answers.jsonl"
    command = [sys.executable, "manage.py", "evaluate", "bookings", "--cases", str(cases), "--out", str(out)]
    subprocess.run(command, cwd=root, check=True)
    return out
