"""Words: the same however they are written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.language.text import fold, words

CALM = settings(max_examples=120, deadline=None)


@given(st.text())
@CALM
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert words(fold(text)) == words(text)


@given(st.text())
@CALM
def test_words_are_broken_no_further(text: str) -> None:
    found = words(text)
    assert words(" ".join(found)) == found
    assert all(found)
    assert not any(letter.isspace() for word in found for letter in word)


@given(
    st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8)), st.sampled_from([" ", ", ", "! ", " - "])
)
@CALM
def test_no_word_is_lost_or_made(spoken: list[str], between: str) -> None:
    assert words(between.join(spoken)) == spoken
    assert words(between.join(spoken).upper()) == spoken


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I'd like TWO Crêpes!", ["i'd", "like", "two", "crepes"]),
        ("I\u2019d like", ["i'd", "like"]),
        ("rock\u2018n\u2019roll", ["rock'n'roll"]),
        ("'quoted'", ["quoted"]),
        ("jalapeño piñata", ["jalapeno", "pinata"]),
        ("jalapen\u0303o", ["jalapeno"]),
        ("Ærø", ["ærø"]),
        ("twenty-one", ["twenty", "one"]),
        ("7pm", ["7", "pm"]),
        ("7:30", ["7:30"]),
        ("$12.50, please", ["$12.50", "please"]),
        ("18,000", ["18,000"]),
        ("the 2nd.", ["the", "2", "nd"]),
        ("50% off", ["50", "%", "off"]),
        ("half & half", ["half", "half"]),
        ("1/2 cheese", ["1", "2", "cheese"]),
        ("½ pepperoni", ["half", "pepperoni"]),
        ("2½ pounds", ["2", "half", "pounds"]),
        ("snake_case", ["snake", "case"]),
        ("１２ pizzas", ["12", "pizzas"]),
        ("ﬁsh", ["fish"]),
        ("寿司 please", ["寿司", "please"]),
        ("  \n\t ", []),
        ("", []),
        ("🍕", []),
    ],
)
def test_text_as_words(text: str, found: list[str]) -> None:
    assert words(text) == found
