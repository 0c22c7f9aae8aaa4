"""Text is cut into sentences as early as possible, and nothing of it is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from apps.voice.sentences import LONGEST_CHARACTERS, Cutter, split


def test_the_first_sentence_is_out_before_the_second_is_there() -> None:
    cutter = Cutter()
    assert cutter.feed("Sure. ") == ["Sure."]
    assert cutter.feed("One large ") == []
    assert cutter.feed("Margherita, then. Any") == ["One large Margherita, then."]
    assert cutter.rest() == ["Any"]


def test_abbreviations_initials_and_prices_do_not_end_a_sentence() -> None:
    assert split("Dr. Smith pays 12.50 at 7 p.m. today. Right?") == ["Dr. Smith pays 12.50 at 7 p.m. today.", "Right?"]


@given(st.lists(st.text(alphabet="ab ,.!?", max_size=80)))
def test_no_word_is_lost_or_moved_however_the_stream_is_cut(pieces: list[str]) -> None:
    cutter = Cutter()
    found = [sentence for piece in pieces for sentence in cutter.feed(piece)] + cutter.rest()
    assert " ".join(found).split() == "".join(pieces).split() or "".join(found).replace(" ", "") == "".join(
        pieces
    ).replace(" ", "")
    assert all(found)


def test_a_sentence_without_an_end_is_spoken_in_parts() -> None:
    parts = split("word " * 200)
    assert len(parts) > 1
    assert all(len(part) <= LONGEST_CHARACTERS for part in parts)
