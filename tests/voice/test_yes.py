"""Whose yes counts: only the first words after the whole read-back was heard, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from apps.voice import speech
from apps.voice.conversation import Phrases
from tests.voice.telephone import Live, calling
from tests.voice.virtual_time import in_virtual_time

READ_BACK = ("One lasagna for Martin.", "Shall I place the order?")
QUOTE, COMMIT = calling("create_order", lines=[]), calling("create_order", confirm_version=1)
QUOTED = {"status": "quoted", "cart_version": 1, "read_back": " ".join(READ_BACK)}
PLACED = {"status": "placed", "number": 12}
PHRASES = Phrases()
Make = Callable[..., Live]


@pytest.fixture
def ordering(live: Make) -> Make:
    """A call in which the first answer is a read-back; the others are the model's."""
    return lambda *answers, **chosen: live(QUOTE, *answers, results={"create_order": [QUOTED, PLACED]}, **chosen)


@in_virtual_time
async def test_a_yes_after_the_whole_read_back_was_heard_counts(ordering: Make) -> None:
    async with ordering(COMMIT, "It is placed.").on_the_line() as call:
        await call.until_listening()
        await call.asks("one lasagna please")
        assert call.ears.expected[-1] == "yes_or_no"
        asked_ms = call.ears.now_ms
        await call.asks("yes please")
    (_, before), (_, after) = call.ran
    assert before is None
    assert after is not None
    assert (after.version, after.by) == (1, "caller")
    assert after.said_at_ms is not None
    assert after.said_at_ms >= asked_ms
    assert call.log.of("yes", "version") == [1]
    assert call.ears.expected[-1] == "anything"


@pytest.mark.parametrize("after_seconds", [0.5, 2.5, 3.9])
@in_virtual_time
async def test_a_yes_into_the_read_back_does_not_count(ordering: Make, after_seconds: float) -> None:
    """The interruption clears the line, and all its marks come back at once: they prove nothing."""
    async with ordering(COMMIT, "Shall I?").on_the_line() as call:
        await call.until_listening()
        await call.says("one lasagna please")
        await call.until_saying(READ_BACK[1])
        await asyncio.sleep(after_seconds)
        await call.asks("yes")
    assert call.phone.clears == 1
    assert "0.3.-1" in call.phone.returned
    assert READ_BACK[1] not in call.heard
    assert call.ran[1] == ("create_order", None)
    assert call.log.of("yes", "version") == []


@in_virtual_time
async def test_a_yes_while_the_read_back_is_said_does_not_count_without_a_start_of_speech(ordering: Make) -> None:
    async with ordering(COMMIT, "Shall I?").on_the_line() as call:
        await call.until_listening()
        await call.says("one lasagna please")
        await call.until_saying(READ_BACK[1])
        call.ears.report(speech.Utterance("yes", 0.9, 0, 100))
        await call.until_listening()
    assert call.ran[1] == ("create_order", None)


@in_virtual_time
async def test_a_yes_to_are_you_still_there_is_no_yes_to_the_order(ordering: Make) -> None:
    async with ordering(COMMIT, "Shall I?").on_the_line() as call:
        await call.until_listening()
        await call.asks("one lasagna please")
        await call.until_saying(PHRASES.still_there[0])
        await call.until_listening()
        await call.asks("yes")
    assert call.ran[1] == ("create_order", None)


@in_virtual_time
async def test_a_yes_to_another_question_of_the_agent_is_no_yes_to_the_order(ordering: Make) -> None:
    async with ordering("We close at ten. Is that all right?", COMMIT, "Shall I?").on_the_line() as call:
        await call.until_listening()
        await call.asks("one lasagna please")
        await call.asks("when do you close")
        await call.asks("yes")
    assert call.ran[1] == ("create_order", None)


@in_virtual_time
async def test_only_the_first_words_after_a_read_back_count(ordering: Make) -> None:
    async with ordering([5.0, "Take your time."], COMMIT, "Shall I?").on_the_line() as call:
        await call.until_listening()
        await call.asks("one lasagna please")
        await call.says("let me think")
        await asyncio.sleep(1)
        await call.asks("yes")
    assert call.ran[1] == ("create_order", None)


