"""`make evals [EVAL=name] [SEEDS=1-20]`: long evaluations; each writes its figures to var/evals/<name>.json."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from tests.evals import bookings, callers, conversations, dialogues, hearing, recogniser, understanding

ROOT = Path(__file__).resolve().parents[2]
EVALS = {
    "orders": understanding.orders,
    "dialogues": dialogues.dialogues,
    "speech": dialogues.speech,
    "bookings": bookings.bookings,
    "recogniser": recogniser.word_error,
    "hearing": hearing.hearing,
    "conversations": conversations.generated,
    "typed-callers": callers.typed,
    "spoken-callers": callers.spoken,
}


def main() -> None:
    asked = os.environ.get("EVAL")
    chosen = {name: evaluate for name, evaluate in EVALS.items() if not asked or asked == name}
    if not chosen:
        sys.exit(f"There is no evaluation called {asked}; there are: {', '.join(EVALS)}.")
    for name, evaluate in chosen.items():
        began = time.monotonic()
        figures = evaluate(ROOT)
        out = ROOT / "var" / "evals" / f"{name}.json"
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(figures, indent=2) + "\n")
        print(f"{name}: {json.dumps(figures['figures'])}  ({time.monotonic() - began:.0f} s, {out})", flush=True)


if __name__ == "__main__":
    main()
