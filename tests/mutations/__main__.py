"""Breaks the pure rules on purpose, and fails when no test notices: `python -m tests.mutations [WORD]`.

Each break replaces one piece of a source file; the tests named for that file then run. They need neither Django nor
a database. To add a break, add a line to its room's list; with a WORD, only breaks whose file or description
contains it are tried.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.mutations import (
    accounts,
    agent,
    audit,
    bookings,
    calls,
    embedded,
    hearing,
    language,
    limits,
    llm,
    lock,
    loman,
    menu,
    orders,
    outbox,
    reservations,
    restaurant,
    voice,
)
from tests.mutations.breaking import Break, judge, run_tests

ROOMS = (
    accounts,
    agent,
    audit,
    bookings,
    calls,
    embedded,
    hearing,
    language,
    limits,
    loman,
    llm,
    lock,
    menu,
    orders,
    outbox,
    reservations,
    restaurant,
    voice,
)
TESTS = {path: tests for room in ROOMS for path, tests in room.TESTS.items()}
BREAKS = [broken for room in ROOMS for broken in room.BREAKS]


def main() -> int:
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    chosen = [broken for broken in BREAKS if word in broken.path or word in broken.what]
    if not chosen:
        print(f"No break is about {word!r}.")
        return 2
    for path in sorted({broken.path for broken in chosen}):
        if (code := run_tests(path, TESTS[path], change=None)) != 0:
            print(f"The tests of {path} do not pass without a break either (pytest says {code}).")
            return 2
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        verdicts = list(pool.map(_judge, chosen))
    for broken, verdict in zip(chosen, verdicts, strict=True):
        print(f"{verdict:<9} {Path(broken.path).name:<17} {broken.what}")
    noticed = verdicts.count("noticed")
    print(f"{noticed} of {len(chosen)} breaks were noticed.")
    return 0 if noticed == len(chosen) else 1


def _judge(broken: Break) -> str:
    return judge(broken, tests=TESTS[broken.path])


if __name__ == "__main__":
    sys.exit(main())
