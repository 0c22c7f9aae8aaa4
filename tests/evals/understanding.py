"""How well the embedded model understands orders, on the published cases that may lie beside the project."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

CATALOGS = {
    "pizza.catalog.json": "pizza_orders.dev.jsonl",
    "foodordering_burrito.catalog.dev.json": "foodordering_orders.dev.jsonl",
    "foodordering_sub.catalog.dev.json": "foodordering_orders.dev.jsonl",
}


def orders(root: Path) -> dict[str, Any]:
    """Each catalog's share of exactly right orders, as the published scorer counts them."""
    data = root.parent / "shared"
    if not (data / "cases").is_dir():
        return {"figures": {}, "missing": "the published cases do not lie beside the project"}
    scores = {}
    for catalog, cases in CATALOGS.items():
        scores[catalog] = _score(root, data, catalog=catalog, cases=cases)
    return {"figures": {name: score["exact_match"] for name, score in scores.items()}, "scores": scores}


def _score(root: Path, data: Path, *, catalog: str, cases: str) -> dict[str, Any]:
    folder = root / "var" / "evals" / "orders"
    folder.mkdir(parents=True, exist_ok=True)
    gold, answers = folder / f"{catalog}.gold.jsonl", folder / f"{catalog}.answers.jsonl"
    menu = json.loads((data / "menus" / catalog).read_text())["menu"]
    rows = [json.loads(line) for line in (data / "cases" / cases).read_text().splitlines()]
    mine = [row for row in rows if row.get("menu", menu) == menu]
    gold.write_text("".join(json.dumps(row) + "\n" for row in mine))
    command = [sys.executable, "manage.py", "evaluate", "orders"]
    command += ["--catalog", str(data / "menus" / catalog), "--cases", str(gold), "--out", str(answers)]
    subprocess.run(command, cwd=root, check=True)
    scorer = [sys.executable, str(data / "score" / "score_orders.py"), str(gold), str(answers)]
    found: dict[str, Any] = json.loads(subprocess.run(scorer, capture_output=True, text=True, check=True).stdout)
    return {"cases": len(mine), **found}
