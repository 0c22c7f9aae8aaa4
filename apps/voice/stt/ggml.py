"""Whether a file is a whole ggml Whisper model, before a library that ends its process over it sees it.

whisper.cpp takes a file whose last weights are cut off for a whole one, and reads sizes from it without looking.
The format is its own (models/convert-pt-to-ggml.py there): head, mel filters, vocabulary, then tensors up to the end.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO, Final

_MAGIC: Final = 0x67676D6C
_HEAD: Final = 11
"""Numbers after the magic: sizes of vocabulary, audio and text models, filters, and the kind of weights."""
_FEWEST_WORDS: Final = 51864
"""Special words lie behind the 50,257 of GPT-2; whisper.cpp looks for them there."""
_MOST: Final = 1 << 20
"""No count in the head of any Whisper model comes near it."""
_LONGEST_WORD: Final = 1 << 12
_BLOCKS: Final = {
    0: (1, 4),
    1: (1, 2),
    2: (32, 18),
    3: (32, 20),
    6: (32, 22),
    7: (32, 24),
    8: (32, 34),
    10: (256, 84),
    11: (256, 110),
    12: (256, 144),
    13: (256, 176),
    14: (256, 210),
}
"""How many weights of a kind are kept together, and in how many bytes (ggml's f32, f16, q4_0 to q8_0, q2_K to q6_K)."""


class Unfit(ValueError):
    """Why a file is no whole model, as the end of a sentence that begins with its path."""


def check(path: Path) -> None:
    """Raise `Unfit` unless the file is whole. 50 ms; reads no weights."""
    try:
        with path.open("rb") as file:
            _walk(file, size=path.stat().st_size)
    except OSError as error:
        raise Unfit(f"cannot be read ({error.strerror})") from None


def _walk(file: BinaryIO, *, size: int) -> None:
    if size < 4 or _numbers(file, 1, "<I") != (_MAGIC,):
        raise Unfit("is not a ggml Whisper model")
    head = _numbers(file, _HEAD)
    if head[0] < _FEWEST_WORDS or not all(0 <= number < _MOST for number in head):
        raise Unfit("is not a Whisper model that can be used here")
    filters, bands = _numbers(file, 2)
    if not 0 < filters * bands < _MOST:
        raise Unfit("is damaged at its mel filters")
    file.seek(4 * filters * bands, 1)
    (words,) = _numbers(file, 1)
    if not 0 < words <= head[0]:
        raise Unfit("is damaged at its vocabulary")
    for _ in range(words):
        (length,) = _numbers(file, 1)
        if not 0 <= length < _LONGEST_WORD:
            raise Unfit("is damaged in its vocabulary")
        file.seek(length, 1)
    if file.tell() >= size:
        raise Unfit("is cut off: it has no weights")
    while file.tell() < size:
        _pass_tensor(file)
    if file.tell() > size:
        raise Unfit(f"is cut off: {file.tell() - size} bytes are missing, or more")


def _pass_tensor(file: BinaryIO) -> None:
    dimensions, length, kind = _numbers(file, 3)
    if not 1 <= dimensions <= 4 or not 0 < length < _LONGEST_WORD or kind not in _BLOCKS:
        raise Unfit("is damaged among its weights")
    count = 1
    for size in _numbers(file, dimensions):
        if not 0 < size < _MOST:
            raise Unfit("is damaged among its weights")
        count *= size
    together, size = _BLOCKS[kind]
    file.seek(length + count // together * size, 1)


def _numbers(file: BinaryIO, count: int, form: str = "<i") -> tuple[int, ...]:
    raw = file.read(4 * count)
    if len(raw) < 4 * count:
        raise Unfit("is cut off")
    return struct.unpack(f"<{count}{form[-1]}", raw)
