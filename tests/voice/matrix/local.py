"""The cells of providers on this machine: their processes are killed and stopped, their files missing and damaged."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

from apps.voice import roster, standing, workroom
from apps.voice.links import Patience
from apps.voice.speech import Provider, Unserved
from tests.voice.loopback.conduct import WORKS, Conducts
from tests.voice.loopback.deepgram import KEY, deepgram
from tests.voice.matrix import listening, talking
from tests.voice.stt import tiny_whisper
from tests.voice.tts import tiny_piper

CONDITIONS = ("works", "slow", "silent", "dies in mid-word", "refuses", "garbage", "comes back")
EMITTED = "yes please"
"""What the tiny Whisper makes of everything."""
SLOW_SECONDS = 0.8
"""So long its process is held up."""
TRIES = 3
"""A busy machine starts a process in its own time: so often something is said until the first provider is back."""


def whisper_file(folder: Path) -> Path:
    return tiny_whisper.write(folder / "tiny.bin", [f" {word}" for word in EMITTED.split()])


def piper_file(folder: Path) -> Path:
    return tiny_piper.write(folder / "voice.onnx", labour=4)


def copied(file: Path, condition: str) -> Path:
    """A file of the cell's own, so that its process is its own too: there, missing or damaged."""
    folder = file.parent / condition.replace(" ", "-")
    folder.mkdir(exist_ok=True)
    if condition == "refuses":
        return folder / file.name
    for each in file.parent.glob(f"{file.stem}*"):
        shutil.copy(each, folder / each.name)
    path = folder / file.name
    if condition == "garbage":
        path.write_bytes(os.urandom(4096))
    return path


def _signalled(path: Path, number: signal.Signals) -> None:
    """The process that has this file open, by its command line."""
    for process in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):  # a zombie has no command line any more
            if str(path) in process.cmdline():
                os.kill(process.pid, number)


def _sabotage(condition: str, path: Path, *, mid: float) -> Callable[[], None]:
    """What is done to the process when the first sentence begins; `mid` is the middle of it, in seconds."""
    later = asyncio.get_running_loop().call_later

    def act() -> None:
        if condition in ("slow", "silent"):
            _signalled(path, signal.SIGSTOP)
        if condition == "slow":
            later(SLOW_SECONDS, _signalled, path, signal.SIGCONT)
        if condition in ("dies in mid-word", "comes back"):
            later(mid, _signalled, path, signal.SIGKILL)

    return act


async def _ready(provider: Provider) -> None:
    """As at the server's start."""
    with suppress(Unserved):
        await roster.ready(provider)


async def whisper_cell(condition: str, file: Path) -> listening.Outcome:
    path = copied(file, condition)
    text = f"{listening.FIRST} {listening.SECOND}"
    async with deepgram(text, conducts=Conducts(WORKS)) as spare:
        chain = [
            Provider("whisper", model=str(path)),
            Provider("deepgram", model=listening.NEXT, api_key=KEY, url=spare.url),
        ]
        await _ready(chain[0])
        comes_back = condition == "comes back"
        caller = listening.Caller(chain, patience=Patience(back=1.5, again=0.0 if comes_back else 10))
        try:
            act = _sabotage(condition, path, mid=0.6)
            return await caller.talk(between=4.5, meanwhile=act, tries=TRIES if comes_back else 1)
        finally:
            _signalled(path, signal.SIGKILL)


async def piper_cell(condition: str, file: Path) -> talking.Outcome:
    path = copied(file, condition)
    patience = talking.SOON if condition == "comes back" else talking.PATIENCE
    act = _sabotage(condition, path, mid=0.05)
    chain = [Provider("piper", voice=str(path)), Provider("embedded")]
    await _ready(chain[0])
    try:
        return await talking.cell(
            chain,
            patience=patience,
            letter_seconds=0.0,  # the tiny voice hums quickly
            tries=TRIES if condition == "comes back" else 1,
            meanwhile=lambda number: act() if number == 0 else None,
        )
    finally:
        _signalled(path, signal.SIGKILL)


async def all_of_whisper(folder: Path) -> dict[str, listening.Outcome]:
    return dict(zip(CONDITIONS, await _all(whisper_cell, whisper_file(folder)), strict=True))


async def all_of_piper(folder: Path) -> dict[str, talking.Outcome]:
    return dict(zip(CONDITIONS, await _all(piper_cell, piper_file(folder)), strict=True))


async def _all(cell: Callable[..., object], file: Path) -> list[object]:
    standing.BOARD.clear()
    try:
        return list(await asyncio.gather(*(cell(condition, file) for condition in CONDITIONS)))
    finally:
        await roster.let_go()
        await workroom.shut_down()
