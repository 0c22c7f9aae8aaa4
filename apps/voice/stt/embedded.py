"""The recogniser that needs no key and no download, pocketsphinx: for demo, test and last resort.

It understands English only, and only what a caller of this restaurant is likely to say: good enough for
clear synthetic callers, not for a real kitchen's telephone. All calls of a server share one process of
its own that decodes (`worker`); here is only the thin end of it on the event loop.
"""

from __future__ import annotations

import asyncio
import os
import pickle  # nosec B403  (files of this process)
import subprocess
import sys
from pathlib import Path
from typing import Final

from apps.llm.reasons import Reason
from apps.menu.card import Card
from apps.voice import workroom
from apps.voice.speech import Expectation, Lost, Provider, Report, Transcriber, Unserved
from apps.voice.stt import language_model, telephone, worker
from apps.voice.workroom import Room

_BATCH_BYTES: Final = 480
"""60 ms: often enough for partials, seldom enough for the sockets."""
_PROJECT: Final = Path(__file__).resolve().parents[3]
PROCESS: Final = "apps.voice.stt.worker"


def cache() -> Path:
    """Where models are kept between runs."""
    return Path(os.environ.get("VAR_DIR", _PROJECT / "var")) / "speech"


class EmbeddedTranscriber:
    """One call's end: frames in, reports out."""

    def __init__(self, *, room: Room, folder: Path, report: Report) -> None:
        self._report = report
        self._waiting = bytearray()
        self._line = room.line(take=self._take, ended=self._ended)
        self._line.tell(worker.OPEN, str(folder).encode())

    def hear(self, mulaw: bytes) -> None:
        self._waiting += mulaw
        if len(self._waiting) >= _BATCH_BYTES:
            self._line.tell(worker.SOUND, bytes(self._waiting))
            self._waiting.clear()

    def expect(self, what: Expectation) -> None:
        self._line.tell(worker.EXPECT, what.encode())

    async def close(self) -> None:
        self._line.close(worker.CLOSE)

    def _take(self, kind: bytes, body: bytes) -> None:
        self._report(worker.decode(kind, body))

    def _ended(self, ended: workroom.Ended) -> None:
        self._report(Lost(Unserved(Reason.BROKE_OFF, f"the recogniser broke off: {ended}")))


async def prepare(card: Card) -> None:
    """Make everything ready that a call with this menu needs. Call it at server start and on a new menu."""
    room, folder = await asyncio.gather(_room(), _knowledge(card))
    await room.ask(worker.STOCK, str(folder).encode())


async def open_transcriber(provider: Provider, *, card: Card, report: Report, language: str = "en") -> Transcriber:
    """Hear a call. Whatever the language, what it understands is English."""
    room, folder = await asyncio.gather(_room(), _knowledge(card))
    return EmbeddedTranscriber(room=room, folder=folder, report=report)


async def let_go() -> None:
    """End this loop's decoding process; it also ends by itself with the server."""
    await workroom.shut_down(PROCESS)


async def _room() -> Room:
    acoustics = await asyncio.to_thread(telephone.materialise, root=cache())
    return await workroom.enter(PROCESS, str(acoustics))


async def _knowledge(card: Card) -> Path:
    return await asyncio.to_thread(_make_knowledge, card, root=cache())


def _make_knowledge(card: Card, *, root: Path) -> Path:
    """The folder with this card's model. Made in a process of its own: it takes a second of pure Python."""
    folder = root / language_model.fingerprint(card)
    if not folder.is_dir():
        command = [sys.executable, "-m", "apps.voice.stt.language_model", str(root)]
        subprocess.run(command, input=pickle.dumps(card), cwd=_PROJECT, check=True)
    return folder
