"""How whole dialogues and spoken orders come out, on the published cases that may lie beside the project."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

MISSING = {"figures": {}, "missing": "the published cases do not lie beside the project"}


def dialogues(root: Path) -> dict[str, Any]:
    """Orders placed right, and nothing placed where there is no order; one half was never looked at."""
    data = root.parent / "shared"
    if not (data / "cases").is_dir():
        return MISSING
    folder = _folder(root, "dialogues")
    rows = (data / "cases" / "coffee_dialogues.dev.jsonl").read_text().splitlines()
    halves: dict[str, list[str]] = {"whole": rows, "developed": [], "held_out": []}
    for row in rows:
        digest = hashlib.md5(json.loads(row)["dialogue_id"].encode()).hexdigest()
        halves["held_out" if int(digest, 16) % 2 else "developed"].append(row)
    scores = {}
    for name, mine in halves.items():
        cases = folder / f"{name}.cases.jsonl"
        cases.write_text("\n".join(mine) + "\n")
        scores[name] = _scored(root, data, "dialogues", menu="coffee_dialogues.menu.json", cases=cases)
    figures = {name: {one: score[one] for one in ("exact", "nothing_placed")} for name, score in scores.items()}
    return {"figures": figures, "scores": scores}


def speech(root: Path) -> dict[str, Any]:
    """Slots of real people's spoken orders, through the embedded recogniser."""
    data = root.parent / "shared"
    if not (data / "audio").is_dir():
        return MISSING
    cases = data / "cases" / "spoken_coffee_orders.dev.jsonl"
    score = _scored(root, data, "speech", menu="spoken_coffee.catalog.json", cases=cases)
    return {"figures": {one: score[one] for one in ("slot_f1", "whole_order")}, "scores": score}


def _scored(root: Path, data: Path, kind: str, *, menu: str, cases: Path) -> dict[str, Any]:
    answers = _folder(root, kind) / f"{cases.name.partition('.')[0]}.answers.jsonl"
    command = [sys.executable, "manage.py", "evaluate", kind, "--catalog", str(data / "menus" / menu)]
    subprocess.run([*command, "--cases", str(cases), "--out", str(answers)], cwd=root, check=True)
    judge = {"dialogues": "score_dialogues.py", "speech": "score_spoken.py"}[kind]
    scorer = [sys.executable, str(data / "score" / judge), str(cases), str(answers)]
    found: dict[str, Any] = json.loads(subprocess.run(scorer, capture_output=True, text=True, check=True).stdout)
    return found


def _folder(root: Path, name: str) -> Path:
    folder = root / "var" / "evals" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder
