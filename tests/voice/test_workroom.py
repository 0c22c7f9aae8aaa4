"""Processes that work for all calls: one each, noticed when they die, stopped or not wanted any more."""

from __future__ import annotations

import asyncio
import functools
import os
import signal
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, ParamSpec

import psutil
import pytest

from apps.voice import workroom
from apps.voice.workroom import Ended, Room
from tests.voice.at_work import COUNT, ECHO, END, SLOW

P = ParamSpec("P")
MODULE = "tests.voice.at_work"


def shut_down_after(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        async def play() -> None:
            try:
                await asyncio.wait_for(test(*args, **kwargs), 60)
            finally:
                await workroom.shut_down()

        asyncio.run(play())

    return run


def _enter(name: str = "ann") -> Coroutine[Any, Any, Room]:
    return workroom.enter(MODULE, name)


async def _fate(room: Room, kind: bytes, body: bytes = b"") -> list[Ended]:
    """Why a job on a line of its own was not done; every time it was said."""
    fates: list[Ended] = []
    told = asyncio.Event()

    def ended(why: Ended) -> None:
        fates.append(why)
        told.set()

    room.line(take=lambda kind, body: None, ended=ended).tell(kind, body)
    await told.wait()
    await asyncio.sleep(0.05)
    return fates


@shut_down_after
async def test_everybody_on_a_loop_shares_one_process_for_the_same_work() -> None:
    first, second, other = await asyncio.gather(_enter(), _enter(), _enter("ben"))
    assert first is second
    assert first.pid != other.pid
    assert sorted(workroom.pids(MODULE)) == sorted([first.pid, other.pid])
    assert await first.ask(ECHO, b"hello") == (ECHO, b"ann: hello")
    assert await other.ask(ECHO, b"hello") == (ECHO, b"ben: hello")


@shut_down_after
async def test_answers_come_to_the_line_that_asked_in_their_order() -> None:
    room = await _enter()
    taken: dict[int, list[bytes]] = {1: [], 2: []}
    done = asyncio.Event()

    def take(caller: int, body: bytes) -> None:
        taken[caller].append(body)
        if sum(map(len, taken.values())) == 200:
            done.set()

    for caller in taken:
        line = room.line(take=lambda _, body, caller=caller: take(caller, body), ended=lambda why: None)
        line.tell(COUNT, b"100")
    await done.wait()
    assert taken[1] == taken[2] == [str(number).encode() for number in range(100)]


@shut_down_after
async def test_when_the_process_dies_everybody_who_waits_is_told_once_and_the_next_use_starts_another() -> None:
    room = await _enter()
    waiting = [asyncio.create_task(_fate(room, SLOW)) for _ in range(5)]
    asking = asyncio.create_task(room.ask(SLOW))
    await asyncio.sleep(0.05)
    os.kill(room.pid, signal.SIGKILL)
    fates = await asyncio.gather(*waiting)
    assert [[why.status for why in told] for told in fates] == [[-signal.SIGKILL]] * 5
    with pytest.raises(Ended):
        await asking
    assert room.lost
    again = await _enter()
    assert again.pid != room.pid
    assert await again.ask(ECHO, b"!") == (ECHO, b"ann: !")


@shut_down_after
async def test_who_comes_to_a_dead_process_is_told_so() -> None:
    room = await _enter()
    assert [why.status for why in await _fate(room, END, b"3")] == [3]
    assert [why.status for why in await _fate(room, ECHO)] == [3]


@shut_down_after
async def test_a_closed_line_hears_nothing_not_even_that_the_process_died() -> None:
    room = await _enter()
    heard: list[object] = []
    line = room.line(take=lambda kind, body: heard.append(body), ended=heard.append)
    line.tell(ECHO, b"never heard")
    line.close()
    line.close()
    assert await _fate(room, END, b"0")
    assert heard == []


@shut_down_after
async def test_work_that_nobody_wants_is_called_off_in_the_middle() -> None:
    room = await _enter()
    line = room.line(take=lambda kind, body: None, ended=lambda why: None)
    line.tell(SLOW)
    line.tell(SLOW)
    line.close()
    began = asyncio.get_running_loop().time()
    await room.ask(ECHO)
    assert asyncio.get_running_loop().time() - began < 10, "the next had to wait for both"


@shut_down_after
async def test_a_process_that_gives_no_sign_is_ended_and_one_that_is_busy_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workroom, "SIGN_SECONDS", 1.0)
    busy, stopped = await asyncio.gather(_enter("busy"), _enter("stopped"))
    await asyncio.gather(busy.ask(ECHO), stopped.ask(ECHO))
    line = busy.line(take=lambda kind, body: None, ended=lambda why: None)
    line.tell(SLOW)
    os.kill(stopped.pid, signal.SIGSTOP)
    busy.doubt()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(stopped.ask(ECHO), 0.1)
    assert [why.status for why in await _fate(stopped, ECHO)] == [-signal.SIGKILL]
    line.close()
    assert await busy.ask(ECHO) == (ECHO, b"busy: ")


@shut_down_after
async def test_a_process_that_reads_nothing_is_not_fed_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workroom, "_MOST_UNREAD", 100_000)
    room = await _enter()
    os.kill(room.pid, signal.SIGSTOP)
    fate = asyncio.create_task(_fate(room, ECHO))
    for _ in range(200):
        room.write(workroom.message(0, ECHO, bytes(10_000)))
    assert [why.status for why in await fate] == [-signal.SIGKILL]


@shut_down_after
async def test_a_stopped_process_does_not_hold_up_the_end_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workroom, "_ENDING_SECONDS", 0.2)
    room = await _enter()
    os.kill(room.pid, signal.SIGSTOP)
    fate = asyncio.create_task(_fate(room, ECHO))
    await asyncio.sleep(0)
    room.write(workroom.message(0, ECHO, bytes(1_000_000)))
    await asyncio.wait_for(workroom.shut_down(), 10)
    assert not psutil.pid_exists(room.pid)
    assert [why.status for why in await fate] == [-signal.SIGKILL]


@shut_down_after
async def test_a_mistake_of_one_listener_does_not_deafen_the_others() -> None:
    room = await _enter()
    mistakes: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: mistakes.append(context))

    def stumble(kind: bytes, body: bytes) -> None:
        raise ZeroDivisionError

    room.line(take=stumble, ended=lambda why: None).tell(ECHO)
    assert await room.ask(ECHO, b"fine") == (ECHO, b"ann: fine")
    assert len(mistakes) == 1


def test_a_process_ends_with_the_loop_that_forgot_it_and_the_next_loop_has_its_own() -> None:
    async def pid() -> int:
        room = await _enter()
        await room.ask(ECHO)
        return room.pid

    first = asyncio.run(pid())
    assert not psutil.pid_exists(first)
    assert asyncio.run(pid()) != first
    assert workroom.pids(MODULE) == []


def test_rooms_leave_no_socket_no_thread_and_no_process() -> None:
    async def come_and_go() -> None:
        room = await _enter()
        for _ in range(20):
            line = room.line(take=lambda kind, body: None, ended=lambda why: None)
            line.tell(ECHO)
            line.close()
        await room.ask(ECHO)
        await workroom.shut_down(MODULE)
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(come_and_go())
    before = _held()
    asyncio.run(come_and_go())
    assert _held() == before


def _held() -> tuple[int, int, int]:
    return len(list(Path("/proc/self/fd").iterdir())), threading.active_count(), len(psutil.Process().children())
