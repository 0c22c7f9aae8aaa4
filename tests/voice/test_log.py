"""The call's log: every line whole, in order and at its time, and never in the way of the call."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from apps.language.redaction import PLACEHOLDER
from apps.voice import log as call_log
from apps.voice.log import CallLog
from tests.waiting import comes_true

CALM = hypothesis_settings(max_examples=40, deadline=None)
FULL_DISK = Path("/dev/full")
needs_full_disk = pytest.mark.skipif(not FULL_DISK.exists(), reason="not on this machine: a disk that is full")
names = st.from_regex(r"[a-z]{1,8}", fullmatch=True).filter(lambda name: name not in ("self", "event"))
letters = st.text(st.characters(exclude_categories=["Nd", "Cs"]), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 10**12 - 1) | letters,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(letters, inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Logs of this test alone, and a writer of its own: some of them get stuck."""
    settings.CALL_LOG_DIR = tmp_path / "calls"
    call_log._writer.cache_clear()
    yield tmp_path / "calls"
    call_log._writer.cache_clear()


def sid() -> str:
    return "CA" + uuid4().hex


def lines(call_sid: str) -> list[bytes]:
    CallLog.flush()
    return call_log.path(call_sid).read_bytes().splitlines()


# ---- lines -----------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(names, st.dictionaries(names.filter(lambda name: name != "at_ms"), values)), max_size=8))
@CALM
def test_every_line_is_one_object_in_the_order_of_what_happened(happened: list[tuple[str, dict[str, Any]]]) -> None:
    call = sid()
    log = CallLog(call, clock=lambda: 5.0)
    before = b""
    for event, fields in happened:
        log.write(event, **fields)
        CallLog.flush()
        now = call_log.path(call).read_bytes()
        assert now.startswith(before), "nothing that was written changes"
        assert now[len(before) :].count(b"\n") == 1
        before = now
    log.close()
    expected = [{"at_ms": 0, "event": event} | fields for event, fields in happened]
    assert call_log.read(call) == expected
    if happened:
        assert [json.loads(line) for line in lines(call)] == expected


@given(st.lists(st.floats(0, 5), max_size=30), st.floats(0, 1e6))
@CALM
def test_times_are_whole_milliseconds_since_the_call_began_and_never_fall(steps: list[float], began: float) -> None:
    now, call = began, sid()
    log = CallLog(call, clock=lambda: now)
    for step in steps:
        now += step
        log.write("tick", passed=round((now - began) * 1000, 3))
    CallLog.flush()
    times = [record["at_ms"] for record in call_log.read(call)]
    assert len(times) == len(steps)
    assert times == sorted(times)
    assert all(abs(record["at_ms"] - record["passed"]) <= 1 for record in call_log.read(call))


def test_times_are_kept_by_a_clock_that_nobody_sets() -> None:
    log = CallLog(call := sid(), began=time.monotonic() - 2)
    log.write("one")
    CallLog.flush()
    assert 2000 <= call_log.read(call)[0]["at_ms"] < 10_000


def test_what_is_said_twice_at_once_is_two_calls() -> None:
    one, other = sid(), sid()
    logs = [CallLog(one), CallLog(other)]
    for number in range(50):
        logs[number % 2].write("n", number=number)
    CallLog.flush()
    assert [record["number"] for record in call_log.read(one)] == list(range(0, 50, 2))
    assert [record["number"] for record in call_log.read(other)] == list(range(1, 50, 2))


def test_a_line_says_what_was_true_when_it_was_written() -> None:
    arguments = {"lines": [{"quantity": 1}]}
    log = CallLog(call := sid())
    log.write("tool", arguments=arguments)
    arguments["lines"][0]["quantity"] = 2
    CallLog.flush()
    assert call_log.read(call)[0]["arguments"] == {"lines": [{"quantity": 1}]}


def test_closing_writes_what_waits_and_lets_go_of_the_file() -> None:
    log = CallLog(call := sid())
    for number in range(200):
        log.write("n", number=number)
    log.close()
    log.write("late")
    assert len(lines(call)) == 201, "what comes late is kept as well"
    held = [os.readlink(f"/proc/self/fd/{each}") for each in _open_files()]
    assert str(call_log.path(call)) not in held


def _open_files() -> list[str]:
    if not Path("/proc/self/fd").exists():
        pytest.skip("not on this machine: a list of open files")
    found = []
    for each in os.listdir("/proc/self/fd"):
        with contextlib.suppress(FileNotFoundError):
            os.readlink(f"/proc/self/fd/{each}")
            found.append(each)
    return found


def test_only_its_owner_can_read_the_logs(folder: Path) -> None:
    CallLog(call := sid()).write("started")
    lines(call)
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "value",
    ["\ud800 half a letter", {"\ud800": 1}, ["\udfff"], object(), {1: 2}, {(1, 2): 3}, float("nan"), 2**80, b"x"],
)
def test_nothing_that_is_written_silences_the_log(value: object) -> None:
    log = CallLog(call := sid())
    log.write("odd", value=value)
    log.write("next")
    assert len(lines(call)) == 2
    assert [record["event"] for record in call_log.read(call)] == ["odd", "next"]


# ---- names, cards and reading ----------------------------------------------------------------------------


