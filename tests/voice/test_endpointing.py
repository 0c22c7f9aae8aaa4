"""When somebody speaks, from one bit a frame."""

from __future__ import annotations

from apps.voice.endpointing import Change, Endpointer, Patience


def fed(*runs: tuple[bool, int], patience: Patience | None = None) -> tuple[Endpointer, list[tuple[int, Change]]]:
    """Runs of milliseconds with or without a voice, in frames of 20 ms; changes with the end of their frame."""
    pointer = Endpointer(patience=patience or Patience(), frame_ms=20)
    changes = []
    for voiced, ms in runs:
        for _ in range(ms // 20):
            if (change := pointer.frame(voiced=voiced)) is not None:
                changes.append((pointer.frames * 20, change))
    return pointer, changes


def test_speech_counts_when_there_is_enough_of_it_and_ends_after_silence() -> None:
    pointer, changes = fed((False, 1000), (True, 600), (False, 1000))
    assert changes == [(1200, "started"), (2160, "ended")]
    assert (pointer.started_ms, pointer.ended_ms) == (1000, 1600)


def test_a_click_is_nothing() -> None:
    assert fed((False, 200), (True, 60), (False, 1000))[1] == []


def test_a_short_word_is_dropped_at_its_end_and_never_starts() -> None:
    assert fed((False, 200), (True, 80), (False, 1000))[1] == [(840, "dropped")]
    assert fed((False, 200), (True, 180), (False, 1000))[1] == [(940, "dropped")]


def test_a_pause_within_a_sentence_does_not_end_it() -> None:
    assert [change for _, change in fed((True, 400), (False, 540), (True, 400), (False, 560))[1]] == [
        "started",
        "ended",
    ]


def test_stuttered_speech_counts_if_it_is_dense_enough() -> None:
    dense = [(True, 40), (False, 20)] * 5
    assert fed(*dense)[1] == [(280, "started")]
    sparse = [(True, 20), (False, 100)] * 20
    assert fed(*sparse)[1] == []


def test_patience_can_change_while_it_listens() -> None:
    pointer = Endpointer(patience=Patience(), frame_ms=20)
    for _ in range(20):
        pointer.frame(voiced=True)
    pointer.patience = Patience(silence_ms=1000)
    changes = [pointer.frame(voiced=False) for _ in range(60)]
    assert changes.index("ended") == 49


def test_attending_lasts_from_the_first_voice_to_the_verdict() -> None:
    pointer = Endpointer(patience=Patience(), frame_ms=20)
    assert not pointer.attending
    pointer.frame(voiced=True)
    assert pointer.attending
    assert not pointer.speaking
    for _ in range(28):
        pointer.frame(voiced=False)
    assert not pointer.attending
