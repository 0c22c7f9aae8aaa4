"""A phone number is found in text however it is written or said, and other numbers are left alone."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.language.traces import numbers_in, pattern, without, without_in
from tests.language.spoken import DIGITS

NUMBER = "+15125550134"
FORMS = [
    "+15125550134", "15125550134", "5125550134", "512-555-0134", "(512) 555-0134", "512.555.0134", "1 512 555 0134",
    "+1 (512) 555-0134", "five one two five five five zero one three four", "512, 555 oh one three four",
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_taken_out_and_nothing_around_it(form: str) -> None:
    assert without(f"call me, {form}; or come", NUMBER, mark="~") == "call me, ~; or come"
    assert re.search(pattern(NUMBER), f"call me, {form}; or come", re.IGNORECASE)


@pytest.mark.parametrize("form", ["+442079460123", "020 7946 0123", "442079460123"])
def test_a_number_of_another_country_too(form: str) -> None:
    assert without(f"x {form} y", "+442079460123", mark="~") == "x ~ y"


@given(st.lists(st.integers(0, 9), min_size=10, max_size=10), st.sampled_from([" ", ", ", "-", ""]))
@settings(max_examples=60, deadline=None)
def test_what_is_taken_out_is_also_looked_for(digits: list[int], between: str) -> None:
    number = "+1" + "".join(map(str, digits))
    for text in (between.join(map(str, digits)), " ".join(DIGITS[digit] for digit in digits)):
        assert without(text, number, mark="~") == "~"
        assert re.search(pattern(number), text, re.IGNORECASE)


@pytest.mark.parametrize(
    "text", ["+15125550135", "512 555 013", "order 512 for 555 at 01:34", "", "four three one oh five five five"]
)  # fmt: skip
def test_other_numbers_stay(text: str) -> None:
    assert without(text, NUMBER, mark="~") == text


def test_in_json_names_texts_and_numbers_are_searched_at_any_depth() -> None:
    value = {"a": [{NUMBER: 15125550134}, "512-555-0134", None, True, 7], "b": {"c": "x"}}
    assert without_in(value, NUMBER, mark="~") == {"a": [{"~": "~"}, "~", None, True, 7], "b": {"c": "x"}}


def test_numbers_are_found_in_any_form() -> None:
    text = "wrote:+15125550134:2026, (512) 555-0188, +44 20 7946 0123 and 12"
    assert numbers_in(text) >= {"+15125550134", "+15125550188", "+442079460123"}
    assert numbers_in("a table for 2 at 7:30, 12 guests") == set()
