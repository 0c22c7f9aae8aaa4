"""Piper on this machine: a good voice from two files on disk (`manage.py fetch_models`).

It speaks in a process of its own (`piper_worker`) that all calls share. A voice knows one language, and reads others by
that one's rules.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final
from weakref import WeakSet

from apps.llm.reasons import Reason
from apps.voice import models_on_disk, workroom
from apps.voice.speech import Provider, Synthesizer, Unserved
from apps.voice.tts import embedded
from apps.voice.tts.piper_worker import DONE, FAILED, LOAD, SOUND, SPEAK
from apps.voice.workroom import Room

PROCESS: Final = "apps.voice.tts.piper_worker"
VOICE: Final = "en_US-kristin-medium"
"""When none is named."""
_ENDED: Final = b""
"""The kind under which the end of the process is put among its answers."""

Answers = asyncio.Queue[tuple[bytes, bytes]]


class PiperSynthesizer:
    """Speaks with one voice."""

    def __init__(self, *, room: Room) -> None:
        self._room = room
        self._listening: set[Answers] = set()
        self._closed = False

    async def speak(self, text: str, *, language: str = "en") -> AsyncIterator[bytes]:
        if self._closed:
            return
        answers: Answers = asyncio.Queue()
        line = self._room.line(
            take=lambda kind, body: answers.put_nowait((kind, body)),
            ended=lambda ended: answers.put_nowait((_ENDED, str(ended).encode())),
        )
        self._listening.add(answers)
        try:
            line.tell(SPEAK, embedded.spoken(text).encode())  # Piper asks espeak how words are said
            while True:
                kind, body = await answers.get()
                if kind == SOUND:
                    yield body
                elif kind == DONE:
                    return
                else:
                    reason = Reason.BROKE_OFF if kind == _ENDED else Reason.OUTAGE
                    raise Unserved(reason, f"Piper failed: {body.decode()}")
        except asyncio.CancelledError:  # somebody waited too long for it, perhaps
            self._room.doubt()
            raise
        finally:
            self._listening.discard(answers)
            line.close()

    async def close(self) -> None:
        self._closed = True
        for answers in self._listening:
            answers.put_nowait((DONE, b""))


async def open_synthesizer(provider: Provider) -> Synthesizer:
    return PiperSynthesizer(room=await _loaded(provider))


async def ready(provider: Provider) -> None:
    """Have the voice loaded before the first call. Raises `Unserved`."""
    await _loaded(provider)


async def let_go() -> None:
    """End this loop's processes; they also end by themselves with the server."""
    await workroom.shut_down(PROCESS)


_rooms: WeakSet[Room] = WeakSet()
"""Those whose voice is loaded: they need not be asked, and may be busy."""


async def _loaded(provider: Provider) -> Room:
    """Raises `Unserved` with a sentence that says what is wrong."""
    name = provider.voice or provider.model or VOICE
    path = await asyncio.to_thread(models_on_disk.where, "piper", name)
    room = await workroom.enter(PROCESS, str(path))
    if room not in _rooms:
        try:
            kind, body = await room.ask(LOAD)
        except workroom.Ended as ended:
            raise Unserved(Reason.BROKE_OFF, f"Piper broke off while {path} was loaded: {ended}") from None
        if kind == FAILED:
            raise Unserved(Reason.NO_SUCH_MODEL, body.decode())
        _rooms.add(room)
    return room
