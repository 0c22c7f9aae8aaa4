"""Speech in two small protocols: what hears the caller and what says our words, chosen by name."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Literal, Protocol, cast

from apps.menu.card import Card


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The caller began to speak: long enough that it is no click and no cough."""


@dataclass(frozen=True, slots=True)
class Partial:
    """What the caller seems to have said so far; may still change."""

    text: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """What the caller said, final. Times count from the transcriber's first frame."""

    text: str
    confidence: float
    """0 to 1, as the provider sees it."""
    started_ms: int
    ended_ms: int


Heard = SpeechStarted | Partial | Utterance
Report = Callable[[Heard], None]
"""Always called on the thread of the event loop."""
Expectation = Literal["anything", "digits", "yes_or_no"]


class Transcriber(Protocol):
    """Hears one call."""

    def hear(self, mulaw: bytes) -> None:
        """Take the caller's next sound, 8 kHz µ-law. Never blocks: it is called for every frame."""

    def expect(self, what: Expectation) -> None:
        """Say what kind of answer is likely next; everything else is still heard."""

    async def close(self) -> None:
        """Stop hearing; what is half said is dropped."""


class Synthesizer(Protocol):
    """Speaks with one voice."""

    def speak(self, text: str, *, language: str = "en") -> AsyncIterator[bytes]:
        """Say the text: chunks of 8 kHz µ-law, the first as soon as there is one. `aclose()` aborts. A voice that
        cannot speak the language reads it as well as it can."""

    async def close(self) -> None:
        """Let go of the voice."""


class _TranscriberModule(Protocol):
    async def open_transcriber(self, *, card: Card, report: Report, language: str) -> Transcriber: ...


class _SynthesizerModule(Protocol):
    async def open_synthesizer(self, *, voice: str) -> Synthesizer: ...


TRANSCRIBERS = {name: f"apps.voice.stt.{name}" for name in ("deepgram", "whisper", "embedded", "typed")}
SYNTHESIZERS = {name: f"apps.voice.tts.{name}" for name in ("elevenlabs", "piper", "embedded", "typed")}


async def open_transcriber(provider: str, *, card: Card, report: Report, language: str = "en") -> Transcriber:
    """A transcriber of this provider for one call; its module is imported only now."""
    module = cast(_TranscriberModule, importlib.import_module(_module(TRANSCRIBERS, provider)))
    return await module.open_transcriber(card=card, report=report, language=language)


async def open_synthesizer(provider: str, *, voice: str = "") -> Synthesizer:
    """A voice of this provider; an empty name is the provider's own choice."""
    module = cast(_SynthesizerModule, importlib.import_module(_module(SYNTHESIZERS, provider)))
    return await module.open_synthesizer(voice=voice)


def _module(known: dict[str, str], provider: str) -> str:
    if provider not in known:
        raise ValueError(f"No speech provider {provider!r}; there are {', '.join(sorted(known))}.")
    return known[provider]
