"""What the recogniser sees of sound. It repeats the front end of pocketsphinx, which does not show it. Pure."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
RATE: Final = 16000
WIDTH: Final = 13
"""Numbers a frame."""
STEP: Final = 160
"""Samples from one frame to the next."""
_FFT, _WINDOW = 512, 410
_FILTERS: Final = 25


def _mel_filters() -> Floats:
    low, high = (2595 * np.log10(1 + hertz / 700) for hertz in (130.0, 6800.0))
    edges = 700 * (10 ** (np.linspace(low, high, _FILTERS + 2) / 2595) - 1)
    bin_width = RATE / _FFT
    edges = np.round(edges / bin_width) * bin_width
    hertz = np.arange(_FFT // 2 + 1) * bin_width
    filters = np.zeros((_FILTERS, len(hertz)))
    for number in range(_FILTERS):
        left, middle, right = edges[number : number + 3]
        slopes = np.minimum((hertz - left) / (middle - left), (right - hertz) / (right - middle))
        filters[number] = np.clip(slopes, 0, None) * 2 / (right - left)
    return filters


_MEL: Final = _mel_filters()
_COSINES: Final = np.array(
    [
        np.cos(np.pi * k * (np.arange(_FILTERS) + 0.5) / _FILTERS) * np.sqrt((1 if k == 0 else 2) / _FILTERS)
        for k in range(WIDTH)
    ]
)
_LIFTER: Final = 1 + 11 * np.sin(np.arange(WIDTH) * np.pi / 22)


def of(pcm: npt.NDArray[np.int16]) -> Floats:
    """A row for each hundredth of a second of sound at 16 kHz; none for less than 26 ms."""
    if len(pcm) < _WINDOW:
        return np.zeros((0, WIDTH))
    sound = pcm.astype(np.float64)
    sound = np.concatenate([sound[:1], sound[1:] - 0.97 * sound[:-1]])
    count = 1 + (len(sound) - _WINDOW) // STEP
    frames = sound[np.arange(_WINDOW)[None] + STEP * np.arange(count)[:, None]] * np.hamming(_WINDOW)
    power = np.abs(np.fft.rfft(frames, _FFT)) ** 2
    return np.asarray((np.log(np.maximum(power @ _MEL.T, 1e-5)) @ _COSINES.T) * _LIFTER)
