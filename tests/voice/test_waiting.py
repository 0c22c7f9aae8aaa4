"""The conversation machine: silence, time, and replies that do not come."""

from __future__ import annotations

import pytest

from apps.voice.conversation import Conversation, Phrases, State
from apps.voice.events import (
    END,
    CancelReply,
    ClearAudio,
    End,
    Ending,
    MarkEnd,
    Played,
    ReplyDone,
    ReplyFailed,
    Sentence,
    SpeechStarted,
    StartTimer,
    TimedOut,
    Timer,
    Utterance,
    VoiceFailed,
)
from tests.voice.talks import (
    LIMITS,
    PHRASES,
    STARTED,
    end,
    hear_out,
    listening,
    speaking,
    spoken,
    state,
    thinking,
    timer,
)

# ---- silence and time --------------------------------------------------------------------------------


def test_two_silences_are_asked_about_and_the_third_ends_the_call_after_a_goodbye() -> None:
    call = listening()
    for phrase in PHRASES.still_there:
        assert spoken(call.receive(TimedOut(Timer.SILENCE, call.turn))) == [phrase]
        assert state(call) is State.SPEAKING
        hear_out(call)
    commands = call.receive(TimedOut(Timer.SILENCE, call.turn))
    assert spoken(commands) == [PHRASES.silent_goodbye]
    assert end(commands) is None
    assert hear_out(call) == [End(Ending.TIMEOUT)]


def test_a_word_of_the_caller_forgives_all_silence() -> None:
    call = listening()
    call.receive(TimedOut(Timer.SILENCE, call.turn))
    hear_out(call)
    call.receive(Utterance("Hello"))
    call.receive(Sentence(call.turn, "Hello."))
    call.receive(ReplyDone(call.turn))
    hear_out(call)
    assert spoken(call.receive(TimedOut(Timer.SILENCE, call.turn))) == [PHRASES.still_there[0]]


def test_speech_that_nobody_understood_counts_as_silence() -> None:
    call = listening()
    for phrase in (PHRASES.again, PHRASES.again, PHRASES.silent_goodbye):
        call.receive(SpeechStarted())
        assert spoken(call.receive(TimedOut(Timer.RESUME, call.turn))) == [phrase]
        last = hear_out(call)
    assert last == [End(Ending.TIMEOUT)]


def test_a_restaurant_may_leave_silence_unasked() -> None:
    call = Conversation(phrases=Phrases(still_there=()))
    call.receive(STARTED)
    hear_out(call)
    assert spoken(call.receive(TimedOut(Timer.SILENCE, call.turn))) == [PHRASES.silent_goodbye]


def test_the_longest_call_ends_after_a_farewell_that_was_heard() -> None:
    call = thinking()
    turn = call.turn
    commands = call.receive(TimedOut(Timer.LONGEST, 0))
    assert commands[:2] == [CancelReply(turn), ClearAudio()]
    assert spoken(commands) == [PHRASES.too_long]
    assert StartTimer(Timer.FAREWELL, call.turn, LIMITS.farewell_seconds) in commands
    assert hear_out(call) == [End(Ending.TIMEOUT)]


def test_talking_into_the_farewell_does_not_make_the_call_longer() -> None:
    call = listening()
    call.receive(TimedOut(Timer.LONGEST, 0))
    turn = call.turn
    call.receive(Utterance("But I'm not done!"))
    assert end(call.receive(TimedOut(Timer.FAREWELL, turn))) is Ending.TIMEOUT


def test_a_goodbye_that_is_being_said_is_not_cut_off_by_the_longest_time() -> None:
    call = speaking("Goodbye.", ending=Ending.GOODBYE)
    commands = call.receive(TimedOut(Timer.LONGEST, 0))
    assert commands == [StartTimer(Timer.FAREWELL, call.turn, LIMITS.farewell_seconds)]
    assert end(call.receive(TimedOut(Timer.FAREWELL, call.turn))) is Ending.GOODBYE


def test_a_mark_that_never_comes_does_not_stop_the_call() -> None:
    call = speaking()
    assert timer(call.receive(TimedOut(Timer.PLAYBACK, call.turn))) is Timer.SILENCE
    assert state(call) is State.LISTENING


@pytest.mark.parametrize("kind", [Timer.RESUME, Timer.SILENCE, Timer.THINKING])
def test_a_timer_of_another_state_is_dropped(kind: Timer) -> None:
    call = speaking()
    assert call.receive(TimedOut(kind, call.turn)) == []


def test_a_timer_of_an_old_turn_is_dropped() -> None:
    call = listening()
    assert call.receive(TimedOut(Timer.SILENCE, call.turn - 1)) == []


# ---- replies that do not come ------------------------------------------------------------------------


