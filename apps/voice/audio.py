"""Telephone sound as arrays: µ-law, resampling that remembers, frames, levels and WAV headers.

`mulaw` is bytes, one a sample; `pcm` is an int16 array. Both are mono and 8 kHz unless a rate is named.
"""

from __future__ import annotations

import struct
from math import gcd, log10
from typing import Literal

import numpy as np
import numpy.typing as npt

Pcm = npt.NDArray[np.int16]

RATE = 8000
"""Hertz; with one byte a sample also the bytes of a second of µ-law."""
FRAME_BYTES = 160
"""20 ms of µ-law, as Twilio sends it."""
SILENCE = b"\xff"
"""One sample of silence. Zero bytes would be the loudest sound there is."""
QUIETEST_DB = -96.0
"""What an int16 cannot fall below; also the level of nothing at all."""


# ---- µ-law -------------------------------------------------------------------------------------------


def _encoding() -> npt.NDArray[np.uint8]:
    """The code of each int16 in the order of its bits, by G.711's reference: the usual table with a bias of
    132 works on 16 bits instead of 14 and differs from it on 381 inputs."""
    pcm = np.arange(65_536, dtype=np.uint16).view(np.int16).astype(np.int64)
    linear = pcm >> 2
    magnitude = np.minimum(np.abs(linear), 8159) + 33
    segment = np.maximum(np.floor(np.log2(magnitude)).astype(np.int64) - 5, 0)
    code = np.where(segment >= 8, 0x7F, segment << 4 | magnitude >> (segment + 1) & 15)
    return (code ^ np.where(linear < 0, 0x7F, 0xFF)).astype(np.uint8)


def _decoding() -> Pcm:
    code = ~np.arange(256, dtype=np.int64) & 0xFF
    magnitude = (((code & 15) << 3) + 132 << (code >> 4 & 7)) - 132
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


_ENCODE, _DECODE = _encoding(), _decoding()


def decode(mulaw: bytes) -> Pcm:
    return _DECODE[np.frombuffer(mulaw, np.uint8)]


def encode(pcm: Pcm) -> bytes:
    return _ENCODE[np.ascontiguousarray(pcm, np.int16).view(np.uint16)].tobytes()


# ---- frames and levels -------------------------------------------------------------------------------


def split(mulaw: bytes, frame_bytes: int = FRAME_BYTES) -> list[bytes]:
    """Frames of exactly that length; the last is filled up with silence."""
    frames = [mulaw[start : start + frame_bytes] for start in range(0, len(mulaw), frame_bytes)]
    if frames:
        frames[-1] = frames[-1].ljust(frame_bytes, SILENCE)
    return frames


def silence(seconds: float) -> bytes:
    return SILENCE * round(seconds * RATE)


def seconds(mulaw: bytes) -> float:
    """How long this sounds."""
    return len(mulaw) / RATE


def level_db(pcm: Pcm) -> float:
    """Power against the loudest square wave an int16 can hold: 0 dB and below."""
    if not len(pcm):
        return QUIETEST_DB
    wide = pcm.astype(np.float64)
    power = float(np.mean(wide * wide)) / 32_768.0**2
    return max(10 * log10(power), QUIETEST_DB) if power else QUIETEST_DB


# ---- resampling --------------------------------------------------------------------------------------

_SIDE = 24
"""Samples of the slower rate that the filter looks ahead, and back: 3 ms at 8 kHz."""
_PASS = 0.92
"""Where the filter is at half, as a part of the slower rate's band: 3,680 Hz at 8 kHz."""
_KAISER = 6.0
"""About 60 dB beyond the slower rate's band."""


class Resampler:
    """A stream of sound at another rate. What comes out does not depend on how it was cut into pieces.

    A windowed sinc in polyphase form. It holds back 3 ms, which it needs to look ahead; soxr holds back
    80-120 ms of a telephone stream, and that would be added to every answer. What comes out begins where
    the input begins, so times in it need no correction.
    """

    def __init__(self, *, from_rate: int, to_rate: int) -> None:
        common = gcd(from_rate, to_rate)
        self._up, self._down = to_rate // common, from_rate // common
        slower = min(from_rate, to_rate)
        self._side = -(-_SIDE * from_rate // slower)
        """Input samples before and after the one that is asked for."""
        self.delay_seconds = self._side / from_rate
        self._phases = self._filters(band=_PASS * slower / from_rate)
        self._input = np.zeros(self._side, np.float32)
        """The input that is still needed; at the beginning, the silence before it."""
        self._position = 0
        """Where the next output sample lies behind the first of the kept input, in parts of a sample."""

    def feed(self, pcm: Pcm) -> Pcm:
        """As much as can be said so far."""
        self._input = np.concatenate((self._input, pcm.astype(np.float32)))
        taps = self._phases.shape[1]
        whole = len(self._input) - taps + 1
        if whole <= 0:
            return np.zeros(0, np.int16)
        places = np.arange(self._position, whole * self._up, self._down)
        first, phase = np.divmod(places, self._up)
        windows = np.lib.stride_tricks.sliding_window_view(self._input, taps)
        out = np.einsum("ij,ij->i", windows[first], self._phases[phase])
        self._position += len(places) * self._down - whole * self._up
        self._input = self._input[whole:]
        sound: Pcm = np.clip(np.rint(out), -32_768, 32_767).astype(np.int16)
        return sound

    def flush(self) -> Pcm:
        """What was held back, at the end of the stream."""
        return self.feed(np.zeros(self._side, np.int16))

    def _filters(self, *, band: float) -> npt.NDArray[np.float32]:
        """One row of taps for each fraction of a sample at which an output may lie."""
        fractions = np.arange(self._up)[:, None] / self._up
        distance = np.arange(-self._side, self._side + 1)[None, :] - fractions
        window = np.i0(_KAISER * np.sqrt(np.clip(1 - (distance / (self._side + 1)) ** 2, 0, None)))
        rows = np.sinc(band * distance) * window
        filters: npt.NDArray[np.float32] = (rows / rows.sum(axis=1, keepdims=True)).astype(np.float32)
        return filters


# ---- WAV ---------------------------------------------------------------------------------------------


def wav_header(
    *, sound_bytes: int, channels: int = 1, rate: int = RATE, encoding: Literal["pcm", "mulaw"] = "pcm"
) -> bytes:
    """What stands before the samples in a WAV file: 44 bytes for int16, 58 for µ-law (which needs `fact`)."""
    width = 2 if encoding == "pcm" else 1
    block = width * channels
    form = struct.pack("<HIIHH", channels, rate, rate * block, block, width * 8)
    if encoding == "pcm":
        chunks = struct.pack("<4sIH", b"fmt ", 16, 1) + form
    else:
        chunks = struct.pack("<4sIH", b"fmt ", 18, 7) + form + struct.pack("<H", 0)
        chunks += struct.pack("<4sII", b"fact", 4, sound_bytes // block)
    chunks += struct.pack("<4sI", b"data", sound_bytes)
    return struct.pack("<4sI4s", b"RIFF", 4 + len(chunks) + sound_bytes, b"WAVE") + chunks
