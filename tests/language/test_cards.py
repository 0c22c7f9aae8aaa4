"""A card said in pieces is found, however it is split; phone numbers, times and parties said in pieces are not."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.language.cards import LONGEST_PAUSE_MS, Watch
from apps.language.redaction import PLACEHOLDER
from apps.language.redaction import digit_runs as runs
from tests.language.spoken import spoken
from tests.language.test_redaction import cards

CALM = settings(max_examples=150, deadline=None)
CARD = "4242424242424242"


def kept(*utterances: str, gap_ms: int = 2000) -> list[str]:
    """What is left of a caller's utterances at the end of a call."""
    watch, found = Watch(), []
    for place, text in enumerate(utterances):
        watch.hear(text, from_ms=place * gap_ms, to_ms=place * gap_ms + 1000)
        found += watch.settled()
    found += watch.close()
    return [piece.text for piece in sorted(found, key=lambda piece: piece.from_ms)]


def digits(texts: list[str]) -> str:
    return "".join(run[2] for text in texts for run in runs(text))


@st.composite
def split(draw: st.DrawFn, number: str) -> list[str]:
    """The number in two to five groups, each written or spoken."""
    cuts = sorted(draw(st.sets(st.integers(4, len(number) - 4), min_size=1, max_size=4)))
    bounds = [0, *(cut for place, cut in enumerate(cuts) if place == 0 or cut - cuts[place - 1] >= 4), len(number)]
    groups = [number[begin:end] for begin, end in pairwise(bounds)]
    return [draw(spoken(group) | st.just(group)) for group in groups]


@given(st.data(), cards.filter(lambda card: len(card) >= 13 and card[:3] != card[10:13]))
@CALM
def test_a_card_in_pieces_is_taken_out_of_all_of_them(data: st.DataObject, card: str) -> None:
    pieces = data.draw(split(card))
    left = digits(kept("I want to pay by card", *pieces, "did you get it?"))
    assert left == "", (pieces, left)


@pytest.mark.parametrize(
    "utterances",
    [
        ("4242 4242", "4242 4242"),
        ("it's 4242 4242", "hold on", "and then 4242 4242"),
        ("4242", "4242", "4242", "4242"),
        ("four two four two", "four double two four two", "um", "forty-two forty-two", "4242"),
        ("my number is four two four two", "are you there?", "4242 4242 4242"),
        ("cuatro dos cuatro dos", "cuarenta y dos cuarenta y dos", "cuatro dos cuatro dos", "cuarenta y dos 42"),
        ("3782", "822463", "10005"),
        ("four triple one", "one one one one", "1111", "1111"),
        ("the card is 42424242", "okay 42424242"),
        ("5105105105", "105100"),
        ("4242 4242", "4243 4242"),  # misheard
        tuple("4000056655665556"),
        tuple("4111111111111111"),
    ],
)
def test_nothing_of_it_is_left(utterances: tuple[str, ...]) -> None:
    left = kept(*utterances)
    assert PLACEHOLDER in " ".join(left)
    assert digits(left) == ""


@pytest.mark.parametrize(
    "code",
    ["123", "one two three", "it's 12 27", "december twenty seven", "the code is 123",
     "twelve slash twenty seven, and 123",
     "cero cuatro veintiocho", "it expires 04/28"],
)  # fmt: skip
def test_date_and_code_after_a_card_are_taken_out(code: str) -> None:
    assert digits(kept(CARD, code)) == ""
    assert digits(kept("4242 4242", "4242 4242", "yes", code)) == ""


@pytest.mark.parametrize("code", ["the cvv is 123", "security code one two three", "expires on 12/27", "vence 04 28"])
def test_what_is_called_a_code_is_taken_out_anywhere(code: str) -> None:
    assert digits(kept("a pizza please", code)) == ""


@pytest.mark.parametrize(
    "utterances",
    [
        ("512 555 0134", "512 555 0134"),
        ("512 555", "0134", "yes", "512 555 0134"),
        ("512", "555", "0134", "512", "555", "0134"),
        ("five five five oh one three four", "five one two five five five oh one three four"),
        ("four", "six thirty", "512 555 0134"),
        ("4", "630", "512 555", "0134"),
        ("for 4 people", "at 6:30", "the name is Kate", "512-555-0134"),
        ("78704", "5125550134"),
        ("+4915112345678", "4915112345678"[:8]),
        ("three large pizzas", "two cokes", "5", "my number is 512 555 0134"),
        ("my code at the door is 4711", "ring at 12"),
    ],
)
def test_phone_numbers_times_and_parties_stay(utterances: tuple[str, ...]) -> None:
    assert kept(*utterances) == list(utterances)


def test_after_a_card_a_phone_number_is_heard() -> None:
    assert kept(CARD, "512 555 0134")[1] == "512 555 0134"


def test_lone_digits_long_after_a_card_are_heard() -> None:
    assert kept(CARD, "oh sorry", "a large one", "and a coke", "730")[-1] == "730"


def test_pieces_far_apart_in_time_or_words_are_not_one_card() -> None:
    assert kept("4242 4242", "4242 4242", gap_ms=LONGEST_PAUSE_MS + 2000) == ["4242 4242"] * 2
    talk = ("4242 4242", "a pizza", "large", "no onions", "4242 4242")
    assert kept(*talk) == list(talk)


def test_what_may_yet_be_a_card_is_held_back_until_the_next_words_tell() -> None:
    watch = Watch()
    watch.hear("hello", from_ms=0, to_ms=500)
    assert [piece.text for piece in watch.settled()] == ["hello"]
    watch.hear("4242 4242", from_ms=1000, to_ms=1500)
    assert watch.settled() == []
    outcome = watch.hear("4242 4242", from_ms=3000, to_ms=3500)
    assert [(was, piece.from_ms, piece.to_ms) for was, piece in outcome.earlier] == [("4242 4242", 1000, 1500)]
    assert [piece.text for piece in watch.settled()] == [PLACEHOLDER, PLACEHOLDER]


def test_words_foreseen_are_as_they_will_be_kept_and_change_nothing() -> None:
    watch = Watch()
    watch.hear("4242 4242", from_ms=0, to_ms=500)
    for _ in range(3):
        assert watch.foresee("4242 4242") == PLACEHOLDER
        assert watch.foresee("a pizza for 4") == "a pizza for 4"
    assert watch.hear("a pizza", from_ms=1000, to_ms=1500).earlier == []


@given(st.lists(st.text(max_size=30) | st.sampled_from(["4242", "five", "for", "oh", "and 12", "cvv 12"]), max_size=12))
@CALM
def test_every_utterance_is_kept_once_and_in_order(utterances: list[str]) -> None:
    watch, found = Watch(), []
    for place, text in enumerate(utterances):
        watch.hear(text, from_ms=place * 100, to_ms=place * 100 + 50)
        found += watch.settled()
    found += watch.close()
    assert sorted(piece.from_ms for piece in found) == [place * 100 for place in range(len(utterances))]
