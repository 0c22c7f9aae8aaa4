"""A transcriber whose frames are typed text, one utterance each: for demo and test, without any sound."""

from __future__ import annotations

import time
from collections.abc import Callable

from apps.menu.card import Card
from apps.voice.speech import Expectation, Provider, Report, SpeechStarted, Transcriber, Utterance


class TypedTranscriber:
    def __init__(self, *, report: Report, clock: Callable[[], float]) -> None:
        self._report = report
        self._clock = clock
        self._began: float | None = None

    def hear(self, mulaw: bytes) -> None:
        now = self._clock()
        if self._began is None:
            self._began = now
        text = mulaw.decode("utf-8", errors="replace").strip()
        if text:
            at_ms = int((now - self._began) * 1000)
            self._report(SpeechStarted())
            self._report(Utterance(text=text, confidence=1.0, started_ms=at_ms, ended_ms=at_ms))

    def expect(self, what: Expectation) -> None:
        """Typed words need no hint."""

    async def close(self) -> None:
        """Nothing is held."""


async def open_transcriber(provider: Provider, *, card: Card, report: Report, language: str = "en") -> Transcriber:
    return TypedTranscriber(report=report, clock=time.monotonic)
