"""What a conversation is told (events, in the past) and what it orders (commands, in the imperative)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Ending(StrEnum):
    """How a call ended, in the words of the report's `ended_by`."""

    GOODBYE = "goodbye"
    CALLER = "caller"
    TIMEOUT = "timeout"
    TRANSFER = "transfer"
    ERROR = "error"


class Timer(StrEnum):
    """What may take too long. Starting a timer that runs already restarts it."""

    SILENCE = "silence"
    """The caller says nothing."""
    RESUME = "resume"
    """The caller interrupted and then said nothing: it was a cough."""
    THINKING = "thinking"
    """The model is not heard from."""
    PLAYBACK = "playback"
    """The mark of a reply does not come back."""
    LONGEST = "longest"
    """The whole call."""
    FAREWELL = "farewell"
    """What is left of the call once it was the longest, or staff ended it: no interruption takes that back."""


# ---- events ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Started:
    notice: str
    """Who is speaking and that the call is recorded. It cannot be interrupted."""
    greeting: str


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The caller speaks, long enough to be no click."""


@dataclass(frozen=True, slots=True)
class StillSpeaking:
    """More words of the caller were heard."""


@dataclass(frozen=True, slots=True)
class Utterance:
    text: str


@dataclass(frozen=True, slots=True)
class Sentence:
    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class ReplyDone:
    turn: int
    ending: Ending | None = None


@dataclass(frozen=True, slots=True)
class ReplyFailed:
    turn: int


@dataclass(frozen=True, slots=True)
class Played:
    """The caller heard sentence `index` of this turn; `END` is the end of the whole reply."""

    turn: int
    index: int


@dataclass(frozen=True, slots=True)
class VoiceFailed:
    """No voice could say the sentence, fallbacks included."""

    turn: int


@dataclass(frozen=True, slots=True)
class HearingLost:
    """Nobody can recognise the caller any more, fallbacks included."""


@dataclass(frozen=True, slots=True)
class TimedOut:
    timer: Timer
    turn: int


@dataclass(frozen=True, slots=True)
class Pressed:
    digit: str


@dataclass(frozen=True, slots=True)
class Prompted:
    """Somebody of the restaurant has these sentences said next."""

    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """Somebody of the restaurant decided how the call ends: with these words, then like this."""

    words: str
    ending: Ending


@dataclass(frozen=True, slots=True)
class Stopped:
    """The line is gone."""


Event = (
    Started
    | SpeechStarted
    | StillSpeaking
    | Utterance
    | Sentence
    | ReplyDone
    | ReplyFailed
    | Played
    | VoiceFailed
    | HearingLost
    | TimedOut
    | Pressed
    | Prompted
    | Decided
    | Stopped
)

END = -1
"""The index of a reply's end mark."""
NOTICE = 0
"""The index of the notice within the greeting's turn."""


# ---- commands ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Speak:
    turn: int
    index: int
    text: str
    prompted: bool = False
    """The words are staff's, not the agent's own."""


@dataclass(frozen=True, slots=True)
class MarkEnd:
    turn: int


@dataclass(frozen=True, slots=True)
class ClearAudio:
    """Stop what is being said, at once."""


@dataclass(frozen=True, slots=True)
class StartHearing:
    """The notice was heard: from now on the caller may be recognised and recorded."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Have the caller's words answered. Empty words: a cough cut the reply off while it was being made, and it
    is made again."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class CancelReply:
    """Stop the model and the speaking. A tool that writes runs to its end."""

    turn: int


@dataclass(frozen=True, slots=True)
class StartTimer:
    timer: Timer
    turn: int
    seconds: float


@dataclass(frozen=True, slots=True)
class End:
    ending: Ending


Command = Speak | MarkEnd | ClearAudio | StartHearing | Reply | CancelReply | StartTimer | End
