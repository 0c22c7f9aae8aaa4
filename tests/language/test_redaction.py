"""Card numbers: none is kept, however it is grouped or said, and nothing else is lost."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.language.redaction import PLACEHOLDER, card_spans, mask_numbers, redact_cards
from tests.language.spoken import spoken

CALM = settings(max_examples=120, deadline=None)
KNOWN = [
    "4242424242424242",
    "5555555555554444",
    "378282246310005",
    "30569309025904",
    "4222222222222",
    "6304000000000000000",
]


def with_check_digit(digits: str) -> str:
    """The number that Luhn's check lets pass."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


cards = st.sampled_from(KNOWN) | st.from_regex(r"[3-6][0-9]{11,17}", fullmatch=True).map(with_check_digit)
separators = st.sampled_from(
    ["", " ", "-", ".", ",", ", ", " - ", "\n", "\u00a0", "\u2013", "/", "_", "\u200b", ")(", "\u00b7"]
)
plain = st.sampled_from(["my card is", "it's", "Visa", "", "take this:", "sure, charge", "número"])
after = st.sampled_from(["thanks", "please", "is that okay?", "", "expires soon", "— got it?"])


@st.composite
def written(draw: st.DrawFn, number: str) -> str:
    """The digits in groups of any size, with anything usual between them."""
    between = draw(separators)
    parts: list[str] = []
    while number:
        length = draw(st.integers(1, len(number)))
        parts.append(number[:length])
        number = number[length:]
    return between.join(parts)


# ---- every card ------------------------------------------------------------------------------------------


@given(st.data(), cards, plain, after)
@CALM
def test_a_written_card_is_removed_in_any_grouping_and_nothing_else(
    data: st.DataObject, card: str, before: str, rest: str
) -> None:
    text = f"{before} {data.draw(written(card))}"
    assert redact_cards(f"{text} {rest}".rstrip()) == f"{before} {PLACEHOLDER} {rest}".rstrip()


@given(st.data(), cards, plain, after)
@CALM
def test_a_spoken_card_is_removed_however_it_is_said_and_nothing_else(
    data: st.DataObject, card: str, before: str, rest: str
) -> None:
    text = f"{before} {data.draw(spoken(card))}"
    assert redact_cards(f"{text} {rest}".rstrip()) == f"{before} {PLACEHOLDER} {rest}".rstrip(), text


@given(st.data(), cards)
@CALM
def test_a_misheard_digit_lets_no_card_through(data: st.DataObject, card: str) -> None:
    place = data.draw(st.integers(0, len(card) - 1))
    wrong = card[:place] + data.draw(st.sampled_from("0123456789")) + card[place + 1 :]
    assert redact_cards(f"it is {wrong}") == f"it is {PLACEHOLDER}"


@given(st.data(), st.lists(cards, min_size=2, max_size=3))
@CALM
def test_every_card_of_a_text_is_removed(data: st.DataObject, several: list[str]) -> None:
    text = " or take ".join(data.draw(written(card)) for card in several)
    assert redact_cards(text) == " or take ".join([PLACEHOLDER] * len(several))


@given(
    st.text()
    | st.lists(st.sampled_from(["4242", "five", "double", "and", "+", "-", "to", "oh", "pizza"])).map(" ".join)
)
@CALM
def test_redacting_twice_changes_nothing_and_no_long_run_is_left(text: str) -> None:
    once = redact_cards(text)
    assert redact_cards(once) == once
    assert not re.search(r"(?<!\+)\b[0-9]{16,}", once)


# ---- nothing else ----------------------------------------------------------------------------------------

harmless = st.one_of(
    st.from_regex(r"[0-9]{1,12}", fullmatch=True),
    st.from_regex(r"\$[0-9]{1,4}\.[0-9]{2}", fullmatch=True),
    st.from_regex(r"\(?[2-9][0-9]{2}\)? [2-9][0-9]{2}-[0-9]{4}", fullmatch=True),
    st.from_regex(r"\+[1-9][0-9]{6,12}", fullmatch=True),
    st.from_regex(r"\+49 15[0-9]{2} [0-9]{7}", fullmatch=True),
    st.from_regex(r"1?[0-9]:[0-5][0-9]", fullmatch=True),
    st.datetimes().map(str),
    st.dates().map(str),
    st.uuids(version=4).map(lambda made: made.hex[:12]),
    st.integers(0, 9).flatmap(lambda seed: spoken("5125550134"[seed:] or "5")),
    st.text("abcdefghijklmnopqrstuvwxyz,.!", max_size=12),
)


