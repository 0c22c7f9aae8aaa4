"""The conversation machine: a test for each arrow of the reference's diagram, the notice, keys and the end."""

from __future__ import annotations

import pytest

from apps.voice.conversation import Conversation, State
from apps.voice.events import (
    END,
    NOTICE,
    CancelReply,
    ClearAudio,
    End,
    Ending,
    Event,
    MarkEnd,
    Played,
    Pressed,
    Reply,
    ReplyDone,
    Sentence,
    Speak,
    SpeechStarted,
    StartHearing,
    StartTimer,
    StillSpeaking,
    Stopped,
    TimedOut,
    Timer,
    Utterance,
)
from tests.voice.talks import (
    LIMITS,
    PHRASES,
    STARTED,
    greeted,
    hear_out,
    listening,
    speaking,
    spoken,
    state,
    thinking,
    timer,
    waiting_on,
)

# ---- the arrows of the reference ---------------------------------------------------------------------


def test_call_started_leads_from_idle_to_greeting() -> None:
    call = Conversation()
    assert state(call) is State.IDLE
    commands = call.receive(STARTED)
    assert state(call) is State.GREETING
    assert commands == [
        StartTimer(Timer.LONGEST, 0, LIMITS.longest_seconds),
        Speak(0, NOTICE, STARTED.notice),
        Speak(0, 1, STARTED.greeting),
        MarkEnd(0),
        StartTimer(Timer.PLAYBACK, 0, LIMITS.playback_seconds),
    ]


def test_greeting_complete_leads_from_greeting_to_listening() -> None:
    call = greeted()
    assert call.receive(Played(0, 1)) == [waiting_on(call)]
    assert state(call) is State.GREETING
    commands = call.receive(Played(0, END))
    assert state(call) is State.LISTENING
    assert commands == [StartTimer(Timer.SILENCE, call.turn, LIMITS.silence_seconds)]


def test_user_utterance_leads_from_listening_to_thinking() -> None:
    call = listening()
    commands = call.receive(Utterance("A pizza, please."))
    assert state(call) is State.THINKING
    assert commands == [
        Reply(call.turn, "A pizza, please."),
        StartTimer(Timer.THINKING, call.turn, LIMITS.thinking_seconds),
    ]


def test_response_ready_leads_from_thinking_to_speaking() -> None:
    call = thinking()
    commands = call.receive(Sentence(call.turn, "Sure."))
    assert state(call) is State.SPEAKING
    assert commands == [
        Speak(call.turn, 0, "Sure."),
        StartTimer(Timer.THINKING, call.turn, LIMITS.thinking_seconds),
    ]
    assert call.receive(ReplyDone(call.turn)) == [
        MarkEnd(call.turn),
        StartTimer(Timer.PLAYBACK, call.turn, LIMITS.playback_seconds),
    ]


def test_a_heard_reply_leads_from_speaking_to_listening() -> None:
    call = speaking()
    commands = hear_out(call)
    assert state(call) is State.LISTENING
    assert commands == [StartTimer(Timer.SILENCE, call.turn, LIMITS.silence_seconds)]


@pytest.mark.parametrize("ending", [Ending.GOODBYE, Ending.TRANSFER, Ending.TIMEOUT])
def test_goodbye_timeout_and_transfer_lead_from_speaking_to_ended_once_they_were_heard(
    ending: Ending,
) -> None:
    call = speaking("Goodbye.", ending=ending)
    assert call.receive(Played(call.turn, 0)) == [waiting_on(call)]
    assert state(call) is State.SPEAKING
    assert call.receive(Played(call.turn, END)) == [End(ending)]
    assert state(call) is State.ENDED


# ---- the notice --------------------------------------------------------------------------------------


def test_hearing_starts_when_the_notice_was_heard_and_only_once() -> None:
    call = Conversation()
    call.receive(STARTED)
    assert call.receive(Played(0, NOTICE)) == [StartHearing(), waiting_on(call)]
    assert call.receive(Played(0, NOTICE)) == [waiting_on(call)]


@pytest.mark.parametrize("index", [1, END])
def test_a_later_mark_also_says_that_the_notice_was_heard(index: int) -> None:
    call = Conversation()
    call.receive(STARTED)
    assert StartHearing() in call.receive(Played(0, index))


@pytest.mark.parametrize("event", [SpeechStarted(), StillSpeaking(), Utterance("Hello?")])
def test_the_notice_cannot_be_interrupted(event: SpeechStarted | StillSpeaking | Utterance) -> None:
    call = Conversation()
    call.receive(STARTED)
    assert call.receive(event) == []
    assert state(call) is State.GREETING


def test_the_greeting_can_be_interrupted_and_is_said_again_after_a_cough() -> None:
    call = greeted()
    commands = call.receive(SpeechStarted())
    assert commands[0] == ClearAudio()
    assert timer(commands) is Timer.RESUME
    assert state(call) is State.LISTENING
    assert spoken(call.receive(TimedOut(Timer.RESUME, call.turn))) == [STARTED.greeting]


def test_words_over_the_greeting_are_answered() -> None:
    call = greeted()
    commands = call.receive(Utterance("A pizza, please."))
    assert commands[:2] == [ClearAudio(), Reply(call.turn, "A pizza, please.")]


def test_a_notice_whose_mark_never_comes_ends_the_call() -> None:
    call = Conversation()
    call.receive(STARTED)
    assert call.receive(TimedOut(Timer.PLAYBACK, 0)) == [End(Ending.ERROR)]


# ---- keys, and the end -------------------------------------------------------------------------------


@pytest.mark.parametrize("call", [greeted(), listening(), speaking(), thinking()], ids=lambda c: c.state.value)
def test_zero_reaches_a_person_from_everywhere(call: Conversation) -> None:
    assert spoken(call.receive(Pressed("0"))) == [PHRASES.connecting]
    assert call.receive(Pressed("0")) == []
    assert hear_out(call) == [End(Ending.TRANSFER)]


def test_zero_during_the_notice_transfers_without_ever_hearing_the_caller() -> None:
    call = Conversation()
    call.receive(STARTED)
    call.receive(Pressed("0"))
    assert call.receive(Utterance("Hello?")) == []
    assert call.receive(TimedOut(Timer.PLAYBACK, call.turn)) == [End(Ending.TRANSFER)]
    assert not call.hearing


def test_other_keys_do_nothing_and_are_not_kept() -> None:
    call = speaking()
    before = repr(call)
    for digit in "4111111111111111#*":
        assert call.receive(Pressed(digit)) == []
    assert repr(call) == before


@pytest.mark.parametrize("call", [Conversation(), greeted(), listening(), thinking(), speaking()])
def test_a_caller_who_hangs_up_ends_the_call_and_cancels_the_reply(call: Conversation) -> None:
    thought = call.awaiting is not None
    turn = call.turn
    assert call.receive(Stopped()) == [*([CancelReply(turn)] if thought else []), End(Ending.CALLER)]
    assert call.receive(Stopped()) == []


def test_nothing_happens_before_the_call_started_or_after_it_ended() -> None:
    call = Conversation()
    events: list[Event] = [Utterance("Hello"), Pressed("0"), TimedOut(Timer.LONGEST, 0), Played(0, END)]
    for event in events:
        assert call.receive(event) == []
    call.receive(STARTED)
    assert call.receive(STARTED) == []
    call.receive(Stopped())
    for event in (*events, STARTED):
        assert call.receive(event) == []


def test_a_sentence_after_the_reply_was_done_is_dropped() -> None:
    call = speaking()
    assert call.receive(Sentence(call.turn, "And another thing.")) == []
