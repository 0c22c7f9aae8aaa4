"""One live call for tests: the real shell, machine, agent and speaker between a scripted model and a telephone.

Fakes stand only where another company would: the recogniser, the voice, the model, the carrier.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from prometheus_client import REGISTRY

from apps.llm.messages import Message, Request, Response, ToolCall
from apps.menu.card import Card
from apps.tools.registry import Yes
from apps.voice import media, roster, speech
from apps.voice.agent import Agent
from apps.voice.call import LiveCall
from apps.voice.conversation import Limits, Phrases
from apps.voice.fittings import Fittings
from apps.voice.guard import Guard
from apps.voice.phrasebook import Phrasebook

CALL_ID = UUID(int=7)
PROVIDER = "rehearsed"
NOTICE, GREETING, GOODBYE = "This call is recorded.", "What can I do for you?", "Thank you, goodbye!"
SENTENCE_SECONDS = 2.0
"""How long every sentence sounds."""
FRAME = b"\xff" * 800
"""100 ms of a quiet line."""

Piece = str | float | Exception | Response
Answer = str | Response | list[Piece]
Results = dict[str, Any] | Callable[[ToolCall], Awaitable[dict[str, Any]]]


def calling(name: str, **arguments: Any) -> Response:
    call = ToolCall(id=f"id-{name}", name=name, arguments=arguments)
    return Response(type="tool_call", content="", tool_call=call, tool_calls=[call])


class Model:
    """Answers what the test wrote down: text, a tool call, or pieces with pauses (seconds) and failures."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[list[Message]] = []

    async def __call__(self, request: Request) -> AsyncIterator[str | Response]:
        self.asked.append(request.messages)
        answer = self.answers.pop(0)
        pieces = answer if isinstance(answer, list) else [answer]
        for piece in pieces:
            match piece:
                case float():
                    await asyncio.sleep(piece)
                case Exception():
                    raise piece
                case _:
                    yield piece
        if not isinstance(pieces[-1], Response):
            yield Response(type="text", content="")


class Ears:
    """A recogniser that hears what the test has the caller say."""

    def __init__(self) -> None:
        self.report: Callable[[speech.Heard], None] = lambda news: None
        self.sound = b""
        self.expected: list[str] = []
        self.closed = 0
        self.opening: Callable[[], Awaitable[None]] | None = None
        self.closing: Callable[[], Awaitable[None]] | None = None

    async def open_transcriber(
        self, provider: speech.Provider, *, card: Card, report: speech.Report, language: str
    ) -> Ears:
        if self.opening is not None:
            await self.opening()
        self.report = report
        return self

    def hear(self, mulaw: bytes) -> None:
        self.sound += mulaw

    @property
    def now_ms(self) -> int:
        return len(self.sound) // 8

    def expect(self, what: speech.Expectation) -> None:
        self.expected.append(what)

    async def close(self) -> None:
        self.closed += 1
        if self.closing is not None:
            await self.closing()


class Voice:
    """Every sentence sounds two seconds, made at once; some raise, some stop coming."""

    def __init__(self) -> None:
        self.fails: set[str] = set()
        self.hangs: dict[str, int] = {}
        """After how many of its ten chunks a sentence stops coming."""
        self.closed = 0

    async def open_synthesizer(self, provider: speech.Provider) -> Voice:
        return self

    async def speak(self, text: str, *, language: str = "en") -> AsyncIterator[bytes]:
        if text in self.fails:
            raise ConnectionError("no voice")
        for chunk in range(10):
            if chunk == self.hangs.get(text):
                await asyncio.get_running_loop().create_future()
            yield b"\x55" * int(SENTENCE_SECONDS * 800)

    async def close(self) -> None:
        self.closed += 1


class Phone:
    """The carrier's end: plays at the speed of sound, returns marks in their time, and all of them on a clear."""

    def __init__(self) -> None:
        self.marked: Callable[[str], None] = lambda name: None
        self.returned: list[str] = []
        self.clears = 0
        self._free_at = 0.0
        self._outstanding: dict[str, asyncio.TimerHandle] = {}

    async def send(self, text: str) -> None:
        loop = asyncio.get_running_loop()
        frame = json.loads(text)
        self._free_at = max(self._free_at, loop.time())
        match frame["event"]:
            case "media":
                self._free_at += len(base64.b64decode(frame["media"]["payload"])) / 8000
            case "mark":
                name = frame["mark"]["name"]
                self._outstanding[name] = loop.call_at(self._free_at, self._return)
            case "clear":
                self.clears += 1
                self._free_at = loop.time()
                for handle in list(self._outstanding.values()):
                    handle.cancel()
                    self._return()

    @property
    def silent(self) -> bool:
        return not self._outstanding

    def _return(self) -> None:
        """Marks come back in the order in which they were sent."""
        name = next(iter(self._outstanding))
        del self._outstanding[name]
        self.returned.append(name)
        self.marked(name)


class Tape:
    def __init__(self) -> None:
        self.caller_bytes = 0
        self.redacted: list[tuple[int, int]] = []

    def caller(self, mulaw: bytes, at_ms: int) -> None:
        self.caller_bytes += len(mulaw)

    def agent(self, mulaw: bytes, at_ms: int) -> None: ...

    def clear(self, at_ms: int) -> None: ...

    def redact(self, from_ms: int, to_ms: int) -> None:
        self.redacted.append((from_ms, to_ms))


