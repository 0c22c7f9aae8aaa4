"""The append-only log of one call: JSON lines beside the path, from which everything else derives.

Writing never touches the disk on the event loop: lines go into a queue that one thread of the process
empties. Transcript, report, metrics and replay are made from these records (`report`).
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import logging
import os
import queue
import re
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from django.conf import settings

from apps.language.redaction import PLACEHOLDER, redact_cards

log = logging.getLogger(__name__)

_ID = re.compile(r"(?=.*[a-zA-Z])([A-Z]{2}[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})")
"""Twilio's ids and ours (UUIDs)."""
LONGEST_QUEUE = 20_000
"""Lines that may wait for the disk, over all calls; beyond it lines are dropped and counted."""
FLUSH_SECONDS = 10.0
"""As long as it is waited for a disk that hangs."""


def path(call_sid: str) -> Path:
    """Where a call's log lies. The id comes from outside: only its harmless letters make the name."""
    name = "".join(letter for letter in call_sid if letter.isascii() and (letter.isalnum() or letter in "-_"))[:64]
    folder: Path = settings.CALL_LOG_DIR
    return folder / f"{name or 'unnamed'}.jsonl"


def read(call_sid: str) -> list[dict[str, Any]]:
    """All records of a call so far; a last line that is only half there is left out."""
    try:
        lines = path(call_sid).read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    records = []
    for line in lines:
        try:
            records.append(msgspec.json.decode(line, type=dict[str, Any]))
        except msgspec.DecodeError:
            continue
    return records


def delete(call_sid: str) -> bool:
    """Whether there was a log of this call."""
    try:
        path(call_sid).unlink()
    except FileNotFoundError:
        return False
    return True


class CallLog:
    """One call's log. `write` costs microseconds and never raises."""

    def __init__(
        self,
        call_sid: str,
        *,
        began: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        written: Callable[[str], None] | None = None,
    ) -> None:
        """`written` is told of every event once its line is there to be read, in the writer's thread."""
        self._path = path(call_sid)
        self._written = written
        self._clock = clock
        self._began = clock() if began is None else began
        self._closed = False

    def write(self, event: str, **fields: Any) -> None:
        """Append `{"at_ms", "event", …}`. Card numbers are taken out of every text before it is kept."""
        record = {"at_ms": int((self._clock() - self._began) * 1000), "event": event}
        record |= {name: _without_cards(value) for name, value in fields.items()}
        _writer().put(self._path, record, self._written)
        if self._closed:
            self.close()

    def close(self) -> None:
        """No more lines will come; one that does holds no file open."""
        self._closed = True
        _writer().put(self._path, None)

    @staticmethod
    def flush() -> None:
        """Wait until everything written so far is on disk. Not for the event loop."""
        _writer().flush()


def _without_cards(value: Any) -> Any:
    """The value with every card number in it taken out; ids are left alone, whose digits may look like one."""
    if isinstance(value, str):
        text = value if value.isascii() else value.encode(errors="replace").decode()  # half letters cannot be kept
        return text if _ID.fullmatch(text) else redact_cards(text)
    if isinstance(value, int) and value >= 10**12:
        return value if redact_cards(str(value)) == str(value) else PLACEHOLDER
    if isinstance(value, dict):
        return {_without_cards(str(name)): _without_cards(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_without_cards(inner) for inner in value]
    return value


_Entry = tuple[Path, dict[str, Any] | None, Callable[[str], None] | None]


class _Writer:
    def __init__(self) -> None:
        self._queue: queue.Queue[_Entry | threading.Event] = queue.Queue(LONGEST_QUEUE)
        self._files: dict[Path, BinaryIO] = {}
        self._torn: set[Path] = set()
        """Files whose last line may be only half there."""
        self._lost = 0
        threading.Thread(target=self._run, name="call-log", daemon=True).start()
        atexit.register(self.flush)

    def put(self, where: Path, record: dict[str, Any] | None, then: Callable[[str], None] | None = None) -> None:
        try:
            self._queue.put_nowait((where, record, then))
        except queue.Full:
            if not self._lost:
                log.error("call log cannot keep up with its disk", extra={"event": "call_log.full"})
            self._lost += 1
            return
        if self._lost:
            log.error("call log lost lines", extra={"event": "call_log.lost", "lost": self._lost})
            self._lost = 0

    def flush(self) -> None:
        done = threading.Event()
        with contextlib.suppress(queue.Full):
            self._queue.put(done, timeout=FLUSH_SECONDS)
            done.wait(FLUSH_SECONDS)

    def _run(self) -> None:
        while True:
            entry = self._queue.get()
            if isinstance(entry, threading.Event):
                entry.set()
                continue
            try:
                where, record, then = entry
                self._write(where, record)
                if record is not None and then is not None:
                    then(record["event"])
            except Exception as error:  # one line must not cost all calls their logs
                log.error("call log not written", extra={"event": "call_log.failed", "error": str(error)})

    def _write(self, where: Path, record: dict[str, Any] | None) -> None:
        if record is None:
            self._torn.discard(where)
            file = self._files.pop(where, None)
            if file is not None:
                file.close()
            return
        if where not in self._files:
            where.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._files[where] = where.open("ab", buffering=0)
        line = msgspec.json.encode(record, enc_hook=str) + b"\n"
        if where in self._torn:
            line = b"\n" + line
        self._torn.add(where)
        if self._files[where].write(line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._torn.discard(where)


@lru_cache(maxsize=1)
def _writer() -> _Writer:
    return _Writer()
