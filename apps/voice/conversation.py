"""The conversation machine of one call: events in, commands out. No I/O, no clock, no Django.

    IDLE -> GREETING -> LISTENING -> THINKING -> SPEAKING -> LISTENING ... -> ENDED   (the reference's states)

Every reply carries the number of its turn. An interruption raises the number, so whatever still arrives for
an old turn (sentence, mark, timer) is recognised as stale and dropped in one line. Time exists here only as
timers the machine asks for and gets back as `TimedOut`.

Speech stops the agent at once, before a word of it is understood: waiting for words costs half a second of
talking over the caller. The price is that a cough stops it too, and an "mm-hm"; so what was cut off is kept,
and said after a moment in which nothing else was said.

Staff may step in. What they have said waits for the next turn boundary. How they end the call stands: the caller's
words still stop the agent, but then its last words are said again instead of asking a model.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from apps.voice.events import (
    END,
    CancelReply,
    ClearAudio,
    Command,
    Decided,
    End,
    Ending,
    Event,
    HearingLost,
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


class State(Enum):
    IDLE = "idle"
    GREETING = "greeting"
    LISTENING = "listening"
    THINKING = "thinking"
    SPEAKING = "speaking"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Phrases:
    """What the machine says by itself, in the language of the call."""

    still_there: tuple[str, ...] = ("Are you still there?", "I can't hear you. Are you still on the line?")
    """One for each silence; after the last comes `silent_goodbye`."""
    silent_goodbye: str = "I can't hear anything, so I'll hang up now. Please call again. Goodbye."
    waiting: tuple[str, ...] = ("One moment, please.", "I'm still working on it, thank you for waiting.")
    """One for each time the reply lets the caller wait; after the last it is given up."""
    again: str = "Sorry, I didn't get that. Could you say it again?"
    failed: str = "Sorry, something went wrong on my side. Could you say that once more?"
    to_a_person: str = "I'm having trouble here, so I'll connect you with a person. One moment, please."
    connecting: str = "One moment, I'll connect you with a person."
    listening: frozenset[str] = frozenset({"mm-hm", "mm hmm", "mhm", "mm", "uh-huh", "uh huh"})
    """What people say to show that they listen; it asks for nothing, and answers only a question."""
    too_long: str = "I'm sorry, this call has reached its longest time. Please call again. Goodbye."


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for the timers, and how often things may go wrong."""

    silence_seconds: float = 8.0
    resume_seconds: float = 2.5
    thinking_seconds: float = 3.0
    playback_seconds: float = 60.0
    longest_seconds: float = 900.0
    farewell_seconds: float = 20.0
    """What is left to say the farewell once the longest time is reached or staff ended the call."""
    most_failures: int = 2
    """So many replies in a row may fail or be empty before the caller is handed to a person."""


_IDENTIFY_TURN = (Sentence, ReplyDone, ReplyFailed, Played, VoiceFailed)


