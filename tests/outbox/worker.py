"""Workers as processes of their own, forked from one that has Django loaded: `sweep`, `cause N` and `mark WORD` on
standard input.

What they do is told on standard output, a line at a time; who starts them kills them by the pid they tell.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import django


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def main() -> None:
    django.setup()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    _handlers()
    say("ready")
    for line in sys.stdin:
        what, *rest = line.split()
        if what == "mark":  # whatever was said before was said by now
            say(*rest)
            continue
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            {"sweep": _sweep, "cause": _cause}[what](*rest)
            os._exit(0)


def _sweep() -> None:
    """As `serve` does it, until somebody ends this process."""
    from apps.outbox import sweeper

    sweeper.ROUND_SECONDS = 0.05
    say("sweeping", os.getpid())
    stop = threading.Event()
    threading.Thread(target=sweeper.run_forever, args=(stop, "outward"), daemon=True).start()
    sweeper.run_forever(stop, "prompt")


def _cause(number: str) -> None:
    """Something happens, and its work is written with it."""
    from django.db import transaction

    from apps.outbox import services

    began = time.perf_counter()
    with transaction.atomic():
        services.add("drill.step", key=f"drill:{number}", payload={"n": int(number)})
    say("caused", round((time.perf_counter() - began) * 1000))


def _handlers() -> None:
    from apps.outbox import services

    @services.handles("drill.step")
    def step(payload: dict[str, Any]) -> None:
        """Leaves one effect, however often it is tried; may stop in the middle, the first time."""
        services.add("drill.effect", key=f"effect:{payload['n']}")
        say("ran", payload["n"])
        hold = Path(payload.get("hold", "/nowhere"))
        if hold.exists():
            hold.unlink()
            say("held", payload["n"])
            signal.pause()

    @services.handles("drill.die")
    def die(payload: dict[str, Any]) -> None:
        say("died", os.getpid())
        os.kill(os.getpid(), signal.SIGKILL)

    services.handles("drill.effect")(lambda payload: None)


if __name__ == "__main__":
    main()
