"""ElevenLabs on loopback: its streaming HTTP and its multi-context WebSocket, with real speech by espeak.

It keeps the vendor's habits, the awkward ones, too: a context that is only flushed never ends; one that is closed
before its first sound ends without any; one that is closed after it goes on to its last; a sixth one is too many.
https://elevenlabs.io/docs/api-reference/text-to-speech/v-1-text-to-speech-voice-id-multi-stream-input
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import unquote

from apps.voice.tts import embedded
from tests.voice.loopback.conduct import Conduct, Conducts
from tests.voice.loopback.wire import Answer, Port, Request, Socket, listening

KEY = "sk_test_4f6e2a9b8c7d"
VOICE = "JBFqnCBsd6RMkjVDRZzb"
OTHER_VOICE = "EXAVITQu4vr4xnSDxMaL"
VOICES = {VOICE: embedded.AGENT, OTHER_VOICE: embedded.voice_named("en-us+f3")}
MODELS = {
    "eleven_flash_v2_5": True,
    "eleven_turbo_v2_5": True,
    "eleven_flash_v2": False,
    "eleven_multilingual_v2": False,
}
"""Whether they take a language."""
MOST_CONTEXTS = 5
CHUNK_BYTES = 1600
TIMES_FASTER = 40
"""Than it is spoken."""
IDLE_SECONDS = 20
"""The vendor's own, where the client does not say otherwise."""
GARBAGE = b"\x00\xffthis is {no} JSON"
ERROR_PAGE = b"<!DOCTYPE html><html><body><h1>Bad gateway</h1></body></html>"


@dataclass
class Said:
    """One text it was asked to say."""

    text: str
    voice: str
    model: str
    language: str
    context: str = ""
    closed: int = 0
    """How often its context was asked to close."""
    sent: int = 0
    """Bytes of its sound that were sent."""
    whole: bool = False


@dataclass
class ElevenLabs(Port):
    """How it behaves, and what it was asked."""

    conducts: Conducts = field(default_factory=Conducts)
    spelling: Literal["camel", "snake"] = "camel"
    """Of the final message: the schema has one, the guide the other."""
    idle_seconds: float = float("inf")
    """Closes a WebSocket earlier than the client asked for."""
    said: list[Said] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    """Everything that came over WebSockets."""
    handshakes: list[Request] = field(default_factory=list)
    met: list[Meeting] = field(default_factory=list)
    """WebSockets that are open."""
    meddling: list[str] = field(default_factory=list)
    """What only a broken client does."""

    async def drop(self) -> None:
        """Cut all connections, and wait until their WebSockets are gone."""
        self.hang_up()
        while self.met:
            await asyncio.sleep(0)


def rendering(text: str, voice: str = VOICE, language: str = "en") -> bytes:
    """The sound it makes of a text: always the same, though espeak's differs by a bit from time to time."""
    return _rendered(text.strip(), voice, "" if language == "en" else language)


@lru_cache(maxsize=512)
def _rendered(text: str, voice: str, language: str) -> bytes:
    sound: list[bytes] = []

    def take(chunk: bytes) -> bool:
        sound.append(chunk)
        return True

    speaker = embedded.voice_named(language) if language else VOICES[voice]
    embedded.render_mulaw(text, voice=speaker, take=take)
    return b"".join(sound)


@contextlib.asynccontextmanager
async def serving(vendor: ElevenLabs | None = None) -> AsyncIterator[ElevenLabs]:
    vendor = vendor or ElevenLabs()

    async def answer(request: Request, to: Answer) -> None:
        await _answer(vendor, request, to)

    async def meet(request: Request, socket: Socket) -> None:
        await _meet(vendor, request, socket)

    async with listening(vendor, answer=answer, meet=meet):
        yield vendor


def detail(status: str, message: str) -> str:
    return json.dumps({"detail": {"status": status, "message": message}})


def _voice(request: Request) -> str:
    return unquote(request.path.split("/")[3])


