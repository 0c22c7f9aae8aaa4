"""What Whisper is told, and what of its text somebody said."""

from __future__ import annotations

from decimal import Decimal

import pytest

from apps.menu.card import Card, Item
from apps.voice.stt import whispered
from apps.voice.stt.whisper_worker import windows


def _said(text: str, *, confidence: float = 0.9, speech_ms: int = 2000) -> str:
    return whispered.words(text, confidence=confidence, speech_ms=speech_ms)


def _card(*names: str) -> Card:
    return Card(items=tuple(Item(id=name, name=name, category="All", price=Decimal(9)) for name in names))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Two large pizzas.", "Two large pizzas."),
        ("[BLANK_AUDIO]", ""),
        ("(upbeat music)", ""),
        ("*coughs*", ""),
        ("♪ la la la ♪", ""),
        ("[Music", ""),
        (" [door closes] Hello, is anybody there?", "Hello, is anybody there?"),
        ("- Yes. (laughs) A coke.", "Yes. A coke."),
        (">> Table for two at 7:30.", "Table for two at 7:30."),
        ("...", ""),
        ("", ""),
    ],
)
def test_sounds_that_are_described_are_not_words(text: str, words: str) -> None:
    assert _said(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for watching!",
        "Thank you so much for watching.",
        "Please subscribe.",
        "Subtitles by the Amara.org community",
    ],
)
def test_what_only_subtitles_say_nobody_said(text: str) -> None:
    assert _said(text) == ""


def test_a_thank_you_is_believed_only_where_there_was_as_much_speech_as_it_needs() -> None:
    assert _said("Thank you.", speech_ms=400) == "Thank you."
    assert _said("Thank you.", speech_ms=320) == "Thank you."
    assert _said("Thank you.", speech_ms=319) == ""
    assert _said("Thank you.", speech_ms=400, confidence=0.49) == ""
    assert _said("Thank you very much.", speech_ms=500) == ""
    assert _said("Gracias", speech_ms=100) == ""
    assert _said("Thank you, that's all.", speech_ms=450) == "Thank you, that's all."


def test_yes_and_no_are_words_however_short() -> None:
    assert [_said(word, speech_ms=90) for word in ("Yes.", "No.", "Okay.")] == ["Yes.", "No.", "Okay."]


def test_guesses_are_no_words() -> None:
    assert _said("Two large pizzas.", confidence=0.2) == "Two large pizzas."
    assert _said("Two large pizzas.", confidence=0.19) == ""


def test_more_words_than_anybody_can_say_are_a_loop() -> None:
    assert _said("pizza " * 5, speech_ms=500) == ("pizza " * 5).strip()
    assert _said("pizza " * 5, speech_ms=499) == ""
    assert _said("a large pizza", speech_ms=90) == "a large pizza", "the ear may miss the end of a word"


def test_it_is_told_the_dishes_and_what_answer_is_likely() -> None:
    card = _card("Margherita", "Calzone", "Margherita")
    assert whispered.prompt(card, expected="anything") == "Margherita, Calzone."
    assert whispered.prompt(card, expected="digits") == "Margherita, Calzone. My number is 415-555-0173."
    assert whispered.prompt(Card(), expected="yes_or_no") == "Yes, please. No, thanks."
    assert whispered.prompt(Card(), expected="anything") == ""


def test_a_long_menu_is_cut_at_a_dish() -> None:
    names = [f"Dish number {number}" for number in range(200)]
    told = whispered.prompt(_card(*names), expected="digits")
    assert 560 < len(told) <= 600
    menu, _, hint = told.partition(". ")
    assert hint == "My number is 415-555-0173."
    assert set(menu.split(", ")) <= set(names)


def test_the_encoder_looks_as_far_as_there_is_sound() -> None:
    assert windows(1.2, most=1500) == 512
    assert windows(10.0, most=1500) == 628
    assert windows(25.0, most=1500) == 1378
    assert windows(29.0, most=1500) == 1500
