"""The recogniser that needs no key and no download, pocketsphinx: for demo, test and last resort.

It understands English only, and only what a caller of this restaurant is likely to say: good enough for
clear synthetic callers, not for a real kitchen's telephone. All calls of a server share one process of
its own that decodes (`worker`); here is only the thin end of it on the event loop.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import socket
import subprocess
import sys
from pathlib import Path
from typing import Final

from apps.menu.card import Card
from apps.voice.speech import Expectation, Provider, Report, Transcriber
from apps.voice.stt import language_model, telephone, worker

_BATCH_BYTES: Final = 480
"""60 ms: often enough for partials, seldom enough for the sockets."""
_PROJECT: Final = Path(__file__).resolve().parents[3]


class RecogniserLost(RuntimeError):
    """The decoding process ended although somebody still listens."""


def cache() -> Path:
    """Where models are kept between runs."""
    return Path(os.environ.get("VAR_DIR", _PROJECT / "var")) / "speech"


class EmbeddedTranscriber:
    """One call's end: frames in, reports out."""

    def __init__(self, *, room: _Room, call: int, report: Report) -> None:
        self._room = room
        self._call = call
        self._waiting = bytearray()
        room.reports[call] = report

    def hear(self, mulaw: bytes) -> None:
        self._waiting += mulaw
        if len(self._waiting) >= _BATCH_BYTES:
            self._room.tell(self._call, worker.SOUND, bytes(self._waiting))
            self._waiting.clear()

    def expect(self, what: Expectation) -> None:
        self._room.tell(self._call, worker.EXPECT, what.encode())

    async def close(self) -> None:
        if self._room.reports.pop(self._call, None) is not None:
            self._room.tell(self._call, worker.CLOSE)


class _Room:
    """The decoding process as one event loop sees it."""

    def __init__(self, *, process: subprocess.Popen[bytes]) -> None:
        self.reports: dict[int, Report] = {}
        self._process = process
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._ready: dict[int, asyncio.Future[None]] = {}
        self._calls = 0

    async def connect(self, connection: socket.socket) -> None:
        reader, self._writer = await asyncio.open_unix_connection(sock=connection)
        self._reading = asyncio.create_task(self._read(reader))

    @property
    def lost(self) -> bool:
        return self._process.poll() is not None or self._reading is None or self._reading.done()

    def next_call(self) -> int:
        self._calls += 1
        return self._calls

    def tell(self, call: int, kind: bytes, body: bytes = b"") -> None:
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(worker.message(call, kind, body))

    async def stock(self, folder: Path) -> None:
        number = self.next_call()
        self._ready[number] = asyncio.get_running_loop().create_future()
        self.tell(number, worker.STOCK, str(folder).encode())
        try:
            await self._ready[number]
        finally:
            del self._ready[number]

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                head = await reader.readexactly(worker.HEAD.size)
                call, kind, length = worker.HEAD.unpack(head)
                body = await reader.readexactly(length)
                if kind == worker.READY:
                    if call in self._ready and not self._ready[call].done():
                        self._ready[call].set_result(None)
                elif call in self.reports:
                    self.reports[call](worker.decode(kind, body))
        except (asyncio.IncompleteReadError, ConnectionError):
            for waiting in self._ready.values():
                if not waiting.done():
                    waiting.set_exception(RecogniserLost("The recogniser's process ended."))

    async def leave(self) -> None:
        if self._writer is not None:
            self._writer.close()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        await asyncio.to_thread(self._process.wait)


_rooms: dict[asyncio.AbstractEventLoop, asyncio.Task[_Room]] = {}
"""One process for each event loop; a server has one loop."""


async def prepare(card: Card) -> None:
    """Make everything ready that a call with this menu needs. Call it at server start and on a new menu."""
    room, folder = await asyncio.gather(_room(), _knowledge(card))
    await room.stock(folder)


async def open_transcriber(provider: Provider, *, card: Card, report: Report, language: str = "en") -> Transcriber:
    """Hear a call. Whatever the language, what it understands is English."""
    room, folder = await asyncio.gather(_room(), _knowledge(card))
    call = room.next_call()
    room.tell(call, worker.OPEN, str(folder).encode())
    return EmbeddedTranscriber(room=room, call=call, report=report)


async def let_go() -> None:
    """End this loop's decoding process; it also ends by itself with the server."""
    opening = _rooms.pop(asyncio.get_running_loop(), None)
    if opening is not None:
        await (await opening).leave()


async def _room() -> _Room:
    loop = asyncio.get_running_loop()
    for other in [known for known in _rooms if known.is_closed()]:
        del _rooms[other]
    opening = _rooms.get(loop)
    if opening is None or (opening.done() and (opening.exception() or opening.result().lost)):
        opening = _rooms[loop] = loop.create_task(_start())
    return await asyncio.shield(opening)


async def _start() -> _Room:
    acoustics = await asyncio.to_thread(telephone.materialise, root=cache())
    ours, theirs = socket.socketpair()
    with theirs:
        process = await asyncio.to_thread(_spawn, theirs, acoustics=acoustics)
    room = _Room(process=process)
    await room.connect(ours)
    return room


def _spawn(connection: socket.socket, *, acoustics: Path) -> subprocess.Popen[bytes]:
    descriptor = connection.fileno()
    command = [sys.executable, "-m", "apps.voice.stt.worker", str(descriptor), str(acoustics)]
    return subprocess.Popen(command, pass_fds=[descriptor], cwd=_PROJECT, stdin=subprocess.DEVNULL)


async def _knowledge(card: Card) -> Path:
    return await asyncio.to_thread(_make_knowledge, card, root=cache())


def _make_knowledge(card: Card, *, root: Path) -> Path:
    """The folder with this card's model. Made in a process of its own: it takes a second of pure Python."""
    folder = root / language_model.fingerprint(card)
    if not folder.is_dir():
        command = [sys.executable, "-m", "apps.voice.stt.language_model", str(root)]
        subprocess.run(command, input=pickle.dumps(card), cwd=_PROJECT, check=True)
    return folder