@in_virtual_time
async def test_an_utterance_without_words_answers_nothing(ordering: Make) -> None:
    async with ordering(COMMIT, "It is placed.").on_the_line() as call:
        await call.until_listening()
        await call.asks("one lasagna please")
        await call.says("  ")
        await call.asks("yes")
    assert call.log.of("yes", "version") == [1]
    assert call.log.of("utterance", "text") == ["one lasagna please", "yes"]


@pytest.mark.parametrize("sentence", [0, 1])
@in_virtual_time
async def test_a_read_back_that_a_cough_cut_off_is_said_again_and_its_yes_counts(ordering: Make, sentence: int) -> None:
    async with ordering(COMMIT, "It is placed.").on_the_line() as call:
        await call.until_listening()
        await call.says("one lasagna please")
        await call.until_saying(READ_BACK[1])
        await asyncio.sleep(1.0 + 2.0 * sentence)
        call.coughs()
        await asyncio.sleep(1)
        assert call.phone.silent
        await call.until_listening()
        await call.until(lambda: call.phone.silent and READ_BACK[1] in call.heard)
        await call.asks("yes")
    assert call.said[2:-1] == [*READ_BACK, *READ_BACK[sentence:]]
    assert [yes and yes.version for _, yes in call.ran] == [None, 1]


@in_virtual_time
async def test_coughing_twice_into_a_read_back_still_leaves_a_yes(ordering: Make) -> None:
    async with ordering(COMMIT, "It is placed.").on_the_line() as call:
        await call.until_listening()
        await call.says("one lasagna please")
        for times in (1, 2):
            await call.until_saying(READ_BACK[0], times=times)
            await asyncio.sleep(1)
            call.coughs()
        await call.until(lambda: READ_BACK[1] in call.heard)
        await call.until_listening()
        await call.asks("yes")
    assert [yes and yes.version for _, yes in call.ran] == [None, 1]


@pytest.mark.parametrize("answer", ["With what?", [ConnectionError("model")]], ids=["answered", "failed"])
@in_virtual_time
async def test_words_into_a_read_back_make_its_later_yes_void(ordering: Make, answer: Any) -> None:
    """What was cut off by words is not said again, so nobody heard the end of it."""
    async with ordering(answer, COMMIT, "Shall I?").on_the_line() as call:
        await call.until_listening()
        await call.says("one lasagna please")
        await call.until_saying(READ_BACK[1])
        await asyncio.sleep(1)
        await call.asks("with a salad")
        await call.asks("yes")
    assert call.ran[1] == ("create_order", None)


@in_virtual_time
async def test_a_yes_to_could_you_say_it_again_is_no_yes_to_the_order(ordering: Make) -> None:
    """A cough between the last sentence's mark and the reply's: there is nothing to say again."""
    async with ordering(COMMIT, "Shall I?").on_the_line() as call:
        await call.until_listening()
        await call.says("one lasagna please")
        marked = call.phone.marked

        def coughing(name: str) -> None:
            if name == "0.3.-1":
                call.coughs()
                asyncio.get_running_loop().call_later(0.2, marked, name)
            else:
                marked(name)

        call.phone.marked = coughing
        await call.until_saying(PHRASES.again)
        await call.until_listening()
        await call.asks("yes")
    assert call.ran[1] == ("create_order", None)


@in_virtual_time
async def test_a_yes_taken_back_before_it_was_acted_on_is_none(ordering: Make) -> None:
    async with ordering([3.0, COMMIT], COMMIT, "Shall I?").on_the_line() as call:
        await call.until_listening()
        await call.asks("one lasagna please")
        await call.says("yes")
        await asyncio.sleep(1)
        await call.asks("no wait")
    assert call.ran[1] == ("create_order", None)


@in_virtual_time
async def test_digits_are_expected_after_a_question_for_a_number_and_until_it_is_answered(live: Make) -> None:
    call = live("Sure. What phone number can we reach you at?", "Thank you.")
    async with call.on_the_line():
        await call.until_listening()
        await call.asks("i would like to be called back")
        assert call.ears.expected[-1] == "digits"
        await call.asks("four one five five five five zero one seven three")
        assert call.ears.expected[-1] == "anything"
