"""Whether a speech provider serves, tried for real: for `doctor` and for whoever has just typed a key."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from apps.llm.reasons import Reason
from apps.menu.card import Card
from apps.voice import audio, roster
from apps.voice.speech import Heard, Lost, Provider, Transcriber, Unserved, Utterance

SECONDS = 20.0
"""For all of it: one that is on this machine may have to load something first."""
SETTLING_SECONDS = 1.0
"""Some let a caller in and then say why not."""
WORDS = "Hello, this is a test."
FRAME_SECONDS = audio.FRAME_BYTES / audio.RATE
WORDS_SECONDS = 6.0
"""After a sentence, for its words to come."""
MORE_SECONDS = 1.5
"""After words that came before its end, for the rest of them."""


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


@dataclass(frozen=True, slots=True)
class Understood:
    """What a recogniser made of one sentence."""

    failure: Unserved | None
    text: str = ""
    confidence: float | None = None
    """0 to 1, of its least sure words; None where there were none."""
    seconds: float | None = None
    """From the sentence's last sound to its last words."""


class _Listener:
    """What comes of a sentence, and when."""

    def __init__(self) -> None:
        self.words: list[Utterance] = []
        self.last_words_at = 0.0
        self.lost: Unserved | None = None

    def report(self, news: Heard) -> None:
        if isinstance(news, Utterance):
            self.words.append(news)
            self.last_words_at = time.monotonic()
        elif isinstance(news, Lost):
            self.lost = self.lost or news.failure

    def is_done(self, *, ended_at: float, now: float) -> bool:
        if self.lost is not None or now - ended_at > WORDS_SECONDS:
            return True
        return bool(self.words) and (self.last_words_at > ended_at or now - ended_at > MORE_SECONDS)


async def understands(provider: Provider, mulaw: bytes, *, card: Card, language: str) -> Understood:
    """Play it a sentence as a call would, frame by frame and silence after it, and see what it makes of it."""
    listener = _Listener()
    try:
        async with asyncio.timeout(SECONDS + audio.seconds(mulaw)):
            transcriber = await roster.open_transcriber(provider, card=card, report=listener.report, language=language)
            try:
                ended_at = await _played(transcriber, mulaw, listener)
            finally:
                await roster.close(transcriber)
    except Unserved as failure:
        return Understood(failure)
    except TimeoutError:
        return Understood(Unserved(Reason.SILENCE, f"nothing within {SECONDS:.0f} s"))
    if not listener.words:
        return Understood(listener.lost or Unserved(Reason.EMPTY, "no words"))
    text = " ".join(each.text for each in listener.words)
    sure = min(each.confidence for each in listener.words)
    return Understood(None, text, sure, max(0.0, listener.last_words_at - ended_at))


async def _played(transcriber: Transcriber, mulaw: bytes, listener: _Listener) -> float:
    """When the last sound was played; silence follows until there are words, or will be none."""
    began = time.monotonic()
    frames = audio.split(mulaw)
    ended_at = began + len(frames) * FRAME_SECONDS
    sent = 0
    while not listener.is_done(ended_at=ended_at, now=time.monotonic()):
        await asyncio.sleep(began + sent * FRAME_SECONDS - time.monotonic())
        transcriber.hear(frames[sent] if sent < len(frames) else audio.SILENCE * audio.FRAME_BYTES)
        sent += 1
    return ended_at