@dataclass
class Conversation:
    """One call. `receive` is the only way to change it."""

    phrases: Phrases = field(default_factory=Phrases)
    limits: Limits = field(default_factory=Limits)
    state: State = State.IDLE
    turn: int = 0
    awaiting: int | None = None
    """The turn whose reply is still being made."""
    said: list[str] = field(default_factory=list)
    """Sentences of this turn that were given to the voice."""
    heard: int = 0
    """How many of them were heard."""
    fillers: list[int] = field(default_factory=list)
    """Which of them only filled the time until the reply."""
    ending: Ending | None = None
    """What happens once the current reply was heard."""
    hearing: bool = False
    """The notice was heard."""
    unsaid: tuple[str, ...] = ()
    """What an interruption cut off, to be said if it was only a cough."""
    unsaid_ending: Ending | None = None
    unanswered: bool = False
    """The caller said something to which no reply has been made yet."""
    unmade: bool = False
    """The interruption came while the reply was still being made: there is more of it than `unsaid`."""
    silences: int = 0
    failures: int = 0
    quiet: bool = False
    """The agent was heard out and nobody has spoken since."""
    prompts: list[str] = field(default_factory=list)
    """What staff want said at the next turn boundary."""
    staffs: set[str] = field(default_factory=set)
    """Every sentence that was theirs."""
    decided: Decided | None = None

    def receive(self, event: Event) -> list[Command]:
        """What to do now. Anything after the end, and any late news of an old turn, is nothing to do."""
        if self.state is State.ENDED:
            return []
        if isinstance(event, _IDENTIFY_TURN) and event.turn != self.turn:
            return []
        match event:
            case Stopped():
                return self._end(Ending.CALLER)
            case Started() if self.state is State.IDLE:
                return self._greet(event)
            case _ if self.state is State.IDLE:
                return []
            case SpeechStarted() | StillSpeaking() | Utterance() if self.hearing:
                return self._caller(event)
            case Sentence() | ReplyDone() | ReplyFailed() if event.turn == self.awaiting:
                return self._reply(event)
            case Played():
                return self._played(event)
            case VoiceFailed():
                return self._end(self.ending or Ending.ERROR)
            case Prompted(sentences) if self.decided is None:
                return self._prompt(sentences)
            case Decided() if event != self.decided:
                return self._decide(event)
            case HearingLost() if self.ending is None and self.decided is None:
                return [*self._cut(), *self._say(self.phrases.to_a_person, ending=Ending.TRANSFER)]
            case TimedOut():
                return self._timed_out(event)
            case Pressed(digit="0") if self.ending is not Ending.TRANSFER and self.decided is None:
                return [*self._cut(), *self._say(self.phrases.connecting, ending=Ending.TRANSFER)]
        return []  # other keys are not even counted: they may be a card's

    # ---- the caller ----------------------------------------------------------------------------------

    def _caller(self, event: SpeechStarted | StillSpeaking | Utterance) -> list[Command]:
        match event:
            case Utterance(text) if not text.strip():
                return []
            case Utterance(text) if self._asks_nothing(text):
                return self._resume() if self.state is State.LISTENING else []
            case Utterance(text):
                commands = [] if self.state is State.LISTENING else self._cut()
                return [*commands, *self._think(text)]
            case SpeechStarted() if self.state is not State.LISTENING:
                said = enumerate(self.said)
                unsaid = tuple(text for index, text in said if index >= self.heard and index not in self.fillers)
                ending, unmade = self.ending, self.awaiting is not None
                commands = self._cut()
                self.unsaid, self.unsaid_ending, self.unmade = unsaid, ending, unmade
                return [*commands, *self._listen(Timer.RESUME)]
            case _ if self.state is State.LISTENING:
                # Talking: whatever timer runs starts over, under a new turn so that a fired one is stale.
                self.quiet = False
                self.turn += 1
                return [StartTimer(Timer.RESUME, self.turn, self.limits.silence_seconds)]
        return []

    def _asks_nothing(self, text: str) -> bool:
        """An "mm-hm" while the agent speaks or thinks, or one that has just stopped it."""
        stopped_it = bool(self.unsaid or self.unsaid_ending or self.unanswered)
        amid = self.state is not State.LISTENING or stopped_it
        return amid and text.strip(" .,!?").casefold() in self.phrases.listening

    def _think(self, text: str) -> list[Command]:
        self._new_turn(State.THINKING)
        self.silences = 0
        self.unsaid, self.unsaid_ending, self.unmade = (), None, False
        if self.decided is not None:
            return self._say(self.decided.words, ending=self.decided.ending)
        self.unanswered = True
        self.awaiting = self.turn
        return [Reply(self.turn, text), self._start(Timer.THINKING)]

    # ---- the reply -----------------------------------------------------------------------------------

    def _reply(self, event: Sentence | ReplyDone | ReplyFailed) -> list[Command]:
        if isinstance(event, Sentence):
            self.state = State.SPEAKING
            return [self._speak(event.text), self._start(Timer.THINKING)]
        self.awaiting = None
        if isinstance(event, ReplyFailed):
            return self._apologise(self.phrases.failed)
        if not self._answered() and event.ending is None:
            return self._apologise(self.phrases.again)  # an empty completion must not be dead air
        self.state, self.ending = State.SPEAKING, event.ending
        self.failures, self.unanswered = 0, False
        return [MarkEnd(self.turn), self._start(Timer.PLAYBACK)]

    def _answered(self) -> bool:
        return len(self.said) > len(self.fillers)

    def _apologise(self, words: str) -> list[Command]:
        self.failures += 1
        if self.failures > self.limits.most_failures:
            return self._say(self.phrases.to_a_person, ending=Ending.TRANSFER)
        return self._say(words)

    def _played(self, event: Played) -> list[Command]:
        commands: list[Command] = []
        if self.state is State.GREETING and not self.hearing:
            # Marks come back in order: whichever is the first, the notice is what was played.
            self.hearing = True
            commands = [StartHearing()]
        if event.index != END:
            self.heard = max(self.heard, event.index + 1)
            if self.awaiting is None:  # a long reply that is being heard is no reply that got lost
                commands.append(self._start(Timer.PLAYBACK))
            return commands
        if self.awaiting is not None or self.state not in (State.GREETING, State.SPEAKING):
            return commands
        self.unanswered = False
        if self.prompts:
            return [*commands, *self._say_prompts(ending=self.ending)]
        if self.ending is not None:
            return self._end(self.ending)
        return [*commands, *self._listen(Timer.SILENCE)]

    # ---- staff ---------------------------------------------------------------------------------------

    def _prompt(self, sentences: tuple[str, ...]) -> list[Command]:
        """Said at once only where nobody speaks; else when the agent was next heard out."""
        self.prompts += sentences
        self.staffs.update(sentences)
        return self._say_prompts() if self.quiet else []

    def _say_prompts(self, *, ending: Ending | None = None) -> list[Command]:
        """An ending that was due comes after them."""
        sentences, self.prompts = self.prompts, []
        self._new_turn(State.SPEAKING)
        return self._say(*sentences, ending=ending)

    def _decide(self, event: Decided) -> list[Command]:
        """The second timer ends the call even when the caller never stops talking into its last words."""
        self.decided, self.prompts = event, []
        commands = self._cut() if self.state is not State.LISTENING else []
        return [*commands, *self._think(""), self._start(Timer.FAREWELL)]

    # ---- time ----------------------------------------------------------------------------------------

    def _timed_out(self, event: TimedOut) -> list[Command]:
        if event.timer is Timer.LONGEST:
            return self._too_long() if self.decided is None else []
        if event.timer is Timer.FAREWELL:
            return self._end(self.ending or (self.decided.ending if self.decided else Ending.TIMEOUT))
        if event.turn != self.turn:
            return []
        match event.timer:
            case Timer.SILENCE if self.state is State.LISTENING:
                return self._ask_if_there()
            case Timer.RESUME if self.state is State.LISTENING:
                return self._resume()
            case Timer.THINKING if self.awaiting == self.turn:
                return self._waited()
            case Timer.PLAYBACK if self.state is State.GREETING and not self.hearing:
                return self._end(Ending.ERROR)  # nobody can say that the notice was heard
            case Timer.PLAYBACK:
                return self._played(Played(self.turn, END))
        return []

    def _ask_if_there(self) -> list[Command]:
        left = self.phrases.still_there[self.silences :]
        return self._ask(left[0] if left else "")

    def _ask(self, words: str) -> list[Command]:
        """Nothing was understood. When that was so often enough, nobody is asked any more."""
        if self.decided is not None:
            return self._think("")
        self.silences += 1
        self._new_turn(State.SPEAKING)
        if self.silences > len(self.phrases.still_there):
            return self._say(self.phrases.silent_goodbye, ending=Ending.TIMEOUT)
        return self._say(words)

    def _resume(self) -> list[Command]:
        """The interruption was a cough: say what it cut off, answer what it left unanswered. Where it was
        none, something was said that nobody understood: that is as good as silence."""
        unsaid, ending, unmade = self.unsaid, self.unsaid_ending, self.unmade
        self.unsaid, self.unsaid_ending, self.unmade = (), None, False
        if (unsaid or ending) and not unmade:
            self._new_turn(State.SPEAKING)
            return self._say(*unsaid, ending=ending)
        if self.unanswered:
            return self._think("")
        return self._say_prompts() if self.prompts else self._ask(self.phrases.again)

    def _waited(self) -> list[Command]:
        """First fillers, so that nobody hears dead air; then the reply is given up."""
        waits = len(self.fillers)
        if waits < len(self.phrases.waiting):
            self.fillers.append(len(self.said))
            return [self._speak(self.phrases.waiting[waits]), self._start(Timer.THINKING)]
        self.awaiting = None
        return [CancelReply(self.turn), *self._apologise(self.phrases.failed)]

    def _too_long(self) -> list[Command]:
        """Say so and end. The farewell's timer ends the call even when the caller talks into the farewell."""
        commands: list[Command] = []
        if self.ending is None:
            commands = [*self._cut(), *self._say(self.phrases.too_long, ending=Ending.TIMEOUT)]
        return [*commands, self._start(Timer.FAREWELL)]

    # ---- steps ---------------------------------------------------------------------------------------

    def _greet(self, event: Started) -> list[Command]:
        self.state = State.GREETING
        spoken = [self._speak(event.notice), self._speak(event.greeting)]
        return [self._start(Timer.LONGEST), *spoken, MarkEnd(self.turn), self._start(Timer.PLAYBACK)]

    def _say(self, *texts: str, ending: Ending | None = None) -> list[Command]:
        """A whole reply of our own in the current turn."""
        self.state, self.ending = State.SPEAKING, ending
        return [*map(self._speak, texts), MarkEnd(self.turn), self._start(Timer.PLAYBACK)]

    def _speak(self, text: str) -> Speak:
        self.said.append(text)
        return Speak(self.turn, len(self.said) - 1, text, prompted=text in self.staffs)

    def _listen(self, timer: Timer) -> list[Command]:
        self._new_turn(State.LISTENING)
        self.quiet = timer is Timer.SILENCE
        return [self._start(timer)]

    def _cut(self) -> list[Command]:
        """Take back what is being said or thought; an ending that was not heard does not happen."""
        cancelled = [CancelReply(self.turn)] if self.awaiting is not None else []
        self._new_turn(State.SPEAKING)
        return [*cancelled, ClearAudio()]

    def _new_turn(self, state: State) -> None:
        self.turn += 1
        self.state, self.awaiting, self.ending = state, None, None
        self.said, self.fillers, self.heard, self.quiet = [], [], 0, False

    def _start(self, timer: Timer) -> StartTimer:
        seconds = {
            Timer.SILENCE: self.limits.silence_seconds,
            Timer.RESUME: self.limits.resume_seconds,
            Timer.THINKING: self.limits.thinking_seconds,
            Timer.PLAYBACK: self.limits.playback_seconds,
            Timer.LONGEST: self.limits.longest_seconds,
            Timer.FAREWELL: self.limits.farewell_seconds,
        }[timer]
        return StartTimer(timer, self.turn, seconds)

    def _end(self, ending: Ending) -> list[Command]:
        cancelled = [CancelReply(self.turn)] if self.awaiting is not None else []
        self._new_turn(State.ENDED)
        return [*cancelled, End(ending)]
