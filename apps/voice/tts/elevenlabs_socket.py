"""ElevenLabs over its multi-context WebSocket: one connection per call and language, one context per sentence.

What its pages do not say, and its users have measured: a flush alone is never answered with an end, so a context has
to be closed; closed before its first sound it may end without any; closed after it, it goes on to its last sound.
https://elevenlabs.io/docs/api-reference/text-to-speech/v-1-text-to-speech-voice-id-multi-stream-input
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from apps.llm.reasons import Reason
from apps.voice.speech import Provider, Synthesizer, Unserved
from apps.voice.tts import elevenlabs_terms as terms
from apps.voice.tts.elevenlabs import load as load  # the certificates; whoever falls back on HTTP finds it loaded
from apps.voice.tts.elevenlabs import tls

INACTIVITY_SECONDS = 180
"""The most that the vendor allows; its own choice would be 20, and callers listen and think longer."""
KEEP_ALIVE_SECONDS = 15.0
"""Without a word from us for so long, a context is opened ahead or kept open: the documented sign of life."""
MOST_CONTEXTS = 5
"""The vendor's limit; one more costs the connection."""
SUSPICIOUS_SECONDS = 1.0
"""A sentence that was given up after so long without a sound: its connection may be dead, and is not used again."""
CLOSE_SECONDS = 1.0
PING_SECONDS = 20.0
LARGEST_MESSAGE = 4 * 2**20

_wire = logging.getLogger(f"{__name__}.wire")
_wire.setLevel(logging.WARNING)  # the library writes all headers into its debug log, the key among them


class _Straight(connect):
    """Follows no redirect: the key would go with it to whomever it names."""

    def process_redirect(self, exc: Exception) -> Exception:
        return exc


class _Answer(msgspec.Struct):
    """A message of the vendor's. Its schema spells names one way, its guide the other; the rest is skipped."""

    audio: bytes | None = None
    isFinal: bool | None = None
    is_final: bool | None = None
    contextId: str | None = None
    context_id: str | None = None
    error: Any = None
    message: Any = None

    @property
    def context(self) -> str:
        return self.contextId or self.context_id or ""


_answers = msgspec.json.Decoder(_Answer)


class _Sentence:
    """One context: what comes of it."""

    def __init__(self, context: str, *, asked_at: float) -> None:
        self.context = context
        self.asked_at = asked_at
        self.sound: asyncio.Queue[bytes | Unserved | None] = asyncio.Queue()
        """Ends with None, or with what went wrong."""
        self.heard = False


class _Line:
    """One connection in one language. Two tasks: one listens, one talks, so that nobody who speaks waits for it."""

    def __init__(self, socket: ClientConnection, *, key: str, keep_alive_seconds: float) -> None:
        self._socket = socket
        self._key = key
        self._keep_alive_seconds = keep_alive_seconds
        self._sentences: dict[str, _Sentence] = {}
        """Whose sound is wanted."""
        self._open: set[str] = set()
        """Contexts that the vendor has not ended."""
        self._spare = ""
        """A context that waits for a sentence."""
        self._names = map(str, itertools.count(1))
        self._outgoing: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._ended = False
        self._tasks = (asyncio.create_task(self._listen()), asyncio.create_task(self._talk()))

    @property
    def usable(self) -> bool:
        return not self._ended and (bool(self._spare) or len(self._open) < MOST_CONTEXTS)

    def say(self, words: str) -> _Sentence:
        context = self._spare or self._opened()
        self._spare = ""
        sentence = _Sentence(context, asked_at=asyncio.get_running_loop().time())
        self._sentences[context] = sentence
        self._outgoing.put_nowait({"text": f"{words} ", "context_id": context, "flush": True})
        return sentence

    def let_go(self, sentence: _Sentence) -> None:
        """Nothing more of it is wanted."""
        if self._sentences.pop(sentence.context, None) is None or self._ended:
            return
        if sentence.heard or sentence.context not in self._open:
            return  # closed already: what was begun comes to its end, and nobody listens
        if asyncio.get_running_loop().time() - sentence.asked_at > SUSPICIOUS_SECONDS:
            self.cut()
        else:
            self._close_context(sentence.context)

    async def close(self) -> None:
        """A close of the WebSocket stops everything at once; `close_socket` would first finish what is flushed."""
        try:
            await self._socket.close()
        finally:
            self.cut()
            await asyncio.wait(self._tasks)

    def cut(self) -> None:
        self._end(Unserved(Reason.BROKE_OFF, "the connection was given up"))

    def _opened(self) -> str:
        context = next(self._names)
        self._open.add(context)
        self._outgoing.put_nowait({"text": " ", "context_id": context})
        return context

    def _close_context(self, context: str) -> None:
        self._outgoing.put_nowait({"context_id": context, "close_context": True})

    def _end(self, failure: Unserved) -> None:
        if self._ended:
            return
        self._ended = True
        for sentence in self._sentences.values():
            sentence.sound.put_nowait(failure)
        self._sentences.clear()
        self._socket.transport.abort()
        self._tasks[1].cancel()

    async def _talk(self) -> None:
        while True:
            try:
                async with asyncio.timeout(self._keep_alive_seconds):
                    message = await self._outgoing.get()
            except TimeoutError:
                self._show_life()
                continue
            try:
                await self._socket.send(msgspec.json.encode(message), text=True)
            except ConnectionClosed:
                return

    def _show_life(self) -> None:
        if self._spare:
            self._outgoing.put_nowait({"text": "", "context_id": self._spare})
        elif len(self._open) < MOST_CONTEXTS:
            self._spare = self._opened()

    async def _listen(self) -> None:
        try:
            async for message in self._socket:
                self._take(_answers.decode(message))
        except ConnectionClosed:
            pass  # how it closed is asked below
        except msgspec.DecodeError as error:
            self._end(Unserved(Reason.MALFORMED, str(error)))
        finally:
            self._end(terms.closed(self._socket.close_code, self._socket.close_reason or "", key=self._key))

    def _take(self, answer: _Answer) -> None:
        sentence = self._sentences.get(answer.context)
        if answer.error is not None:
            failure = terms.objected(answer.error, answer.message, key=self._key)
            if sentence is None:
                self._end(failure)
            else:
                sentence.sound.put_nowait(failure)
        if answer.audio and sentence is not None:
            sentence.sound.put_nowait(answer.audio)
            if not sentence.heard:
                sentence.heard = True
                self._close_context(answer.context)
        if answer.isFinal or answer.is_final:
            self._open.discard(answer.context)
            self._spare = "" if self._spare == answer.context else self._spare
            if sentence is not None:
                sentence.sound.put_nowait(None)


