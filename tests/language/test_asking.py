"""Which questions are answered with digits."""

from __future__ import annotations

import pytest

from apps.language.asking import asks_for_digits


@pytest.mark.parametrize(
    "question",
    [
        "What's the best number to reach you?",
        "Sure. And what phone number should I put on the order?",
        "Could you tell me your number, please?",
        "What is the order number?",
        "Which number can we call you back on?",
        "Could you say the last four digits again?",
        "¿Cuál es su número de teléfono?",
        "¿A qué número lo llamamos?",
    ],
)
def test_asking_for_a_number_expects_digits(question: str) -> None:
    assert asks_for_digits(question)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "How many people will it be?",
        "What size would you like?",
        "Our phone number is on the website.",
        "I have your number. Anything else?",
        "Your order number is forty-two. Goodbye.",
        "Is that right?",
    ],
)
def test_other_questions_and_statements_do_not(text: str) -> None:
    assert not asks_for_digits(text)
