"""The conversation machine: what callers say into the agent's words, and coughs."""

from __future__ import annotations

import pytest

from apps.voice.conversation import Conversation, State
from apps.voice.events import (
    END,
    CancelReply,
    ClearAudio,
    End,
    Ending,
    MarkEnd,
    Played,
    Reply,
    ReplyDone,
    ReplyFailed,
    Sentence,
    SpeechStarted,
    StartTimer,
    StillSpeaking,
    TimedOut,
    Timer,
    Utterance,
)
from tests.voice.talks import (
    LIMITS,
    PHRASES,
    end,
    hear_out,
    listening,
    speaking,
    spoken,
    state,
    thinking,
    timer,
)


def test_barge_in_stops_speech_and_drops_the_rest_of_the_reply() -> None:
    call = thinking()
    turn = call.turn
    call.receive(Sentence(turn, "We have"))
    commands = call.receive(SpeechStarted())
    assert commands[:2] == [CancelReply(turn), ClearAudio()]
    assert timer(commands) is Timer.RESUME
    assert state(call) is State.LISTENING
    for late in (
        Sentence(turn, "forty"),
        ReplyDone(turn),
        ReplyFailed(turn),
        Played(turn, 0),
        Played(turn, END),
    ):
        assert call.receive(late) == []


def test_a_reply_that_is_all_made_is_not_cancelled_when_it_is_interrupted() -> None:
    call = speaking()
    assert not [command for command in call.receive(SpeechStarted()) if isinstance(command, CancelReply)]


def test_what_a_cough_cut_off_is_said_again_from_the_sentence_that_was_not_heard() -> None:
    call = speaking("One.", "Two.", "Three.")
    call.receive(Played(call.turn, 0))
    call.receive(SpeechStarted())
    commands = call.receive(TimedOut(Timer.RESUME, call.turn))
    assert spoken(commands) == ["Two.", "Three."]
    assert MarkEnd(call.turn) in commands
    hear_out(call)
    assert state(call) is State.LISTENING
    assert spoken(call.receive(TimedOut(Timer.SILENCE, call.turn))) == [PHRASES.still_there[0]]


def test_what_was_said_instead_of_a_cough_replaces_what_was_cut_off() -> None:
    call = speaking("One.", "Two.")
    call.receive(SpeechStarted())
    call.receive(Utterance("No, wait."))
    call.receive(ReplyFailed(call.turn))
    hear_out(call)
    call.receive(SpeechStarted())
    assert spoken(call.receive(TimedOut(Timer.RESUME, call.turn))) == [PHRASES.again]


def test_a_cough_into_a_reply_that_was_heard_to_the_end_makes_no_second_reply() -> None:
    call = speaking("One.")
    call.receive(Played(call.turn, 0))
    call.receive(SpeechStarted())
    commands = call.receive(TimedOut(Timer.RESUME, call.turn))
    assert not [command for command in commands if isinstance(command, Reply)]
    assert spoken(commands) == [PHRASES.again]


def test_speech_while_thinking_cancels_the_reply_and_the_new_words_are_answered() -> None:
    call = thinking("A pizza")
    turn = call.turn
    assert call.receive(SpeechStarted())[:2] == [CancelReply(turn), ClearAudio()]
    assert call.receive(Utterance("and a cola"))[0] == Reply(call.turn, "and a cola")
    assert call.turn > turn


def test_words_while_thinking_without_a_start_of_speech_join_as_well() -> None:
    call = thinking("A pizza")
    turn = call.turn
    assert call.receive(Utterance("and a cola"))[:3] == [
        CancelReply(turn),
        ClearAudio(),
        Reply(call.turn, "and a cola"),
    ]


def test_after_a_cough_while_thinking_the_same_words_are_answered() -> None:
    call = thinking("A pizza")
    call.receive(SpeechStarted())
    assert call.receive(TimedOut(Timer.RESUME, call.turn))[0] == Reply(call.turn, "")


def test_a_cough_into_a_reply_that_is_still_being_made_has_it_made_again_whole() -> None:
    call = thinking("A pizza")
    call.receive(Sentence(call.turn, "One moment."))
    call.receive(SpeechStarted())
    assert call.receive(TimedOut(Timer.RESUME, call.turn))[0] == Reply(call.turn, "")
    assert state(call) is State.THINKING


def test_a_reply_longer_than_the_wait_for_its_end_is_not_given_up_while_it_is_heard() -> None:
    call = speaking("One.", "Two.")
    commands = call.receive(Played(call.turn, 0))
    assert commands == [StartTimer(Timer.PLAYBACK, call.turn, LIMITS.playback_seconds)]


def test_an_interruption_takes_a_goodbye_back_and_a_cough_brings_it_again() -> None:
    call = speaking("Goodbye.", ending=Ending.GOODBYE)
    call.receive(SpeechStarted())
    assert call.ending is None
    call.receive(TimedOut(Timer.RESUME, call.turn))
    assert hear_out(call) == [End(Ending.GOODBYE)]


def test_a_cough_between_the_last_word_and_its_mark_does_not_lose_the_goodbye() -> None:
    call = speaking("Goodbye.", ending=Ending.GOODBYE)
    call.receive(Played(call.turn, 0))
    call.receive(SpeechStarted())
    assert call.receive(TimedOut(Timer.RESUME, call.turn))[0] == MarkEnd(call.turn)
    assert hear_out(call) == [End(Ending.GOODBYE)]


def test_words_into_a_goodbye_are_answered_and_the_call_goes_on() -> None:
    call = speaking("Goodbye.", ending=Ending.GOODBYE)
    call.receive(Utterance("Wait, one more thing."))
    assert state(call) is State.THINKING
    call.receive(Sentence(call.turn, "Yes?"))
    call.receive(ReplyDone(call.turn))
    assert end(hear_out(call)) is None


@pytest.mark.parametrize("text", ["Mm-hm.", "uh-huh", " MHM "])
def test_a_sound_of_listening_lets_the_agent_go_on(text: str) -> None:
    call = speaking("One.", "Two.")
    turn = call.turn
    assert call.receive(Utterance(text)) == []
    assert (call.state, call.turn) == (State.SPEAKING, turn)
    call.receive(SpeechStarted())
    assert spoken(call.receive(Utterance(text))) == ["One.", "Two."]


def test_a_sound_of_listening_answers_a_question_that_was_heard() -> None:
    call = listening()
    assert call.receive(Utterance("Mm-hm."))[0] == Reply(call.turn, "Mm-hm.")


@pytest.mark.parametrize("call", [listening(), speaking(), thinking()], ids=lambda call: call.state.value)
def test_an_empty_utterance_is_none(call: Conversation) -> None:
    before = call.state
    assert call.receive(Utterance("  ")) == []
    assert state(call) is before


def test_more_words_give_the_caller_more_time() -> None:
    call = listening()
    silence = TimedOut(Timer.SILENCE, call.turn)
    for event in (SpeechStarted(), StillSpeaking()):
        assert call.receive(event) == [StartTimer(Timer.RESUME, call.turn, LIMITS.silence_seconds)]
    assert call.receive(silence) == []
    assert call.receive(StillSpeaking()) != []


@pytest.mark.parametrize("call", [speaking(), thinking()], ids=lambda call: call.state.value)
def test_partial_words_alone_interrupt_nothing(call: Conversation) -> None:
    assert call.receive(StillSpeaking()) == []
