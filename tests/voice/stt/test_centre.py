"""The middle of one caller's sound, learned while they speak."""

from __future__ import annotations

import numpy as np
import pytest

from apps.voice.stt import cepstra
from apps.voice.stt.centre import Centre

USUAL = ",".join(["40.00", *["0.00"] * 12])


def _sound(seconds: float, *, loudness: float) -> np.ndarray:
    return (np.random.default_rng(1).normal(0, loudness, int(seconds * cepstra.RATE))).astype(np.int16)


def _numbers(written: str) -> list[float]:
    return [float(number) for number in written.split(",")]


def _in_pieces(centre: Centre, sound: np.ndarray) -> str:
    for start in range(0, len(sound), 320):
        centre.learn(sound[start : start + 320])
    return centre.written


def test_before_anything_was_said_the_centre_is_the_usual_one() -> None:
    assert Centre(usual=USUAL).written == USUAL


def test_numbers_that_pocketsphinx_leaves_out_are_zero() -> None:
    assert Centre(usual="40").written == USUAL


def test_after_a_second_it_is_half_way_from_the_usual_to_this_caller() -> None:
    sound = _sound(1.02, loudness=3000)
    theirs = cepstra.of(sound).mean(0)
    learned = _numbers(Centre(usual=USUAL).learn(sound))
    assert learned == pytest.approx([(40 + theirs[0]) / 2, *(theirs[1:] / 2)], abs=0.01)


def test_sound_in_small_pieces_teaches_as_much_as_in_one() -> None:
    sound = _sound(2, loudness=3000)
    assert _numbers(_in_pieces(Centre(usual=USUAL), sound)) == pytest.approx(
        _numbers(Centre(usual=USUAL).learn(sound)), abs=0.3
    )


def test_a_caller_who_becomes_louder_is_followed_even_late_in_a_call() -> None:
    centre = Centre(usual=USUAL)
    _in_pieces(centre, _sound(60, loudness=300))
    loud = _sound(40, loudness=3000)
    assert _numbers(_in_pieces(centre, loud))[0] == pytest.approx(cepstra.of(loud).mean(0)[0], abs=2)


def test_a_line_without_any_sound_teaches_nothing() -> None:
    assert Centre(usual=USUAL).learn(np.zeros(cepstra.RATE, np.int16)) == USUAL


def test_too_little_sound_for_a_frame_teaches_nothing_yet() -> None:
    assert Centre(usual=USUAL).learn(_sound(0.02, loudness=3000)) == USUAL