@given(st.lists(harmless, max_size=5))
@CALM
def test_what_has_fewer_digits_than_a_card_stays_as_it_is(parts: list[str]) -> None:
    text = " pizzas at ".join(parts)
    assert redact_cards(text) == text
    assert card_spans(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "call me at +4915112345678",
        "+49 1511 2345678",
        "(512) 555-0134",
        "five one two five five five oh one three four",
        "one large, two small, three medium and four cokes for five people at six",
        "one two three four five six seven eight nine",
        "2026-07-14T19:00:00.123456+02:00",
        "2026-07-14 19:00:00",
        "order 12 for $34.50 at 7:30 on 07/14/2026",
        "someone often went alone to the phone",  # digits within words
        "for to ate oh for to ate oh for to ate oh for to",
    ],
)
def test_what_people_say_with_digits_in_it_stays(text: str) -> None:
    assert redact_cards(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("It's 4242 4242 4242 4242.", f"It's {PLACEHOLDER}."),
        ("it's 4242.4242.4242.4242, ok", f"it's {PLACEHOLDER}, ok"),
        ("4242,4242,4242,4242", PLACEHOLDER),
        ("four two four two, four to four two, 4242 and then um forty-two forty-two", PLACEHOLDER),
        ("Four Double Two Four One Thousand 4 2 4 2 4 2 4 2", PLACEHOLDER),
        ("cuatro dos cuatro dos 4242 4242 4242", PLACEHOLDER),
        ("４２４２４２４２４２４２４２４２", PLACEHOLDER),
        ("card4242424242424242card", f"card{PLACEHOLDER}card"),
        ("4242424242424242 12/27 123", PLACEHOLDER),  # its date and code go with it
        ("it's for 4242 4242 4242 4242 for Ana", f"it's for {PLACEHOLDER} for Ana"),
        ("+4242 4242 4242 4242", PLACEHOLDER),
        ("+4242424242424243", PLACEHOLDER),
        ("+378282246310005", PLACEHOLDER),
        ("+4915112345678, 4242 4242 4242 4242", PLACEHOLDER),
        ("4 " * 2000, f"{PLACEHOLDER} "),
    ],
)
def test_cards_as_people_say_and_write_them(text: str, left: str) -> None:
    assert redact_cards(text) == left


def test_long_texts_that_almost_hold_a_card_cost_little_time() -> None:
    """Every word of a call passes here, some of them on the event loop."""
    began = time.process_time()
    for text in (
        "4 " + "um " * 20_000,
        "4" + " " * 60_000 + "x",
        "4 um x " * 8_000,
        "+" * 50_000,
        "four" * 12_000,
        "4 " + "to " * 20_000 + "the",
    ):
        assert redact_cards(text) == text
    assert redact_cards("4 " + "to " * 20_000 + "4") == PLACEHOLDER
    assert time.process_time() - began < 3, "it grows with the square of the length"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("My number is five one two, five five five, oh one three four.", "My number is ••• 0134."),
        ("It's +1 (512) 555-0134, thanks.", "It's ••• 0134, thanks."),
        ("Call 5550134 or 512-555-0177", "Call ••• 0134 or ••• 0177"),
        ("double five five, zero one, double three", "••• 0133"),
        ("Two large and three small, that is $41.50.", "Two large and three small, that is $41.50."),
        ("Order 39, at seven thirty.", "Order 39, at seven thirty."),
        ("one two three four five six", "one two three four five six"),
        ("", ""),
    ],
)
def test_a_phone_number_is_masked_in_what_was_said_and_nothing_else_is(said: str, shown: str) -> None:
    assert mask_numbers(said) == shown
