"""Deepgram live, over its SDK: Nova over `/v1/listen`, Flux, which decides when a turn is over, over `/v2/listen`.

https://developers.deepgram.com/reference/speech-to-text/listen-streaming, …/listen-flux
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final, Protocol

from apps.llm import reasons
from apps.llm.reasons import Reason
from apps.menu.card import Card
from apps.voice import ear
from apps.voice.audio import RATE, SILENCE
from apps.voice.speech import SOUND, Expectation, Heard, Lost, Provider, Report, Transcriber, Unserved, Utterance
from apps.voice.stt.deepgram_turns import Flux, Nova
from apps.voice.stt.keyterms import keyterms

log = logging.getLogger(__name__)

MODEL: Final = "nova-3"
KEEP_ALIVE_SECONDS: Final = 4.0
"""The vendor hangs up after ten without a word from us."""
MOST_WAITING_BYTES: Final = 60 * RATE
"""Sound that the network does not take."""
PIECE_BYTES: Final = RATE
"""What is heard again goes a second at a time."""
CLOSING_SECONDS: Final = 0.5
PAUSE_MS: Final = 300
"""Of silence, and Nova says that this was all. What comes after a longer one is another utterance."""
LONG_PAUSE_MS: Final = 1000
_END_OF_TURN: Final = {"anything": "0.7", "yes_or_no": "0.6", "digits": "0.85"}
"""How sure Flux has to be. Numbers are read out with pauses in them."""
_EAGER: Final = "0.4"
_TIMEOUT_MS: Final = {"anything": 2500, "yes_or_no": 1500, "digits": 3500}
"""However sure it is, Flux ends a turn after so much silence."""


class _Socket(Protocol):
    """What both of the SDK's sockets have."""

    def __aiter__(self) -> AsyncIterator[Any]: ...

    async def send_media(self, message: bytes) -> None: ...

    async def send_close_stream(self) -> None: ...


class _Nova:
    """How `/v1/listen` is asked."""

    batch_bytes = RATE // 25
    """40 ms: seldom enough for the sockets."""

    def __init__(self, *, model: str, card: Card, language: str) -> None:
        self._card = card
        self.turns = Nova()
        self.options = {
            "model": model,
            "language": language,
            "interim_results": "true",
            "endpointing": str(PAUSE_MS),
            "utterance_end_ms": str(LONG_PAUSE_MS),
            "punctuate": "true",
            "vad_events": "true",  # an early sign that it is there
            "keyterm": keyterms(card),
            "encoding": SOUND["deepgram"].encoding,
            "sample_rate": SOUND["deepgram"].rate,
        }

    def connect(self, client: Any) -> Any:
        return client.listen.v1.connect(**self.options)

    async def expect(self, socket: Any, what: Expectation) -> None:
        from deepgram.listen.v1.types import ListenV1Configure

        self.turns.patient = what == "digits"
        wanted = keyterms(self._card, expected=what)
        await socket.send_configure(ListenV1Configure(keyterms=wanted, features={"numerals": what == "digits"}))

    async def keep_alive(self, socket: Any) -> int:
        """How many bytes of sound were sent for it."""
        await socket.send_keep_alive()
        return 0


class _Flux:
    """How `/v2/listen` is asked."""

    batch_bytes = 80 * RATE // 1000
    """80 ms, as the vendor advises."""

    def __init__(self, *, model: str, card: Card, language: str) -> None:
        self._card = card
        self.turns = Flux()
        self.options = {
            "model": model,
            "encoding": SOUND["deepgram"].encoding,
            "sample_rate": SOUND["deepgram"].rate,
            "eager_eot_threshold": _EAGER,
            "eot_threshold": _END_OF_TURN["anything"],
            "eot_timeout_ms": str(_TIMEOUT_MS["anything"]),
            "keyterm": keyterms(card),
        }
        if model.endswith("multi") and language != "multi":
            self.options["language_hint"] = [language]

    def connect(self, client: Any) -> Any:
        return client.listen.v2.connect(**self.options)

    async def expect(self, socket: Any, what: Expectation) -> None:
        thresholds = {
            "eager_eot_threshold": float(_EAGER),
            "eot_threshold": float(_END_OF_TURN[what]),
            "eot_timeout_ms": _TIMEOUT_MS[what],
        }
        wanted = keyterms(self._card, expected=what)
        await socket.send_configure({"type": "Configure", "thresholds": thresholds, "keyterms": wanted})

    async def keep_alive(self, socket: Any) -> int:
        """It has no message for that: a little silence does."""
        await socket.send_media(SILENCE * self.batch_bytes)
        return self.batch_bytes


