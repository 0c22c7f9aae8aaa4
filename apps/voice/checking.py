"""Whether a speech provider serves, tried for real: for `doctor` and for whoever has just typed a key."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from apps.llm.reasons import Reason
from apps.menu.card import Card
from apps.voice import audio, roster
from apps.voice.speech import Heard, Lost, Provider, Unserved

SECONDS = 20.0
"""For all of it: one that is on this machine may have to load something first."""
SETTLING_SECONDS = 1.0
"""Some let a caller in and then say why not."""
WORDS = "Hello, this is a test."


@dataclass(frozen=True, slots=True)
class Verdict:
    failure: Unserved | None
    seconds: float
    """Until it was ready to hear, or until its first sound."""
    sound: bytes = b""
    """What a voice said, 8 kHz µ-law."""

    @property
    def served(self) -> bool:
        return self.failure is None


async def hears(provider: Provider, *, language: str = "en") -> Verdict:
    """Connect it as for a call, let it hear a second of silence, and hang up."""
    lost: list[Unserved] = []

    def report(news: Heard) -> None:
        if isinstance(news, Lost):
            lost.append(news.failure)

    began, seconds = time.monotonic(), 0.0
    try:
        async with asyncio.timeout(SECONDS):
            transcriber = await roster.open_transcriber(provider, card=Card(), report=report, language=language)
            seconds = time.monotonic() - began
            try:
                transcriber.hear(audio.silence(1.0))
                if provider.name != "embedded":
                    await asyncio.sleep(SETTLING_SECONDS)
            finally:
                await roster.close(transcriber)
    except Unserved as failure:
        lost.append(failure)
    except TimeoutError:
        lost.append(Unserved(Reason.SILENCE, f"nothing within {SECONDS:.0f} s"))
    return Verdict(lost[0] if lost else None, seconds)


async def speaks(provider: Provider, *, text: str = WORDS, language: str = "en") -> Verdict:
    """Have it say something. Costs what so many letters cost."""
    began, seconds, sound = time.monotonic(), 0.0, b""
    try:
        async with asyncio.timeout(SECONDS):
            synthesizer = await roster.open_synthesizer(provider)
            try:
                async for chunk in synthesizer.speak(text, language=language):
                    seconds = seconds or time.monotonic() - began
                    sound += chunk
            finally:
                await roster.close(synthesizer)
    except Unserved as failure:
        return Verdict(failure, seconds, sound)
    except TimeoutError:
        return Verdict(Unserved(Reason.SILENCE, f"nothing within {SECONDS:.0f} s"), seconds, sound)
    return Verdict(None if sound else Unserved(Reason.EMPTY, "no sound"), seconds, sound)
