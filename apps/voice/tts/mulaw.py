"""µ-law (ITU-T G.711) as two tables, exact on all 65,536 inputs; no codec is left in Python 3.13."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def _decoding() -> npt.NDArray[np.int16]:
    code = ~np.arange(256) & 0xFF
    magnitude = ((((code & 0x0F) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _encoding() -> npt.NDArray[np.uint8]:
    sample = np.arange(65536).astype(np.uint16).view(np.int16).astype(np.int64) >> 2
    magnitude = np.minimum(np.abs(sample), 8159) + 33
    segment = np.maximum(np.floor(np.log2(magnitude)).astype(np.int64) - 5, 0)
    code = np.where(segment >= 8, 0x7F, segment << 4 | (magnitude >> (segment + 1)) & 0x0F)
    table: npt.NDArray[np.uint8] = (code ^ np.where(sample < 0, 0x7F, 0xFF)).astype(np.uint8)
    return table


_DECODE = _decoding()
_ENCODE = _encoding()


def decode(mulaw: bytes) -> npt.NDArray[np.int16]:
    return _DECODE[np.frombuffer(mulaw, np.uint8)]


def encode(pcm: npt.NDArray[np.int16]) -> bytes:
    return _ENCODE[pcm.view(np.uint16)].tobytes()
