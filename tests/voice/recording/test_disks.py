"""The recorder's memory, and disks that are full, slow or gone: the call never notices."""

from __future__ import annotations

import os
import resource
import threading
import time
import tracemalloc
from collections.abc import Callable

import pytest

from apps.voice import recorder
from apps.voice.recorder import DELAY_MS, PER_MS, Recorder
from tests.voice.recording.tapes import (
    FRAME_MS,
    FRAMES,
    FULL_DISK,
    SILENT,
    made,
    needs_full_disk,
    path_of,
    sound_of,
)


def most_bytes(call: Callable[[], None]) -> int:
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        call()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def minutes_pass(tape: Recorder, minutes: int, *, written: bool = True) -> None:
    for number in range(minutes * 3000):
        tape.caller(FRAMES[number % 251], number * FRAME_MS)
        if number % 100 == 0:
            tape.agent(FRAMES[0] * 50, number * FRAME_MS)
            tape.redact(number * FRAME_MS - 500, number * FRAME_MS + 500)
        if written and number % 50 == 0:
            tape.write_out()


MOST_BYTES = 2 * DELAY_MS * PER_MS * 6
"""Ten seconds of both sides, copied a few times on their way."""


def test_memory_does_not_grow_with_the_call() -> None:
    tape = made()
    assert most_bytes(lambda: minutes_pass(tape, 4)) < MOST_BYTES
    assert path_of(tape).stat().st_size > 3 * 60_000 * 2 * PER_MS
    tape.close()


def test_a_late_writer_catches_up_in_small_steps() -> None:
    tape = made()
    minutes_pass(tape, 4, written=False)
    assert most_bytes(tape.write_out) < 3 * MOST_BYTES
    tape.close()
    left, _ = sound_of(tape)
    assert len(left) >= 4 * 60_000 * PER_MS - FRAME_MS * PER_MS


def on_a_full_disk(tape: Recorder) -> Recorder:
    path_of(tape).parent.mkdir(parents=True, exist_ok=True)
    path_of(tape).symlink_to(FULL_DISK)
    return tape


@needs_full_disk
def test_a_full_disk_costs_the_recording_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    tape = on_a_full_disk(made())
    assert most_bytes(lambda: minutes_pass(tape, 4)) < MOST_BYTES
    tape.close()
    assert "No space left" in tape.failed
    told = [record.message for record in caplog.records if record.name == recorder.log.name]
    assert told == ["recording failed"], "once"


@needs_full_disk
def test_a_disk_that_is_full_at_the_very_end_lets_the_call_end() -> None:
    tape = on_a_full_disk(made())
    tape.caller(FRAMES[0], 0)
    tape.close()
    assert "No space left" in tape.failed


def test_what_was_recorded_before_the_disk_was_full_can_be_played() -> None:
    tape = made()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_001, hard))
        for number in range(1500):
            tape.caller(FRAMES[number % 251], number * FRAME_MS)
            if number % 5 == 0:  # so little that it waits in the file's own buffer
                tape.write_out()
        tape.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "too large" in tape.failed
    left, _ = sound_of(tape)
    assert len(left) > 90_000
    assert tape.failed.startswith("OSError")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="not on this machine: a file that blocks")
def test_a_disk_that_hangs_never_holds_up_the_call() -> None:
    tape = made()
    path_of(tape).parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(path_of(tape))  # opening it to write waits for a reader
    tape.caller(FRAMES[0], 0)
    tape.caller(FRAMES[0], DELAY_MS + 1000)
    hanging = threading.Thread(target=tape.write_out)
    hanging.start()
    hanging.join(0.05)
    assert hanging.is_alive()
    began = time.perf_counter()
    minutes_pass(tape, 1, written=False)
    assert time.perf_counter() - began < 2
    assert hanging.is_alive()
    reader = os.open(path_of(tape), os.O_RDONLY | os.O_NONBLOCK)
    os.close(reader)
    hanging.join(5)
    assert not hanging.is_alive()


def test_what_waits_too_long_for_a_disk_is_thrown_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "MOST_WAITING", 100)
    tape = made()
    for number in range(251):
        tape.caller(FRAMES[number], number * FRAME_MS)
        if number == 200:
            tape.redact(4500, 4600)
    tape.close()
    left, _ = sound_of(tape)
    kept_ms = 151 * FRAME_MS
    assert (left[: kept_ms * PER_MS] == SILENT).all()
    assert left[kept_ms * PER_MS : 4500 * PER_MS].tobytes() == b"".join(FRAMES[151:225])
    assert (left[4500 * PER_MS : 4600 * PER_MS] == SILENT).all(), "but nothing that had to be cut comes back"
