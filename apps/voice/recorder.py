"""Records both sides of a call as it happens, behind a delay in which card digits can still be cut out.

The left channel is the caller as heard, the right one the agent as *played*: its sound is placed at the moment
it reaches the caller's ear, and what a `clear` threw away is not there. The hot path only appends to a deque;
one thread of the process mixes and writes. Memory is bounded by the delay, whatever the call's length.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from functools import lru_cache
from uuid import UUID

import numpy as np
import numpy.typing as npt

from apps.calls import recordings
from apps.voice import wav

log = logging.getLogger(__name__)

DELAY_MS = 10_000
RATE = 8000
"""Hertz"""
PER_MS = RATE // 1000
SILENCE = 0xFF
WRITE_SECONDS = 1.0
FURTHEST_AHEAD_MS = 180_000
"""Agent sound that lies further ahead is not kept: no sentence is that long."""
JITTER_MS = 200
CATCHING_UP_MS = 1000
MOST_WAITING = 30_000
"""Pieces that wait for a disk that hangs, ten minutes of them; then the oldest are thrown away."""

Mulaw = npt.NDArray[np.uint8]
Piece = tuple[str, int, bytes]


class Track:
    """Two channels on one clock, silent where nothing was put; pure arithmetic on arrays."""

    def __init__(self) -> None:
        self.begins_ms = 0
        self.channels: dict[str, Mulaw] = {side: np.empty(0, np.uint8) for side in ("caller", "agent")}
        self._cuts: list[tuple[int, int]] = []
        self._caller_end: int | None = None
        """The sample after the caller's last one."""
        self._behind: tuple[int, int] | None = None
        """Since when the caller's sound comes late, and by how much it did; both in milliseconds."""

    def put(self, side: str, at_ms: int, mulaw: bytes) -> None:
        """Place sound at its moment; the caller's where its stream is."""
        at = self._stream_at(at_ms) if side == "caller" else at_ms * PER_MS
        start = at - self.begins_ms * PER_MS
        sound = np.frombuffer(mulaw, np.uint8)
        if side == "caller":
            self._caller_end = at + len(sound)
        if start < 0:
            sound, start = sound[-start:], 0
        if not len(sound):
            return
        channel = self._grown(side, start + len(sound))
        channel[start : start + len(sound)] = sound

    def _stream_at(self, at_ms: int) -> int:
        """The sample at which a caller's frame begins that came at a moment. Frames come in a steady stream of
        which TCP loses none: one that is late continues the last, because those behind it come all the faster.
        Where they do not, there was silence, and the sound goes on where the clock is."""
        end = self._caller_end
        if end is None:
            return at_ms * PER_MS
        late_ms = at_ms - end // PER_MS
        if abs(late_ms) <= JITTER_MS:
            self._behind = None
            return end
        since_ms, was_ms = self._behind or (at_ms, late_ms)
        catching_up = at_ms - since_ms <= CATCHING_UP_MS or late_ms < was_ms - JITTER_MS
        if late_ms < 0 or not catching_up:
            self._behind = None
            return at_ms * PER_MS
        self._behind = (since_ms, was_ms) if at_ms - since_ms <= CATCHING_UP_MS else (at_ms, late_ms)
        return end

    def hush(self, from_ms: int) -> None:
        """What the agent would have said after a moment is not there."""
        self.channels["agent"][max(0, (from_ms - self.begins_ms) * PER_MS) :] = SILENCE

    def cut(self, from_ms: int, to_ms: int) -> None:
        """Silence for the caller between two moments, also for what is yet to come."""
        self._cuts.append((from_ms, to_ms))

    def take(self, until_ms: int) -> Mulaw:
        """Remove and return everything before a moment, both channels interleaved."""
        count = max(0, (until_ms - self.begins_ms) * PER_MS)
        for from_ms, to_ms in self._cuts:
            begin, end = ((moment - self.begins_ms) * PER_MS for moment in (from_ms, to_ms))
            self._grown("caller", count)[max(0, begin) : max(0, end)] = SILENCE
        taken = []
        for side in ("caller", "agent"):
            channel = self._grown(side, count)
            taken.append(channel[:count])
            self.channels[side] = channel[count:].copy()
        self.begins_ms += count // PER_MS
        self._cuts = [(from_ms, to_ms) for from_ms, to_ms in self._cuts if to_ms > self.begins_ms]
        return np.stack(taken, axis=1).ravel()

    @property
    def end_ms(self) -> int:
        return self.begins_ms + max(len(channel) for channel in self.channels.values()) // PER_MS

    def _grown(self, side: str, length: int) -> Mulaw:
        channel = self.channels[side]
        if len(channel) < length:
            channel = np.concatenate([channel, np.full(length - len(channel), SILENCE, np.uint8)])
            self.channels[side] = channel
        return channel