class DeepgramTranscriber:
    """One connection: a task that listens and one that sends."""

    def __init__(self, *, dialect: _Nova | _Flux, report: Report) -> None:
        self._dialect = dialect
        self._report = report
        self._waiting = bytearray()
        self._woken = asyncio.Event()
        self._expected: Expectation = "anything"
        self._told: Expectation = "anything"
        self._padding_ms = 0
        """Silence of ours in the vendor's count of time."""
        self._over = False
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._running: asyncio.Task[None] | None = None

    async def open(self, client: Any) -> None:
        """Connect. Raises `Unserved`."""
        self._running = asyncio.create_task(self._run(client))
        try:
            await asyncio.shield(self._opened)
        except asyncio.CancelledError:
            await self.close()
            raise

    def hear(self, mulaw: bytes) -> None:
        if self._over:
            return
        self._waiting += mulaw
        if len(self._waiting) > MOST_WAITING_BYTES:
            self._lose(Unserved(Reason.OUTAGE, "the network does not take the sound"))
        elif len(self._waiting) >= self._dialect.batch_bytes:
            self._woken.set()

    def expect(self, what: Expectation) -> None:
        self._expected = what
        self._woken.set()

    async def close(self) -> None:
        self._over = True
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})

    # ---- the connection ------------------------------------------------------------------------------

    async def _run(self, client: Any) -> None:
        try:
            async with self._dialect.connect(client) as socket:
                try:
                    self._opened.set_result(None)
                    await self._converse(socket)
                finally:
                    await _hang_up(socket)
        except Exception as error:  # whatever the SDK raises becomes one of our reasons
            self._lose(_read(error))
        else:
            self._lose(Unserved(Reason.BROKE_OFF, "the vendor ended the connection"))

    async def _converse(self, socket: Any) -> None:
        sending = asyncio.create_task(self._send(socket))
        listening = asyncio.create_task(self._listen(socket))
        try:
            done, _ = await asyncio.wait({sending, listening}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (sending, listening):
                task.cancel()
            await asyncio.wait({sending, listening})

    async def _send(self, socket: Any) -> None:
        while True:
            try:
                async with asyncio.timeout(KEEP_ALIVE_SECONDS):
                    await self._woken.wait()
            except TimeoutError:
                self._padding_ms += await self._dialect.keep_alive(socket) * 1000 // RATE
                continue
            self._woken.clear()
            if self._expected != self._told:
                self._told = self._expected
                await self._dialect.expect(socket, self._told)
            while len(self._waiting) >= self._dialect.batch_bytes:
                piece = bytes(self._waiting[:PIECE_BYTES])
                del self._waiting[: len(piece)]
                await socket.send_media(piece)

    async def _listen(self, socket: _Socket) -> None:
        async for message in socket:
            fields = message.model_dump() if hasattr(message, "model_dump") else None
            if fields is None:
                continue  # unknown to the SDK, or no JSON: as good as nothing
            if fields.get("type") == "Error":
                raise Unserved(Reason.OUTAGE, _sentence(fields))
            if fields.get("type") in ("ConfigureFailure", "Warning"):
                log.warning("Deepgram objects", extra={"event": "deepgram.objects", "detail": _sentence(fields)})
            for news in self._dialect.turns.take(fields):
                if not self._over:
                    self._report(_shifted(news, by_ms=-self._padding_ms))

    def _lose(self, failure: Unserved) -> None:
        if not self._opened.done():
            self._opened.set_exception(failure)
        elif not self._over:
            self._report(Lost(failure))
        self._over = True
        if self._running is not None and self._running is not asyncio.current_task():
            self._running.cancel()


async def _hang_up(socket: Any) -> None:
    """Politely, and then for good: a dead peer would keep the socket for twenty seconds more."""
    with contextlib.suppress(Exception):  # there may be nobody to take leave of
        await asyncio.wait_for(socket.send_close_stream(), CLOSING_SECONDS)
    with contextlib.suppress(Exception):  # the SDK has no word for it; without, its library waits
        socket._websocket.transport.abort()


def _shifted(news: Heard, *, by_ms: int) -> Heard:
    if not by_ms or not isinstance(news, Utterance):
        return news
    return replace(news, started_ms=max(0, news.started_ms + by_ms), ended_ms=max(0, news.ended_ms + by_ms))


# ---- failures ----------------------------------------------------------------------------------------


def _read(error: Exception) -> Unserved:
    """Why the vendor does not hear, from what the SDK and the library under it raise. Their own texts are not repeated:
    the SDK's names the key."""
    from deepgram.core.api_error import ApiError
    from websockets.exceptions import ConnectionClosed, InvalidHandshake

    match error:
        case Unserved():
            return error
        case ApiError(status_code=status):
            headers = getattr(error.__context__, "headers", None) or {}
            return refusal(status, str(headers.get("dg-error", "")), retry_after=headers.get("retry-after"))
        case ConnectionClosed():
            said = error.rcvd.reason if error.rcvd else "no goodbye"
            return Unserved(Reason.BROKE_OFF, f"the connection ended: {said}"[:200])
        case TimeoutError():
            return Unserved(Reason.SILENCE, "no connection in time")
        case OSError() | InvalidHandshake():
            return Unserved(Reason.OUTAGE, f"no connection ({type(error).__name__})")
    log.exception("Deepgram's SDK failed", extra={"event": "deepgram.bug"})
    return Unserved(Reason.MALFORMED, type(error).__name__)


def refusal(status: int | None, text: str, *, retry_after: object = None) -> Unserved:
    """A handshake that was refused. The vendor's reason stands in its header `dg-error`."""
    reason = reasons.read(status, text)
    if status == 400 and _NO_MODEL.search(text):
        reason = Reason.NO_SUCH_MODEL
    seconds = float(str(retry_after)) if str(retry_after).isdigit() else None
    return Unserved(reason, f"{status} {text}".strip()[:200], retry_after=seconds)


_NO_MODEL: Final = re.compile(r"no such model|model.{0,40}not (found|available)|unknown model", re.IGNORECASE)


def _sentence(fields: Mapping[str, Any]) -> str:
    """What an error message says, without what we had sent."""
    said = (fields.get("code"), fields.get("variant"), fields.get("description"))
    return ": ".join(str(each) for each in said if each)[:200]


# ---- opening -----------------------------------------------------------------------------------------


async def open_transcriber(provider: Provider, *, card: Card, report: Report, language: str = "en") -> Transcriber:
    model = provider.model or MODEL
    if model == "flux-general-en" and language != "en":
        model = "flux-general-multi"  # the other one would hear everything as English
    dialect = (_Flux if model.startswith("flux") else _Nova)(model=model, card=card, language=language)
    client = await asyncio.to_thread(_client, provider.api_key, provider.url)
    transcriber = DeepgramTranscriber(dialect=dialect, report=report)
    await transcriber.open(client)
    return transcriber


def load() -> None:
    """The SDK, which imports its parts when they are first used (a second), and the ear listening along. In a thread,
    before the first call."""
    _client("", "")
    ear.warm()


@lru_cache(maxsize=64)
def _client(api_key: str, url: str) -> Any:
    from deepgram import AsyncDeepgramClient
    from deepgram.environment import DeepgramClientEnvironment

    environment = DeepgramClientEnvironment.PRODUCTION
    if url:
        http = url.rstrip("/").replace("ws", "http", 1) if url.startswith("ws") else url.rstrip("/")
        socket = http.replace("http", "ws", 1)
        environment = DeepgramClientEnvironment(base=http, production=socket, agent=socket, agent_rest=http)
    client = AsyncDeepgramClient(api_key=api_key, environment=environment)
    _ = client.listen.v1, client.listen.v2  # imported when first looked at: here, and not on the event loop
    return client