def test_a_slow_reply_is_bridged_twice_and_then_given_up_with_an_apology() -> None:
    call = thinking()
    turn = call.turn
    for phrase in PHRASES.waiting:
        commands = call.receive(TimedOut(Timer.THINKING, turn))
        assert spoken(commands) == [phrase]
        assert timer(commands) is Timer.THINKING
        assert state(call) is State.THINKING
    commands = call.receive(TimedOut(Timer.THINKING, turn))
    assert commands[0] == CancelReply(turn)
    assert spoken(commands) == [PHRASES.failed]
    assert MarkEnd(turn) in commands
    assert call.receive(Sentence(turn, "Here I am.")) == []
    hear_out(call)
    assert state(call) is State.LISTENING


def test_a_reply_that_stops_halfway_is_bridged_too() -> None:
    call = thinking()
    call.receive(Sentence(call.turn, "Let me check."))
    assert spoken(call.receive(TimedOut(Timer.THINKING, call.turn))) == [PHRASES.waiting[0]]
    call.receive(Sentence(call.turn, "Yes, we have it."))
    assert MarkEnd(call.turn) in call.receive(ReplyDone(call.turn))


def test_a_filler_is_not_said_again_after_a_cough() -> None:
    call = thinking()
    call.receive(TimedOut(Timer.THINKING, call.turn))
    call.receive(Sentence(call.turn, "Here it is."))
    call.receive(ReplyDone(call.turn))
    call.receive(SpeechStarted())
    assert spoken(call.receive(TimedOut(Timer.RESUME, call.turn))) == ["Here it is."]


def test_a_filler_is_no_answer() -> None:
    call = thinking()
    call.receive(TimedOut(Timer.THINKING, call.turn))
    assert spoken(call.receive(ReplyDone(call.turn))) == [PHRASES.again]


def test_fillers_of_one_turn_do_not_count_in_the_next() -> None:
    call = thinking()
    call.receive(TimedOut(Timer.THINKING, call.turn))
    call.receive(Utterance("Hello?"))
    assert spoken(call.receive(TimedOut(Timer.THINKING, call.turn))) == [PHRASES.waiting[0]]


def test_an_empty_completion_is_no_dead_air() -> None:
    call = thinking()
    commands = call.receive(ReplyDone(call.turn))
    assert spoken(commands) == [PHRASES.again]
    hear_out(call)
    assert state(call) is State.LISTENING


def test_an_ending_needs_no_words() -> None:
    call = thinking()
    assert call.receive(ReplyDone(call.turn, Ending.TRANSFER))[0] == MarkEnd(call.turn)
    assert hear_out(call) == [End(Ending.TRANSFER)]


@pytest.mark.parametrize("event", [ReplyFailed, ReplyDone])
def test_after_failures_in_a_row_the_caller_is_handed_to_a_person(
    event: type[ReplyFailed] | type[ReplyDone],
) -> None:
    call = listening()
    for _ in range(LIMITS.most_failures):
        call.receive(Utterance("A pizza"))
        assert end(call.receive(event(call.turn))) is None
        assert end(hear_out(call)) is None
    call.receive(Utterance("A pizza"))
    assert spoken(call.receive(event(call.turn))) == [PHRASES.to_a_person]
    assert hear_out(call) == [End(Ending.TRANSFER)]


def test_a_reply_that_works_forgives_failures() -> None:
    call = listening()
    for _ in range(LIMITS.most_failures + 1):
        call.receive(Utterance("A pizza"))
        call.receive(ReplyFailed(call.turn))
        assert end(hear_out(call)) is None
        call.receive(Utterance("A pizza"))
        call.receive(Sentence(call.turn, "Sure."))
        call.receive(ReplyDone(call.turn))
        assert end(hear_out(call)) is None


def test_a_cough_into_an_apology_brings_it_again() -> None:
    call = thinking()
    call.receive(ReplyFailed(call.turn))
    call.receive(SpeechStarted())
    assert spoken(call.receive(TimedOut(Timer.RESUME, call.turn))) == [PHRASES.failed]


def test_a_voice_that_fails_ends_the_call() -> None:
    call = speaking()
    assert end(call.receive(VoiceFailed(call.turn))) is Ending.ERROR


def test_a_voice_that_fails_at_a_transfer_does_not_stop_the_transfer() -> None:
    call = speaking("One moment.", ending=Ending.TRANSFER)
    assert end(call.receive(VoiceFailed(call.turn))) is Ending.TRANSFER


def test_a_voice_that_fails_at_an_old_turn_is_old_news() -> None:
    call = speaking()
    assert call.receive(VoiceFailed(call.turn - 1)) == []


def test_an_end_mark_before_the_reply_is_whole_is_not_believed() -> None:
    call = thinking()
    call.receive(Sentence(call.turn, "Sure."))
    assert call.receive(Played(call.turn, END)) == []
    assert state(call) is State.SPEAKING