class Recorder:
    """One call's recording. All methods but `close` only append to a queue."""

    def __init__(self, place: str, call_id: UUID) -> None:
        self.url, self._path = recordings.address(place, call_id)
        self._pieces: deque[Piece] = deque(maxlen=MOST_WAITING)
        self._cuts: deque[tuple[int, int]] = deque()
        self._track = Track()
        self._lock = threading.Lock()
        self._file: wav.Writer | None = None
        self._now_ms = 0
        self._closed = False
        self.failed = ""
        _thread().add(self)

    def caller(self, mulaw: bytes, at_ms: int) -> None:
        self._now_ms = at_ms
        self._pieces.append(("caller", at_ms, mulaw))

    def agent(self, mulaw: bytes, at_ms: int) -> None:
        self._pieces.append(("agent", at_ms, mulaw))

    def clear(self, at_ms: int) -> None:
        """The agent was interrupted: what would have been played after this moment was not."""
        self._pieces.append(("clear", at_ms, b""))

    def redact(self, from_ms: int, to_ms: int) -> None:
        """Cut what the caller said or keyed between two moments, also where it is already written."""
        self._cuts.append((from_ms, to_ms))

    def write_out(self, *, until_ms: int | None = None) -> None:
        """Take in what waits and write what is older than the delay. Called by the writing thread."""
        with self._lock:
            if self._closed:
                return
            while self._cuts:
                self._cut(*self._cuts.popleft())
            while self._pieces:
                self._take_in(self._pieces.popleft())
            self._write_until(self._now_ms - DELAY_MS if until_ms is None else until_ms)

    def close(self) -> None:
        """Write the rest. Blocks on the disk: call it off the event loop."""
        _thread().remove(self)
        self.write_out()
        self.write_out(until_ms=max(self._now_ms, min(self._track.end_ms, self._now_ms + 200)))
        with self._lock:
            self._closed = True
            if self._file is not None:
                with self._failing():
                    self._file.close()

    def fail(self, error: Exception) -> None:
        """The recording is lost from here on; the call goes on."""
        if not self.failed:
            self.failed = f"{type(error).__name__}: {error}"
            log.error("recording failed", extra={"event": "recording.failed", "error": self.failed})

    def _take_in(self, piece: Piece) -> None:
        kind, at_ms, sound = piece
        if kind == "clear":
            self._track.hush(at_ms)
        elif at_ms - self._track.begins_ms < FURTHEST_AHEAD_MS:
            self._track.put(kind, at_ms, sound)
            if kind == "caller" and at_ms - self._track.begins_ms > 4 * DELAY_MS:  # a writer that is late
                self._write_until(at_ms - 3 * DELAY_MS)

    def _cut(self, from_ms: int, to_ms: int) -> None:
        self._track.cut(from_ms, to_ms)
        if from_ms < self._track.begins_ms and self._file is not None:
            with self._failing():
                self._file.silence(channel=0, first=max(0, from_ms) * PER_MS, last=max(0, to_ms) * PER_MS)

    def _write_until(self, until_ms: int) -> None:
        """In steps, so that a long silence takes no more memory than a short one."""
        while self._track.begins_ms < until_ms:
            self._write(self._track.take(min(until_ms, self._track.begins_ms + DELAY_MS)))

    def _write(self, interleaved: Mulaw) -> None:
        if self.failed:
            return
        with self._failing():
            if self._file is None:
                self._file = wav.Writer(self._path, channels=2)
            self._file.write(interleaved.tobytes())

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.fail(error)


class _Thread:
    """Writes all recordings of the process, once a second."""

    def __init__(self) -> None:
        self._recorders: weakref.WeakSet[Recorder] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._wait: Callable[[float], bool] = threading.Event().wait
        threading.Thread(target=self._run, name="recorder", daemon=True).start()

    def add(self, recorder: Recorder) -> None:
        with self._lock:
            self._recorders.add(recorder)

    def remove(self, recorder: Recorder) -> None:
        with self._lock:
            self._recorders.discard(recorder)

    def _run(self) -> None:
        while not self._wait(WRITE_SECONDS):
            with self._lock:
                recorders = list(self._recorders)
            for recorder in recorders:
                try:
                    recorder.write_out()
                except Exception as error:  # one call's recording must not cost all others theirs
                    recorder.fail(error)


@lru_cache(maxsize=1)
def _thread() -> _Thread:
    return _Thread()
