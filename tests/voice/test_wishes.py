"""What staff may want of a running call, and when it cannot be."""

from __future__ import annotations

import pytest

from apps.voice import wishes
from apps.voice.conversation import Conversation
from apps.voice.events import Decided, Ending, Prompted
from apps.voice.wishes import Wish
from tests.voice.talks import listening, thinking

SAY, BYE = Wish("say", by="ana", text="Hello."), Wish("hang-up", by="ana")


def test_a_call_that_has_not_begun_or_is_ending_says_so() -> None:
    assert (SAY.refused(Conversation()), BYE.refused(Conversation())) == (wishes.NOT_YET, wishes.NOT_YET)
    call = listening()
    assert (SAY.refused(call), BYE.refused(call)) == ("", "")
    call.receive(Decided("Goodbye.", Ending.GOODBYE))
    assert (SAY.refused(call), BYE.refused(call)) == (wishes.ENDING, "")


def test_only_so_much_waits() -> None:
    call = thinking()
    call.receive(Prompted(("One.",) * (wishes.MOST_WAITING - 1)))
    assert SAY.refused(call) == ""
    call.receive(Prompted(("Two.",)))
    assert SAY.refused(call) == wishes.TOO_MANY


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("  ", wishes.EMPTY),
        ("...\x00", wishes.EMPTY),
        ("a" * 201, wishes.TOO_LONG),
        ("Pay with 4929 1234 5678 9012", wishes.CARD),
    ],
)
def test_what_is_not_said_on_the_line(text: str, why: str) -> None:
    with pytest.raises(wishes.Refused, match=why):
        wishes.spoken(text)


def test_words_are_said_on_one_line_without_what_cannot_be_said() -> None:
    assert wishes.spoken(" The oven\nis\x07 slow. ") == "The oven is slow."
    assert wishes.spoken("Call us at 512 555 0134.") == "Call us at 512 555 0134."
