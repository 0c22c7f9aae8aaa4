"""The shape of a recording: how loud guest and agent are along it, for a drawing that is read before it is heard.

Made once from the stereo file, kept beside it, and gone with it (`recordings.delete`).
"""

from __future__ import annotations

import contextlib
import os
import struct
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from apps.calls import recordings
from apps.voice import audio

BARS = 200
QUIETEST_DB, LOUDEST_DB = -50.0, -14.0
"""What is drawn as nothing, and as all there is room for: speech on the telephone lies between."""
MULAW, SIDES = 7, 2
_CHUNK = struct.Struct("<4sI")


@dataclass(frozen=True, slots=True)
class Shape:
    """Both sides from 0 to 100, bar by bar."""

    seconds: float
    guest: list[int]
    loman: list[int]


def of(path: Path) -> Shape | None:
    """A recording's shape, from what is kept of it; None for a file that is no recording of ours."""
    kept = recordings.shape_of(path)
    with contextlib.suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode(kept.read_bytes(), type=Shape)
    made = measured(path)
    if made is not None:
        _keep(made, kept, beside=path)
    return made


def measured(path: Path) -> Shape | None:
    """The shape as the samples have it."""
    try:
        with path.open("rb") as file:
            begin = _samples_at(file.read(256))
            if begin is None:
                return None
            file.seek(begin)
            sound = np.frombuffer(file.read(), np.uint8)
    except OSError:
        return None
    frames = sound[: len(sound) // SIDES * SIDES].reshape(-1, SIDES)
    return Shape(len(frames) / audio.RATE, _loudness(frames[:, 0]), _loudness(frames[:, 1]))


def _loudness(mulaw: npt.NDArray[np.uint8]) -> list[int]:
    count = min(BARS, len(mulaw))
    if not count:
        return []
    edges = np.linspace(0, len(mulaw), count, endpoint=False).astype(np.int64)
    power = _POWER[mulaw]
    mean = np.add.reduceat(power, edges) / np.diff(np.append(edges, len(mulaw)))
    level = 10 * np.log10(np.maximum(mean, 1e-12))
    found = np.clip((level - QUIETEST_DB) / (LOUDEST_DB - QUIETEST_DB), 0, 1) * 100
    return [int(each) for each in np.rint(found)]


_POWER = (audio.decode(bytes(range(256))).astype(np.float64) / 32_768.0) ** 2
"""Of each µ-law code."""


def _samples_at(head: bytes) -> int | None:
    """Where the samples of a stereo µ-law file begin."""
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return None
    at, fits = 12, False
    while at + _CHUNK.size <= len(head):
        name, size = _CHUNK.unpack_from(head, at)
        at += _CHUNK.size
        if name == b"fmt " and at + 4 <= len(head):
            fits = struct.unpack_from("<HH", head, at) == (MULAW, SIDES)
        if name == b"data":
            return at if fits else None
        at += size + size % 2
    return None


def _keep(made: Shape, kept: Path, *, beside: Path) -> None:
    """A recording that is deleted in this moment leaves no shape behind."""
    draft = kept.with_name(f"{kept.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        draft.touch(mode=0o600)
        draft.write_bytes(msgspec.json.encode(asdict(made)))
        draft.replace(kept)
        if not beside.is_file():
            kept.unlink(missing_ok=True)
