"""Whether a file is a whole Whisper model."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from apps.voice.stt import ggml

HEAD = struct.pack("<I11i", 0x67676D6C, 51864, 1500, 64, 1, 1, 448, 64, 1, 1, 80, 1)
MELS = struct.pack("<2i", 80, 201) + bytes(4 * 80 * 201)
WORDS = struct.pack("<i", 2) + struct.pack("<i", 3) + b" hi" + struct.pack("<i", 0)


def _tensor(kind: int, *, count: int, size: int, name: bytes = b"encoder.weight") -> bytes:
    return struct.pack("<4i", 1, len(name), kind, count) + name + bytes(size)


def _reason(tmp_path: Path, content: bytes) -> str:
    path = tmp_path / "model.bin"
    path.write_bytes(content)
    with pytest.raises(ggml.Unfit) as reason:
        ggml.check(path)
    return str(reason.value)


@pytest.mark.parametrize(
    ("kind", "count", "size"),
    [(0, 64, 256), (1, 64, 128), (2, 64, 36), (6, 64, 44), (7, 64, 48), (8, 64, 68), (12, 256, 144)],
)
def test_weights_of_every_kind_are_passed_over_by_their_size(tmp_path: Path, kind: int, count: int, size: int) -> None:
    path = tmp_path / "model.bin"
    whole = HEAD + MELS + WORDS + _tensor(1, count=64, size=128) + _tensor(kind, count=count, size=size)
    path.write_bytes(whole)
    ggml.check(path)
    assert "1 bytes are missing" in _reason(tmp_path, whole[:-1])
    assert "cut off" in _reason(tmp_path, whole + b"more")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a ggml Whisper model"),
        (b"GGUF" + bytes(1000), "not a ggml Whisper model"),
        (b"<!DOCTYPE html><html>Not found</html>", "not a ggml Whisper model"),
        (HEAD[:20], "cut off"),
        (HEAD[:4] + struct.pack("<i", 50000) + HEAD[8:], "not a Whisper model that can be used here"),
        (HEAD[:8] + struct.pack("<i", -1) + HEAD[12:], "not a Whisper model that can be used here"),
        (HEAD + struct.pack("<2i", 0, 201), "mel filters"),
        (HEAD + struct.pack("<2i", 1 << 20, 1 << 20), "mel filters"),
        (HEAD + MELS + struct.pack("<i", -5), "vocabulary"),
        (HEAD + MELS + struct.pack("<2i", 1, 1 << 30), "vocabulary"),
        (HEAD + MELS + WORDS, "no weights"),
        (HEAD + MELS + WORDS + _tensor(99, count=64, size=128), "among its weights"),
        (HEAD + MELS + WORDS + struct.pack("<3i", 7, 3, 1), "among its weights"),
        (HEAD + MELS + WORDS + _tensor(1, count=-64, size=128), "among its weights"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, content: bytes, reason: str) -> None:
    assert reason in _reason(tmp_path, content)


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(ggml.Unfit, match="cannot be read"):
        ggml.check(tmp_path)
