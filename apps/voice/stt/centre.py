"""The middle of one caller's sound, which the recogniser takes away before it listens. Pure.

Telephones and voices differ by a constant in every number of a frame (`cepstra`). pocketsphinx learns it only when a
sentence is over, and calls are few short sentences: so it is learned here, while the first one is spoken.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from apps.voice.stt import cepstra

_USUAL_FRAMES: Final = 100
"""What is usual on the telephone counts like a second of this caller."""
_MEMORY_FRAMES: Final = 1000
"""Older sound fades: people walk about and turn the loudspeaker on."""


class Centre:
    """Learns from all sound of a call. Centres are written as pocketsphinx does: numbers, trailing zeros left out."""

    def __init__(self, *, usual: str) -> None:
        self._frames: float = _USUAL_FRAMES
        numbers = [float(number) for number in usual.split(",")]
        self._sum = np.array(numbers + [0.0] * (cepstra.WIDTH - len(numbers))) * self._frames
        self._rest = np.zeros(0, np.int16)

    def learn(self, pcm: npt.NDArray[np.int16]) -> str:
        """Take the next sound, 16 kHz; say where the centre now is."""
        sound = np.concatenate([self._rest, pcm])
        frames = cepstra.of(sound)
        self._rest = sound[len(frames) * cepstra.STEP :]
        frames = frames[frames[:, 0] >= 0]  # a line that is switched off says nothing about the caller
        self._sum += frames.sum(0)
        self._frames += len(frames)
        if self._frames > _MEMORY_FRAMES:
            self._sum *= _MEMORY_FRAMES / self._frames
            self._frames = _MEMORY_FRAMES
        return self.written

    @property
    def written(self) -> str:
        return ",".join(f"{number:.2f}" for number in self._sum / self._frames)
