"""Staff step into the machine: what they have said waits for a turn boundary, how they end the call stands."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from apps.voice.conversation import Conversation, State
from apps.voice.events import (
    END,
    CancelReply,
    ClearAudio,
    Decided,
    Ending,
    HearingLost,
    Played,
    Pressed,
    Prompted,
    Reply,
    ReplyDone,
    ReplyFailed,
    Sentence,
    Speak,
    SpeechStarted,
    StartHearing,
    StartTimer,
    StillSpeaking,
    TimedOut,
    Timer,
    Utterance,
)
from tests.voice.talks import LIMITS, PHRASES, STARTED, end, hear_out, listening, speaking, spoken, state, thinking

SAY = Prompted(("The oven is slow today.", "It takes ten minutes more."))
BYE = Decided("Thank you, goodbye!", Ending.GOODBYE)
OVER = Decided("Somebody takes your call.", Ending.TRANSFER)


def test_amid_silence_the_words_are_said_at_once() -> None:
    call = listening()
    commands = call.receive(SAY)
    assert spoken(commands) == list(SAY.sentences)
    assert all(one.prompted for one in commands if isinstance(one, Speak))
    assert state(call) is State.SPEAKING
    hear_out(call)
    assert state(call) is State.LISTENING


@pytest.mark.parametrize("make", [thinking, speaking])
def test_amid_a_reply_they_wait_until_it_was_heard_out(make: Callable[[], Conversation]) -> None:
    call = make()
    assert call.receive(SAY) == []
    if state(call) is State.THINKING:
        call.receive(Sentence(call.turn, "Sure."))
        call.receive(ReplyDone(call.turn))
    assert not [one for one in hear_out_but_the_end(call) if isinstance(one, Speak)]
    assert spoken(call.receive(Played(call.turn, END))) == list(SAY.sentences)


def hear_out_but_the_end(call: Conversation) -> list[object]:
    return [one for index in range(len(call.said)) for one in call.receive(Played(call.turn, index))]


def test_nobody_is_talked_over() -> None:
    call = listening()
    call.receive(SpeechStarted())
    assert call.receive(SAY) == []
    assert [type(one) for one in call.receive(Utterance("A pizza."))] == [Reply, StartTimer]
    call.receive(Sentence(call.turn, "Which size?"))
    call.receive(ReplyDone(call.turn))
    assert spoken(hear_out(call)) == list(SAY.sentences)


def test_after_words_that_nobody_understood_they_take_the_place_of_the_question() -> None:
    call = listening()
    call.receive(StillSpeaking())
    call.receive(SAY)
    assert spoken(call.receive(TimedOut(Timer.RESUME, call.turn))) == list(SAY.sentences)


def test_the_notice_comes_first() -> None:
    call = Conversation()
    call.receive(STARTED)
    assert call.receive(SAY) == []
    assert StartHearing() in call.receive(Played(call.turn, 0))
    call.receive(Played(call.turn, 1))
    assert spoken(call.receive(Played(call.turn, END))) == list(SAY.sentences)


def test_an_ending_that_was_due_comes_after_them() -> None:
    call = speaking("Goodbye!", ending=Ending.GOODBYE)
    call.receive(SAY)
    assert end(hear_out(call)) is None
    assert end(hear_out(call)) is Ending.GOODBYE


def test_a_cough_into_them_is_forgiven_and_words_are_answered() -> None:
    call = listening()
    call.receive(SAY)
    assert ClearAudio() in call.receive(SpeechStarted())
    again = call.receive(TimedOut(Timer.RESUME, call.turn))
    assert spoken(again) == list(SAY.sentences)
    assert all(one.prompted for one in again if isinstance(one, Speak))
    assert Reply(call.turn + 2, "Fine.") in call.receive(Utterance("Fine."))


def test_several_are_said_in_their_order() -> None:
    call = thinking()
    call.receive(Prompted(("One.",)))
    call.receive(Prompted(("Two.",)))
    call.receive(Sentence(call.turn, "Sure."))
    call.receive(ReplyDone(call.turn))
    assert spoken(hear_out(call)) == ["One.", "Two."]


def test_a_reply_that_fails_does_not_lose_them() -> None:
    call = thinking()
    call.receive(SAY)
    assert spoken(call.receive(ReplyFailed(call.turn))) == [PHRASES.failed]
    assert spoken(hear_out(call)) == list(SAY.sentences)


# ---- how staff end a call ----------------------------------------------------------------------------


@pytest.mark.parametrize("decision", [BYE, OVER])
def test_staff_end_a_call_once_its_last_words_were_heard(decision: Decided) -> None:
    call = listening()
    commands = call.receive(decision)
    assert spoken(commands) == [decision.words]
    assert StartTimer(Timer.FAREWELL, call.turn, LIMITS.farewell_seconds) in commands
    assert end(commands) is None
    assert end(call.receive(Played(call.turn, 0))) is None
    assert end(call.receive(Played(call.turn, END))) is decision.ending


def test_a_reply_that_is_being_made_is_dropped_for_it() -> None:
    call = thinking()
    turn = call.turn
    commands = call.receive(OVER)
    assert commands[:2] == [CancelReply(turn), ClearAudio()]
    assert call.receive(Sentence(turn, "Which size?")) == []


def test_an_ok_into_it_stops_the_agent_and_does_not_take_it_back() -> None:
    call = listening()
    call.receive(OVER)
    assert ClearAudio() in call.receive(SpeechStarted())
    commands = call.receive(Utterance("Oh, thank you."))
    assert spoken(commands) == [OVER.words]
    assert not [one for one in commands if isinstance(one, Reply)]
    assert end(hear_out(call)) is Ending.TRANSFER


def test_a_cough_or_silence_after_it_says_it_again() -> None:
    call = listening()
    call.receive(BYE)
    call.receive(SpeechStarted())
    assert spoken(call.receive(TimedOut(Timer.RESUME, call.turn))) == [BYE.words]
    call.receive(SpeechStarted())
    call.receive(StillSpeaking())
    assert spoken(call.receive(TimedOut(Timer.RESUME, call.turn))) == [BYE.words]


@pytest.mark.parametrize("decision", [BYE, OVER])
def test_whoever_never_stops_talking_is_cut_off_in_the_end(decision: Decided) -> None:
    call = listening()
    call.receive(decision)
    for _ in range(5):
        call.receive(SpeechStarted())
        call.receive(Utterance("And another thing"))
    call.receive(SpeechStarted())
    assert end(call.receive(TimedOut(Timer.FAREWELL, 0))) is decision.ending


def test_the_last_decision_counts_and_saying_it_twice_changes_nothing() -> None:
    call = listening()
    call.receive(OVER)
    assert call.receive(OVER) == []
    assert spoken(call.receive(BYE)) == [BYE.words]
    assert end(hear_out(call)) is Ending.GOODBYE


def test_after_it_neither_a_key_nor_lost_hearing_nor_the_longest_time_nor_a_prompt_changes_it() -> None:
    call = listening()
    call.receive(BYE)
    for event in (Pressed("0"), HearingLost(), TimedOut(Timer.LONGEST, 0), SAY):
        assert call.receive(event) == []
    assert end(hear_out(call)) is Ending.GOODBYE


def test_what_was_to_be_said_is_dropped_for_it() -> None:
    call = thinking()
    call.receive(SAY)
    call.receive(BYE)
    assert end(hear_out(call)) is Ending.GOODBYE


def test_amid_the_notice_nobody_is_heard_before_the_call_ends() -> None:
    call = Conversation()
    call.receive(STARTED)
    call.receive(OVER)
    assert call.receive(SpeechStarted()) == []
    assert not call.hearing
    assert end(hear_out(call)) is Ending.TRANSFER
