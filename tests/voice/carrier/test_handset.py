"""The phone's buffer: order, marks, clear."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from apps.voice.carrier.handset import FRAME_BYTES, SILENCE, Handset

entries = some.lists(some.one_of(some.binary(min_size=1, max_size=500), some.text("abc", min_size=1)), max_size=12)


def fill(handset: Handset, sent: list[bytes | str]) -> None:
    for entry in sent:
        if isinstance(entry, bytes):
            handset.sound(entry)
        else:
            handset.mark(entry)


@given(entries)
def test_every_sound_is_played_once_in_order_and_every_mark_comes_after_the_sound_before_it(
    sent: list[bytes | str],
) -> None:
    handset = Handset()
    fill(handset, sent)
    due = [
        sum(len(entry) for entry in sent[:at] if isinstance(entry, bytes))
        for at, entry in enumerate(sent)
        if isinstance(entry, str)
    ]
    played = b""
    returned: list[tuple[str, int]] = []
    while not handset.idle:
        frame, reached = handset.play()
        assert len(frame) == FRAME_BYTES
        played += frame
        returned += [(name, len(played)) for name in reached]
    sound = b"".join(entry for entry in sent if isinstance(entry, bytes))
    assert played.startswith(sound)
    assert set(played[len(sound) :]) <= set(SILENCE)
    assert [name for name, _ in returned] == [entry for entry in sent if isinstance(entry, str)]
    assert all(at >= earliest for (_, at), earliest in zip(returned, due, strict=True))


@given(entries)
def test_a_clear_returns_all_outstanding_marks_at_once_and_plays_nothing_more(
    sent: list[bytes | str],
) -> None:
    handset = Handset()
    fill(handset, sent)
    assert handset.clear() == [entry for entry in sent if isinstance(entry, str)]
    assert handset.play() == (SILENCE * FRAME_BYTES, [])


def test_a_mark_in_an_empty_buffer_comes_back_at_the_next_frame() -> None:
    handset = Handset()
    handset.mark("end")
    assert handset.play()[1] == ["end"]
