"""When somebody speaks: begins, really began, and stopped; from one bit a frame. Pure.

Clicks and coughs must not interrupt the agent, and a pause within a sentence must not end it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Change = Literal["started", "ended", "dropped"]


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


class Endpointer:
    """Finds what was said in a stream of frames of which each has a voice in it or not."""

    def __init__(self, *, patience: Patience, frame_ms: int) -> None:
        self.patience = patience
        self.frame_ms = frame_ms
        self.frames = 0
        """Frames taken so far."""
        self.first_speech = 0
        """The frame in which the current or last speech began."""
        self.last_speech = 0
        self.speaking = False
        """Speech has been confirmed and has not ended."""
        self._recent: list[bool] = []
        self._speech_frames = 0

    @property
    def attending(self) -> bool:
        """Something that may be speech is under way, so its sound should be kept."""
        return self._speech_frames > 0

    @property
    def started_ms(self) -> int:
        return self.first_speech * self.frame_ms

    @property
    def ended_ms(self) -> int:
        return (self.last_speech + 1) * self.frame_ms

    def frame(self, *, voiced: bool) -> Change | None:
        """Say what changed: speech started, ended, or a short burst that may be a word is over ("dropped")."""
        number, self.frames = self.frames, self.frames + 1
        window = self.patience.within_ms // self.frame_ms
        self._recent = [*self._recent[-window + 1 :], voiced]
        if voiced:
            if not self._speech_frames:
                self.first_speech = number
            self._speech_frames += 1
            self.last_speech = number
            if not self.speaking and sum(self._recent) * self.frame_ms >= self.patience.speech_ms:
                self.speaking = True
                return "started"
            return None
        quiet_ms = (number - self.last_speech) * self.frame_ms
        if self._speech_frames and quiet_ms >= self.patience.silence_ms:
            return self._end()
        return None

    def _end(self) -> Change | None:
        was_speaking, said_ms = self.speaking, self._speech_frames * self.frame_ms
        self.speaking, self._speech_frames = False, 0
        if was_speaking:
            return "ended"
        return "dropped" if said_ms >= self.patience.word_ms else None
