"""How fast a stream may bring its frames: sound comes in real time, and little else comes at all. Pure.

A peer that sends faster would have its sound kept somewhere, and everybody's memory is ours.
"""

from __future__ import annotations

from dataclasses import dataclass

BYTES_A_SECOND = 8000
"""Of µ-law at 8 kHz."""
AHEAD_SECONDS = 10.0
"""Sound that may come early: a carrier that kept some back sends it at once."""
FRAMES_A_SECOND, FRAMES_AHEAD = 150, 1500
"""50 frames of sound, and marks, keys and rubbish for each and every one of them."""


@dataclass(slots=True)
class Pace:
    """What a stream has brought since `began` (seconds of a clock that only grows)."""

    began: float
    frames: int = 0
    sound: int = 0
    """Bytes."""

    def is_too_fast(self, *, sound: int, now: float) -> bool:
        """Count one frame with so many bytes of sound; whether all so far is more than the time allows."""
        self.frames += 1
        self.sound += sound
        elapsed = now - self.began
        return (
            self.sound > (elapsed + AHEAD_SECONDS) * BYTES_A_SECOND
            or self.frames > elapsed * FRAMES_A_SECOND + FRAMES_AHEAD
        )
