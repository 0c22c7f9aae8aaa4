"""Which language somebody speaks."""

from __future__ import annotations

import pytest

from apps.language.tongues import spoken

OFFERED = ("en", "es")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hola, quiero una lasagna por favor", "es"),
        ("¿dónde están?", "es"),
        ("me gustaría ordenar", "es"),
        ("do you speak Spanish?", "es"),
        ("¿hablan inglés o español?", "es"),
        ("parlez-vous français ?", "fr"),
        ("je voudrais réserver une table pour deux", "fr"),
        ("ich möchte einen Tisch für zwei Personen reservieren", "de"),
        ("vorrei prenotare un tavolo per due persone", "it"),
        ("eu gostaria de pedir uma pizza, por favor", "pt"),
        ("我想订一张桌子", "zh"),
        ("予約したいのですが", "ja"),
        ("피자 하나 주세요", "ko"),
        ("Я хочу заказать пиццу", "ru"),
    ],
)
def test_a_language_is_known_by_its_little_words_or_its_letters(text: str, language: str) -> None:
    assert spoken(text, before="en", offered=OFFERED) == language


@pytest.mark.parametrize(
    "text",
    [
        "penne alla vodka and a margherita",
        "two tacos al pastor con todo",
        "one pizza quattro stagioni per favore",
        "la casa burger and a crème brûlée",
        "Maria de la Cruz",
        "can I get the tres leches",
        "do you have anything in the French style for the kids to share tonight",
        "una pizza",
        "",
        "…",
    ],
)
def test_names_of_dishes_and_people_change_nothing(text: str) -> None:
    assert spoken(text, before="en", offered=OFFERED) == "en"


@pytest.mark.parametrize("text", ["sí", "Carmen", "dos Cokes", "para llevar", "una pizza grande", "no"])
def test_short_answers_leave_the_language_as_it_was(text: str) -> None:
    assert spoken(text, before="es", offered=OFFERED) == "es"


def test_whoever_goes_back_to_english_is_followed() -> None:
    assert spoken("sorry, can I have the bill with that", before="es", offered=OFFERED) == "en"


def test_a_language_that_is_not_offered_needs_more_words() -> None:
    assert spoken("bonjour merci", before="en", offered=OFFERED) == "en"
    assert spoken("bonjour merci", before="en", offered=("en", "fr")) == "fr"


def test_between_two_that_are_as_likely_the_offered_one_counts_and_between_two_of_those_neither() -> None:
    assert spoken("pedir mesa por favor", before="en", offered=OFFERED) == "es"
    assert spoken("pedir mesa por favor", before="en", offered=("en", "pt")) == "pt"
    assert spoken("pedir mesa por favor", before="en", offered=("en", "es", "pt")) == "en"
