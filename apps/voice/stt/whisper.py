"""Whisper on this machine: a recogniser for real callers from one file on disk (`manage.py fetch_models`).

It does not hear a stream: an ear cuts the caller's sound into utterances, and each is decoded when it is over, by
whisper.cpp in a process of its own (`whisper_worker`) that all calls share.
"""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Final
from weakref import WeakSet

from apps.llm.reasons import Reason
from apps.menu.card import Card
from apps.voice import audio, ear, models_on_disk, workroom
from apps.voice.ear import Began, Ear, Ended
from apps.voice.endpointing import Patience
from apps.voice.speech import (
    Alive,
    Expectation,
    Heard,
    Lost,
    Partial,
    Provider,
    Report,
    SpeechStarted,
    Transcriber,
    Unserved,
    Utterance,
)
from apps.voice.stt import whisper_worker, whispered
from apps.voice.stt.whisper_worker import FAILED, HEAR, LOAD
from apps.voice.workroom import Room

PROCESS: Final = "apps.voice.stt.whisper_worker"
MODEL: Final = "base.en"
"""When none is named."""
ANSWER_SECONDS: Final = 2.0
"""For an utterance without length: what a caller bears to wait, before somebody else is asked."""
ANSWER_PER_SECOND: Final = 0.5
"""More for each second of it: who needs longer than half of what was said can serve two calls at most."""
SIGN_SECONDS: Final = 1.2
"""For its process to say that it is there, when somebody begins to speak."""
NEWS_SECONDS: Final = 1.0
"""How often we say that somebody still speaks, or that the words are still to come."""
_BEFORE_MS: Final = 300
"""Soft consonants come before what counts as speech."""
_BEHIND_MS: Final = 2500
"""The ear tells of a short word a pause after it: so much is kept while nobody speaks."""
_LONGEST_MS: Final = 25_000
"""Who speaks longer without a pause is heard in pieces: Whisper takes 30 s."""
_MOST_MS: Final = 60_000
"""Of sound that the ear has not come to yet; more is not caught up with."""
_BYTES_PER_MS: Final = audio.RATE // 1000
_PATIENCE: Final[dict[Expectation, Patience]] = {
    "anything": Patience(),
    "digits": Patience(silence_ms=800),
    "yes_or_no": Patience(silence_ms=460),
}


