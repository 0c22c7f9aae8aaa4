"""How far a long piece of work has come, in numbers and words."""

from __future__ import annotations

import pytest

from loman.pace import Pace, in_words


def test_a_quarter_done_takes_three_times_as_long_again() -> None:
    pace = Pace(done=250, of=1000, seconds=5.0)
    assert (pace.per_second, pace.seconds_left) == (50.0, 15.0)
    assert str(pace) == "250 of 1,000, 50.0 a second, 15 s left"


def test_before_anything_is_done_nobody_knows_how_long() -> None:
    pace = Pace(done=0, of=10, seconds=3.0)
    assert pace.seconds_left is None
    assert str(pace) == "0 of 10, 0.0 a second"


def test_when_all_is_done_nothing_is_left() -> None:
    pace = Pace(done=10, of=10, seconds=4.0)
    assert pace.seconds_left == 0
    assert str(pace) == "10 of 10, 2.5 a second"


def test_a_clock_that_has_not_moved_divides_nothing() -> None:
    assert Pace(done=1, of=2, seconds=0.0).per_second == 0.0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 s"), (8, "8 s"), (59.5, "1 min 0 s"), (60, "1 min 0 s"), (125, "2 min 5 s"), (3599, "59 min 59 s"),
        (3600, "1 h 0 min"), (3790, "1 h 3 min"),
    ],
)  # fmt: skip
def test_time_left_is_rounded_up_and_said_in_two_units(seconds: float, words: str) -> None:
    assert in_words(seconds) == words
