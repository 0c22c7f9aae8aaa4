"""Which numbers may be rung and texted: ordinary lines of allowed countries."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.language import dialling

HOME = ("US", "CA")


@pytest.mark.parametrize("number", ["+15125550101", "+15125550188", "+14165551234", "+18005550134"])
def test_ordinary_lines_of_the_country_may_be_rung(number: str) -> None:
    assert dialling.why_not(number, countries=HOME) == ""


@pytest.mark.parametrize(
    ("number", "what"),
    [
        ("+18765550134", "Jamaica, behind +1"),
        ("+18095551234", "the Dominican Republic, behind +1"),
        ("+12425551234", "the Bahamas, behind +1"),
        ("+442079460000", "another country"),
        ("+881612345678", "a satellite"),
        ("+870773123456", "Inmarsat"),
        ("+88213123456", "an international network"),
        ("+19005550101", "premium"),
        ("+15005550006", "personal"),
        ("+17005551234", "no plan"),
        ("+19765551234", "no plan"),
        ("+1512", "too short"),
        ("", "nothing"),
        ("5125550101", "not international"),
    ],
)
def test_what_toll_fraud_lives_on_is_not(number: str, what: str) -> None:
    assert dialling.why_not(number, countries=HOME).endswith("."), what


@pytest.mark.parametrize("number", ["+449012345678", "+448712345678", "+447011123456", "+33899123456", "+19005550101"])
def test_premium_shared_cost_and_personal_lines_never_are_even_where_their_country_is_allowed(number: str) -> None:
    assert "never" in dialling.why_not(number, countries=("GB", "FR", "US"))


def test_another_country_may_be_allowed() -> None:
    assert dialling.why_not("+442079460000", countries=("GB",)) == ""
    assert "GB" in dialling.why_not("+442079460000", countries=HOME)
    assert "satellite" in dialling.why_not("+881612345678", countries=HOME)


@given(st.text(max_size=30))
def test_any_text_has_an_answer(text: str) -> None:
    assert isinstance(dialling.why_not(text, countries=HOME), str)


def test_the_numbering_plans_are_loaded_by_those_alone_who_ask() -> None:
    program = "import sys; import apps.language.dialling; sys.exit('phonenumbers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], timeout=60).returncode == 0