class WhisperTranscriber:
    """One call's end."""

    def __init__(self, *, room: Room, card: Card, report: Report, language: str) -> None:
        self._room = room
        self._card = card
        self._report: Report | None = report
        self._language = language
        self._expected: Expectation = "anything"
        self._ear = Ear(report=self._noticed, patience=_PATIENCE["anything"])
        self._line = room.line(take=lambda kind, body: None, ended=self._process_ended)
        self._sound = bytearray()
        self._from_ms = 0
        """Where the kept sound begins."""
        self._since_ms: int | None = None
        """From where on what is said now is still to be decoded."""
        self._is_rest = False
        """The piece before it has been decoded."""
        self._decoding: set[asyncio.Task[None]] = set()
        self._looking: set[asyncio.Task[None]] = set()
        self._news: asyncio.TimerHandle | None = None

    # ---- as a transcriber ----------------------------------------------------------------------------

    def hear(self, mulaw: bytes) -> None:
        if self._report is None:
            return
        self._sound += mulaw
        self._ear.hear(mulaw)
        heard_ms = self._ear.heard_ms
        if self._since_ms is not None and heard_ms - self._since_ms >= _LONGEST_MS:
            self._decode(self._since_ms, heard_ms, confirmed=True, goes_on=True)
            self._since_ms = heard_ms
        needed_ms = heard_ms - _BEHIND_MS if self._since_ms is None else self._since_ms - _BEFORE_MS
        self._forget(before_ms=max(needed_ms, self._from_ms + len(self._sound) // _BYTES_PER_MS - _MOST_MS))

    def expect(self, what: Expectation) -> None:
        self._expected = what
        self._ear.expect(_PATIENCE[what])

    async def close(self) -> None:
        self._leave()
        if working := self._decoding | self._looking:
            await asyncio.wait(working)
        await self._ear.close()

    # ---- what the ear says ---------------------------------------------------------------------------

    def _noticed(self, news: Began | Ended) -> None:
        if isinstance(news, Began):
            self._since_ms = news.started_ms
            self._tell(SpeechStarted())
            self._tell_soon()
            self._start(self._look_in(), among=self._looking)
            return
        since_ms, self._since_ms = self._since_ms, None
        started_ms = news.started_ms if since_ms is None else since_ms
        if news.ended_ms > started_ms:
            self._decode(started_ms, news.ended_ms, confirmed=since_ms is not None)
        else:
            self._is_rest = False

    def _tell_soon(self) -> None:
        if self._news is None and self._report is not None:
            self._news = asyncio.get_running_loop().call_later(NEWS_SECONDS, self._tell_news)

    def _tell_news(self) -> None:
        self._news = None
        if self._since_ms is not None or self._decoding:
            self._tell(Partial("") if self._since_ms is not None else Alive())
            self._tell_soon()

    # ---- decoding ------------------------------------------------------------------------------------

    def _decode(self, started_ms: int, ended_ms: int, *, confirmed: bool, goes_on: bool = False) -> None:
        """`goes_on`: it is cut where somebody still speaks, and nothing of it may be heard twice."""
        if self._report is None:
            return
        before_ms, after_ms = 0 if self._is_rest else _BEFORE_MS, 0 if goes_on else _BEFORE_MS
        self._is_rest = goes_on
        sound = self._between(started_ms - before_ms, ended_ms + after_ms)
        work = self._words(sound, started_ms=started_ms, ended_ms=ended_ms, confirmed=confirmed)
        self._start(work, among=self._decoding)
        self._tell_soon()

    def _start(self, work: Coroutine[Any, Any, None], *, among: set[asyncio.Task[None]]) -> None:
        task = asyncio.create_task(work)
        among.add(task)
        task.add_done_callback(among.discard)

    async def _look_in(self) -> None:
        """Somebody speaks: better to know now that nobody will understand it than when it has been said."""
        try:
            if not await self._room.gives_a_sign(seconds=SIGN_SECONDS):
                self._lose(Unserved(Reason.SILENCE, "Whisper's process gives no sign"))
        except workroom.Ended as ended:
            self._process_ended(ended)

    async def _words(self, sound: bytes, *, started_ms: int, ended_ms: int, confirmed: bool) -> None:
        utterance = whisper_worker.Utterance(
            language=self._language, prompt=whispered.prompt(self._card, expected=self._expected)
        )
        try:
            async with asyncio.timeout(ANSWER_SECONDS + ANSWER_PER_SECOND * audio.seconds(sound)):
                kind, body = await self._room.ask(HEAR, utterance.packed(sound))
        except TimeoutError:
            self._lose(Unserved(Reason.SILENCE, "Whisper takes too long: this machine is too slow for it, or too busy"))
            return
        except workroom.Ended as ended:
            self._process_ended(ended)
            return
        if kind == FAILED:
            self._lose(Unserved(Reason.OUTAGE, body.decode()))
            return
        text, confidence = json.loads(body)
        said = whispered.words(text, confidence=confidence, speech_ms=ended_ms - started_ms)
        if said:
            if not confirmed:
                self._tell(SpeechStarted())
            self._tell(Utterance(said, confidence=confidence, started_ms=started_ms, ended_ms=ended_ms))

    # ---- the sound that may still be needed ----------------------------------------------------------

    def _between(self, start_ms: int, end_ms: int) -> bytes:
        first, last = (max(0, (ms - self._from_ms) * _BYTES_PER_MS) for ms in (start_ms, end_ms))
        return bytes(self._sound[first:last])

    def _forget(self, *, before_ms: int) -> None:
        gone_ms = before_ms - self._from_ms
        if gone_ms > 0:
            del self._sound[: gone_ms * _BYTES_PER_MS]
            self._from_ms = before_ms

    # ---- the end -------------------------------------------------------------------------------------

    def _process_ended(self, ended: workroom.Ended) -> None:
        self._lose(Unserved(Reason.BROKE_OFF, f"Whisper broke off: {ended}"))

    def _lose(self, failure: Unserved) -> None:
        self._tell(Lost(failure))
        self._leave()

    def _leave(self) -> None:
        self._report = None
        if self._news is not None:
            self._news.cancel()
            self._news = None
        for task in self._decoding | self._looking:
            if task is not asyncio.current_task():
                task.cancel()
        self._line.close()

    def _tell(self, news: Heard) -> None:
        if self._report is not None:
            self._report(news)


async def open_transcriber(provider: Provider, *, card: Card, report: Report, language: str = "en") -> Transcriber:
    """Hear a call. "multi" as language: whichever is spoken, if the model knows more than English."""
    room, _ = await asyncio.gather(_loaded(provider), asyncio.to_thread(load))
    spoken = "" if language == "multi" else language.partition("-")[0]
    return WhisperTranscriber(room=room, card=card, report=report, language=spoken)


def load() -> None:
    """What takes time in this process; in a thread of its own."""
    ear.warm()


async def ready(provider: Provider) -> None:
    """Have the model loaded before the first call. Raises `Unserved`."""
    await _loaded(provider)


async def let_go() -> None:
    """End this loop's processes; they also end by themselves with the server."""
    await workroom.shut_down(PROCESS)


_rooms: WeakSet[Room] = WeakSet()
"""Those whose model is loaded: they need not be asked, and may be busy."""


async def _loaded(provider: Provider) -> Room:
    """Raises `Unserved` with a sentence that says what is wrong with the file."""
    path = await asyncio.to_thread(models_on_disk.where, "whisper", provider.model or MODEL)
    room = await workroom.enter(PROCESS, str(path))
    if room not in _rooms:
        try:
            kind, body = await room.ask(LOAD)
        except workroom.Ended as ended:
            raise _not_loaded(path, ended) from None
        if kind == FAILED:
            raise Unserved(Reason.NO_SUCH_MODEL, f"{path} {body.decode()}: {_ADVICE}")
        _rooms.add(room)
    return room


_ADVICE: Final = "fetch a model anew with `manage.py fetch_models`."


def _not_loaded(path: Path, ended: workroom.Ended) -> Unserved:
    """A file that ends the process that loads it is at fault itself; a process that somebody killed is not."""
    if ended.status in (-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS, -signal.SIGFPE, -signal.SIGILL):
        return Unserved(Reason.NO_SUCH_MODEL, f"{path} is not taken by whisper.cpp, which {ended}: {_ADVICE}")
    return Unserved(Reason.BROKE_OFF, f"Whisper broke off while it was loaded: {ended}")
