"""Hears whether somebody speaks, and nothing of what is said: Silero's detector over all calls of a loop at once.

One session of the model serves every call: each tick takes one window of each call that has one, as one batch, in one
thread beside the loop (alone a window costs three times as much). https://github.com/snakers4/silero-vad (MIT)
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from apps.voice import audio
from apps.voice.endpointing import Endpointer, Patience
from apps.voice.speech import SOUND

log = logging.getLogger(__name__)

WINDOW: Final = 256
"""Samples of 8 kHz the model takes at a time: 32 ms."""
WINDOW_MS: Final = 32
_CONTEXT: Final = 32
"""Samples from before a window that the model wants to see again."""
_STATE: Final = (2, 128)
_SPEECH: Final = 0.5
_STILL_SPEECH: Final = 0.35
"""Silero's own thresholds: to begin, and to go on."""
_MOST_WINDOWS: Final = 40
"""Of one call in one tick: what waited for a stalled machine, or is heard again, is caught up with in bites."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Began:
    """Somebody speaks: long enough that it is no click. Times count from the ear's first frame."""

    started_ms: int


@dataclass(frozen=True, slots=True)
class Ended:
    """That is over; or a burst is, too short to have begun, that may be a word."""

    started_ms: int
    ended_ms: int


Report = Callable[[Began | Ended], None]
"""Called on the loop's thread."""


class Ear:
    """One call's ear."""

    def __init__(self, *, report: Report, patience: Patience | None = None) -> None:
        self._report = report
        self._endpointer = Endpointer(patience=patience or Patience(), frame_ms=WINDOW_MS)
        self._voiced = False
        self._waiting = bytearray()
        self.context: Floats = np.zeros(_CONTEXT, np.float32)
        self.state = np.zeros(_STATE, np.float32)
        """Both are the model's memory of this call; the bench keeps them."""
        self._bench = _bench()
        self._bench.sit(self)

    def hear(self, mulaw: bytes) -> None:
        """Take the next sound, 8 kHz µ-law. Never blocks."""
        if self._bench.deaf:
            return
        self._waiting += mulaw
        if len(self._waiting) >= WINDOW:
            self._bench.wake()

    def expect(self, patience: Patience) -> None:
        """From now on, wait so long."""
        self._endpointer.patience = patience

    @property
    def hears_speech(self) -> bool:
        """Somebody speaks now, as far as has been listened."""
        return self._endpointer.speaking

    @property
    def heard_ms(self) -> int:
        """How far has been listened."""
        return self._endpointer.frames * WINDOW_MS

    async def close(self) -> None:
        await self._bench.leave(self)

    def next_window(self) -> Floats | None:
        """A window with its context before it, as the model wants it."""
        if len(self._waiting) < WINDOW:
            return None
        pcm: Floats = audio.decode(bytes(self._waiting[:WINDOW])).astype(np.float32) / np.float32(32_768)
        del self._waiting[:WINDOW]
        window: Floats = np.concatenate((self.context, pcm))
        self.context = pcm[-_CONTEXT:]
        return window

    def take(self, probability: float) -> None:
        self._voiced = probability >= (_STILL_SPEECH if self._voiced else _SPEECH)
        change = self._endpointer.frame(voiced=self._voiced)
        if change == "started":
            self._report(Began(self._endpointer.started_ms))
        elif change is not None:
            self._report(Ended(self._endpointer.started_ms, self._endpointer.ended_ms))


class _Bench:
    """All ears of one event loop, and the one task and thread that listen for them."""

    def __init__(self) -> None:
        self._ears: list[Ear] = []
        self.deaf = False
        """The model could not be loaded: nobody is heard, and calls go on without it."""
        self._woken = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None
        self._thread: ThreadPoolExecutor | None = None

    def sit(self, ear: Ear) -> None:
        self._ears.append(ear)
        if self._listening is None:
            self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ear")
            self._listening = asyncio.create_task(self._listen(self._thread))

    def wake(self) -> None:
        self._woken.set()

    async def leave(self, ear: Ear) -> None:
        """The last one takes the task and the thread along."""
        if ear in self._ears:
            self._ears.remove(ear)
        if not self._ears and self._listening is not None and self._thread is not None:
            listening, thread = self._listening, self._thread
            self._listening = self._thread = None
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listening
            thread.shutdown(wait=False)

    async def _listen(self, thread: ThreadPoolExecutor) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(thread, _session)
        except Exception:  # whatever is wrong with a native library: calls are answered all the same
            self.deaf = True
            log.exception("no voice detector", extra={"event": "ear.deaf", "advice": "Run `make setup`."})
            return
        while True:
            await self._woken.wait()
            self._woken.clear()
            began = loop.time()
            for _ in range(_MOST_WINDOWS):
                batch = [(ear, window) for ear in self._ears if (window := ear.next_window()) is not None]
                if not batch:
                    break
                await self._ask(thread, batch)
            else:
                self._woken.set()
            await asyncio.sleep(max(0.0, began + WINDOW_MS / 1000 - loop.time()))

    async def _ask(self, thread: ThreadPoolExecutor, batch: list[tuple[Ear, Floats]]) -> None:
        windows = np.stack([window for _, window in batch])
        states = np.stack([ear.state for ear, _ in batch], axis=1)
        run = asyncio.get_running_loop().run_in_executor(thread, _judge, windows, states)
        probabilities, states = await run
        for place, (ear, _) in enumerate(batch):
            ear.state = states[:, place]
            if ear in self._ears:
                ear.take(float(probabilities[place]))


_benches: dict[asyncio.AbstractEventLoop, _Bench] = {}


def _bench() -> _Bench:
    loop = asyncio.get_running_loop()
    for other in [known for known in _benches if known.is_closed()]:
        del _benches[other]
    return _benches.setdefault(loop, _Bench())


def warm() -> None:
    """Load the model (100-300 ms). In a thread of its own, before the first call."""
    _session()


@lru_cache(maxsize=1)
def _session() -> Any:
    import onnxruntime  # 50 MB, and only where real sound is heard

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(_model()), options, providers=["CPUExecutionProvider"])


def _model() -> Path:
    """The package is looked up and never imported: importing it imports torch."""
    found = importlib.util.find_spec("silero_vad")
    if found is None or found.origin is None:
        raise RuntimeError("The package silero-vad is not installed: run `make setup`.")
    return Path(found.origin).parent / "data" / "silero_vad.onnx"


def _judge(windows: Floats, states: Floats) -> tuple[Floats, Floats]:
    """The probability that each window has a voice in it, and what the model wants to be told the next time."""
    rate = np.array(SOUND["silero"].rate, np.int64)
    probabilities, states = _session().run(None, {"input": windows, "state": states, "sr": rate})
    return probabilities[:, 0], states
