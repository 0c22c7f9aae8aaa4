"""Work that must not hold up the server's loop: a process of its own that does it for all calls; both ends of it.

Recognisers and voices hold Python's lock while they compute, and some end their process when they meet a file they do
not like. So each has a process, `python -m MODULE DESCRIPTOR ARGUMENTS`, that serves one socket and ends with it.
Messages both ways are a head (line, kind, length) and a body. A line is one call's conversation with the process.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

HEAD: Final = struct.Struct("<IcI")
OFF, PING, PONG = b"x", b"?", b"!"
"""Kinds that are the same in all rooms: nobody wants this line's work any more; is anybody there; yes."""
SIGN_SECONDS: Final = 4.0
"""A process that gives no sign for so long when asked for one is stopped or stuck."""
_MOST_UNREAD: Final = 1 << 22
"""Bytes. A process that leaves so much unread will never catch up: eight minutes of one call."""
_ENDING_SECONDS: Final = 2.0
_MOST_THREADS: Final = 4
_PROJECT: Final = Path(__file__).resolve().parents[2]


class Ended(Exception):
    """The process is gone, and with it what was asked of it."""

    def __init__(self, status: int | None) -> None:
        super().__init__(f"the process ended with status {status}")
        self.status = status
        """As `Popen.returncode`: negative for the signal that ended it. None: not known."""


Take = Callable[[bytes, bytes], None]
"""Is told kind and body of each message, on the loop's thread."""


def message(line: int, kind: bytes, body: bytes = b"") -> bytes:
    return HEAD.pack(line, kind, len(body)) + body


# ---- the server's end --------------------------------------------------------------------------------


class Line:
    """One call's end of the process: what is told through it, and who hears the answers."""

    def __init__(self, *, room: Room, number: int, take: Take, ended: Callable[[Ended], None]) -> None:
        self._room = room
        self._number = number
        self._take: Take | None = take
        self._ended = ended

    def tell(self, kind: bytes, body: bytes = b"") -> None:
        self._room.write(message(self._number, kind, body))

    def close(self, kind: bytes = OFF) -> None:
        """Nothing is taken any more; `kind` is the last the process hears of it. May be called twice."""
        if self._take is not None:
            self._take = None
            self._room.forget(self._number)
            self.tell(kind)

    def taken(self, kind: bytes, body: bytes) -> None:
        if self._take is not None:
            self._take(kind, body)

    def lost(self, ended: Ended) -> None:
        if self._take is not None:
            self._take = None
            self._ended(ended)


