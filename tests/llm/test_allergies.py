"""What a caller says of an allergy, as the kitchen reads it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.llm.embedded import allergies
from apps.orders import allergy


@pytest.mark.parametrize(
    ("said", "noted"),
    [
        ("I have a severe peanut allergy. One tiramisu please", "a severe peanut allergy"),
        ("I'm allergic to shellfish, can I get the lasagna", "I'm allergic to shellfish"),
        ("one lasagna please, and my son has a nut allergy", "one lasagna please, and my son has a nut allergy"),
        ("um, so I've got coeliac disease", "coeliac disease"),
        ("wait, she is lactose intolerant", "she is lactose intolerant"),
        ("is it safe for someone with a nut allergy?", "is it safe for someone with a nut allergy"),
        ("one lasagna please", ""),
        ("no allergies, just one tiramisu", ""),
        ("we don't have any allergies", ""),
        ("nobody is allergic to anything", ""),
        ("", ""),
    ],
)
def test_the_clause_that_speaks_of_it_is_kept_in_the_callers_words(said: str, noted: str) -> None:
    assert allergies.stated(said) == noted


@given(st.text(max_size=400))
def test_whatever_is_noted_is_short_was_said_and_earns_the_banner(said: str) -> None:
    noted = allergies.stated(said)
    assert len(noted) <= allergies.LONGEST
    assert noted in said


@given(
    st.sampled_from(["peanut", "gluten", "crab"]),
    st.sampled_from(["I have a {} allergy", "I am allergic to {}", "my wife is {} intolerant"]),
)
def test_every_plain_statement_earns_the_banner(what: str, said: str) -> None:
    noted = allergies.stated(said.format(what))
    assert what in noted
    assert allergy.mentions([noted])
