"""When a caller speaks: begins, really began, and stopped. Time is counted in frames of sound.

Clicks and coughs must not interrupt the agent, and key tones and hiss are no speech: a frame counts only
if the voice detector says so, it stands out of the line's noise, and it is not a steady pair of tones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pocketsphinx

Pcm = npt.NDArray[np.int16]
FRAME_MS: Final = 20
FRAME_SAMPLES: Final = 160
"""At 8 kHz."""

Change = Literal["started", "ended", "dropped"]

_FLOOR: Final = 60.0
"""Quieter than this (root mean square of 16-bit samples) is silence on any line."""
_STANDS_OUT: Final = 2.5
"""Speech is this many times louder than the line's noise."""
_FLAT: Final = 0.35
"""Hiss has 0.5 and more, a voice well below 0.2."""
_WINDOW: Final = np.hanning(FRAME_SAMPLES)


@dataclass(frozen=True)
class Patience:
    """How long things take before they count."""

    speech_ms: int = 200
    """So much speech within `within_ms` is somebody speaking, not a click."""
    within_ms: int = 320
    word_ms: int = 80
    """A burst shorter than `speech_ms` may still be a word ("no"), but not below this."""
    silence_ms: int = 560
    """So long a silence ends what was said; pauses within a sentence are shorter."""


class Ear:
    """Finds the caller's speech in a stream of frames."""

    def __init__(self, *, patience: Patience) -> None:
        self.patience = patience
        self.frames = 0
        """Frames heard so far."""
        self.first_speech = 0
        """The frame in which the current or last speech began."""
        self.last_speech = 0
        self.speaking = False
        """Speech has been confirmed and has not ended."""
        self._recent: list[bool] = []
        self._speech_frames = 0
        self._noise = 200.0
        self._peaks: tuple[int, ...] = ()
        self._vad = pocketsphinx.Vad(mode=pocketsphinx.Vad.STRICT, sample_rate=8000, frame_length=FRAME_MS / 1000)

    @property
    def attending(self) -> bool:
        """Something that may be speech is under way, so its sound should be kept."""
        return self._speech_frames > 0

    def frame(self, pcm: Pcm) -> Change | None:
        """Take 20 ms; say what changed: speech started, ended, or a short burst is over ("dropped")."""
        voiced = self._is_speech(pcm)
        number, self.frames = self.frames, self.frames + 1
        window = self.patience.within_ms // FRAME_MS
        self._recent = [*self._recent[-window + 1 :], voiced]
        if voiced:
            if not self._speech_frames:
                self.first_speech = number
            self._speech_frames += 1
            self.last_speech = number
            if not self.speaking and sum(self._recent) * FRAME_MS >= self.patience.speech_ms:
                self.speaking = True
                return "started"
            return None
        quiet_ms = (number - self.last_speech) * FRAME_MS
        if self._speech_frames and quiet_ms >= self.patience.silence_ms:
            return self._end()
        return None

    def _end(self) -> Change | None:
        was_speaking, said_ms = self.speaking, self._speech_frames * FRAME_MS
        self.speaking, self._speech_frames = False, 0
        if was_speaking:
            return "ended"
        return "dropped" if said_ms >= self.patience.word_ms else None

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
