"""Whatever order events come in: one end and nothing after it, never stuck, old turns dropped."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.voice.conversation import Conversation, State
from apps.voice.events import (
    END,
    CancelReply,
    ClearAudio,
    Command,
    Decided,
    End,
    Ending,
    Event,
    MarkEnd,
    Played,
    Pressed,
    Prompted,
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

MOST_TIMERS_TO_THE_END = 40
STARTED = Started(notice="Recorded.", greeting="Hello!")


@dataclass
class Shell:
    """What the real shell would know: running timers, outstanding replies and marks. Checks every command."""

    call: Conversation = field(default_factory=Conversation)
    timers: dict[Timer, int] = field(default_factory=dict)
    reply: int | None = None
    marked: int | None = None
    indexes: dict[int, int] = field(default_factory=dict)
    hearing: bool = False
    ended: bool = False
    last_asked: int = -1

    def tell(self, event: Event) -> list[Command]:
        turn = self.call.turn
        if isinstance(event, TimedOut) and self.timers.get(event.timer) == event.turn:
            del self.timers[event.timer]
        if isinstance(event, ReplyDone | ReplyFailed) and event.turn == self.reply:
            self.reply = None
        commands = self.call.receive(event)
        assert self.call.turn >= turn
        for command in commands:
            self.perform(command, because=event)
        self.check()
        return commands

    def perform(self, command: Command, *, because: Event) -> None:
        assert not self.ended, "nothing comes after the end"
        match command:
            case Speak(turn, index, _):
                assert turn == self.call.turn
                assert turn != self.marked, "nothing is said behind the end mark of a turn"
                assert index == self.indexes.get(turn, 0), "sentences are numbered without gaps"
                self.indexes[turn] = index + 1
            case MarkEnd(turn):
                assert turn == self.call.turn
                assert turn != self.marked, "one end mark for a turn"
                self.marked = turn
            case ClearAudio():
                assert self.hearing or isinstance(because, Pressed | TimedOut | Decided), "nobody interrupts the notice"
            case StartHearing():
                assert not self.hearing
                self.hearing = True
            case Reply(turn, text):
                assert self.hearing
                assert text.strip() or self.last_asked, "a reply is made again only to words that were said"
                assert self.reply is None, "one reply at a time"
                assert self.call.decided is None, "no model is asked once staff have decided"
                assert turn > self.last_asked
                self.reply = self.last_asked = turn
            case CancelReply(turn):
                assert self.reply == turn, "only a running reply is cancelled"
                self.reply = None
            case StartTimer(timer, turn, seconds):
                assert seconds > 0
                self.timers[timer] = turn
            case End():
                self.ended = True

    def check(self) -> None:
        """Something that will happen moves the call on, whatever its state is."""
        state, turn = self.call.state, self.call.turn
        assert self.ended == (state is State.ENDED)
        if state in (State.IDLE, State.ENDED):
            return
        assert Timer.LONGEST in self.timers or Timer.FAREWELL in self.timers
        making = self.reply == turn and self.timers.get(Timer.THINKING) == turn
        saying = self.marked == turn and self.timers.get(Timer.PLAYBACK) == turn
        match state:
            case State.LISTENING:
                assert turn in (self.timers.get(Timer.SILENCE), self.timers.get(Timer.RESUME))
                assert self.reply is None
                assert self.hearing
            case State.THINKING:
                assert making
            case State.SPEAKING:
                assert making != saying
            case State.GREETING:
                assert saying


def state(call: Conversation) -> State:
    """A function, so that the type checker does not take one state for the state ever after."""
    return call.state


turns = st.sampled_from([0, 0, 0, 0, 0, 0, -1, -2, 1])
"""Relative to the turn the call is in; mostly that turn."""
Make = Callable[[Shell], Event]

endings = st.sampled_from([None, None, Ending.GOODBYE, Ending.TRANSFER])
decisions = st.sampled_from([Decided("Goodbye.", Ending.GOODBYE), Decided("To a person.", Ending.TRANSFER)])
words = st.sampled_from(["A pizza", "yes", "mm-hm", "", " "])


def of_turn(make: Callable[[int], Event]) -> st.SearchStrategy[Make]:
    return turns.map(lambda offset: lambda shell: make(shell.call.turn + offset))


def run_out(shell: Shell, pick: int) -> Event:
    """One of the timers that are running."""
    running = sorted(shell.timers.items())
    return TimedOut(*running[pick % len(running)]) if running else StillSpeaking()


makes: st.SearchStrategy[Make] = st.one_of(
    st.sampled_from([SpeechStarted(), StillSpeaking(), SpeechStarted(), STARTED]).map(lambda e: lambda _: e),
    words.map(lambda text: lambda _: Utterance(text)),
    of_turn(lambda turn: Sentence(turn, "Sure.")),
    st.tuples(turns, endings).map(lambda t: lambda shell: ReplyDone(shell.call.turn + t[0], t[1])),
    of_turn(ReplyFailed),
    st.tuples(turns, st.sampled_from([0, 1, 2, END, END])).map(
        lambda t: lambda shell: Played(shell.call.turn + t[0], t[1])
    ),
    st.integers(0, 5).map(lambda pick: lambda shell: run_out(shell, pick)),
    st.tuples(st.sampled_from(Timer), st.integers(0, 3)).map(
        lambda t: lambda shell: TimedOut(t[0], shell.call.turn - t[1])
    ),
    st.sampled_from("0459#").map(lambda digit: lambda _: Pressed(digit)),
    st.sampled_from([Prompted(("Staff's.",)), Prompted(("Staff's one.", "And two."))]).map(lambda e: lambda _: e),
)
rare_ends: st.SearchStrategy[Make] = st.one_of(st.just(lambda _: Stopped()), of_turn(VoiceFailed))
histories = st.lists(makes, max_size=40)


def played(history: list[Make]) -> Shell:
    shell = Shell()
    shell.tell(STARTED)
    for make in history:
        shell.tell(make(shell))
    return shell


@settings(deadline=None)  # a busy machine is no failure
@given(histories, rare_ends, histories)
def test_any_order_of_events_keeps_every_rule(before: list[Make], end: Make, after: list[Make]) -> None:
    shell = played(before)
    for make in (end, *after):
        shell.tell(make(shell))


@settings(deadline=None)
@given(histories)
def test_time_alone_ends_every_call_and_says_so_first(history: list[Make]) -> None:
    """Without the longest-call timers too: those are the last resort, not what silence waits for."""
    shell = played(history)
    for _ in range(MOST_TIMERS_TO_THE_END):
        if shell.ended:
            return
        running = {timer: turn for timer, turn in shell.timers.items() if turn == shell.call.turn}
        urgent = [timer for timer in running if timer not in (Timer.LONGEST, Timer.FAREWELL)]
        assert urgent
        for timer in urgent:
            shell.tell(TimedOut(timer, running[timer]))
    raise AssertionError("stuck")


@settings(deadline=None)
@given(histories)
def test_the_longest_time_and_the_farewell_end_every_call(history: list[Make]) -> None:
    shell = played(history)
    for timer in (Timer.LONGEST, Timer.FAREWELL):
        shell.tell(TimedOut(timer, 0))
    assert shell.ended


@settings(deadline=None)
@given(histories, st.integers(1, 5))
def test_news_of_an_old_turn_changes_nothing(history: list[Make], age: int) -> None:
    shell = played(history)
    old = shell.call.turn - age
    late: list[Event] = [
        Sentence(old, "Late."),
        ReplyDone(old, Ending.GOODBYE),
        ReplyFailed(old),
        Played(old, 0),
        Played(old, END),
        VoiceFailed(old),
        *(TimedOut(timer, old) for timer in (Timer.SILENCE, Timer.RESUME, Timer.THINKING, Timer.PLAYBACK)),
    ]
    before = deepcopy(shell.call)
    for event in late:
        assert shell.call.receive(event) == []
        assert shell.call == before


@settings(deadline=None)
@given(histories)
def test_a_call_that_goes_on_can_always_be_brought_to_an_answer(history: list[Make]) -> None:
    """From anywhere: the caller speaks, the model answers, the caller hears it and is listened to again."""
    shell = played(history)
    call = shell.call
    if shell.ended:
        return
    if not shell.hearing:
        shell.tell(Played(call.turn, 0))
    if not shell.hearing:  # transferred out of the notice by a key: nobody listens any more
        return
    shell.tell(Utterance("Hello there"))
    assert state(call) is State.THINKING
    shell.tell(Sentence(call.turn, "Hello."))
    shell.tell(ReplyDone(call.turn))
    shell.tell(Played(call.turn, 0))
    shell.tell(Played(call.turn, END))
    if call.prompts or call.staffs.intersection(call.said):  # what staff wanted said comes first
        for index in range(len(call.said)):
            shell.tell(Played(call.turn, index))
        shell.tell(Played(call.turn, END))
    assert state(call) is State.LISTENING
    assert not call.prompts


@settings(deadline=None)
@given(histories, decisions, histories)
def test_what_staff_decided_is_how_a_call_ends_whoever_speaks(
    before: list[Make], decision: Decided, after: list[Make]
) -> None:
    """Unless the line or the voice is gone first."""
    shell = played(before)
    if shell.ended:
        return
    shell.tell(decision)
    asked = shell.last_asked
    for make in after:
        shell.tell(make(shell))
    if not shell.ended:
        shell.tell(TimedOut(Timer.FAREWELL, 0))
    assert shell.ended
    assert shell.last_asked == asked, "no model was asked any more"


@settings(deadline=None)
@given(histories, decisions, histories, rare_ends)
def test_any_order_of_events_keeps_every_rule_with_staff_in_it(
    before: list[Make], decision: Decided, after: list[Make], end: Make
) -> None:
    shell = played(before)
    for make in (lambda _: decision, *after, end, *after):
        shell.tell(make(shell))


@settings(deadline=None)
@given(histories)
def test_what_staff_want_said_is_said_once_or_the_call_is_over(history: list[Make]) -> None:
    shell = played(history)
    shell.tell(Prompted(("Last of all.",)))
    for _ in range(MOST_TIMERS_TO_THE_END):
        if shell.ended or "Last of all." in shell.call.said:
            break
        shell.tell(Played(shell.call.turn, 0))
        if shell.call.state in (State.SPEAKING, State.GREETING) and shell.marked == shell.call.turn:
            shell.tell(Played(shell.call.turn, END))
        else:
            running = {timer: turn for timer, turn in shell.timers.items() if turn == shell.call.turn}
            urgent = [timer for timer in running if timer not in (Timer.LONGEST, Timer.FAREWELL)]
            shell.tell(TimedOut(urgent[0], shell.call.turn))
    assert shell.ended or "Last of all." in shell.call.said
