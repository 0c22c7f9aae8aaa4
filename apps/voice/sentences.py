"""Cuts a stream of text into sentences that can be spoken, the first as early as possible. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_END = re.compile(r"(?<=[.!?…])[\"')\]]*\s+")
_NOT_AN_END = re.compile(r"(?:\b(?:mr|mrs|ms|dr|st|no|vs|etc|a\.m|p\.m|e\.g|i\.e)|\b[A-Z]|\d)\.$", re.IGNORECASE)
LONGEST_CHARACTERS = 240
"""A sentence that never ends is spoken from here on, cut at the last comma or space."""


@dataclass
class Cutter:
    """Feed pieces as they arrive; what `feed` gives back is whole sentences, `rest` what is left over."""

    _buffer: str = field(default="")

    def feed(self, piece: str) -> list[str]:
        self._buffer += piece
        found: list[str] = []
        start = 0
        for end in _END.finditer(self._buffer):
            head = self._buffer[start : end.start()]
            if _NOT_AN_END.search(head.rstrip("\"')]")):
                continue
            found.append(head.strip())
            start = end.end()
        self._buffer = self._buffer[start:]
        while len(self._buffer) > LONGEST_CHARACTERS:
            found.append(self._cut_early())
        return [sentence for sentence in found if sentence]

    def rest(self) -> list[str]:
        """The last sentence, which nothing followed."""
        last, self._buffer = self._buffer.strip(), ""
        return [last] if last else []

    def _cut_early(self) -> str:
        window = self._buffer[:LONGEST_CHARACTERS]
        at = max(window.rfind(", "), window.rfind("; ")) + 1 or window.rfind(" ") or LONGEST_CHARACTERS
        at = at if at > 0 else LONGEST_CHARACTERS
        head, self._buffer = self._buffer[:at].strip(), self._buffer[at:].lstrip()
        return head


def split(text: str) -> list[str]:
    """All sentences of a finished text."""
    cutter = Cutter()
    return cutter.feed(text) + cutter.rest()
