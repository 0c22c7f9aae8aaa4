"""The media socket: admits a call's stream, then turns frames into events with a receive loop of its own.

Channels' stock dispatch awaits a hop to the one thread-sensitive thread for every message: one slow query
anywhere then freezes every call's audio (measured, FACTS: WebSockets). The loop below awaits nothing but the
socket, and audio goes straight from the decoder to the recogniser.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from apps.tenants import scope
from apps.voice import media, signature, stepping_in, tokens
from apps.voice.admission import admit
from apps.voice.call import LiveCall
from apps.voice.pace import Pace

log = logging.getLogger(__name__)

START_SECONDS = 5.0
"""A socket that has not sent `start` by then is closed."""
MOST_BAD_FRAMES = 50
"""A peer that keeps sending rubbish is not Twilio."""
MOST_WAITING = 50
"""Sockets of one address that have not sent `start`, in this process. A carrier's are waiting for a moment."""
POLICY_VIOLATION, TRY_AGAIN = 1008, 1013

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class MediaConsumer:
    """One Twilio media stream. An ASGI application, as Channels' URLRouter calls it."""

    _waiting: ClassVar[Counter[str]] = Counter()

    @classmethod
    def as_asgi(cls) -> Callable[[dict[str, Any], Receive, Send], Awaitable[None]]:
        async def application(connection: dict[str, Any], receive: Receive, send: Send) -> None:
            await cls(connection, receive, send).serve()

        return application

    def __init__(self, connection: dict[str, Any], receive: Receive, send: Send) -> None:
        self._connection = connection
        self._receive = receive
        self._raw_send = send
        self._bad_frames = 0
        self._pace = Pace(0.0)

    async def serve(self) -> None:
        if (await self._receive())["type"] != "websocket.connect":
            return
        if not await self._is_signed():
            log.warning("media socket without a valid signature", extra={"event": "media.unsigned"})
            await self._raw_send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return
        address = (self._connection.get("client") or ("",))[0]
        if self._waiting[address] >= MOST_WAITING:
            log.warning("too many sockets without a start", extra={"event": "media.crowd"})
            await self._raw_send({"type": "websocket.close", "code": TRY_AGAIN})
            return
        with self._waits(address):
            await self._raw_send({"type": "websocket.accept"})
            start = await self._started()
        if start is None:
            await self._close(POLICY_VIOLATION)
            return
        admission = await self._redeem(start)
        if admission is None:
            await self._close(POLICY_VIOLATION)
            return
        call = await admit(admission, line=media.Outbound(start.stream_sid), send=self._send)
        with stepping_in.reachable(admission.call_id, restaurant_id=admission.place.id, step_in=call.step_in):
            running = asyncio.create_task(call.run())
            try:
                await self._listen(call, start.stream_sid, running)
            finally:
                call.hung_up()
                await running

    async def _is_signed(self) -> bool:
        """By the installation's account, else by a line's own."""
        if signature.valid_socket(self._connection):
            return True
        return await scope.run(None, signature.valid_socket_of_a_line, self._connection)

    @contextmanager
    def _waits(self, address: str) -> Iterator[None]:
        self._waiting[address] += 1
        try:
            yield
        finally:
            self._waiting[address] -= 1
            if not self._waiting[address]:
                del self._waiting[address]

    async def _started(self) -> media.Start | None:
        try:
            return await asyncio.wait_for(self._start(), START_SECONDS)
        except TimeoutError:
            log.warning("media socket sent no start", extra={"event": "media.no_start"})
            return None

    async def _start(self) -> media.Start | None:
        """The first frame that counts; everything before it but `connected` is refused."""
        while True:
            frame = await self._frame()
            if isinstance(frame, media.Start):
                return frame
            if frame is None or isinstance(frame, media.Stop):
                return None
            if not isinstance(frame, media.Connected):
                log.warning("frame before start", extra={"event": "media.out_of_order"})

    async def _redeem(self, start: media.Start) -> tokens.Admission | None:
        token = start.parameters.get("token", "")
        try:
            return await tokens.redeem(token, call_sid=start.call_sid)
        except tokens.Refused as refusal:
            log.warning(str(refusal), extra={"event": "media.refused", "call_sid": start.call_sid})
            return None

    async def _listen(self, call: LiveCall, stream_sid: str, running: asyncio.Task[None]) -> None:
        """Frames until the socket closes or the call is over."""
        ended = asyncio.create_task(self._close_after(running))
        clock = asyncio.get_running_loop().time
        self._pace = Pace(clock())
        try:
            while (frame := await self._frame()) is not None:
                sound = len(frame.mulaw) if type(frame) is media.Media else 0
                if self._pace.is_too_fast(sound=sound, now=clock()):
                    log.warning("frames come faster than sound does", extra={"event": "media.too_fast"})
                    await self._close(POLICY_VIOLATION)
                    return
                if getattr(frame, "stream_sid", stream_sid) != stream_sid:
                    if self._is_too_bad("frame of another stream"):
                        return
                elif type(frame) is media.Media:
                    call.hear(frame.mulaw)
                elif isinstance(frame, media.Mark):
                    call.mark_returned(frame.name)
                elif isinstance(frame, media.Dtmf):
                    call.pressed(frame.digit)
                elif isinstance(frame, media.Stop):
                    return
        finally:
            ended.cancel()

    async def _close_after(self, running: asyncio.Task[None]) -> None:
        await asyncio.wait({running})
        await self._close(1000)

    async def _frame(self) -> media.Frame | None:
        """The next frame that can be read; None when the peer is gone or sends nothing but rubbish."""
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                return None
            try:
                text = message.get("text")
                return media.decode(text if text is not None else message.get("bytes") or b"")
            except media.MalformedFrame as error:
                if self._is_too_bad(str(error)):
                    return None

    def _is_too_bad(self, why: str) -> bool:
        self._bad_frames += 1
        log.warning(why, extra={"event": "media.malformed"})
        return self._bad_frames >= MOST_BAD_FRAMES

    async def _send(self, text: str) -> None:
        """To Twilio; a peer that is gone is noticed by the receive loop, not here."""
        try:
            await self._raw_send({"type": "websocket.send", "text": text})
        except Exception as error:  # each server raises its own kind when the peer is gone
            log.info("send after close", extra={"event": "media.send_failed", "error": type(error).__name__})

    async def _close(self, code: int) -> None:
        try:
            await self._raw_send({"type": "websocket.close", "code": code})
        except Exception:
            log.debug("close after close", extra={"event": "media.close_failed"})