class Records(list[dict[str, Any]]):
    """A call log that stays in memory."""

    def write(self, event: str, **fields: object) -> None:
        self.append({"event": event, **fields})

    def of(self, event: str, field: str) -> list[Any]:
        return [record[field] for record in self if record["event"] == event]


class Live:
    """A call on the line, and everything that was done for it."""

    def __init__(self, *answers: Answer, results: Results | None = None, limits: Limits | None = None) -> None:
        self.model, self.ears, self.voice, self.phone = Model(*answers), Ears(), Voice(), Phone()
        self.log, self.tape = Records(), Tape()
        self.ran: list[tuple[str, Yes | None]] = []
        """The tools that were run, each with the yes that was on record then."""
        self.done: list[str] = []
        """What was asked of the carrier and the books, in order."""
        self.unwilling: set[str] = set()
        """What of that raises."""
        self._results = results if results is not None else {}
        self.agent = Agent(
            model=self.model,
            fallback=self.model,
            guard=Guard(card=Card),
            run_tool=self._run_tool,
            tools=[],
            system_prompt="",
            temperature=0,
            tenant_id="t",
            books={"en": Phrasebook(goodbye=GOODBYE, machine=Phrases())},
        )
        self.fittings = Fittings(
            call_id=CALL_ID,
            restaurant="bella-napoli",
            card=Card(items=()),
            agent=self.agent,
            hearing=(speech.Provider(PROVIDER),),
            speaking=(speech.Provider(PROVIDER),),
            language="en",
            limits=limits or Limits(),
            notice=NOTICE,
            greeting=GREETING,
            log=self.log,
            tape=self.tape,
            hand_over=lambda reason, to: self._do(f"hand over: {reason}{to and f' to {to}'}"),
            hang_up=lambda: self._do("hang up"),
            keep=lambda: self._do("keep"),
        )

    async def _run_tool(self, call: ToolCall) -> dict[str, Any]:
        self.ran.append((call.name, self.call.yes))
        if callable(self._results):
            return await self._results(call)
        result = self._results[call.name]
        return dict(result.pop(0) if isinstance(result, list) else result)

    async def _do(self, what: str) -> None:
        self.done.append(what)
        if what in self.unwilling:
            raise ConnectionError(what)

    # ---- what the test has happen --------------------------------------------------------------------

    @asynccontextmanager
    async def on_the_line(self) -> AsyncIterator[Live]:
        """The call runs; at the end of the test the caller hangs up, if the call has not ended before."""
        loop = asyncio.get_running_loop()
        self.call = LiveCall(self.fittings, line=media.Outbound("MZ1"), send=self.phone.send, clock=loop.time)
        self.phone.marked = self.call.mark_returned
        self.running = asyncio.create_task(self.call.run())
        quiet = asyncio.create_task(self._be_a_line())
        try:
            yield self
            self.call.hung_up()
            await asyncio.wait_for(self.running, 60)
        finally:
            quiet.cancel()

    async def _be_a_line(self) -> None:
        while True:
            self.call.hear(FRAME)
            await asyncio.sleep(0.1)

    async def says(self, text: str) -> None:
        """Speech starts; half a second later its words are there."""
        self.ears.report(speech.SpeechStarted())
        started_ms = self.ears.now_ms
        await asyncio.sleep(0.5)
        self.ears.report(speech.Utterance(text, 0.9, started_ms, self.ears.now_ms))

    def coughs(self) -> None:
        self.ears.report(speech.SpeechStarted())

    async def until(self, true: Callable[[], Any], *, seconds: float = 60) -> None:
        """In the call's own seconds, which cost nothing."""
        async with asyncio.timeout(seconds):
            while not true():
                await asyncio.sleep(0.05)

    async def until_listening(self) -> None:
        """The agent has said everything and waits for the caller."""
        await asyncio.sleep(0.05)
        await self.until(lambda: self.log.of("state", "state")[-1:] == ["LISTENING"] and self.phone.silent)

    async def asks(self, text: str) -> None:
        """The caller says it and hears the whole answer."""
        await self.says(text)
        await self.until_listening()

    async def until_saying(self, text: str, *, times: int = 1) -> None:
        await self.until(lambda: self.said.count(text) >= times)

    # ---- what can be seen afterwards -----------------------------------------------------------------

    @property
    def said(self) -> list[str]:
        """Sentences that were given to the voice, in order."""
        return self.log.of("sentence", "text")

    @property
    def heard(self) -> list[str]:
        """Sentences of which the caller heard the end."""
        return self.log.of("played", "text")

    @property
    def ended_by(self) -> list[str]:
        return self.log.of("ended", "ended_by")


def connected(live: Live, monkeypatch: pytest.MonkeyPatch) -> Live:
    """This call's ears and voice are the providers of that name."""
    for kind, provider in ((roster.TRANSCRIBERS, live.ears), (roster.SYNTHESIZERS, live.voice)):
        module = f"tests.{type(provider).__name__}"
        monkeypatch.setitem(kind, PROVIDER, module)
        monkeypatch.setitem(sys.modules, module, provider)
    return live


def sample(name: str) -> float:
    """A metric of this process as it stands."""
    return REGISTRY.get_sample_value(name) or 0.0
