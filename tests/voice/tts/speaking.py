"""Asking a synthesizer of ElevenLabs on loopback, and counting what it leaves behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from apps.voice import roster
from apps.voice.speech import Provider, Synthesizer, Unserved
from apps.voice.tts import elevenlabs
from tests.voice.loopback.elevenlabs import KEY, VOICE, ElevenLabs

LATEST_SECONDS = 10.0
"""For what has to come: only a test that fails waits so long."""


def provider(vendor: ElevenLabs, *, name: str = "elevenlabs", **other: Any) -> Provider:
    return replace(Provider(name, api_key=KEY, voice=VOICE, url=vendor.url), **other)


@contextlib.asynccontextmanager
async def a_voice(vendor: ElevenLabs, **other: Any) -> AsyncIterator[Synthesizer]:
    voice = await roster.open_synthesizer(provider(vendor, **other))
    try:
        yield voice
    finally:
        await voice.close()
        await elevenlabs.let_go()


async def failure(vendor: ElevenLabs, text: str, **other: Any) -> Unserved:
    """What opening a voice, or else a sentence, comes to."""
    with pytest.raises(Unserved) as raised:
        async with a_voice(vendor, **other) as voice:
            await said(voice, text)
    return raised.value


async def said(synthesizer: Synthesizer, text: str, *, language: str = "en") -> bytes:
    """All of it."""
    return b"".join([chunk async for chunk in synthesizer.speak(text, language=language)])


async def broken_off(synthesizer: Synthesizer, text: str) -> tuple[bytes, Unserved]:
    """What was heard of it, and why no more."""
    heard = b""
    try:
        async for chunk in synthesizer.speak(text):
            heard += chunk
    except Unserved as failure:
        return heard, failure
    raise AssertionError("It was said to its end.")


async def begun(synthesizer: Synthesizer, text: str) -> bytes:
    """Its first sound; then it is aborted."""
    sound = synthesizer.speak(text)
    first = await anext(sound)
    await sound.aclose()
    return first


async def until(true: Callable[[], object]) -> None:
    """Wait for what the other end has to notice first."""
    async with asyncio.timeout(LATEST_SECONDS):
        while not true():
            await asyncio.sleep(0.002)


async def left_behind(work: Callable[[], Awaitable[None]]) -> list[str]:
    """The tasks, threads and open files that are there after some work and were not there before."""
    tasks, threads, files = asyncio.all_tasks(), set(threading.enumerate()), _files()
    await work()
    with contextlib.suppress(TimeoutError):  # told below
        await until(lambda: asyncio.all_tasks() <= tasks and _files() <= files)
    more = [repr(task) for task in asyncio.all_tasks() - tasks]
    more += [thread.name for thread in threading.enumerate() if thread not in threads]
    return more + [f"{count} more open files" for count in [_files() - files] if count > 0]


def _files() -> int:
    return len(list(Path("/proc/self/fd").iterdir())) if os.path.isdir("/proc/self/fd") else 0
