"""The caller's sound is kept until there are final words for it, and no longer."""

from __future__ import annotations

from apps.voice.kept import BYTES_PER_MS, LONGEST_MS, QUIET_MS, SETTLED_MS, Kept


def sound(kept: Kept, ms: int) -> None:
    kept.add(b"\x00" * ms * BYTES_PER_MS)


def test_while_nobody_speaks_only_the_last_moment_is_kept() -> None:
    kept = Kept()
    sound(kept, 60_000)
    kept.trim()
    assert (kept.from_ms, len(kept.sound)) == (60_000 - QUIET_MS, QUIET_MS * BYTES_PER_MS)


def test_speech_is_kept_from_before_anybody_noticed_it() -> None:
    kept = Kept()
    sound(kept, 10_000)
    kept.spoken(since_ms=9_900)
    sound(kept, 5_000)
    kept.spoken()
    kept.trim()
    assert kept.from_ms == 9_400


def test_final_words_let_go_of_their_sound_and_the_pause_is_cut_in_its_middle() -> None:
    kept = Kept()
    sound(kept, 5_000)
    kept.spoken(since_ms=1_000)
    kept.final(ended_ms=4_000)
    assert (kept.from_ms, kept.speech_ms) == (4_150, None)
    kept.final(ended_ms=4_990)
    assert kept.from_ms == 5_000, "not beyond what was heard"


def test_what_no_words_came_of_for_long_is_forgotten() -> None:
    kept = Kept()
    sound(kept, 1_000)
    kept.spoken(since_ms=500)
    sound(kept, SETTLED_MS)
    kept.trim()
    assert kept.speech_ms == 500
    sound(kept, 20)
    kept.trim()
    assert kept.speech_ms is None
    assert kept.from_ms == kept.heard_ms - QUIET_MS


def test_a_caller_who_speaks_without_end_fills_no_memory() -> None:
    kept = Kept()
    for _ in range(200):
        kept.spoken()
        sound(kept, 1_000)
        kept.trim()
    assert len(kept.sound) == LONGEST_MS * BYTES_PER_MS


def test_who_notices_late_noticed_what_was_before() -> None:
    kept = Kept()
    sound(kept, 3_000)
    kept.spoken()
    assert kept.speech_ms == 2_500
    kept.spoken(since_ms=2_900)
    assert kept.speech_ms == 2_500, "it is the same speech"
