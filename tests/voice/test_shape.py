"""The shape of a recording, as the recorder itself wrote it, and that it is gone with its recording."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest

from apps.calls import recordings
from apps.voice import audio, shape
from apps.voice.recorder import Recorder


def tone(seconds: float, *, level: float = 0.3) -> bytes:
    at = np.arange(round(seconds * audio.RATE)) / audio.RATE
    return audio.encode((np.sin(2 * np.pi * 440 * at) * level * 32_767).astype(np.int16))


@pytest.fixture
def recorded(settings: Any, tmp_path: Path) -> Path:
    """Four seconds: Loman speaks in the first, the guest in the third."""
    settings.RECORDINGS_URL = tmp_path.as_uri()
    recorder = Recorder("bella-napoli", uuid4())
    recorder.agent(tone(1.0), 0)
    quiet = audio.silence(1.0)
    for second, sound in ((1, quiet), (2, tone(1.0)), (3, quiet)):
        for part, frame in enumerate(audio.split(sound)):
            recorder.caller(frame, second * 1000 + part * 20)
    recorder.close()
    path = recordings.find(recorder.url, slug="bella-napoli")
    assert path is not None
    return path


def loud(bars: list[int]) -> range:
    found = [place for place, height in enumerate(bars) if height > 10]
    return range(found[0], found[-1] + 1)


def test_each_side_is_loud_where_it_spoke(recorded: Path) -> None:
    made = shape.of(recorded)
    assert made is not None
    assert made.seconds == pytest.approx(4.0, abs=0.05)
    assert (len(made.guest), len(made.loman)) == (shape.BARS, shape.BARS)
    second = shape.BARS / made.seconds
    assert loud(made.loman).start == 0
    assert loud(made.loman).stop == pytest.approx(second, abs=2)
    assert loud(made.guest).start == pytest.approx(2 * second, abs=2)
    assert loud(made.guest).stop == pytest.approx(3 * second, abs=2)
    assert max(made.guest) == max(made.loman) <= 100


def test_it_is_made_once_and_kept_beside_the_recording_for_nobody_else(recorded: Path) -> None:
    made = shape.of(recorded)
    kept = recordings.shape_of(recorded)
    assert kept.stat().st_mode & 0o777 == 0o600
    recorded.write_bytes(b"RIFF")
    assert shape.of(recorded) == made, "the file is not read again"
    kept.write_text("nonsense")
    assert shape.of(recorded) is None, "and what is no shape is made anew"


def test_it_is_deleted_with_its_recording(recorded: Path) -> None:
    shape.of(recorded)
    assert recordings.delete(recorded.as_uri(), slug="bella-napoli")
    assert list(recorded.parent.iterdir()) == []


def test_what_is_no_recording_of_ours_has_no_shape(tmp_path: Path) -> None:
    mono = tmp_path / "mono.wav"
    mono.write_bytes(audio.wav_header(sound_bytes=160, channels=1, encoding="mulaw") + audio.SILENCE * 160)
    assert shape.of(mono) is None
    assert shape.of(tmp_path / "gone.wav") is None
    empty = tmp_path / "empty.wav"
    empty.write_bytes(audio.wav_header(sound_bytes=0, channels=2, encoding="mulaw"))
    assert shape.of(empty) == shape.Shape(0.0, [], [])
