"""Sound that carries numbers as words, a recogniser that reads them, and an ear: for tests of who hears the call.

A word is 200 ms of one byte; silence is Twilio's. The recogniser is a real one in all but the sound: it reports
partial words as they come, ends an utterance after 300 ms of silence, and says so 200 ms later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from apps.menu.card import Card
from apps.voice import ear, speech
from apps.voice.audio import SILENCE
from apps.voice.ear import Began, Ended
from apps.voice.endpointing import Endpointer, Patience
from apps.voice.speech import Partial, Provider, Report, Unserved, Utterance

FRAME_MS = 20
WORD_FRAMES = 10
PAUSE_MS = 300
LATENCY_SECONDS = 0.2


def words(*numbers: int) -> list[bytes]:
    """Frames: each word is followed by 60 ms of nothing."""
    return [frame for n in numbers for frame in [bytes([n]) * 160] * WORD_FRAMES + [SILENCE * 160] * 3]


def pause(seconds: float) -> list[bytes]:
    return [SILENCE * 160] * round(seconds * 1000 / FRAME_MS)


@dataclass(eq=False)
class Recogniser:
    """One connection."""

    report: Report
    conduct: Conduct
    sound: bytes = b""
    heard: int = 0
    said: list[int] = field(default_factory=list)
    run: int = 0
    quiet: int = 0
    started_ms: int = 0
    closed: bool = False
    expected: list[str] = field(default_factory=list)

    def hear(self, mulaw: bytes) -> None:
        self.sound += mulaw
        while len(self.sound) >= 160 and not self.closed:
            frame, self.sound = self.sound[:160], self.sound[160:]
            self._frame(frame[0])

    def _frame(self, value: int) -> None:
        self.heard += 1
        if self.conduct.dies_after_frames is not None and self.heard > self.conduct.dies_after_frames:
            if not self.closed:
                self.closed = True
                self._tell(speech.Lost(self.conduct.failure), late=False)
            return
        if self.conduct.silent:
            return
        if value == SILENCE[0]:
            self.run, self.quiet = 0, self.quiet + 1
            if self.said and self.quiet * FRAME_MS == PAUSE_MS:
                ended_ms = (self.heard - self.quiet) * FRAME_MS
                self._tell(Utterance(" ".join(map(str, self.said)), 0.9, self.started_ms, ended_ms))
                self.said = []
            elif self.heard % 50 == 0 and self.conduct.tells_of_silence:
                self._tell(speech.Alive())
            return
        self.quiet, self.run = 0, self.run + 1
        if self.run == WORD_FRAMES // 2:  # half a word is enough to know it
            if not self.said:
                self.started_ms = (self.heard - self.run) * FRAME_MS
            self.said.append(value)
            self._tell(Partial(" ".join(map(str, self.said))))

    def _tell(self, news: speech.Heard, *, late: bool = True) -> None:
        asyncio.get_running_loop().call_later(self.conduct.latency_seconds if late else 0, self._report, news)

    def _report(self, news: speech.Heard) -> None:
        if not self.closed or isinstance(news, speech.Lost):
            self.report(news)

    def expect(self, what: speech.Expectation) -> None:
        self.expected.append(what)

    async def close(self) -> None:
        self.closed = True


@dataclass
class Conduct:
    """How connections of a provider go."""

    opening_seconds: float = 0.1
    refuses: Unserved | None = None
    never_opens: bool = False
    latency_seconds: float = LATENCY_SECONDS
    silent: bool = False
    tells_of_silence: bool = True
    """Those on this machine do not."""
    dies_after_frames: int | None = None
    failure: Unserved = field(default_factory=lambda: Unserved(speech.Reason.BROKE_OFF, "cut"))


@dataclass
class Vendor:
    """A module of a provider: `conducts` are those of its connections in order, the last is for all further ones."""

    conducts: list[Conduct]
    connections: list[Recogniser] = field(default_factory=list)
    tries: int = 0

    async def open_transcriber(self, provider: Provider, *, card: Card, report: Report, language: str) -> Recogniser:
        conduct = self.conducts[min(self.tries, len(self.conducts) - 1)]
        self.tries += 1
        if conduct.never_opens:
            await asyncio.get_running_loop().create_future()
        await asyncio.sleep(conduct.opening_seconds)
        if conduct.refuses is not None:
            raise conduct.refuses
        self.connections.append(Recogniser(report=report, conduct=conduct))
        return self.connections[-1]


class NumbersEar:
    """Hears words for what they are, without a model: no thread runs in virtual time."""

    def __init__(self, report: ear.Report) -> None:
        self._report = report
        self._endpointer = Endpointer(patience=Patience(), frame_ms=FRAME_MS)
        self.closed = False

    @property
    def hears_speech(self) -> bool:
        return self._endpointer.speaking

    def hear(self, mulaw: bytes) -> None:
        for start in range(0, len(mulaw), 160):
            change = self._endpointer.frame(voiced=mulaw[start] != SILENCE[0])
            if change == "started":
                self._report(Began(self._endpointer.started_ms))
            elif change is not None:
                self._report(Ended(self._endpointer.started_ms, self._endpointer.ended_ms))

    async def close(self) -> None:
        self.closed = True


async def say(frames: list[bytes], hear: Callable[[bytes], None]) -> None:
    """At the pace of speech."""
    for frame in frames:
        hear(frame)
        await asyncio.sleep(FRAME_MS / 1000)
