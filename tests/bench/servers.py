"""The two servers that are compared: a bare echo, and the real consumer and call shell, on the same uvicorn,
loop and codec. Started as `python -m tests.bench.servers {echo,loman} PORT CORE`."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from apps.voice.phrasebook import ENGLISH

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loman.settings")


async def echo(connection: Any, receive: Any, send: Any) -> None:
    """The floor: decode a frame, encode it again, send it."""
    from apps.voice import media

    if connection["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})
    line = media.Outbound("MZ")
    while (message := await receive())["type"] == "websocket.receive":
        frame = media.decode(message["text"])
        if type(frame) is media.Media:
            await send({"type": "websocket.send", "text": line.media(frame.mulaw)})


class EchoTranscriber:
    """Gives every frame it hears back to the line at once: the shortest way through the real call."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send

    def hear(self, mulaw: bytes) -> None:
        self._send(mulaw)

    def expect(self, what: str) -> None:
        pass

    async def close(self) -> None:
        pass


class Nothing:
    """Stands for the parts that a frame does not pass: model, tools, log, recorder."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *args, **kwargs: None


class SilentAgent:
    phrases, language = ENGLISH, "en"

    def heard(self, text: str) -> None:
        pass

    async def finish(self) -> None:
        pass


def loman() -> Any:
    """The real consumer, receive loop, shell and machine; only admission is replaced, and the recogniser."""
    import django

    django.setup()
    from apps.menu.card import Card
    from apps.voice import consumers, conversation, media, roster, signature, speech
    from apps.voice.call import LiveCall
    from apps.voice.fittings import Fittings
    from apps.voice.tts import typed

    echoes: dict[str, EchoTranscriber] = {}

    async def admit(admission: Any, *, line: media.Outbound, send: Any) -> LiveCall:
        outgoing: asyncio.Queue[bytes] = asyncio.Queue()

        async def give_back() -> None:
            while True:
                await send(line.media(await outgoing.get()))

        name = f"echo-{uuid4()}"
        echoes[name] = EchoTranscriber(outgoing.put_nowait)
        giving = asyncio.create_task(give_back())

        async def nothing(*args: Any) -> None:
            giving.cancel()

        fittings = Fittings(
            call_id=uuid4(), restaurant="bench", card=Card(), agent=SilentAgent(), language="en",
            hearing=[speech.Provider(name)], speaking=[speech.Provider("typed")],
            limits=conversation.Limits(silence_seconds=600), notice="Hi.", greeting="Hello.",
            log=Nothing(), tape=Nothing(), hand_over=nothing, hang_up=nothing, keep=nothing,
        )  # fmt: skip
        return LiveCall(fittings, line=line, send=send)

    async def open_transcriber(provider: speech.Provider, **others: Any) -> EchoTranscriber:
        return echoes.pop(provider.name)

    async def open_synthesizer(provider: speech.Provider) -> Any:
        return await typed.open_synthesizer(provider)

    async def redeem(token: str, *, call_sid: str) -> None:
        return None

    consumers.admit = admit
    consumers.tokens.redeem = redeem
    signature.valid_socket = lambda connection: True
    roster.open_transcriber = open_transcriber
    roster.open_synthesizer = open_synthesizer
    from channels.routing import ProtocolTypeRouter, URLRouter
    from django.urls import path

    return ProtocolTypeRouter({"websocket": URLRouter([path("", consumers.MediaConsumer.as_asgi())])})


def main(which: str, port: int, core: int) -> None:
    os.sched_setaffinity(0, {core})
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import uvicorn

    application = echo if which == "echo" else loman()
    uvicorn.run(
        application, host="127.0.0.1", port=port, loop="uvloop", http="httptools", ws="websockets-sansio",
        ws_per_message_deflate=False, access_log=False, log_level="error", lifespan="off",
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
