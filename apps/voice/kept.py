"""The caller's sound that is not yet heard as final words, so that whoever takes over can hear it again. Pure.

Times are milliseconds of sound since the first frame.
"""

from __future__ import annotations

from dataclasses import dataclass, field

BYTES_PER_MS = 8
"""µ-law at 8 kHz."""
PAUSE_MS = 150
"""After final words nobody speaks for twice as long and more: sound is cut in the middle of that pause."""
BEFORE_MS = 500
"""Words begin before anybody notices."""
QUIET_MS = 1500
"""What is kept while nobody speaks."""
SETTLED_MS = 10_000
"""So long after somebody spoke, no words will come of it any more."""
LONGEST_MS = 30_000
"""What is kept of somebody who speaks without end."""


@dataclass(slots=True)
class Kept:
    sound: bytearray = field(default_factory=bytearray)
    from_ms: int = 0
    """Where it begins."""
    heard_bytes: int = 0
    speech_ms: int | None = None
    """Since when somebody speaks, as long as it may still become words."""
    over_ms: int = 0
    """When last somebody spoke."""

    @property
    def heard_ms(self) -> int:
        return self.heard_bytes // BYTES_PER_MS

    def add(self, mulaw: bytes) -> None:
        self.sound += mulaw
        self.heard_bytes += len(mulaw)

    def spoken(self, *, since_ms: int | None = None) -> None:
        """Somebody speaks now, or still."""
        if self.speech_ms is None:
            self.speech_ms = max(0, self.heard_ms - BEFORE_MS) if since_ms is None else since_ms
        self.over_ms = self.heard_ms

    def final(self, *, ended_ms: int) -> None:
        """There are words for everything until then. What was said since is another utterance."""
        self.speech_ms = None
        self._cut(min(ended_ms + PAUSE_MS, self.heard_ms))

    def trim(self) -> None:
        """Forget what no words will come of."""
        if self.speech_ms is not None and self.heard_ms - self.over_ms > SETTLED_MS:
            self.speech_ms = None
        needed_ms = self.heard_ms - QUIET_MS
        if self.speech_ms is not None:
            needed_ms = max(min(needed_ms, self.speech_ms - BEFORE_MS), self.heard_ms - LONGEST_MS)
        self._cut(needed_ms)

    def _cut(self, to_ms: int) -> None:
        if to_ms > self.from_ms:
            del self.sound[: (to_ms - self.from_ms) * BYTES_PER_MS]
            self.from_ms = to_ms
