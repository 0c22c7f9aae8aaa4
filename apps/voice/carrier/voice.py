"""The caller's voice, another than the agent's, and sound files as a phone line carries them."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soxr

from apps.voice import audio
from apps.voice.carrier.terms import Tape
from apps.voice.tts import embedded, espeak

LINE_RATE = 8000
"""Hertz."""
AUDIBLE = 500
MARGIN = 320
"""Samples of silence that are kept around speech."""


def speak(text: str, *, voice: espeak.Voice = embedded.CALLER) -> bytes:
    """The text as µ-law, without silence before and after: the last sound is a moment to measure."""
    pieces: list[bytes] = []

    def take(chunk: bytes) -> bool:
        pieces.append(chunk)
        return True

    embedded.render_mulaw(text, voice=voice, take=take)
    speech = b"".join(pieces)
    loud = np.flatnonzero(np.abs(audio.decode(speech)) > AUDIBLE)
    if not len(loud):
        return speech
    return speech[max(0, int(loud[0]) - MARGIN) : int(loud[-1]) + MARGIN]


def load(path: Path) -> npt.NDArray[np.int16]:
    """A wave file of 16 bits, any rate, first channel, as the line's samples."""
    with wave.open(str(path)) as file:
        if file.getsampwidth() != 2:
            raise ValueError(f"{path} is not a wave file of 16 bits.")
        raw = np.frombuffer(file.readframes(file.getnframes()), "<i2")[:: file.getnchannels()]
        rate = file.getframerate()
    if rate == LINE_RATE:
        return raw.copy()
    resampled: npt.NDArray[np.int16] = soxr.resample(raw, rate, LINE_RATE)
    return resampled


def save(path: Path, tape: Tape) -> None:
    """Both sides of a call: the caller left, the agent right."""
    left, right = (audio.decode(b"".join(side)) for side in (tape.caller, tape.agent))
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(LINE_RATE)
        file.writeframes(np.stack([left, right], axis=1).astype("<i2").tobytes())
