"""The shell of one call: owns its tasks and timers, performs the machine's commands, feeds events back.

Everything that is decided is decided in `conversation` (what happens next), `agent` (what is said) and the
tools (what is done). Here is only what has to touch a clock, a socket, a thread or a provider.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from prometheus_client import Histogram

from apps.language.asking import asks_for_digits
from apps.language.assent import Assent, assent
from apps.language.cards import Piece, Watch
from apps.tools.registry import Yes
from apps.voice import conversation as machine
from apps.voice import events, roster, sentences, speech
from apps.voice.agent import Done
from apps.voice.fittings import Fittings
from apps.voice.hearing import Hearing
from apps.voice.speaker import Line, News, Speaker, Spoken
from apps.voice.speaking import Speaking
from apps.voice.turn import Turn
from apps.voice.wishes import Wish
from loman import observability

log = logging.getLogger(__name__)

TONE_MS = 500
"""A keyed tone and how unevenly it and its message arrive."""

Send = Callable[[str], Awaitable[None]]
Clock = Callable[[], float]


class LiveCall:
    """One call on the line. `run` lasts until it is over; the consumer calls the rest."""

    def __init__(
        self, fittings: Fittings, *, line: Line, send: Send, began: float | None = None, clock: Clock = time.monotonic
    ) -> None:
        self._fittings = fittings
        self._line = line
        self._send = send
        self._clock = clock
        self._began = clock() if began is None else began
        self._conversation = machine.Conversation(phrases=fittings.agent.phrases.machine, limits=fittings.limits)
        self._events: asyncio.Queue[events.Event] = asyncio.Queue()
        self._timers: dict[events.Timer, asyncio.TimerHandle] = {}
        self._turn = Turn(number=0)
        self._reply: asyncio.Task[None] | None = None
        self._transcriber: Hearing | None = None
        self._synthesizer: Speaking | None = None
        self._speaker: Speaker | None = None
        self._speaking: asyncio.Task[None] | None = None
        self._taping: asyncio.Future[None] | None = None
        self._hearing = False
        """The notice was heard."""
        self._hearing_from_ms: float | None = None
        """When the recogniser got its first frame: its times count from there."""
        self._asked_ms: float | None = None
        self._interrupted_ms: float | None = None
        """When the caller began to speak, or pressed a key, since the agent last said something."""
        self._partial_due_ms: float | None = None
        """When the caller began to speak, until the first of the words are there."""
        self._question: int | None = None
        """The version that was read back to its end; the caller's next words may be the yes to it."""
        self._reason = ""  # why the call is handed over, when it is
        self._to = ""  # to whom, where staff chose somebody
        self._cards = Watch()
        self.yes: Yes | None = None

    # ---- what the consumer tells ---------------------------------------------------------------------

    def hear(self, mulaw: bytes) -> None:
        """A frame of the caller's sound. The hot path: no await, no log, no database. Before the notice was
        heard the sound goes nowhere."""
        if self._hearing and self._transcriber is not None:
            if self._hearing_from_ms is None:
                self._hearing_from_ms = self.now_ms()
            self._transcriber.hear(mulaw)
            self._fittings.tape.caller(mulaw, int(self.now_ms()))

    def mark_returned(self, name: str) -> None:
        if self._speaker is not None:
            self._speaker.mark_returned(name)

    def pressed(self, digit: str) -> None:
        """A key. Its tone is cut from the recording: it may be one digit of a card."""
        self._interrupted_ms = now_ms = self.now_ms()
        self._fittings.tape.redact(int(now_ms) - TONE_MS, int(now_ms) + TONE_MS)
        self._tell(events.Pressed(digit))

    def step_in(self, wish: Wish) -> str:
        """Somebody of the restaurant steps in. Why that cannot be, as a sentence; nothing where it will be."""
        if why := wish.refused(self._conversation):
            return why
        self._fittings.log.write("staff", deed=wish.deed, by=wish.by, text=wish.text)
        phrases = self._fittings.agent.phrases
        match wish.deed:
            case "say":
                self._tell(events.Prompted(tuple(sentences.split(wish.text))))
            case "hang-up":
                self._tell(events.Decided(phrases.goodbye, events.Ending.GOODBYE))
            case "transfer" | "take-over":
                self._reason, self._to = "staff", wish.to
                words = phrases.putting_through if wish.deed == "transfer" else phrases.taken_over
                self._tell(events.Decided(words, events.Ending.TRANSFER))
        return ""

    def hung_up(self) -> None:
        """The stream is over, whoever ended it."""
        self._tell(events.Stopped())

    def now_ms(self) -> float:
        return (self._clock() - self._began) * 1000

    # ---- the life of a call --------------------------------------------------------------------------

    async def run(self) -> None:
        """From the first word to the last. Never raises: what goes wrong is logged and ends the call."""
        observability.call_id.set(str(self._fittings.call_id))
        observability.restaurant.set(self._fittings.restaurant)
        observability.active_calls.inc()
        try:
            await self._open()
            self._tell(events.Started(notice=self._fittings.notice, greeting=self._fittings.greeting))
            await self._converse()
        except Exception:  # the call's last line of defence: the TwiML behind the stream takes the caller on
            log.exception("call failed", extra={"event": "call.failed"})
            self._fittings.log.write("error", message="The call failed inside.")
            self._fittings.log.write("ended", ended_by=events.Ending.ERROR)
        finally:
            await self._close()
            observability.active_calls.dec()
            observability.call_ended(duration_seconds=self.now_ms() / 1000)

    async def _open(self) -> None:
        """The voice is waited for; who hears the caller may still connect while the notice is said."""
        fittings = self._fittings
        self._transcriber = Hearing(
            fittings.hearing,
            card=fittings.card,
            report=self._heard,
            language=fittings.language,
            note=fittings.log.write,
        )
        self._synthesizer = Speaking(fittings.speaking, note=fittings.log.write)
        await self._synthesizer.open()
        self._speaker = Speaker(
            synthesizer=self._synthesizer,
            line=self._line,
            send=self._send,
            clock=self.now_ms,
            sound=fittings.tape.agent,
            news=News(begun=self._begun, played=self._played, failed=self._voice_failed),
        )
        self._speaking = asyncio.create_task(self._speaker.run())

    async def _converse(self) -> None:
        while self._conversation.state is not machine.State.ENDED:
            event = await self._events.get()
            before = self._conversation.state, self._conversation.turn
            commands = self._conversation.receive(event)
            if self._conversation.turn != before[1]:
                self._turn_over()
            if self._conversation.state is not before[0]:
                self._fittings.log.write("state", state=self._conversation.state.name)
            for command in commands:
                await self._perform(command)

    async def _close(self) -> None:
        """Let go of everything; a tool that is writing ends first, so that nothing is lost."""
        self._write_down(self._cards.close())
        for handle in self._timers.values():
            handle.cancel()
        for task in (self._reply, self._speaking, self._taping):
            if task is not None:
                task.cancel()
                await asyncio.wait({task})
        await self._fittings.agent.finish()
        for provider in (self._transcriber, self._synthesizer):
            if provider is not None:
                await roster.close(provider)
        try:
            await self._fittings.keep()
        except Exception:  # its log is on disk; nothing else can be done from here
            log.exception("call not kept", extra={"event": "call.not_kept"})

    def _tell(self, event: events.Event) -> None:
        self._events.put_nowait(event)

    # ---- commands of the machine ---------------------------------------------------------------------

    async def _perform(self, command: events.Command) -> None:
        assert self._speaker is not None
        match command:
            case events.Speak(turn, index, text, prompted):
                if self._turn.version is None:
                    self._question = None  # something else is said: a yes from now on answers that
                self._interrupted_ms = None
                self._turn.spoke_ms = self._turn.spoke_ms or self.now_ms()
                self._turn.said += 1
                by = {"by": "staff"} if prompted else {}
                self._fittings.log.write("sentence", turn=turn, index=index, text=text, **by)
                self._speaker.say(Spoken(turn, index, text, language=self._fittings.agent.language))
            case events.MarkEnd(turn):
                self._speaker.say(Spoken(turn, events.END, ""))
            case events.ClearAudio():
                await self._speaker.clear()
                self._measure(observability.barge_in_clear_seconds, since_ms=self._interrupted_ms)
                self._fittings.log.write("clear")
                self._fittings.tape.clear(int(self.now_ms()))
            case events.StartHearing():
                self._hearing = True
                self._fittings.log.write("hearing")
                if self._fittings.tape_at_carrier is not None:
                    self._taping = asyncio.ensure_future(self._fittings.tape_at_carrier())
            case events.Reply(turn, text):
                self._turn.asked_ms, self._asked_ms = self._asked_ms, None
                self._turn.version = None
                self._fittings.log.write("reply", turn=turn)
                self._reply = asyncio.create_task(self._answer(turn, text))
            case events.CancelReply():
                if self._reply is not None:
                    self._reply.cancel()
            case events.StartTimer(timer, turn, seconds):
                self._start_timer(timer, turn, seconds)
            case events.End(ending):
                await self._end(ending)

    def _start_timer(self, timer: events.Timer, turn: int, seconds: float) -> None:
        if timer in self._timers:
            self._timers[timer].cancel()
        event = events.TimedOut(timer, turn)
        self._timers[timer] = asyncio.get_running_loop().call_later(seconds, self._tell, event)

    async def _answer(self, turn: int, text: str) -> None:
        """One reply of the agent, as events of its turn."""
        agent, first, asked_ms = self._fittings.agent, True, self.now_ms()
        try:
            async for piece in agent.reply(text):
                if isinstance(piece, Done):
                    self._turn.version = piece.version
                    self._reason = piece.reason or self._reason
                    ending = events.Ending(piece.ending) if piece.ending else None
                    self._tell(events.ReplyDone(turn, ending))
                    return
                if first:
                    self._conversation.phrases = agent.phrases.machine
                    self._fittings.log.write("first_token", turn=turn, language=agent.language)
                    self._measure(observability.llm_first_token_seconds, since_ms=asked_ms)
                    first = False
                self._tell(events.Sentence(turn, piece))
        except Exception as error:  # whatever a model or a tool does, the caller hears something
            log.exception("reply failed", extra={"event": "reply.failed"})
            self._fittings.log.write("error", turn=turn, message=f"{type(error).__name__}: {error}")
            self._tell(events.ReplyFailed(turn))

    async def _end(self, ending: events.Ending) -> None:
        self._write_down(self._cards.close())
        self._fittings.log.write("ended", ended_by=ending.value)
        try:
            if ending is events.Ending.TRANSFER:
                observability.calls_escalated.labels(self._fittings.restaurant).inc()
                await self._fittings.hand_over(self._reason, self._to)
            elif ending in (events.Ending.GOODBYE, events.Ending.TIMEOUT):
                await self._fittings.hang_up()
        except Exception:  # the carrier does not answer: closing the stream runs the TwiML behind it
            log.exception("could not end the call at the carrier", extra={"event": "call.end_failed"})

    # ---- news for the machine ------------------------------------------------------------------------

    def _heard(self, news: speech.Heard) -> None:
        """From the recogniser, on the event loop."""
        match news:
            case speech.SpeechStarted():
                self._interrupted_ms = self._partial_due_ms = self.now_ms()
                self._tell(events.SpeechStarted())
            case speech.Partial(text):
                if text:
                    self._measure(observability.stt_first_partial_seconds, since_ms=self._partial_due_ms)
                    self._partial_due_ms = None
                self._tell(events.StillSpeaking())
            case speech.EarlyUtterance(text):
                self._fittings.agent.foresee(self._cards.foresee(text))
            case speech.Resumed():
                self._fittings.agent.forget()
            case speech.Lost():
                self._tell(events.HearingLost())
            case speech.Utterance(text) if not text.strip():
                pass  # no words: they answer nothing, and a yes to a read-back may still come
            case speech.Utterance(text, confidence, started_ms, ended_ms):
                began_ms = self._hearing_from_ms or 0.0
                from_ms, to_ms = int(began_ms + started_ms), int(began_ms + ended_ms)
                safe = self._without_cards(text, from_ms=from_ms, to_ms=to_ms, confidence=confidence)
                self._asked_ms, self._partial_due_ms = to_ms, None
                self._measure(observability.stt_final_seconds, since_ms=to_ms)
                self._judge(safe, from_ms=from_ms, to_ms=to_ms)
                self._expect("anything")
                self._tell(events.Utterance(safe))

    def _without_cards(self, text: str, *, from_ms: int, to_ms: int, confidence: float | None) -> str:
        """The words as they may be kept. What turns out to be a card's is taken out of earlier words too: of the
        recording and of what the model is shown; in the log they are not yet."""
        outcome = self._cards.hear(text, from_ms=from_ms, to_ms=to_ms, confidence=confidence)
        cut = [*(piece for _, piece in outcome.earlier), *([outcome.piece] if outcome.is_card else [])]
        for piece in cut:
            self._fittings.tape.redact(piece.from_ms, piece.to_ms + TONE_MS)
        for was, piece in outcome.earlier:
            self._fittings.agent.unsay(was, piece.text)
        self._write_down(self._cards.settled())
        return outcome.piece.text

    def _write_down(self, pieces: list[Piece]) -> None:
        for each in pieces:
            self._fittings.log.write(
                "utterance",
                text=each.text,
                confidence=each.confidence,
                started_ms=each.from_ms,
                ended_ms=each.to_ms,
            )

    def _judge(self, text: str, *, from_ms: int, to_ms: int) -> None:
        """Whether this is the yes to a read-back. Only the first words after it count, and only a plain yes;
        a no before anything was answered takes it back."""
        version, self._question = self._question, None
        if self._conversation.unanswered and assent(text) is Assent.NO:
            self.yes = None
        if version is not None and assent(text) is Assent.YES:
            self.yes = Yes(version=version, said_at_ms=from_ms, by="caller")
            self._fittings.log.write("yes", version=version, from_ms=from_ms, to_ms=to_ms)

    def _begun(self, spoken: Spoken) -> None:
        """The first sound of a sentence is on its way."""
        if spoken.turn != self._turn.number or self._turn.sounded:
            return
        self._turn.sounded, asked_ms = True, self._turn.asked_ms
        self._measure(observability.tts_first_audio_seconds, since_ms=self._turn.spoke_ms)
        self._measure(observability.user_to_audio_seconds, since_ms=asked_ms)
        latency_ms = None if asked_ms is None else max(0, int(self.now_ms() - asked_ms))
        self._fittings.log.write("first_audio", turn=spoken.turn, latency_ms=latency_ms)

    def _played(self, spoken: Spoken) -> None:
        """A mark came back before any clear: the caller heard this."""
        if spoken.turn == self._turn.number:
            if spoken.text:
                self._turn.heard.append(spoken.text)
                self._fittings.log.write("played", turn=spoken.turn, index=spoken.index, text=spoken.text)
            elif self._turn.version is not None:
                self._question = self._turn.version
                self._expect("yes_or_no")
            elif asks_for_digits(" ".join(self._turn.heard)):
                self._expect("digits")
        self._tell(events.Played(spoken.turn, spoken.index))

    def _voice_failed(self, spoken: Spoken, error: Exception) -> None:
        log.error("voice failed", exc_info=error, extra={"event": "voice.failed"})
        self._fittings.log.write("error", turn=spoken.turn, message=f"voice: {type(error).__name__}: {error}")
        self._tell(events.VoiceFailed(spoken.turn))

    def _turn_over(self) -> None:
        """The machine went on: what was heard of the last turn becomes part of the conversation."""
        over = self._turn
        heard = " ".join(over.heard)
        self._fittings.agent.heard(heard)
        if over.said > len(over.heard):
            self._fittings.log.write("interrupted", turn=over.number, heard=heard)
        # A read-back that a cough cut off is said again by the machine, and is still the same read-back. Where
        # all of it was heard there is nothing to say again: what comes next is another question.
        whole = self._question is not None or 0 < over.said == len(over.heard)
        self._turn = Turn(number=self._conversation.turn, version=None if whole else over.version)

    def _expect(self, what: speech.Expectation) -> None:
        if self._transcriber is not None:
            self._transcriber.expect(what)

    def _measure(self, stage: Histogram, *, since_ms: float | None) -> None:
        if since_ms is not None:
            stage.observe(max(0.0, self.now_ms() - since_ms) / 1000)