def _objection(request: Request, asked: dict[str, Any]) -> tuple[int, str] | None:
    """What is wrong with what was asked, as the vendor would say."""
    voice = _voice(request)
    model = asked.get("model_id", "")
    if request.headers.get("xi-api-key") != KEY:
        return 401, detail("invalid_api_key", "Invalid API key")
    if voice not in VOICES:
        return 404, detail("voice_not_found", f"A voice with voice_id {voice} was not found.")
    if model not in MODELS:
        return 400, detail("model_not_found", f"A model with model ID {model} does not exist.")
    if request.query.get("output_format") != "ulaw_8000":
        return 403, detail("output_format_not_allowed", "This output format is not allowed.")
    if asked.get("language_code") and not MODELS[model]:
        return 400, detail("unsupported_language", f"Model {model} does not support the language_code.")
    return None


# ---- HTTP ----------------------------------------------------------------------------------------------


async def _answer(vendor: ElevenLabs, request: Request, to: Answer) -> None:
    asked = json.loads(request.body or b"{}")
    conduct = vendor.conducts.next()
    told = request.query | asked
    refused = (conduct.refuses.status, conduct.refuses.body) if conduct.refuses else _objection(request, told)
    if conduct.silent:
        await _until_left(to)
    elif refused:
        more = conduct.refuses.headers if conduct.refuses else {}
        await _whole(to, refused[0], refused[1].encode(), {"content-type": "application/json", **more})
    elif conduct.garbage is not None:
        await _whole(to, 200, conduct.garbage, {"content-type": "text/html"})
    else:
        said = Said(asked["text"], _voice(request), told["model_id"], told.get("language_code", ""))
        vendor.said.append(said)
        await _stream(said, conduct, to)


async def _stream(said: Said, conduct: Conduct, to: Answer) -> None:
    await asyncio.sleep(conduct.first_seconds)
    await to.begin(200, {"content-type": "audio/basic", "transfer-encoding": "chunked"})
    async for chunk in _paced(said, conduct):
        if to.left:
            return
        if chunk is None:
            to.cut()
            return
        await to.send(chunk)
        said.sent += len(chunk)
    said.whole = True
    await to.end()


async def _whole(to: Answer, status: int, body: bytes, headers: dict[str, str]) -> None:
    await to.begin(status, {"content-length": str(len(body)), **headers})
    await to.send(body)
    await to.end()


async def _until_left(to: Answer) -> None:
    while not to.left:
        await asyncio.sleep(0.01)


async def _paced(said: Said, conduct: Conduct) -> AsyncIterator[bytes | None]:
    """Its sound, faster than it is spoken; None where the connection dies."""
    sound = b"" if conduct.empty else rendering(said.text, said.voice, said.language)
    last = len(sound) if conduct.dies_after_bytes is None else conduct.dies_after_bytes
    for start in range(0, min(len(sound), last), CHUNK_BYTES):
        yield sound[start : min(start + CHUNK_BYTES, last)]
        await asyncio.sleep(CHUNK_BYTES / embedded.TELEPHONE_RATE / TIMES_FASTER)
    if conduct.dies_after_bytes is not None:
        yield None


# ---- WebSocket -----------------------------------------------------------------------------------------


async def _meet(vendor: ElevenLabs, request: Request, socket: Socket) -> None:
    conduct = vendor.conducts.next()
    vendor.handshakes.append(request)
    refusal = conduct.refuses
    if refusal and not refusal.late:
        await socket.reject(refusal.status, refusal.body, dict(refusal.headers))
        return
    if not refusal and (objection := _objection(request, request.query)):
        await socket.reject(*objection, {})
        return
    await socket.accept()
    meeting = Meeting(vendor, request, socket, conduct)
    vendor.met.append(meeting)
    try:
        await meeting.run()
    finally:
        vendor.met.remove(meeting)


@dataclass(eq=False)
class Context:
    """One stream of speech within a connection."""

    id: str
    closing: bool = False
    said: list[Said] = field(default_factory=list)
    speaking: asyncio.Task[None] | None = None


