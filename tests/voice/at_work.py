"""A process to try the workroom on: `python -m tests.voice.at_work DESCRIPTOR NAME`."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterator

from apps.voice import workroom

ECHO, COUNT, END, SLOW = b"e", b"n", b"d", b"w"


def work(job: workroom.Job) -> Iterator[tuple[bytes, bytes]]:
    if job.kind == ECHO:
        yield ECHO, f"{sys.argv[2]}: ".encode() + job.body
    elif job.kind == COUNT:
        for number in range(int(job.body)):
            yield COUNT, str(number).encode()
    elif job.kind == SLOW:
        until = time.monotonic() + 30
        while time.monotonic() < until and not job.off.is_set():
            time.sleep(0.001)  # this is the work
        yield SLOW, b"done"
    elif job.kind == END:
        os._exit(int(job.body))


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as connection:
        workroom.take_turns(connection, work=work)
