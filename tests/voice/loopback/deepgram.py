"""Deepgram on loopback: `/v1/listen` (Nova) and `/v2/listen` (Flux) as the vendor documents them, with its manners.

It hears what `recognition` can hear. Dying is counted in bytes of the caller's sound.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from tests.voice.loopback.conduct import Conduct, Conducts, Refusal
from tests.voice.loopback.recognition import Lexicon, Recognition, Word

KEY = "dg-key-of-the-tests"
MODELS = ("nova-3", "nova-2", "flux-general-en", "flux-general-multi")
NO_MODEL = Refusal(400, "No such model/language/tier combination found.")
WRONG_KEY = Refusal(401, "Invalid credentials.")
NO_CREDIT = Refusal(
    402, "Project does not have enough credits for an ASR request and does not have an overage agreement."
)
TOO_MANY = Refusal(429, "Too many requests. Please try again later.", {"retry-after": "7"})
UNWELL = Refusal(503, "Service temporarily unavailable.")
SILENT_SECONDS = 10.0
"""Without a word from the client it hangs up."""
INTERIM_SECONDS = 0.25
SEGMENT_WORDS = 5
"""Nova makes so many final before the sentence is over."""
LATENCY_SECONDS = 0.15
EAGER_SILENCE, TURN_SILENCE = 0.2, 0.4
"""Seconds of it that make Flux think that a turn may be over, and is."""


@dataclass
class Conversation:
    """One connection, as the server saw it."""

    path: str
    options: dict[str, list[str]]
    bytes: int = 0
    messages: list[dict[str, Any]] = field(default_factory=list)
    """Text the client sent."""
    sent: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Deepgram:
    lexicon: Lexicon
    conducts: Conducts = field(default_factory=Conducts)
    conversations: list[Conversation] = field(default_factory=list)
    handshakes: int = 0
    open: int = 0
    latency_seconds: float = LATENCY_SECONDS
    url: str = ""
    recording: str = ""
    """A message of the vendor's, sent word for word to whoever connects."""

    # ---- connections ---------------------------------------------------------------------------------

    def _shake_hands(self, connection: ServerConnection, request: Request) -> Response | None:
        self.handshakes += 1
        connection.conduct = self.conducts.next()
        refusal = connection.conduct.refuses or self._objection(request)
        if refusal is None or refusal.late:
            return None
        body = json.dumps({"err_code": "REFUSED", "err_msg": refusal.body, "request_id": "r-1"}).encode()
        headers = Headers({"dg-error": refusal.body, "dg-request-id": "r-1", **refusal.headers})
        headers["Content-Length"] = str(len(body))
        return Response(refusal.status, HTTPStatus(refusal.status).phrase, headers, body)

    def _objection(self, request: Request) -> Refusal | None:
        options = parse_qs(urlsplit(request.path).query)
        if request.headers.get("Authorization") not in (f"Token {KEY}", f"token {KEY}"):
            return WRONG_KEY
        model = options.get("model", [""])[0]
        flux = urlsplit(request.path).path == "/v2/listen"
        if model not in MODELS or model.startswith("flux") != flux:
            return NO_MODEL
        if (options.get("encoding"), options.get("sample_rate")) != (["mulaw"], ["8000"]):
            return Refusal(400, "Bad Request: encoding and sample_rate do not fit.")
        if any(value in ("True", "False") for values in options.values() for value in values):
            return Refusal(400, "Bad Request: a boolean is written true or false.")
        return None

    async def _serve(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        conduct: Conduct = connection.conduct
        path = urlsplit(connection.request.path)
        conversation = Conversation(path.path, parse_qs(path.query))
        self.conversations.append(conversation)
        self.open += 1
        speaks = _Flux if path.path == "/v2/listen" else _Nova
        dialect = speaks(Recognition(self.lexicon), conversation.options)
        mouth = _Mouth(connection, conversation, conduct, self.latency_seconds)
        talking = asyncio.create_task(mouth.run())
        try:
            if conduct.refuses is not None and conduct.refuses.late:
                await connection.close(conduct.refuses.code, conduct.refuses.body[:120])
                return
            if self.recording:
                await connection.send(self.recording)
            mouth.say(*dialect.greet())
            await self._listen(connection, conversation, conduct, dialect, mouth)
        except ConnectionClosed:
            pass
        finally:
            self.open -= 1
            talking.cancel()
            await asyncio.wait({talking})

    async def _listen(
        self, connection: ServerConnection, conversation: Conversation, conduct: Conduct, dialect: Any, mouth: Any
    ) -> None:
        while True:
            try:
                async with asyncio.timeout(SILENT_SECONDS):
                    message = await connection.recv()
            except TimeoutError:
                await connection.close(1011, "NET-0001: no audio data or text message within the timeout window")
                return
            if isinstance(message, str):
                conversation.messages.append(json.loads(message))
                if conversation.messages[-1]["type"] == "CloseStream":
                    await connection.close()
                    return
                mouth.say(*dialect.told(conversation.messages[-1]))
                continue
            for start in range(0, len(message), 160):
                conversation.bytes += len(message[start : start + 160])
                if conduct.dies_after_bytes is not None and conversation.bytes > conduct.dies_after_bytes:
                    connection.transport.abort()
                    return
                mouth.say(*dialect.hear(message[start : start + 160]))


@dataclass
class _Mouth:
    """Sends the answers, a little later than they are known, as the conduct has it."""

    connection: ServerConnection
    conversation: Conversation
    conduct: Conduct
    latency: float
    waiting: asyncio.Queue[tuple[float, dict[str, Any]]] = field(default_factory=asyncio.Queue)
    before: dict[str, Any] | None = None

    def say(self, *messages: dict[str, Any]) -> None:
        due = asyncio.get_running_loop().time() + self.latency + self.conduct.first_seconds
        for message in messages:
            self.waiting.put_nowait((due, message))

    async def run(self) -> None:
        while True:
            due, message = await self.waiting.get()
            await asyncio.sleep(due - asyncio.get_running_loop().time())
            if self.conduct.silent:
                continue
            if self.conduct.garbage is not None:
                await self.connection.send(self.conduct.garbage.decode("latin-1"))
                continue
            if self.conduct.disorderly:
                await self._disturb()
            self.before = message
            self.conversation.sent.append(message)
            await self.connection.send(json.dumps(message))

    async def _disturb(self) -> None:
        """Kinds nobody knows, and what was said before once more."""
        for odd in ({"type": "Sentiment", "score": 1}, {"no": "type"}, {"type": "Results"}, self.before):
            if odd is not None:
                await self.connection.send(json.dumps(odd))
        await self.connection.send("{not json")
        await self.connection.send(b"\x00\x01")


# ---- Nova --------------------------------------------------------------------------------------------


class _Nova:
    def __init__(self, ears: Recognition, options: dict[str, list[str]]) -> None:
        self._ears = ears
        self._pause = int(options.get("endpointing", ["10"])[0]) / 1000
        self._long_pause = int(options.get("utterance_end_ms", ["1000"])[0]) / 1000
        self._final = 0
        """Words that are."""
        self._segment = 0.0
        """Where the present segment begins."""
        self._interim = 0.0
        self._ended = self._over = True

    def greet(self) -> list[dict[str, Any]]:
        return []

    def told(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"type": "ConfigureSuccess"}] if message["type"] == "Configure" else []

    def hear(self, mulaw: bytes) -> list[dict[str, Any]]:
        self._ears.feed(mulaw)
        ears, new = self._ears, self._ears.words[self._final :]
        if (new or ears.guess) and self._ended:
            self._ended = self._over = False
            return [{"type": "SpeechStarted", "channel": [0, 1], "timestamp": ears.seconds}]
        if len(new) > SEGMENT_WORDS:
            return [self._results(new[:SEGMENT_WORDS], final=True)]
        if not self._ended and ears.silence_seconds >= self._pause:
            self._ended = True
            return [self._results(new, final=True, over=True)]
        if not self._over and ears.silence_seconds >= self._long_pause:
            self._over = True
            return [{"type": "UtteranceEnd", "channel": [0, 1], "last_word_end": ears.words[-1].end}]
        if ears.seconds - self._interim >= INTERIM_SECONDS:
            self._interim = ears.seconds
            return [self._results(new, guess=ears.guess)]
        return []

    def _results(
        self, words: list[Word], *, guess: str = "", final: bool = False, over: bool = False
    ) -> dict[str, Any]:
        start, end = self._segment, words[-1].end if final and not over else self._ears.seconds
        if final:
            self._final += len(words)
            self._segment = end
        said = [
            {"word": each.text, "start": each.start, "end": each.end, "confidence": 0.98, "punctuated_word": each.text}
            for each in words
        ]
        text = " ".join([*(each.text for each in words), *([guess] if guess else [])])
        return {
            "type": "Results",
            "channel_index": [0, 1],
            "start": start,
            "duration": end - start,
            "is_final": final,
            "speech_final": over,
            "from_finalize": False,
            "channel": {"alternatives": [{"transcript": text, "confidence": 0.98, "words": said}]},
            "metadata": {"request_id": "r-1", "model_info": {"name": "nova-3", "version": "1", "arch": "nova-3"}},
        }