@given(
    st.text() | st.text(st.characters(categories=["Lo", "Nd"]), min_size=60, max_size=99) | st.just("../../etc/passwd")
)
@CALM
def test_a_log_lies_in_its_folder_whatever_the_call_is_called(call_sid: str) -> None:
    from django.conf import settings

    path = call_log.path(call_sid)
    assert path.parent == settings.CALL_LOG_DIR
    assert path.suffix == ".jsonl"
    assert path.name.isascii()
    assert len(path.name.encode()) <= 255


def test_twilios_names_are_kept_as_they_are() -> None:
    assert call_log.path(call := sid()).stem == call


def test_no_card_number_gets_into_a_log_and_every_id_and_phone_number_does() -> None:
    call, call_id = sid(), "f2925b48-f298-41b3-8866-bfa670582fd3"
    digits_only = "MZ" + "1234567890123456" * 2
    CallLog(call).write(
        "started",
        call_sid=digits_only,
        call_id=call_id,
        **{"from": "+4915112345678", "to": "+15125550101"},
        text="it's 4242 4242 4242 4242",
        mixed=f"{call_id}: 4242 4242 4242 4242",
        arguments={"note": ["four two four two 4242 4242 4242"], "4242424242424242": 1, "number": 4242424242424242},
        both=("5555555555554444", 5125550134, True, 0.8734512341234567),
    )
    CallLog.flush()
    (record,) = call_log.read(call)
    del record["at_ms"]
    assert record == {
        "event": "started",
        "call_sid": digits_only,
        "call_id": call_id,
        "from": "+4915112345678",
        "to": "+15125550101",
        "text": f"it's {PLACEHOLDER}",
        "mixed": f"{call_id}: {PLACEHOLDER}",
        "arguments": {"note": [PLACEHOLDER], PLACEHOLDER: 1, "number": PLACEHOLDER},
        "both": [PLACEHOLDER, 5125550134, True, 0.8734512341234567],
    }


def test_what_is_only_half_there_is_left_out() -> None:
    call = sid()
    assert call_log.read(call) == []
    path = call_log.path(call)
    path.parent.mkdir(parents=True)
    path.write_bytes(b'{"event":"one"}\n{"event":"tw{"event":"three"}\n\x00\x00\n12\n\n{"event":"four"}\n{"event":"fi')
    assert call_log.read(call) == [{"event": "one"}, {"event": "four"}]


# ---- disks -----------------------------------------------------------------------------------------------


def on(device: Path) -> str:
    """The sid of a call whose log lies on this."""
    call = sid()
    call_log.path(call).parent.mkdir(parents=True, exist_ok=True)
    call_log.path(call).symlink_to(device)
    return call


@needs_full_disk
def test_a_full_disk_costs_a_call_its_log_and_others_nothing(caplog: pytest.LogCaptureFixture) -> None:
    unlucky, lucky = CallLog(on(FULL_DISK)), CallLog(call := sid())
    for number in range(3):
        unlucky.write("n", number=number)
        lucky.write("n", number=number)
    unlucky.close()
    assert len(lines(call)) == 3
    assert "call log not written" in caplog.messages


def test_a_line_that_the_disk_took_half_of_spoils_no_other() -> None:
    log = CallLog(call := sid())
    log.write("before")
    CallLog.flush()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
        for number in range(4):
            log.write("long", number=number, text="a" * 30_000)
        CallLog.flush()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert call_log.path(call).stat().st_size == 100_000, "the fourth was cut off in the middle"
    log.write("after")
    log.write("end")
    CallLog.flush()
    assert [record["event"] for record in call_log.read(call)] == ["before", "long", "long", "long", "after", "end"]


@pytest.fixture
def hanging() -> Iterator[str]:
    """The sid of a call whose disk does not answer: opening a pipe waits for somebody who reads it."""
    if not hasattr(os, "mkfifo"):
        pytest.skip("not on this machine: a file that blocks")
    call = sid()
    call_log.path(call).parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(call_log.path(call))
    yield call
    reader = os.open(call_log.path(call), os.O_RDONLY | os.O_NONBLOCK)
    CallLog.flush()
    os.close(reader)


def stuck(call_sid: str) -> CallLog:
    """A log whose first line the writer is trying to write."""
    log = CallLog(call_sid)
    log.write("taken by the writer")
    assert comes_true(call_log._writer()._queue.empty, seconds=10)
    return log


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, int | None]]:
    ours = (record for record in caplog.records if record.name == call_log.log.name)
    return [(record.message, getattr(record, "lost", None)) for record in ours]


def test_a_disk_that_hangs_never_holds_up_the_call(
    hanging: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(call_log, "LONGEST_QUEUE", 100)
    monkeypatch.setattr(call_log, "FLUSH_SECONDS", 0.05)
    log = stuck(hanging)
    began = time.perf_counter()
    for number in range(2000):
        log.write("n", number=number)
    log.close()
    CallLog.flush()
    assert time.perf_counter() - began < 3
    assert told(caplog) == [("call log cannot keep up with its disk", None)], "said once, not for every line"


def test_how_much_was_lost_is_said_when_the_disk_is_back(
    hanging: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(call_log, "LONGEST_QUEUE", 10)
    log = stuck(hanging)
    for _ in range(15):
        log.write("n")
    reader = os.open(call_log.path(hanging), os.O_RDONLY)
    CallLog.flush()
    log.write("n")
    os.close(reader)
    assert told(caplog) == [("call log cannot keep up with its disk", None), ("call log lost lines", 5)]