class Room:
    """The process as one event loop sees it."""

    def __init__(self, *, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._lines: dict[int, Line] = {}
        self._numbers = 0
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._doubt: asyncio.TimerHandle | None = None
        self._over: Ended | None = None
        self._asked = 0
        """Questions that wait for their answer."""

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def lost(self) -> bool:
        return self._over is not None or self._process.poll() is not None

    async def connect(self, connection: socket.socket) -> None:
        reader, self._writer = await asyncio.open_unix_connection(sock=connection)
        self._reading = asyncio.create_task(self._read(reader))

    def line(self, *, take: Take, ended: Callable[[Ended], None]) -> Line:
        """A line of its own. `ended` is called once if the process ends before the line is closed."""
        self._numbers += 1
        line = Line(room=self, number=self._numbers, take=take, ended=ended)
        if self._over is not None:
            asyncio.get_running_loop().call_soon(line.lost, self._over)
        else:
            self._lines[self._numbers] = line
        return line

    async def ask(self, kind: bytes, body: bytes = b"") -> tuple[bytes, bytes]:
        """Kind and body of the first answer. Raises `Ended`. Whoever gives up waiting makes us doubt the process."""
        answer: asyncio.Future[tuple[bytes, bytes]] = asyncio.get_running_loop().create_future()

        def take(kind: bytes, body: bytes) -> None:
            if not answer.done():
                answer.set_result((kind, body))

        def ended(ended: Ended) -> None:
            if not answer.done():
                answer.set_exception(ended)

        line = self.line(take=take, ended=ended)
        line.tell(kind, body)
        self._asked += 1
        try:
            return await answer
        except asyncio.CancelledError:
            self.doubt()
            raise
        finally:
            self._asked -= 1
            line.close()

    async def gives_a_sign(self, *, seconds: float) -> bool:
        """Whether it answers so soon. While it works for somebody nothing can be said, and is not held against it."""
        if self._asked:
            return True
        try:
            async with asyncio.timeout(seconds):
                await self.ask(PING)
        except TimeoutError:
            return self._asked > 0
        return True

    def write(self, data: bytes) -> None:
        if self._writer is None or self._writer.is_closing():
            return
        self._writer.write(data)
        if self._writer.transport.get_write_buffer_size() > _MOST_UNREAD:
            self._process.kill()

    def doubt(self) -> None:
        """Something is overdue. If the process gives no sign of life now, end it, so that the next use starts anew."""
        if self._doubt is None and self._over is None:
            self._doubt = asyncio.get_running_loop().call_later(SIGN_SECONDS, self._process.kill)
            self.write(message(0, PING))

    def forget(self, number: int) -> None:
        self._lines.pop(number, None)

    async def leave(self) -> None:
        """End the process, and tell whoever still waits."""
        self._hang_up()
        if self._reading is not None:
            await asyncio.wait([self._reading])

    async def _read(self, reader: asyncio.StreamReader) -> None:
        loop = asyncio.get_running_loop()
        try:
            while True:
                number, kind, length = HEAD.unpack(await reader.readexactly(HEAD.size))
                body = await reader.readexactly(length)
                self._trust()
                if (line := self._lines.get(number)) is not None:
                    loop.call_soon(line.taken, kind, body)  # what goes wrong there must not end everybody's reading
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            self._trust()
            self._hang_up()
            self._over = Ended(await asyncio.to_thread(_end, self._process))
            lines, self._lines = list(self._lines.values()), {}
            for line in lines:
                loop.call_soon(line.lost, self._over)

    def _hang_up(self) -> None:
        """At once: a process that is stuck would never read what is still to be sent."""
        if self._writer is not None:
            self._writer.transport.abort()

    def _trust(self) -> None:
        """It gave a sign of life, or there is nothing more to be said of it."""
        if self._doubt is not None:
            self._doubt.cancel()
            self._doubt = None


def _end(process: subprocess.Popen[bytes]) -> int:
    """Its status. It has lost its socket and ends by itself, unless it is stuck."""
    try:
        return process.wait(_ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


_Key = tuple[asyncio.AbstractEventLoop, str, tuple[str, ...]]
_rooms: dict[_Key, asyncio.Task[Room]] = {}
"""One process for each module with its arguments and each event loop; a server has one loop."""


async def enter(module: str, *arguments: str) -> Room:
    """The room of this work, shared by everybody on this loop; its process is started when there is none."""
    loop = asyncio.get_running_loop()
    for key in [known for known in _rooms if known[0].is_closed()]:
        del _rooms[key]
    key = (loop, module, arguments)
    opening = _rooms.get(key)
    if opening is None or (opening.done() and (opening.exception() or opening.result().lost)):
        opening = _rooms[key] = loop.create_task(_start(module, arguments))
    return await asyncio.shield(opening)


async def shut_down(*modules: str) -> None:
    """End this loop's processes, or only those of these modules. They also end by themselves with the server."""
    loop = asyncio.get_running_loop()
    keys = [key for key in _rooms if key[0] is loop and (not modules or key[1] in modules)]
    openings = [_rooms.pop(key) for key in keys]
    for room in await asyncio.gather(*openings, return_exceptions=True):
        if isinstance(room, Room):
            await room.leave()


def pids(module: str) -> list[int]:
    """The running processes of a module, whichever loop they work for."""
    rooms = [task.result() for key, task in _rooms.items() if key[1] == module and task.done() and not task.exception()]
    return [room.pid for room in rooms if not room.lost]


async def _start(module: str, arguments: tuple[str, ...]) -> Room:
    ours, theirs = socket.socketpair()
    with theirs:
        process = await asyncio.to_thread(_spawn, module, arguments, theirs.fileno())
    room = Room(process=process)
    await room.connect(ours)
    return room


def _spawn(module: str, arguments: tuple[str, ...], descriptor: int) -> subprocess.Popen[bytes]:
    """In a session of its own: a Ctrl-C is for the server, whose calls still want to be heard to their end."""
    command = [sys.executable, "-m", module, str(descriptor), *arguments]
    return subprocess.Popen(
        command, pass_fds=[descriptor], cwd=_PROJECT, stdin=subprocess.DEVNULL, start_new_session=True
    )


# ---- the process's end -------------------------------------------------------------------------------


def threads() -> int:
    """How many a library may compute with: half of the cores. Where one of its threads has to wait for a core, all of
    them wait for it, spinning: on two busy cores two of whisper.cpp's took three to ten times as long as one."""
    return max(1, min(_MOST_THREADS, len(os.sched_getaffinity(0)) // 2))


def received(connection: socket.socket) -> Iterator[tuple[int, bytes, bytes]]:
    """Line, kind and body of each message, until the server is gone."""
    buffer = bytearray()
    while data := connection.recv(1 << 16):
        buffer += data
        while len(buffer) >= HEAD.size:
            line, kind, length = HEAD.unpack_from(buffer)
            end = HEAD.size + length
            if len(buffer) < end:
                break
            body = bytes(buffer[HEAD.size : end])
            del buffer[:end]
            yield line, kind, body


@dataclass(eq=False)
class Job:
    """What one message asks for."""

    line: int
    kind: bytes
    body: bytes
    off: threading.Event = field(default_factory=threading.Event)
    """Set when nobody wants it any more: `work` may stop in the middle."""


Work = Callable[[Job], Iterable[tuple[bytes, bytes]]]
"""The answers to a job, kind and body, each made when it is asked for."""


class _Bench:
    """What is to be done, and what of it is not wanted any more."""

    def __init__(self, connection: socket.socket, *, work: Work) -> None:
        self._connection = connection
        self._work = work
        self._turns: queue.SimpleQueue[tuple[Job, Iterator[tuple[bytes, bytes]]]] = queue.SimpleQueue()
        self._wanted: dict[int, list[Job]] = {}
        self._sending = threading.Lock()

    def listen(self) -> None:
        """Until the server is gone. Nobody waits then for what is in work: the process ends in the middle of it."""
        try:
            for line, kind, body in received(self._connection):
                if kind == PING:
                    self._send(line, PONG)
                elif kind == OFF:
                    for job in self._wanted.pop(line, ()):
                        job.off.set()
                else:
                    job = Job(line, kind, body)
                    self._wanted.setdefault(line, []).append(job)
                    self._turns.put((job, iter(self._work(job))))
        finally:
            os._exit(0)

    def next_turn(self) -> None:
        job, answers = self._turns.get()
        answer = None if job.off.is_set() else next(answers, None)
        if answer is None:
            if job in (wanted := self._wanted.get(job.line, [])):
                wanted.remove(job)
        elif not job.off.is_set():
            self._send(job.line, *answer)
            self._turns.put((job, answers))

    def _send(self, line: int, kind: bytes, body: bytes = b"") -> None:
        with self._sending:
            self._connection.sendall(message(line, kind, body))


def take_turns(connection: socket.socket, *, work: Work) -> None:
    """Do all lines' jobs in the order they came, one answer at a time: nobody's first waits for another's last.

    A thread listens meanwhile, so that a job can be called off while it is done, and a sign of life is given at once.
    """
    bench = _Bench(connection, work=work)
    threading.Thread(target=bench.listen, daemon=True).start()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the server is gone
        while True:
            bench.next_turn()
    os._exit(0)  # libraries call back into an interpreter that is being taken down
