"""`make bench`: search, replies, speech providers, the media socket beside a bare echo at 20, 100 and 200 calls, the
history of 100,000 calls, lists over REST, the board in a browser, every page, the books and restaurants at 1, 100 and
1,000 of them (half an hour by themselves), and the database's lock; writes var/bench. `BENCH=books` runs one."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench import board, books, history, lock, pages, replies, rest, restaurants, search, speech
from tests.waiting import comes_true

ROOT = Path(__file__).resolve().parents[2]
CALLS = (20, 100, 200)
SECONDS = 6
SERVER_CORE, LOAD_CORE = 0, 1


def main() -> None:
    if (os.cpu_count() or 1) < 2:
        sys.exit("The bench needs two cores: one for the server, one for the load.")
    benches = {
        "search": search.main,
        "replies": replies.main,
        "speech": speech.main,
        "media": media,
        "rest": rest.main,
        "board": board.main,
        "pages": pages.main,
        "history": history.main,
        "books": books.main,
        "restaurants": restaurants.main,
        "lock": lock.main,
    }
    wanted = os.environ.get("BENCH")
    if wanted and wanted not in benches:
        sys.exit(f"There is no bench called {wanted}; there are: {', '.join(benches)}.")
    for name, bench in benches.items():
        if wanted in (None, "", name):
            bench()


def media() -> None:
    rows: list[dict[str, Any]] = []
    print(f"{'calls':>5} {'server':>7} {'µs/pair':>8} {'core %':>7} {'p50 ms':>7} {'p99 ms':>8}  times echo's CPU")
    for calls in CALLS:
        echo = run("echo", calls)
        loman = run("loman", calls)
        ratio = round(loman["cpu_us_per_pair"] / echo["cpu_us_per_pair"], 2)
        for name, row, times in (("echo", echo, 1.0), ("loman", loman, ratio)):
            row |= {"server": name, "cpu_ratio_to_echo": times}
            rows.append(row)
            print(
                f"{calls:>5} {name:>7} {row['cpu_us_per_pair']:>8} {row['core_percent']:>7} "
                f"{row['p50_ms']:>7} {row['p99_ms']:>8}  {times}"
            )
    folder = ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "media.json").write_text(json.dumps(rows, indent=2) + "\n")
    print(f"Wrote {folder / 'media.json'}")


def run(which: str, calls: int) -> dict[str, Any]:
    with server(which) as (port, pid):
        command = [sys.executable, "-m", "tests.bench.load", *map(str, (port, pid, calls, SECONDS, LOAD_CORE))]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"The load failed: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@contextlib.contextmanager
def server(which: str) -> Iterator[tuple[int, int]]:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.servers", which, str(port), str(SERVER_CORE)], cwd=ROOT
    )
    try:
        _wait(port, process)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(10)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    def listens() -> bool:
        if process.poll() is not None:
            sys.exit(f"The {process.args!r} server ended at once.")
        with contextlib.closing(socket.socket()) as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    if not comes_true(listens, seconds=30):
        sys.exit(f"The {process.args!r} server did not start.")


if __name__ == "__main__":
    main()
