"""The conversation machine: a test for each arrow of the reference's diagram, then what callers do to it."""

from __future__ import annotations

import pytest

from apps.voice.conversation import Conversation, Limits, Phrases, State
from apps.voice.events import (
    END,
    NOTICE,
    CancelReply,
    ClearAudio,
    Command,
    End,
    Ending,
    Event,
    MarkEnd,
    Played,
    Pressed,
    Reply,
    ReplyDone,
    ReplyFailed,
    Sentence,
    Speak,
    SpeechStarted,
    Started,
    StartHearing,
    StartTimer,
    StillSpeaking,
    Stopped,
    TimedOut,
    Timer,
    Utterance,
    VoiceFailed,
)

STARTED = Started(notice="I am an AI. This call is recorded.", greeting="What can I get for you?")
PHRASES = Phrases()
LIMITS = Limits()


def waiting_on(call: Conversation) -> StartTimer:
    """With every sentence that is heard, the wait for the rest of the reply begins anew."""
    return StartTimer(Timer.PLAYBACK, call.turn, LIMITS.playback_seconds)


def state(call: Conversation) -> State:
    """A function, so that the type checker does not take one state for the state ever after."""
    return call.state


def spoken(commands: list[Command]) -> list[str]:
    return [command.text for command in commands if isinstance(command, Speak)]


def timer(commands: list[Command]) -> Timer:
    """The one timer that these commands start."""
    (started,) = (command.timer for command in commands if isinstance(command, StartTimer))
    return started


def end(commands: list[Command]) -> Ending | None:
    return next((command.ending for command in commands if isinstance(command, End)), None)


def greeted() -> Conversation:
    """A call in which the notice was heard and the greeting is being said."""
    call = Conversation()
    call.receive(STARTED)
    call.receive(Played(call.turn, NOTICE))
    return call


def listening() -> Conversation:
    call = greeted()
    call.receive(Played(call.turn, 1))
    call.receive(Played(call.turn, END))
    return call


def thinking(text: str = "A pizza, please.") -> Conversation:
    call = listening()
    call.receive(Utterance(text))
    return call


def speaking(*sentences: str, ending: Ending | None = None) -> Conversation:
    """A call in which a whole reply is being said and none of it was heard yet."""
    call = thinking()
    for sentence in sentences or ("Sure.", "Which size?"):
        call.receive(Sentence(call.turn, sentence))
    call.receive(ReplyDone(call.turn, ending))
    return call


def hear_out(call: Conversation) -> list[Command]:
    """All marks come back."""
    for index in range(len(call.said)):
        call.receive(Played(call.turn, index))
    return call.receive(Played(call.turn, END))


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


# ---- interruptions -----------------------------------------------------------------------------------


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