@dataclass(eq=False)
class Meeting:
    """One WebSocket."""

    vendor: ElevenLabs
    request: Request
    socket: Socket
    conduct: Conduct
    contexts: dict[str, Context] = field(default_factory=dict)
    over: list[str] = field(default_factory=list)

    async def run(self) -> None:
        wished = float(self.request.query.get("inactivity_timeout", IDLE_SECONDS))
        idle = min(wished, self.vendor.idle_seconds)
        tasks: set[asyncio.Task[None]] = set()
        try:
            while True:
                async with asyncio.timeout(idle):
                    message = await self.socket.receive()
                if message is None or not await self._hear(json.loads(message), tasks):
                    return
        except TimeoutError:
            await self.socket.close(1008, f"Have not received a new text input within the timeout of {idle} seconds.")
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _hear(self, message: dict[str, Any], tasks: set[asyncio.Task[None]]) -> bool:
        """Whether the connection goes on."""
        self.vendor.messages.append(message)
        if (refusal := self.conduct.refuses) is not None:
            told = json.loads(refusal.body)["detail"]
            await self._send({"message": told["message"], "error": told["status"], "code": refusal.code})
            await self.socket.close(refusal.code, told["message"][:120])
            return False
        if message.get("close_socket"):
            await self.socket.close(1000)
            return False
        context = self.contexts.get(message["context_id"])
        if message.get("close_context"):
            await self._close(context, message["context_id"])
            return True
        if context is None:
            if len(self.contexts) >= MOST_CONTEXTS:
                await self._too_many()
                return False
            context = self.contexts[message["context_id"]] = Context(message["context_id"])
        if text := message.get("text", "").strip():
            context.said.append(self._said(text, context.id))
        if message.get("flush") and context.said and not self.conduct.silent:
            context.speaking = asyncio.create_task(self._speak(context, context.said[-1]))
            tasks.add(context.speaking)
        return True

    def _said(self, text: str, context: str) -> Said:
        query = self.request.query
        said = Said(text, _voice(self.request), query["model_id"], query.get("language_code", ""), context)
        self.vendor.said.append(said)
        return said

    async def _too_many(self) -> None:
        told = "Maximum simultaneous contexts per WebSocket connection exceeded (5)."
        self.vendor.meddling.append("a sixth context")
        await self._send({"message": told, "error": "max_active_conversations", "code": 1008})
        await self.socket.close(1008, told)

    async def _close(self, context: Context | None, name: str) -> None:
        for said in self.vendor.said:
            said.closed += said.context == name
        if context is None:
            self.vendor.meddling.append(f"close of {name}, which is not open")
            return
        context.closing = True
        sounding = context.speaking is not None and not context.speaking.done() and any(s.sent for s in context.said)
        if not sounding:  # nothing to finish, or closed before it began: then the vendor begins no more
            if context.speaking is not None:
                context.speaking.cancel()
            await self._final(context)

    async def _speak(self, context: Context, said: Said) -> None:
        await asyncio.sleep(self.conduct.first_seconds)
        if self.conduct.garbage is not None:
            await self.socket.send(self.conduct.garbage.decode("latin-1"))
            return
        if self.conduct.empty:
            await self._final(context)
            return
        async for chunk in _paced(said, self.conduct):
            if chunk is None:
                self.socket.cut()
                return
            if self.conduct.disorderly:
                await self._disorder()
            said.sent += len(chunk)
            await self._send(
                {"audio": base64.b64encode(chunk).decode(), "isFinal": None, "contextId": context.id}
                | {"normalizedAlignment": None, "alignment": {"chars": ["a"], "charStartTimesMs": [0]}}
            )
        said.whole = True
        if context.closing:
            await self._final(context)

    async def _final(self, context: Context) -> None:
        if self.contexts.pop(context.id, None) is not None:
            self.over.append(context.id)
            if self.vendor.spelling == "camel":
                await self._send({"isFinal": True, "contextId": context.id})
            else:
                await self._send({"audio": None, "is_final": True, "context_id": context.id})

    async def _disorder(self) -> None:
        noise = base64.b64encode(b"\x00" * 160).decode()
        messages: tuple[dict[str, Any], ...] = (
            {"audio": noise, "contextId": "nobody"},
            {"isFinal": True, "contextId": "nobody"},
            {"type": "ping", "ping_event": {"event_id": 1}},
            {"audio": noise},
            *({"audio": noise, "contextId": over, "novelty": [1]} for over in self.over[-1:]),
            *({"isFinal": True, "contextId": over} for over in self.over[-1:]),
        )
        for message in messages:
            await self._send(message)

    async def _send(self, message: dict[str, Any]) -> None:
        await self.socket.send(json.dumps(message))
