"""`make drills [DRILL=name]`: kills the demo in every way, in clones of their own; writes var/drills/demo.json.

Each drill clones what is committed, so nothing of this checkout is touched, and ends by looking for anything
that the clone left running.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.drills import demo

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    asked = os.environ.get("DRILL")
    chosen = {name: drill for name, drill in demo.DRILLS.items() if not asked or asked == name}
    if not chosen:
        sys.exit(f"There is no drill called {asked}; there are: {', '.join(demo.DRILLS)}.")
    results = []
    for name, drill in chosen.items():
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="loman drill ") as folder:
            problem = drill(Path(folder))
        seconds = round(time.monotonic() - began, 1)
        results.append({"drill": name, "passed": problem == "", "problem": problem, "seconds": seconds})
        print(f"{'ok    ' if not problem else 'FAILED'} {name} ({seconds} s) {problem}", flush=True)
    out = ROOT / "var" / "drills" / "demo.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(results, indent=2) + "\n")
    failed = sum(not result["passed"] for result in results)
    print(f"{len(results) - failed} passed, {failed} failed; {out}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
