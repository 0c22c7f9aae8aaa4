"""Conversations brought to where a test begins, and what is read off their commands."""

from __future__ import annotations

from apps.voice.conversation import Conversation, Limits, Phrases, State
from apps.voice.events import (
    END,
    NOTICE,
    Command,
    End,
    Ending,
    Played,
    ReplyDone,
    Sentence,
    Speak,
    Started,
    StartTimer,
    Timer,
    Utterance,
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
