"""How fast a stream may bring its frames."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from apps.voice.pace import AHEAD_SECONDS, BYTES_A_SECOND, FRAMES_A_SECOND, FRAMES_AHEAD, Pace

FRAME, FRAME_SECONDS = 160, 0.02


@given(st.integers(1, 3000), st.floats(0, AHEAD_SECONDS - 0.1), st.integers(0, 2))
def test_sound_in_real_time_is_never_too_fast_however_long_the_line_or_this_machine_stalled(
    frames: int, stall: float, marks: int
) -> None:
    pace = Pace(began=100.0)
    for number in range(frames):
        now = 100.0 + max(number * FRAME_SECONDS, stall)  # what came during the stall comes at once
        assert not pace.is_too_fast(sound=FRAME, now=now)
        for _ in range(marks):
            assert not pace.is_too_fast(sound=0, now=now + FRAME_SECONDS)


@given(st.floats(0, 1000), st.integers(FRAME, 4096))
def test_at_no_moment_has_more_sound_come_than_its_time_and_what_may_come_early(elapsed: float, size: int) -> None:
    pace, let_in = Pace(began=0.0), 0
    while not pace.is_too_fast(sound=size, now=elapsed):
        let_in += size
        if pace.frames > elapsed * FRAMES_A_SECOND + FRAMES_AHEAD:
            raise AssertionError("frames without end")
    assert let_in <= (elapsed + AHEAD_SECONDS) * BYTES_A_SECOND
    assert pace.sound > let_in


def test_frames_without_sound_have_an_end_too() -> None:
    pace = Pace(began=0.0)
    came = 0
    while not pace.is_too_fast(sound=0, now=1.0):
        came += 1
    assert came == FRAMES_A_SECOND + FRAMES_AHEAD


def test_the_two_sums_are_kept_apart() -> None:
    pace = Pace(began=0.0)
    assert not pace.is_too_fast(sound=int(AHEAD_SECONDS * BYTES_A_SECOND), now=0.0)
    assert pace.is_too_fast(sound=1, now=0.0)
    assert not pace.is_too_fast(sound=0, now=1.0)
