"""What the caller understands of the agent's words."""

from __future__ import annotations

import pytest

from apps.voice.carrier import hearing
from apps.voice.carrier.goals import Wish
from apps.voice.carrier.hearing import Question
from tests.voice.carrier.cards import CARD, CRUST

MARGHERITA, COKE = Wish(CARD.by_id["marg"]), Wish(CARD.by_id["coke"])


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("What can I get for you?", Question.OPEN),
        ("What size would you like for the Margherita: small or large?", Question.SIZE),
        ("Which crust would you like for the Margherita: thin crust or deep dish?", Question.CHOICE),
        ("Thin crust or deep dish?", Question.CHOICE),
        ("Got it, two Cokes. Anything else?", Question.ELSE),
        ("Would that be all?", Question.ELSE),
        ("What name should I put on the order?", Question.NAME),
        ("Could you spell that for me?", Question.SPELL),
        ("How many Cokes would you like?", Question.HOW_MANY),
        ("Did you mean the Diet Coke?", Question.MEANT),
        ("Sorry, I didn't get that. Could you say it again?", Question.AGAIN),
        ("Are you still there?", Question.AGAIN),
        (
            "One Coke, for Anna. Your total is three dollars, ready at five p m. Shall I place the order?",
            Question.READ_BACK,
        ),
        ("Your order is placed. It will be ready at five p m.", Question.PLACED),
        ("Your order number is twelve. Anything else?", Question.PLACED),
    ],
)
def test_a_question_is_understood(said: str, question: Question) -> None:
    assert hearing.understand(said, card=CARD, wishes=(MARGHERITA, COKE)).question is question


def test_the_group_and_the_dish_of_a_question_are_known() -> None:
    heard = hearing.understand("Thin crust or deep dish?", card=CARD, wishes=(MARGHERITA, COKE))
    assert (heard.item, heard.group) == (MARGHERITA.item, CRUST)


def test_a_read_back_is_read_line_by_line() -> None:
    said = (
        "Two large Margherita with thin crust and extra cheese, one small Caesar Salad with no croutons, and "
        "three Diet Coke, for Anna. Your total is forty dollars, ready at five oh seven p m."
    )
    lines = {line.item.name: line for line in hearing.read(said, card=CARD)}
    assert set(lines) == {"Margherita", "Caesar Salad", "Diet Coke"}
    assert (lines["Margherita"].quantity, lines["Margherita"].size) == (2, "large")
    assert lines["Margherita"].options == {"thin crust", "extra cheese"}
    assert lines["Caesar Salad"].refused == {"croutons"}
    assert lines["Diet Coke"].quantity == 3


def test_a_number_in_a_size_is_not_the_quantity() -> None:
    (line,) = hearing.read("One six piece Chicken Wings.", card=CARD)
    assert (line.quantity, line.size) == (1, "six piece")


def test_a_side_that_is_also_a_dish_stays_a_side() -> None:
    (line,) = hearing.read("One Salmon Bento with miso soup.", card=CARD)
    assert line.options == {"miso soup"}
    both = hearing.read("One Salmon Bento with pickles, and two Miso Soup.", card=CARD)
    assert [line.item.name for line in both] == ["Salmon Bento", "Miso Soup"]


def test_twice_as_much_of_something_is_not_the_same_as_some() -> None:
    (line,) = hearing.read("One small Margherita with thin crust and extra mushrooms.", card=CARD)
    assert "mushrooms" not in line.options


def test_every_number_up_to_twelve_is_read_whole() -> None:
    for value, word in enumerate(hearing._COUNTS, start=1):
        (line,) = hearing.read(f"{word.capitalize()} Coke, for Kim.", card=CARD)
        assert line.quantity == value, word
