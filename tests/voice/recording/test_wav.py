"""A recording's file: played wherever its writer was killed, silenced in one channel only."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from apps.voice import wav
from tests.voice.recording.tapes import (
    SILENT,
    parsed,
)


@dataclass
class Disk:
    """Where a `Path` is wanted: keeps what a killed process would have left behind after each of its writes."""

    left_behind: list[bytes] = field(default_factory=list)

    @property
    def parent(self) -> Disk:
        return self

    def mkdir(self, **_: object) -> None: ...

    def open(self, mode: str) -> io.BufferedRandom:
        content = b"" if mode == "wb" else self.left_behind[-1]
        return io.BufferedRandom(cast(io.RawIOBase, Platter(self, content)))


class Platter(io.BytesIO):
    def __init__(self, disk: Disk, content: bytes) -> None:
        super().__init__(content)
        self._disk = disk

    def write(self, content: Any) -> int:
        written = super().write(content)
        self._disk.left_behind.append(self.getvalue())
        return written


@given(st.lists(st.integers(0, 9000), min_size=1, max_size=12))
@hypothesis_settings(max_examples=40, deadline=None)
def test_a_file_can_be_played_wherever_its_writer_was_killed(lengths: list[int]) -> None:
    disk = Disk()
    writer = wav.Writer(cast(Path, disk), channels=2)
    parsed(disk.left_behind[-1])
    heard = b""
    for number, length in enumerate(lengths):
        heard += bytes([number % 251]) * 2 * length
        writer.write(bytes([number % 251]) * 2 * length)
        left, right = parsed(disk.left_behind[-1])
        assert np.stack([left, right], axis=1).tobytes() == heard, "what was written is on disk at once"
    writer.close()
    before = 0
    for file in disk.left_behind:
        left, right = parsed(file)
        assert heard.startswith(np.stack([left, right], axis=1).tobytes())
        assert len(left) >= before, "nothing that was there is lost again"
        before = len(left)


@given(st.integers(1, 2000), st.integers(0, 2500), st.integers(0, 2500), st.integers(0, 1))
@hypothesis_settings(max_examples=40, deadline=None)
def test_silence_is_put_over_one_channel_only(length: int, first: int, last: int, channel: int) -> None:
    disk = Disk()
    writer = wav.Writer(cast(Path, disk), channels=2)
    writer.write(b"lr" * length)
    writer.silence(channel=channel, first=first, last=last)
    sides = [list(b"l" * length), list(b"r" * length)]
    for place in range(first, min(last, length)):
        sides[channel][place] = SILENT
    assert [list(side) for side in parsed(disk.left_behind[-1])] == sides
