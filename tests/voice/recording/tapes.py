"""Recordings of made-up sound: frames that can be told apart, and what a file holds of them."""

from __future__ import annotations

import struct
from pathlib import Path
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pytest

from apps.voice.recorder import PER_MS, Recorder

Mulaw = npt.NDArray[np.uint8]
FRAME_MS = 20
SILENT = 0xFF
FULL_DISK = Path("/dev/full")
needs_full_disk = pytest.mark.skipif(not FULL_DISK.exists(), reason="not on this machine: a disk that is full")


def path_of(tape: Recorder) -> Path:
    return Path(tape.url.removeprefix("file://"))


def made() -> Recorder:
    return Recorder("bella-napoli", uuid4())


def frame(number: int) -> bytes:
    """20 ms that no other frame nearby is equal to, and nowhere silent."""
    return bytes((number * 31 + place) % 251 for place in range(FRAME_MS * PER_MS))


FRAMES = [frame(number) for number in range(251)]


def parsed(file: bytes) -> tuple[Mulaw, Mulaw]:
    """The two channels of a stereo µ-law WAV; fails where a strict player would."""
    riff, riff_bytes, wave, fmt, fmt_bytes = struct.unpack_from("<4sI4s4sI", file)
    assert (riff, wave, fmt, fmt_bytes) == (b"RIFF", b"WAVE", b"fmt ", 18)
    coding, channels, rate, byte_rate, block, bits, extra = struct.unpack_from("<HHIIHHH", file, 20)
    assert (coding, channels, rate, byte_rate, block, bits, extra) == (7, 2, 8000, 16_000, 2, 8, 0)
    fact, fact_bytes, frames = struct.unpack_from("<4sII", file, 38)
    data, data_bytes = struct.unpack_from("<4sI", file, 50)
    assert (fact, fact_bytes, data) == (b"fact", 4, b"data")
    assert riff_bytes + 8 == 58 + data_bytes <= len(file), "nothing may be promised that is not there"
    assert frames * 2 == data_bytes
    both = np.frombuffer(file[58 : 58 + data_bytes], np.uint8)
    return both[0::2], both[1::2]


def sound_of(tape: Recorder) -> tuple[Mulaw, Mulaw]:
    return parsed(path_of(tape).read_bytes())