# ---- Flux --------------------------------------------------------------------------------------------


class _Flux:
    def __init__(self, ears: Recognition, options: dict[str, list[str]]) -> None:
        self._ears = ears
        self._eager = "eager_eot_threshold" in options
        self._sequence = -1
        self._turn = 0
        self._first = 0
        """The turn's first word."""
        self._began = 0.0
        self._updated = 0.0
        self._started = self._waiting = False
        self._seen = 0

    def greet(self) -> list[dict[str, Any]]:
        return [self._numbered({"type": "Connected", "request_id": "r-1"})]

    def told(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        return [self._numbered({"type": "ConfigureSuccess"})] if message["type"] == "Configure" else []

    def hear(self, mulaw: bytes) -> list[dict[str, Any]]:
        self._ears.feed(mulaw)
        ears = self._ears
        spoken = len(ears.words) + bool(ears.guess)
        if not self._started and spoken > self._first:
            self._started = True
            return [self._info("StartOfTurn")]
        if self._waiting and spoken > self._seen:
            self._waiting = False
            return [self._info("TurnResumed")]
        if self._started and ears.silence_seconds >= TURN_SILENCE:
            return self._end()
        if self._started and self._eager and not self._waiting and ears.silence_seconds >= EAGER_SILENCE:
            self._waiting, self._seen = True, spoken
            return [self._info("EagerEndOfTurn")]
        if ears.seconds - self._updated >= INTERIM_SECONDS:
            return [self._info("Update")]
        return []

    def _end(self) -> list[dict[str, Any]]:
        ended = self._info("EndOfTurn", trigger="model")
        self._turn += 1
        self._first, self._began = len(self._ears.words), self._ears.seconds
        self._started = self._waiting = False
        return [ended]

    def _info(self, event: str, **more: Any) -> dict[str, Any]:
        self._updated = self._ears.seconds
        words = self._ears.words[self._first :]
        texts = [*(each.text for each in words), *([self._ears.guess] if self._ears.guess else [])]
        return self._numbered(
            {
                "type": "TurnInfo",
                "request_id": "r-1",
                "event": event,
                "turn_index": self._turn,
                "audio_window_start": self._began,
                "audio_window_end": self._ears.seconds,
                "transcript": " ".join(texts),
                "words": [
                    {"word": each.text, "confidence": 0.97, "start": each.start, "end": each.end} for each in words
                ],
                "end_of_turn_confidence": 0.8 if event == "EndOfTurn" else 0.1,
                **more,
            }
        )

    def _numbered(self, message: dict[str, Any]) -> dict[str, Any]:
        self._sequence += 1
        return {**message, "sequence_id": self._sequence}


# ---- opening -----------------------------------------------------------------------------------------


@asynccontextmanager
async def deepgram(text: str, *, conducts: Conducts | None = None) -> AsyncIterator[Deepgram]:
    """A server that knows the words of the text."""
    async with serving(Deepgram(Lexicon.of_words(text), conducts or Conducts())) as vendor:
        yield vendor


@asynccontextmanager
async def serving(vendor: Deepgram) -> AsyncIterator[Deepgram]:
    server: Server
    async with serve(
        vendor._serve, "127.0.0.1", 0, process_request=vendor._shake_hands, close_timeout=0.2, compression=None
    ) as server:
        vendor.url = f"http://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
        yield vendor
