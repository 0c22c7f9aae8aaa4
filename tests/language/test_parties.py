"""How many people come: every way of saying it, other numbers left alone, and two that are left open."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.language import numbers, parties
from apps.language.text import words

CALM = settings(max_examples=120, deadline=None)
SIZES = st.integers(1, parties.LARGEST)
MARKED = st.sampled_from(
    ["for {}", "a table for {}", "a party of {}", "{} people", "we are {}", "there will be {} guests", "for {} please",
     "seating for just {}", "the party size is {}", "for about {} persons"]
)  # fmt: skip


def heard(text: str) -> int | None:
    return parties.among(words(text))


@given(SIZES, MARKED, st.booleans())
@CALM
def test_what_the_words_mark_as_people_is_their_number(size: int, said: str, in_figures: bool) -> None:
    number = str(size) if in_figures else numbers.say(size)
    assert heard(said.format(number)) == size


@given(SIZES, st.sampled_from(["no", "sorry", "actually", "make it"]), SIZES)
@CALM
def test_who_takes_it_back_means_the_second(first: int, taken_back: str, second: int) -> None:
    assert heard(f"for {numbers.say(first)} people {taken_back} {numbers.say(second)}") == second


@given(st.integers(1, 40), st.integers(1, 40))
@CALM
def test_children_are_counted_with_the_adults(adults: int, children: int) -> None:
    assert heard(f"{numbers.say(adults)} adults and {numbers.say(children)} kids") == adults + children


@given(st.integers(0, 99), st.sampled_from(["nights", "dollars", "minutes", "tickets", "rooms", "stars"]))
@CALM
def test_numbers_of_other_things_are_none(number: int, what: str) -> None:
    assert heard(f"for {numbers.say(number)} {what}") is None
    assert parties.among(words(f"{number} {what}"), asked=True) is None


@given(SIZES)
@CALM
def test_a_bare_number_is_one_only_where_it_was_asked_for(size: int) -> None:
    said = words(numbers.say(size))
    assert parties.among(said, asked=True) == size
    assert parties.among(said) is None


@pytest.mark.parametrize(
    ("said", "size"),
    [
        ("my wife and I", 2), ("me and my girlfriend", 2), ("me and my wife and my son", 3), ("both of us", 2),
        ("me my wife and my best friend", 3), ("just me", 1), ("for myself", 1), ("only me please", 1),
        ("me and three friends", 4), ("myself and my two sisters", 3), ("five adults plus a child", 6),
        ("four hungry people", 4), ("three of us", 3), ("two of my friends and me", 3), ("half a dozen people", 6),
        ("a couple of guests", 2), ("only four now", 4), ("we have two plus a child", 3), ("2 for dinner", 2),
        ("table of six", 6), ("change it from eight people to six", 6), ("para cuatro personas", 4),
        ("we'll be seven altogether", 7), ("all four of us", 4),
    ],
)  # fmt: skip
def test_the_ways_people_say_it(said: str, size: int) -> None:
    assert heard(said) == size


@pytest.mark.parametrize(
    "said",
    ["", "there are 10 restaurants", "one of the tables", "one of us", "four or five people", "for six hundred people",
     "for zero people", "my birthday and a cake", "my boss and his wife", "me and my wife and", "a table please",
     "five minutes", "just one more", "i found two places", "add two people", "two more people",
     "the date i want", "number two", "not for four"],
)  # fmt: skip
def test_what_is_no_party(said: str) -> None:
    assert heard(said) is None


@pytest.mark.parametrize(
    ("said", "more"),
    [("two more people", 2), ("can i add three guests", 3), ("one more", 1), ("another person", 1), ("add a guest", 1),
     ("two people", 0), ("one more thing", 0), ("more please", 0)],
)  # fmt: skip
def test_who_comes_besides(said: str, more: int) -> None:
    assert parties.more(words(said)) == more


@given(st.text(max_size=80))
@CALM
def test_no_text_breaks_it(text: str) -> None:
    found = parties.among(words(text), asked=True)
    assert found is None or found > 0
    assert parties.more(words(text)) >= 0
