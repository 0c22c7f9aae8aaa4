"""Phone numbers: one way to keep them, four digits to show, and every way to say them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.language import phones
from tests.language.spoken import spoken

CALM = settings(max_examples=120, deadline=None)
E164 = re.compile(r"\+[1-9][0-9]{6,14}")

national = st.from_regex(r"[2-9][0-9]{2}[2-9][0-9]{6}", fullmatch=True)
abroad = st.from_regex(r"\+(?:44|49|34|52|81)[1-9][0-9]{7,10}", fullmatch=True)
digits = st.text("0123456789", min_size=1, max_size=16)
anything = st.one_of(st.text(max_size=30), st.text("0123456789+-.() /", max_size=24), national, abroad)


# ---- kept one way ----------------------------------------------------------------------------------------


@given(anything)
@CALM
def test_what_is_kept_is_e164_and_stays_as_it_is(text: str) -> None:
    kept = phones.normalise(text)
    if kept is not None:
        assert E164.fullmatch(kept)
        assert phones.normalise(kept) == kept
        assert phones.normalise(kept, country="DE") == kept


@given(national)
@CALM
def test_every_way_to_write_a_number_is_kept_the_same_way(number: str) -> None:
    area, exchange, line = number[:3], number[3:6], number[6:]
    for written in (
        number,
        f"({area}) {exchange}-{line}",
        f"{area}.{exchange}.{line}",
        f"{area}-{exchange}-{line}",
        f"{area}\u2011{exchange}\u2013{line}",  # hyphens that do not break, and dashes, come from web pages
        f"{area}\u00a0{exchange}\u00a0{line}",
        f"1 {area} {exchange} {line}",
        f"1-{area}-{exchange}-{line}",
        f"+1 {area} {exchange} {line}",
        f" +1 ({area}) {exchange}-{line} ",
        f"\u202a+1{number}\u202c",  # as address books copy it
        f"001{number}",
        f"0111{number}",
    ):
        assert phones.normalise(written) == f"+1{number}", written


@given(abroad)
@CALM
def test_a_number_from_abroad_is_kept_however_it_is_dialled(number: str) -> None:
    assert phones.normalise(number) == number
    assert phones.normalise(f"{number[:3]} ({number[3:5]}) {number[5:]}") == number
    assert phones.normalise("00" + number[1:], country="GB") == number
    assert phones.normalise("011 " + number[1:]) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "anonymous",
        "911",
        "5550134",
        "112 555 0134",
        "512 155 0134",
        "512 555 01345",
        "+1 112 555 0134",
        "+1 512 555 013",
        "++15125550134",
        "+0 512 555 0134",
        "+44",
        "512 555 0134 ext 5",
        "4242 4242 4242 4242",
        "1 800 FLOWERS",
        "\u0665\u0661\u0662\u0665\u0665\u0665\u0660\u0661\u0663\u0664",  # five one two … in Arabic digits
        "+1512555\u0660134",
    ],
)
def test_what_is_no_number_is_not_kept(text: str) -> None:
    assert phones.normalise(text) is None


def test_without_a_plus_a_number_abroad_is_not_guessed() -> None:
    assert phones.normalise("020 7946 0000", country="GB") is None


# ---- shown -----------------------------------------------------------------------------------------------


@given(anything)
@CALM
def test_no_more_than_the_last_four_digits_are_ever_shown(number: str) -> None:
    shown = phones.mask(number)
    assert sum(letter.isdigit() for letter in shown) <= 4
    assert not number or shown.startswith("•••")


@pytest.mark.parametrize(("number", "shown"), [("+15125550134", "••• 0134"), ("", "")])
def test_how_a_number_is_shown(number: str, shown: str) -> None:
    assert phones.mask(number) == shown


# ---- said and heard --------------------------------------------------------------------------------------


@given(st.data(), digits)
@CALM
def test_digits_are_heard_however_they_are_said(data: st.DataObject, number: str) -> None:
    said = data.draw(spoken(number))
    assert phones.heard(said) == number, said


@given(st.one_of(national.map(lambda number: "+1" + number), abroad, national))
@CALM
def test_what_is_said_is_heard_as_the_same_number(number: str) -> None:
    assert phones.heard(phones.say(number)) == number.removeprefix("+1").lstrip("+")


@given(anything)
@CALM
def test_only_digits_are_heard_and_anything_can_be_said(text: str) -> None:
    assert re.fullmatch("[0-9]*", phones.heard(text))
    assert phones.heard(phones.say(text)) == re.sub("[^0-9]", "", text if not text.startswith("+1") else text[2:])


def test_a_number_is_said_in_groups_that_can_be_checked() -> None:
    assert phones.say("+15125550134") == "five one two, five five five, zero one three four"
    assert phones.say("5125550134") == "five one two, five five five, zero one three four"
    assert phones.say("+442079460000") == "four four two zero seven nine four six zero zero zero zero"
    assert phones.say("") == ""


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("five one two, double five, oh", "512550"),
        ("five one two triple five oh one three four", "5125550134"),
        ("double oh seven", "007"),
        ("five one two, treble five, oh one three four", "5125550134"),
        ("five one two, quadruple five", "5125555"),
        ("five twelve five fifty five zero one thirty four", "5125550134"),
        ("five twelve, five five five, oh one thirty-four", "5125550134"),
        ("one eight hundred five five five oh one three four", "18005550134"),
        ("five one two five five five two thousand", "5125552000"),
        ("twenty double five", "2055"),
        ("twenty oh five", "2005"),
        ("fifty", "50"),
        ("fifty one", "51"),
        ("seventeen oh one", "1701"),
        ("5 1 2 5 5 5 0 1 3 4", "5125550134"),
        ("512-555-0134", "5125550134"),
        ("512.555.0134", "5125550134"),
        ("(512) 555 0134", "5125550134"),
        ("my number is five one two", "512"),
        ("it's niner niner", "99"),
        ("five one to ate for", "51284"),
        ("five one two and then um five five five", "512555"),
        ("oh, it's five one two", "512"),
        ("five one two, oh wait", "512"),
        ("five one two for Ana", "512"),
        ("double o seven", "007"),
        ("five hundred", "500"),
        ("a hundred times", ""),
        ("cinco uno dos", "512"),
        ("you can reach me at five one two", "512"),
        ("it is for Ana, to be called at 5 1 2", "512"),
        ("thank you for waiting", ""),
        ("I ate two", "2"),
        ("", ""),
    ],
)
def test_digits_as_people_say_them(said: str, meant: str) -> None:
    assert phones.heard(said) == meant
