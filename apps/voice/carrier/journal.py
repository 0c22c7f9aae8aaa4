"""Follows a call's log while it is written: so a caller knows which of the agent's words were heard."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Record = dict[str, Any]


class Journal:
    """`news` gives what was written since it was asked last; `records` is everything so far."""

    def __init__(self, path: Path) -> None:
        self.records: list[Record] = []
        self._path = path
        self._position = 0

    def news(self) -> list[Record]:
        try:
            with self._path.open("rb") as file:
                file.seek(self._position)
                written = file.read()
        except FileNotFoundError:
            return []
        whole = written[: written.rfind(b"\n") + 1]  # a line that is still being written waits
        self._position += len(whole)
        found: list[Record] = [json.loads(line) for line in whole.splitlines()]
        self.records += found
        return found
