"""Numbers: what is said is heard again, and the ways people say how many."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.language import numbers
from apps.language.text import words

CALM = settings(max_examples=120, deadline=None)
sayable = st.one_of(
    st.integers(0, 120),
    st.integers(0, numbers.LARGEST),
    st.integers(0, 9).flatmap(lambda power: st.sampled_from([10**power - 1, 10**power])).filter(lambda n: n < 10**9),
)
other_words = st.sampled_from(["pizzas", "and", "of", "the", "please", "pepperoni", "no", "a"])


def heard(text: str) -> int | None:
    """The number that the whole text is, or None."""
    found = words(text)
    read = numbers.read(found)
    return read[0] if read and read[1] == len(found) else None


# ---- said and heard again --------------------------------------------------------------------------------


@given(sayable)
@CALM
def test_what_is_said_is_heard_as_the_same_number(number: int) -> None:
    assert heard(numbers.say(number)) == number


@given(sayable)
@CALM
def test_a_written_number_is_heard_with_and_without_its_commas(number: int) -> None:
    assert heard(str(number)) == number
    assert heard(f"{number:,}") == number


@given(st.integers(0, 99))
def test_a_place_in_a_row_is_heard_as_it_is_said_and_as_it_is_written(number: int) -> None:
    said = words(numbers.say_ordinal(number))
    assert numbers.read_ordinal(said) == (number, len(said))
    for ending in ("st", "nd", "rd", "th"):
        written = words(f"{number}{ending}")
        assert numbers.read_ordinal(written) == (number, len(written))
        assert numbers.read_ordinal([f"{number}{ending}"]) == (number, 1)


@given(st.integers(0, 999), st.integers(1, 999))
@CALM
def test_and_between_hundreds_and_the_rest_changes_nothing(hundreds: int, rest: int) -> None:
    number = hundreds % 10 * 100 + rest % 100
    said = numbers.say(number)
    assert heard(said.replace("hundred ", "hundred and ")) == number


@given(st.integers(-(10**9), -1))
@CALM
def test_a_negative_number_says_so(number: int) -> None:
    assert numbers.say(number) == f"minus {numbers.say(-number)}"


@given(sayable, st.lists(other_words, max_size=3), other_words.filter(lambda word: word != "and"))
@CALM
def test_only_the_words_of_the_number_are_taken(number: int, before: list[str], after: str) -> None:
    said = words(numbers.say(number))
    assert numbers.read([*before, *said, after, "five"], start=len(before)) == (number, len(said))


@given(st.lists(st.text(max_size=6) | sayable.map(str) | st.sampled_from([*numbers._UNITS, "hundred", "and", "dozen"])))
@CALM
def test_whatever_is_heard_gives_a_number_within_the_text_or_none(found: list[str]) -> None:
    for start in range(len(found) + 1):
        for read in (numbers.read, numbers.read_ordinal):
            got = read(found, start=start)
            if got is not None:
                value, used = got
                assert value >= 0
                assert 1 <= used <= len(found) - start
    for start in range(len(found)):
        got = numbers.read(found, start=start)
        assert got is None or got[0] <= numbers.LARGEST


# ---- as people say it ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("two", 2),
        ("twenty-one", 21),
        ("Twenty one", 21),
        ("one hundred and five", 105),
        ("one hundred five", 105),
        ("a hundred", 100),
        ("a hundred and fifty", 150),
        ("a thousand", 1000),
        ("nineteen hundred", 1900),
        ("twelve thousand five hundred", 12_500),
        ("two hundred thousand", 200_000),
        ("one million two thousand and three", 1_002_003),
        ("2 hundred", 200),
        ("3 thousand", 3000),
        ("18,000", 18_000),
        ("a dozen", 12),
        ("two dozen", 24),
        ("2 dozen", 24),
        ("half a dozen", 6),
        ("a half dozen", 6),
        ("a couple", 2),
        ("a couple of", 2),
        ("couple of", 2),
        ("a pair of", 2),
        ("a pair", 2),
        ("a couple dozen", 24),
        ("a couple hundred", 200),
        ("half dozen", 6),
        ("a hundred and twenty", 120),
        ("fourty two", 42),
        ("tres", 3),
        ("doce", 12),
        ("zero", 0),
    ],
)
def test_what_people_say_for_how_many(said: str, meant: int) -> None:
    assert heard(said) == meant


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("two three", (2, 1)),  # two of something, three of another
        ("twenty thirty", (20, 1)),
        ("twenty eleven", (20, 1)),
        ("twelve fifty", (12, 1)),  # money and times say what that is
        ("ten five", (10, 1)),
        ("two and a salad", (2, 1)),
        ("one hundred and a salad", (100, 2)),
        ("one hundred and", (100, 2)),
        ("twenty zero", (20, 1)),
        ("a couple pizzas", (2, 2)),
        ("five hundred hundred", (500, 2)),
        ("one hundred five hundred", (105, 3)),
        ("1,2,3", None),  # a list, not a number
        ("12,50", None),
        ("a pizza", None),
        ("and five", None),
        ("hundred", None),
        ("12:30", None),
        ("twelvish", None),
        ("once", None),  # "once more" is no eleven
        ("", None),
        ("9999999999", None),
        ("nine thousand million", (9000, 2)),
        ("nine million thousand", (9_000_000, 2)),
        ("a hundred percent", None),
        ("a million", None),  # thanks
        ("999999999 dozen", None),
        ("a dozen dozen", (12, 2)),
        ("a couple of dozen", (24, 4)),
        ("a couple of million", (2_000_000, 4)),
    ],
)
def test_what_is_no_number_or_ends_before_the_next_word(said: str, first: tuple[int, int] | None) -> None:
    assert numbers.read(words(said)) == first


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("first", (1, 1)),
        ("the first", None),
        ("twenty third", (23, 2)),
        ("twenty-third", (23, 2)),
        ("twenty fifteenth", None),
        ("thirtieth", (30, 1)),
        ("thirty zeroth", None),
        ("2nd", (2, 2)),
        ("2 nd", (2, 2)),
        ("twenty", None),
        ("5", None),
    ],
)
def test_what_people_say_for_the_place_in_a_row(said: str, meant: tuple[int, int] | None) -> None:
    assert numbers.read_ordinal(words(said)) == meant