class SocketSynthesizer:
    """Speaks with one of the vendor's voices, over a connection for each language that was spoken."""

    def __init__(self, provider: Provider, *, keep_alive_seconds: float = KEEP_ALIVE_SECONDS) -> None:
        self._provider = provider
        self._model = provider.model or terms.DEFAULT_MODEL
        self._keep_alive_seconds = keep_alive_seconds
        self._lines: dict[str, _Line] = {}
        self._connecting = asyncio.Lock()
        self._closed = False

    async def ready(self, language: str = "en") -> None:
        """Have a connection for this language. Raises `Unserved`."""
        await self._line(terms.language_code(self._model, language))

    async def speak(self, text: str, *, language: str = "en") -> AsyncIterator[bytes]:
        """On a connection that was kept, a sentence is asked for once more, anew, if it drops before the first sound:
        it may have been dead since the last sentence."""
        fresh = False
        while terms.has_words(text) and not fresh and not self._closed:
            line, fresh = await self._line(terms.language_code(self._model, language))
            sentence = line.say(text.strip())
            try:
                while isinstance(sound := await sentence.sound.get(), bytes):
                    yield sound
            finally:
                line.let_go(sentence)
            if sound is None and sentence.heard:
                return
            if sound is None:
                raise Unserved(Reason.EMPTY, "it ended without a sound")
            if fresh or sentence.heard or sound.reason is not Reason.BROKE_OFF:
                raise sound
            line.cut()

    async def close(self) -> None:
        self._closed = True
        await asyncio.gather(*(line.close() for line in self._lines.values()))

    async def _line(self, code: str) -> tuple[_Line, bool]:
        """The connection for a language, and whether it is new."""
        async with self._connecting:
            kept = self._lines.get(code)
            if kept is not None and kept.usable:
                return kept, False
            if kept is not None:
                kept.cut()  # all its contexts are taken by sentences that nobody listens to
            socket = await self._connected(code)
            made = _Line(socket, key=self._provider.api_key, keep_alive_seconds=self._keep_alive_seconds)
            self._lines[code] = made
            if self._closed:
                made.cut()
            return made, True

    async def _connected(self, code: str) -> ClientConnection:
        url = _url(self._provider, model=self._model, code=code)
        key = self._provider.api_key
        try:
            return await _Straight(
                url,
                additional_headers={"xi-api-key": key},
                ssl=tls() if url.startswith("wss:") else None,
                compression=None,  # sound in base64 does not shrink, and each connection would hold its windows
                open_timeout=terms.CONNECT_SECONDS,
                close_timeout=CLOSE_SECONDS,
                ping_interval=PING_SECONDS,
                ping_timeout=PING_SECONDS,
                max_size=LARGEST_MESSAGE,
                logger=_wire,
            )
        except InvalidStatus as refusal:
            answer = refusal.response
            body = (answer.body or b"").decode(errors="replace")
            wait = answer.headers.get("Retry-After", "")
            raise terms.refused(answer.status_code, body, key=key, retry_after=wait) from None
        except TimeoutError:
            raise Unserved(Reason.SILENCE, f"no connection within {terms.CONNECT_SECONDS:g} s") from None
        except (OSError, WebSocketException, ValueError) as error:
            raise Unserved(Reason.OUTAGE, terms.shortened(f"{type(error).__name__}: {error}", key=key)) from None


def _url(provider: Provider, *, model: str, code: str) -> str:
    asked = {
        "model_id": model,
        "output_format": terms.FORMAT,
        "auto_mode": "true",  # whole sentences come: nothing is gained by the vendor's waiting for more
        "inactivity_timeout": INACTIVITY_SECONDS,
    }
    if code:
        asked["language_code"] = code
    scheme, _, place = (provider.url or terms.VENDOR).rstrip("/").partition("://")
    voice = terms.voice_in_path(provider.voice)
    socket = {"http": "ws", "https": "wss"}.get(scheme, scheme)
    return f"{socket}://{place}/v1/text-to-speech/{voice}/multi-stream-input?{urlencode(asked)}"


async def open_synthesizer(provider: Provider) -> Synthesizer:
    """Connected. Raises `Unserved`."""
    if not tls.cache_info().currsize:
        await asyncio.to_thread(tls)
    made = SocketSynthesizer(provider)
    await made.ready()
    return made
