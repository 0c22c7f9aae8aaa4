"""Speech providers by name: opened for a call, loaded before the first, let go of after the last."""

from __future__ import annotations

import asyncio
import importlib
import sys
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Protocol, cast

from apps.menu.card import Card
from apps.voice.speech import Provider, Report, Synthesizer, Transcriber

CLOSING_SECONDS = 2.0


class _TranscriberModule(Protocol):
    async def open_transcriber(
        self, provider: Provider, *, card: Card, report: Report, language: str
    ) -> Transcriber: ...


class _SynthesizerModule(Protocol):
    async def open_synthesizer(self, provider: Provider) -> Synthesizer: ...


TRANSCRIBERS = {name: f"apps.voice.stt.{name}" for name in ("deepgram", "whisper", "embedded", "typed")}
SYNTHESIZERS = {
    "elevenlabs": "apps.voice.tts.elevenlabs_socket",
    "elevenlabs-http": "apps.voice.tts.elevenlabs",
    **{name: f"apps.voice.tts.{name}" for name in ("piper", "embedded", "typed")},
}


async def open_transcriber(provider: Provider, *, card: Card, report: Report, language: str = "en") -> Transcriber:
    """A transcriber of this provider for one call; its module is imported only now. Raises `Unserved`."""
    module = cast(_TranscriberModule, importlib.import_module(_module(TRANSCRIBERS, provider.name)))
    return await module.open_transcriber(provider, card=card, report=report, language=language)


async def open_synthesizer(provider: Provider) -> Synthesizer:
    """A voice of this provider. Raises `Unserved`."""
    module = cast(_SynthesizerModule, importlib.import_module(_module(SYNTHESIZERS, provider.name)))
    return await module.open_synthesizer(provider)


def warm(chain: Iterable[Provider]) -> None:
    """Load what these providers need, each once, in a thread of its own: an SDK takes a second."""
    modules = {module for each in chain for known in (TRANSCRIBERS, SYNTHESIZERS) if (module := known.get(each.name))}
    if wanted := sorted(modules - _warmed):
        _warmed.update(wanted)
        threading.Thread(target=_load, args=(wanted,), name="warm-speech", daemon=True).start()


_warmed: set[str] = set()


def _load(modules: Sequence[str]) -> None:
    for name in modules:
        load = getattr(importlib.import_module(name), "load", None)
        if load is not None:
            load()


async def ready(provider: Provider) -> None:
    """Have it load its files, if it works on this machine: the first call would wait for it. Raises `Unserved`."""
    for known in (TRANSCRIBERS, SYNTHESIZERS):
        if provider.name in known:
            module = await asyncio.to_thread(importlib.import_module, known[provider.name])
            make_ready = getattr(module, "ready", None)
            if make_ready is not None:
                await make_ready(provider)


async def close(opened: Transcriber | Synthesizer) -> None:
    """Let go of one that was opened. One that cannot even close, or not in time, changes nothing any more."""
    with suppress(Exception):
        await asyncio.wait_for(opened.close(), CLOSING_SECONDS)


async def let_go() -> None:
    """Let go of what providers keep between calls on this event loop, before it ends."""
    for name in {*TRANSCRIBERS.values(), *SYNTHESIZERS.values()}:
        let_go = getattr(sys.modules.get(name), "let_go", None)
        if let_go is not None:
            await let_go()


def _module(known: dict[str, str], provider: str) -> str:
    if provider not in known:
        raise ValueError(f"No speech provider {provider!r}; there are {', '.join(sorted(known))}.")
    return known[provider]
