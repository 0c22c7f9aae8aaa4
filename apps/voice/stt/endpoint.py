"""Which frames have the caller's voice in them, without any model.

Key tones and hiss are no speech: a frame counts only if the voice detector says so, it stands out of the line's
noise, and it is not a steady pair of tones.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pocketsphinx

from apps.voice.endpointing import Change, Endpointer, Patience

Pcm = npt.NDArray[np.int16]
FRAME_MS: Final = 20
FRAME_SAMPLES: Final = 160
"""At 8 kHz."""

_FLOOR: Final = 60.0
"""Quieter than this (root mean square of 16-bit samples) is silence on any line."""
_STANDS_OUT: Final = 2.5
"""Speech is this many times louder than the line's noise."""
_FLAT: Final = 0.35
"""Hiss has 0.5 and more, a voice well below 0.2."""
_WINDOW: Final = np.hanning(FRAME_SAMPLES)


class Ear(Endpointer):
    """Finds the caller's speech in a stream of frames."""

    def __init__(self, *, patience: Patience) -> None:
        super().__init__(patience=patience, frame_ms=FRAME_MS)
        self._noise = 200.0
        self._peaks: tuple[int, ...] = ()
        self._vad = pocketsphinx.Vad(mode=pocketsphinx.Vad.STRICT, sample_rate=8000, frame_length=FRAME_MS / 1000)

    def hear(self, pcm: Pcm) -> Change | None:
        """Take 20 ms."""
        return self.frame(voiced=self._is_speech(pcm))

    def _is_speech(self, pcm: Pcm) -> bool:
        sound = pcm.astype(np.float64)
        loudness = float(np.sqrt(np.mean(sound**2)))
        # The floor falls at once and rises slowly, so that a long sentence does not become the noise.
        self._noise = max(_FLOOR / _STANDS_OUT, min(loudness, self._noise * 1.03))
        if loudness < max(_FLOOR, self._noise * _STANDS_OUT):
            self._peaks = ()
            return False
        power = np.abs(np.fft.rfft(sound * _WINDOW, 256)) ** 2 + 1.0
        if self._is_tone(power) or _flatness(power) > _FLAT:
            return False
        return bool(self._vad.is_speech(pcm.tobytes()))

    def _is_tone(self, power: npt.NDArray[np.float64]) -> bool:
        """Nearly all of the sound in at most two narrow bands that have not moved since the last frame."""
        power = power.copy()
        whole = float(power.sum())
        first = int(power.argmax())
        kept = float(power[max(0, first - 3) : first + 4].sum())
        power[max(0, first - 3) : first + 4] = 0
        second = int(power.argmax())
        kept += float(power[max(0, second - 3) : second + 4].sum())
        before, self._peaks = self._peaks, (first, second)
        steady = bool(before) and any(abs(first - peak) <= 1 for peak in before)
        return kept > 0.96 * whole and steady and first > 10


def _flatness(power: npt.NDArray[np.float64]) -> float:
    """1 for sound that is equally loud at all frequencies, near 0 for a voice."""
    band = power[8:110]
    return float(np.exp(np.log(band).mean()) / band.mean())
