"""The recording: both sides as they were heard, in bounded memory, playable whenever it was cut off."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from apps.voice import recorder
from apps.voice.recorder import DELAY_MS, PER_MS, Recorder
from tests.voice.recording.tapes import (
    FRAME_MS,
    FRAMES,
    SILENT,
    Mulaw,
    made,
    path_of,
    sound_of,
)

# ---- an oracle that keeps everything in memory -----------------------------------------------------------


@dataclass
class Memory:
    """The same call, kept whole: what the recording has to be, written down as simply as it can be said."""

    caller: Mulaw = field(default_factory=lambda: np.full(200_000 * PER_MS, SILENT, np.uint8))
    agent: Mulaw = field(default_factory=lambda: np.full(200_000 * PER_MS, SILENT, np.uint8))
    cuts: list[tuple[int, int]] = field(default_factory=list)

    def put(self, channel: Mulaw, at_ms: int, sound: bytes) -> None:
        channel[at_ms * PER_MS : at_ms * PER_MS + len(sound)] = np.frombuffer(sound, np.uint8)

    def expected(self) -> tuple[Mulaw, Mulaw]:
        for from_ms, to_ms in self.cuts:
            self.caller[max(0, from_ms) * PER_MS : max(0, to_ms) * PER_MS] = SILENT
        return self.caller, self.agent


@dataclass
class Line:
    """A call as it comes in: a frame every 20 ms with jitter and stalls, the agent's sound ahead of time."""

    tape: Recorder
    memory: Memory
    began_ms: int
    now_ms: int = 0
    frames: int = 0
    agent_until_ms: int = 0

    def frames_come(self, count: int, jitter_ms: int) -> None:
        for _ in range(count):
            self._frame(self._due_ms + self.frames % 3 * jitter_ms // 2)

    def stalls(self, count: int) -> None:
        """So many frames are held up on their way, and come all at once."""
        at_ms = self._due_ms + count * FRAME_MS
        for _ in range(count):
            self._frame(at_ms)

    @property
    def _due_ms(self) -> int:
        return self.began_ms + self.frames * FRAME_MS

    def _frame(self, at_ms: int) -> None:
        sound = FRAMES[self.frames % len(FRAMES)]
        self.memory.put(self.memory.caller, self._due_ms, sound)
        self.now_ms = max(self.now_ms, at_ms)
        self.tape.caller(sound, self.now_ms)
        self.frames += 1

    def agent_says(self, milliseconds: int) -> None:
        at_ms = max(self.agent_until_ms, self.now_ms)
        sound = (b"agent sound" * 20_000)[: milliseconds * PER_MS]
        self.memory.put(self.memory.agent, at_ms, sound)
        self.tape.agent(sound, at_ms)
        self.agent_until_ms = at_ms + milliseconds

    def clear(self) -> None:
        self.memory.agent[self.now_ms * PER_MS :] = SILENT
        self.tape.clear(self.now_ms)
        self.agent_until_ms = self.now_ms

    def redact(self, back_ms: int, length_ms: int) -> None:
        cut = (self.now_ms - back_ms, self.now_ms - back_ms + length_ms)
        self.memory.cuts.append(cut)
        self.tape.redact(*cut)

    def write(self) -> None:
        self.tape.write_out()
        if path_of(self.tape).exists():
            left, _ = sound_of(self.tape)
            assert len(left) <= (self.now_ms - DELAY_MS) * PER_MS, "what can still be cut is not on disk"


happenings = st.one_of(
    st.tuples(st.just("frames_come"), st.integers(1, 300), st.integers(0, 150)),
    st.tuples(st.just("stalls"), st.integers(2, 150)),
    st.tuples(st.just("agent_says"), st.integers(1, 8000)),
    st.tuples(st.just("clear")),
    st.tuples(st.just("redact"), st.integers(-500, 20_000), st.integers(1, 12_000)),
    st.tuples(st.just("write")),
)


@given(st.integers(0, 9000), st.lists(happenings, min_size=1, max_size=14))
@hypothesis_settings(max_examples=60, deadline=None)
def test_the_recording_is_what_was_said_and_played_whenever_it_is_written(
    began_ms: int, call: list[tuple[Any, ...]]
) -> None:
    tape, memory = made(), Memory()
    line = Line(tape, memory, began_ms, now_ms=began_ms)
    for what, *details in [("frames_come", 1, 0), *call, ("frames_come", 1, 0)]:
        getattr(line, what)(*details)
    tape.close()
    left, right = sound_of(tape)
    expected_left, expected_right = memory.expected()
    assert np.array_equal(left, expected_left[: len(left)])
    assert np.array_equal(right, expected_right[: len(right)])
    assert (expected_left[len(left) :] == SILENT).all(), "the caller's last word is in it"
    assert len(left) == len(right) <= (line.now_ms + 500) * PER_MS


# ---- where sound lies ------------------------------------------------------------------------------------


def test_sound_that_was_held_up_on_its_way_is_not_lost() -> None:
    tape = made()
    for number in range(50):
        tape.caller(FRAMES[number], 1000 + number * FRAME_MS)
    for number in range(50, 200):  # three seconds come at once
        tape.caller(FRAMES[number], 5000)
    for number in range(200, 250):
        tape.caller(FRAMES[number], 5000 + (number - 200) * FRAME_MS)
    tape.close()
    left, _ = sound_of(tape)
    assert left[1000 * PER_MS : 6000 * PER_MS].tobytes() == b"".join(FRAMES[:250])


def test_a_stream_that_catches_up_slowly_is_not_torn() -> None:
    tape, at_ms = made(), 0
    for number in range(251):
        at_ms += FRAME_MS if number < 50 else 12  # after five seconds of waiting
        tape.caller(FRAMES[number], at_ms + (5000 if number >= 50 else 0))
    tape.close()
    left, _ = sound_of(tape)
    assert left[20 * PER_MS :][: 251 * FRAME_MS * PER_MS].tobytes() == b"".join(FRAMES)


def test_sound_that_was_held_up_longer_than_the_delay_loses_only_what_is_written_as_silence() -> None:
    tape, stream = made(), b"".join(FRAMES[number % 251] for number in range(751))
    for number in range(50):
        tape.caller(FRAMES[number], number * FRAME_MS)
    tape.caller(FRAMES[50], 13_010)
    tape.write_out()
    for number in range(51, 751):
        tape.caller(FRAMES[number % 251], 13_010)
    tape.close()
    left, _ = sound_of(tape)
    assert left[: 1020 * PER_MS].tobytes() == stream[: 1020 * PER_MS]
    assert (left[1020 * PER_MS : 3010 * PER_MS] == SILENT).all()
    assert left[3010 * PER_MS : 13_010 * PER_MS].tobytes() == stream[3010 * PER_MS : 13_010 * PER_MS]


def test_after_a_true_silence_the_sound_is_where_the_clock_says() -> None:
    tape = made()
    for number in range(50):
        tape.caller(FRAMES[number], number * FRAME_MS)
    for number in range(50, 200):
        tape.caller(FRAMES[number], 5000 + number * FRAME_MS)
    tape.close()
    left, _ = sound_of(tape)
    since_ms = 5000 + 150 * FRAME_MS  # more than a second after it went on
    assert left[since_ms * PER_MS : (5000 + 200 * FRAME_MS) * PER_MS].tobytes() == b"".join(FRAMES[150:200])


def test_what_a_clear_threw_away_is_not_in_the_recording() -> None:
    tape = made()
    tape.agent(b"a" * 4000 * PER_MS, 0)
    tape.caller(FRAMES[0], 1000)
    tape.clear(1000)
    tape.agent(b"b" * 500 * PER_MS, 2000)
    tape.caller(FRAMES[1], 4000)
    tape.close()
    _, right = sound_of(tape)
    heard = "".join(chr(sample) if sample != SILENT else "." for sample in right[:: 100 * PER_MS])
    assert heard.startswith("a" * 10 + "." * 10 + "b" * 5 + ".")
    assert "a" not in heard[10:]


def test_a_key_is_cut_although_its_tone_is_still_coming() -> None:
    tape = made()
    for number in range(200):
        if number == 100:
            tape.redact(1500, 2500)
        tape.caller(FRAMES[number], number * FRAME_MS)
        if number % 10 == 0:
            tape.write_out()
    tape.close()
    left, _ = sound_of(tape)
    assert (left[1500 * PER_MS : 2500 * PER_MS] == SILENT).all()
    assert (left[: 1500 * PER_MS] != SILENT).all()
    assert (left[2500 * PER_MS : 4000 * PER_MS] != SILENT).all()


def test_a_card_that_took_longer_than_the_delay_is_cut_from_what_is_already_written() -> None:
    tape = made()
    for number in range(1500):  # half a minute
        tape.caller(FRAMES[number % 251], number * FRAME_MS)
    tape.agent(b"a" * 1000 * PER_MS, 2000)
    tape.write_out()
    tape.redact(12_000, 29_000)
    tape.write_out()
    left, right = sound_of(tape)
    assert len(left) > 19_000 * PER_MS
    assert (left[12_000 * PER_MS :] == SILENT).all()
    tape.close()
    left, right = sound_of(tape)
    assert (left[12_000 * PER_MS : 29_000 * PER_MS] == SILENT).all()
    assert (left[: 12_000 * PER_MS] != SILENT).all()
    assert (left[29_000 * PER_MS : 30_000 * PER_MS] != SILENT).all()
    assert (right[2000 * PER_MS : 3000 * PER_MS] == ord("a")).all(), "the other side stays"


def test_what_has_to_be_cut_is_cut_although_half_of_it_is_written_before_the_rest() -> None:
    tape = made()
    for number in range(1000):
        tape.caller(FRAMES[number % 251], number * FRAME_MS)
        if number == 305:
            tape.redact(2000, 6000)
        if number == 700:  # up to the middle of it
            tape.write_out()
    tape.close()
    left, _ = sound_of(tape)
    assert (left[: 2000 * PER_MS] != SILENT).all()
    assert (left[2000 * PER_MS : 6000 * PER_MS] == SILENT).all()
    assert (left[6000 * PER_MS : 20_000 * PER_MS] != SILENT).all()


def test_a_call_that_nobody_spoke_in_leaves_no_broken_file() -> None:
    tape = made()
    tape.close()
    assert not path_of(tape).exists()


def test_what_comes_after_the_end_changes_nothing() -> None:
    tape = made()
    tape.caller(FRAMES[0], 0)
    tape.close()
    kept = path_of(tape).read_bytes()
    tape.caller(FRAMES[1], 60_000)
    tape.redact(0, 1000)
    tape.write_out()
    tape.close()
    assert path_of(tape).read_bytes() == kept


def test_only_its_owner_can_read_the_recordings_of_a_restaurant(folder: Path) -> None:
    tape = made()
    tape.caller(FRAMES[0], 0)
    tape.close()
    assert path_of(tape).parent == folder / "bella-napoli"
    assert path_of(tape).parent.stat().st_mode & 0o077 == 0


def test_a_store_that_this_release_does_not_have_is_refused(settings: Any) -> None:
    settings.RECORDINGS_URL = "s3://bucket/calls"
    with pytest.raises(ValueError, match="s3://"):
        made()


def test_recordings_are_written_while_the_call_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "WRITE_SECONDS", 0.01)

    class Broken(Recorder):
        def write_out(self, *, until_ms: int | None = None) -> None:
            raise RuntimeError("a bug in one recording")

    broken, tape = Broken("bella-napoli", uuid4()), made()
    for number in range(700):
        tape.caller(FRAMES[number % 251], number * FRAME_MS)
    waited = threading.Event()
    for _ in range(500):
        if path_of(tape).exists() and path_of(tape).stat().st_size > 58:
            break
        waited.wait(0.01)
    left, _ = sound_of(tape)
    assert len(left) == (699 * FRAME_MS - DELAY_MS) * PER_MS
    assert broken.failed.startswith("RuntimeError")
    tape.close()
