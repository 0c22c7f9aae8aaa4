"""One phone call on the wire, as Twilio makes it: signed webhooks, TwiML, and a media stream in real time."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from typing import Any
from urllib.parse import urljoin

import numpy as np
import numpy.typing as npt

from apps.voice import audio
from apps.voice.carrier import twiml
from apps.voice.carrier.handset import FRAME_BYTES, SILENCE, Handset
from apps.voice.carrier.terms import Account, Dialling, Gap, Happening, Tape
from apps.voice.carrier.transport import Exchange, Socket, Unreachable

FRAME_SECONDS = 0.02
FRAME_MS = 20
AUDIBLE = 500
"""A sample beyond this is sound; below it is the codec's or the voice's idea of silence."""
MOST_DOCUMENTS = 8
"""TwiML that redirects in a circle is given up."""


class Line:
    """One call. `run` lasts from the first webhook to the last; the rest may be called meanwhile."""

    def __init__(
        self,
        dialling: Dialling,
        *,
        exchange: Exchange,
        account: Account,
        call_sid: str,
        background: npt.NDArray[np.int16] | None = None,
    ) -> None:
        self.call_sid = call_sid
        self.account = account
        self.status = "queued"
        self.happenings: list[Happening] = []
        self.gaps: list[Gap] = []
        self.barge_in_ms: list[int] = []
        """From the first sound of an interruption to the `clear`."""
        self.tape = Tape()
        self.held = False
        """A typed line only: the agent's words are still 'being said', so their marks wait."""
        self.words: list[str] = []
        """A typed line only: what the agent wrote."""
        self._dialling = dialling
        self._exchange = exchange
        self._background = background
        self._stream_sid = "MZ" + call_sid[2:]
        self._handset = Handset()
        self._mouth = bytearray()
        self._typed: asyncio.Queue[str] = asyncio.Queue()
        self._keys: asyncio.Queue[str] = asyncio.Queue()
        self._frames = 0
        self._sequence = 0
        self._hung_up = False
        self._update: str | None = None
        self._cut = asyncio.Event()
        """Set when the stream has to end: a hang-up, or new TwiML."""
        self._spoke_ms: int | None = None
        """Where the caller's last audible frame ended, until the agent answers it."""
        self._sounded_ms: int | None = None
        """Since when the agent has been audible without a pause of `PAUSE_MS`."""
        self._last_sound_ms = -1_000_000
        self._interrupting_since: int | None = None

    # ---- what a caller does --------------------------------------------------------------------------

    def say(self, speech: bytes) -> None:
        """µ-law to be sent frame by frame; on a typed line, the text's bytes at once."""
        if self._dialling.medium == "typed":
            self._typed.put_nowait(speech.decode())
            return
        if self.agent_sounding_ms > 0 and not self._mouth:
            self._interrupting_since = self.now_ms
        self._mouth += speech + SILENCE * (-len(speech) % FRAME_BYTES)

    def press(self, digits: str) -> None:
        for digit in digits:
            self._keys.put_nowait(digit)

    def hang_up(self) -> None:
        self._hung_up = True
        self._cut.set()

    def release(self) -> None:
        """A typed line: the agent has finished what was held."""
        self.held = False
        self._typed.put_nowait("")

    # ---- what the REST API does ----------------------------------------------------------------------

    def update(self, document: str) -> None:
        """New TwiML for the live call: the stream ends, the document is performed."""
        self._update = document
        self._cut.set()

    def complete(self) -> None:
        self._note("hung up by the server")
        self.hang_up()

    # ---- what can be observed ------------------------------------------------------------------------

    @property
    def now_ms(self) -> int:
        """The stream's clock: frames sent."""
        return self._frames * FRAME_MS

    @property
    def speaking(self) -> bool:
        """The caller is."""
        return bool(self._mouth)

    @property
    def agent_sounding_ms(self) -> int:
        """How long the agent has been audible; 0 when silent for a moment."""
        if self._sounded_ms is None or self.now_ms - self._last_sound_ms > 400:
            return 0
        return self.now_ms - self._sounded_ms

    @property
    def agent_done(self) -> bool:
        return self._handset.idle

    @property
    def live(self) -> bool:
        return self.status in ("queued", "ringing", "in-progress")

    # ---- the life of a call --------------------------------------------------------------------------

    async def run(self) -> None:
        began = asyncio.get_running_loop().time()
        self.status = "ringing"
        try:
            answer = await self.post("/webhooks/twilio/voice", {"CallStatus": "ringing"})
            self.status = "in-progress"
            await self._follow(answer)
            self.status = "completed"
        except BaseException:
            self.status = "failed"
            raise
        finally:
            self._note("call over", status=self.status)
            seconds = round(asyncio.get_running_loop().time() - began)
            form = {"CallStatus": self.status, "CallDuration": str(seconds)}
            with contextlib.suppress(Unreachable):
                await self.post("/webhooks/twilio/status", form)

    async def post(self, path: str, form: dict[str, str]) -> str:
        """A signed webhook about this call; `path` may be a whole URL. Gives the answer's text."""
        about = {
            "ApiVersion": "2010-04-01",
            "Direction": "inbound",
            "From": self._dialling.caller,
            "To": self._dialling.called,
            "Caller": self._dialling.caller,
            "Called": self._dialling.called,
            "CallStatus": "in-progress",
        }
        return await self.post_bare(path, about | form)

    async def post_bare(self, path: str, form: dict[str, str]) -> str:
        """One that names the call and neither of its numbers, as Twilio's about recordings do."""
        url = urljoin(self._dialling.base_url, path)
        fields = {"CallSid": self.call_sid, "AccountSid": self.account.sid, **form}
        answer = await self._exchange.post(url, form=fields, signature=self.account.sign(url, fields))
        self._note("webhook", url=url, status=answer.status)
        if answer.status >= 400:
            raise Unreachable(f"{url} answered {answer.status}: {answer.text[:200]}")
        return answer.text

    async def _follow(self, document: str) -> None:
        """Perform TwiML and whatever it leads to, until the call ends."""
        for _ in range(MOST_DOCUMENTS):
            following = await self._perform(twiml.parse(document))
            if following is None or (self._hung_up and self._update is None):
                return
            document = following
        raise Unreachable("The TwiML goes round in a circle.")

    async def _perform(self, steps: list[twiml.Step]) -> str | None:
        """The document that takes over, or None when the call is over."""
        for step in steps:
            match step:
                case twiml.Stream():
                    await self._stream(step)
                    if self._update is not None:
                        document, self._update = self._update, None
                        self._cut.clear()
                        return document
                    if self._hung_up:
                        return None
                case twiml.Dial(numbers, action):
                    self._note("dial", numbers=list(numbers), outcome=self._dialling.outcome)
                    if action:
                        return await self.post(action, {"DialCallStatus": self._dialling.outcome})
                case twiml.Redirect(url):
                    return await self.post(url, {})
                case twiml.Record(action, _):
                    self._note("record")
                    return await self.post(action, {"RecordingDuration": "3"}) if action else None
                case twiml.Say(text):
                    self._note("say", text=text)
                case twiml.Pause():
                    self._note("pause")
                case twiml.Reject(reason):
                    self._note("rejected", reason=reason)
                    return None
                case twiml.Hangup():
                    self._note("hangup")
                    return None
        return None

    # ---- the stream ----------------------------------------------------------------------------------

    async def _stream(self, stream: twiml.Stream) -> None:
        url = stream.url
        reached = url.replace("wss://", "ws://", 1) if self._dialling.base_url.startswith("http://") else url
        await self._stream_news(stream, "stream-started")
        try:
            socket = await self._exchange.open(reached, signature=self.account.sign(url, {}))
        except Unreachable as error:
            self._note("stream failed", error=str(error))
            await self._stream_news(stream, "stream-error")
            return
        self._note("stream", url=url)
        try:
            await self._send(socket, {"event": "connected", "protocol": "Call", "version": "1.0.0"})
            await self._send(socket, self._start(stream))
            await self._converse(socket)
        except Unreachable as error:
            self._note("stream broke", error=str(error))
        finally:
            with contextlib.suppress(Unreachable):
                stop = {"accountSid": self.account.sid, "callSid": self.call_sid}
                await self._send(socket, {"event": "stop", "stop": stop})
            await socket.close()
            self._handset.clear()
            self._note("stream over")
            await self._stream_news(stream, "stream-stopped")

    async def _converse(self, socket: Socket) -> None:
        pacing = self._pace if self._dialling.medium == "sound" else self._type
        tasks = [
            asyncio.create_task(self._receive(socket)),
            asyncio.create_task(pacing(socket)),
            asyncio.create_task(self._press(socket)),
            asyncio.create_task(self._cut.wait()),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def _receive(self, socket: Socket) -> None:
        while (text := await socket.receive()) is not None:
            message = json.loads(text)
            match message["event"]:
                case "media":
                    self._handset.sound(base64.b64decode(message["media"]["payload"], validate=True))
                case "mark":
                    self._handset.mark(message["mark"]["name"])
                case "clear":
                    await self._cleared(socket)
            if self._dialling.medium == "typed":
                await self._read(socket)

    async def _cleared(self, socket: Socket) -> None:
        self._note("clear")
        if self._interrupting_since is not None:
            self.barge_in_ms.append(self.now_ms - self._interrupting_since)
            self._interrupting_since = None
        self.held = False
        self._sounded_ms = None
        await self._return_marks(socket, self._handset.clear())

    async def _pace(self, socket: Socket) -> None:
        """One frame each way every 20 ms on an absolute schedule; what was late is made up for at once."""
        loop = asyncio.get_running_loop()
        began = loop.time() - self._frames * FRAME_SECONDS
        while True:
            wait = began + self._frames * FRAME_SECONDS - loop.time()
            if wait > 0:
                await asyncio.sleep(wait)
            await self._tick(socket)

    async def _tick(self, socket: Socket) -> None:
        frame = bytes(self._mouth[:FRAME_BYTES])
        del self._mouth[:FRAME_BYTES]
        if frame and _audible(frame):
            self._spoke_ms = self.now_ms + FRAME_MS
        sent = self._with_background(frame or SILENCE * FRAME_BYTES)
        heard, reached = self._handset.play()
        self.tape.caller.append(sent)
        self.tape.agent.append(heard)
        if _audible(heard):
            self._agent_sounds()
        await self._send(socket, self._media(sent))
        self._frames += 1
        await self._return_marks(socket, reached)

    def _agent_sounds(self) -> None:
        if self._sounded_ms is None or self.now_ms - self._last_sound_ms > 400:
            self._sounded_ms = self.now_ms
            if self._spoke_ms is not None and not self._mouth:
                self.gaps.append(Gap(self._spoke_ms, self.now_ms))
        if not self._mouth:
            self._spoke_ms = None
        self._last_sound_ms = self.now_ms

    def _with_background(self, frame: bytes) -> bytes:
        if self._background is None or not len(self._background):
            return frame
        at = (self._frames * FRAME_BYTES) % len(self._background)
        noise = np.take(self._background, range(at, at + FRAME_BYTES), mode="wrap").astype(np.int32)
        mixed = np.clip(audio.decode(frame).astype(np.int32) + noise, -32768, 32767)
        return audio.encode(mixed.astype(np.int16))

    async def _type(self, socket: Socket) -> None:
        while True:
            text = await self._typed.get()
            if text:
                await self._send(socket, self._media(text.encode()))
            else:
                await self._read(socket)

    async def _read(self, socket: Socket) -> None:
        if self.held:
            return
        texts, marks = self._handset.read()
        self.words += [text.decode() for text in texts]
        await self._return_marks(socket, marks)

    async def _press(self, socket: Socket) -> None:
        while True:
            digit = await self._keys.get()
            self._note("pressed", digit=digit)
            await self._send(socket, {"event": "dtmf", "dtmf": {"track": "inbound_track", "digit": digit}})
            await asyncio.sleep(0.25)

    async def _return_marks(self, socket: Socket, names: list[str]) -> None:
        for name in names:
            await self._send(socket, {"event": "mark", "mark": {"name": name}})

    # ---- messages ------------------------------------------------------------------------------------

    async def _send(self, socket: Socket, message: dict[str, Any]) -> None:
        if message["event"] != "connected":
            self._sequence += 1
            message = {**message, "sequenceNumber": str(self._sequence), "streamSid": self._stream_sid}
        await socket.send(json.dumps(message))

    def _media(self, payload: bytes) -> dict[str, Any]:
        return {
            "event": "media",
            "media": {
                "track": "inbound",
                "chunk": str(self._frames + 1),
                "timestamp": str(self.now_ms),
                "payload": base64.b64encode(payload).decode(),
            },
        }

    def _start(self, stream: twiml.Stream) -> dict[str, Any]:
        return {
            "event": "start",
            "start": {
                "streamSid": self._stream_sid,
                "accountSid": self.account.sid,
                "callSid": self.call_sid,
                "tracks": ["inbound"],
                "customParameters": dict(stream.parameters),
                "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            },
        }

    async def _stream_news(self, stream: twiml.Stream, event: str) -> None:
        if stream.status_callback:
            form = {"StreamSid": self._stream_sid, "StreamEvent": event}
            with contextlib.suppress(Unreachable):
                await self.post(stream.status_callback, form)

    def _note(self, what: str, **detail: Any) -> None:
        self.happenings.append(Happening(self.now_ms, what, detail))


def _audible(frame: bytes) -> bool:
    return frame != SILENCE * len(frame) and bool(np.abs(audio.decode(frame)).max() > AUDIBLE)
