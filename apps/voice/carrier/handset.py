"""The ear of the phone: a buffer that plays what it is sent, and gives marks back once it got there. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

FRAME_BYTES = 160
"""20 ms of µ-law at 8 kHz."""
SILENCE = b"\xff"


@dataclass
class Handset:
    """What Twilio buffers for one stream, in order: sound, and marks between the sounds."""

    _waiting: deque[bytes | str] = field(default_factory=deque)
    """Bytes are sound, a str is a mark's name."""

    def sound(self, mulaw: bytes) -> None:
        if mulaw:
            self._waiting.append(mulaw)

    def mark(self, name: str) -> None:
        self._waiting.append(name)

    def clear(self) -> list[str]:
        """Empty the buffer. All outstanding marks come back at once, heard or not (FACTS: Twilio)."""
        names = [entry for entry in self._waiting if isinstance(entry, str)]
        self._waiting.clear()
        return names

    def play(self, count: int = FRAME_BYTES) -> tuple[bytes, list[str]]:
        """The next so many bytes of sound, filled up with silence, and the marks that were reached."""
        played = b""
        reached: list[str] = []
        while self._waiting:
            entry = self._waiting[0]
            if isinstance(entry, str):
                reached.append(entry)
                self._waiting.popleft()
                continue
            room = count - len(played)
            if room == 0:
                break
            played += entry[:room]
            if len(entry) > room:
                self._waiting[0] = entry[room:]
            else:
                self._waiting.popleft()
        return played + SILENCE * (count - len(played)), reached

    def read(self) -> tuple[list[bytes], list[str]]:
        """Everything at once, as a line that carries typed words has it."""
        entries = list(self._waiting)
        self._waiting.clear()
        return (
            [entry for entry in entries if isinstance(entry, bytes)],
            [entry for entry in entries if isinstance(entry, str)],
        )

    @property
    def idle(self) -> bool:
        return not self._waiting
