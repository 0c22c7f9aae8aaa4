"""Speech in two small protocols: what hears the caller and what says our words, chosen by name.

A provider is one module with one function. It raises `Unserved`, or reports `Lost`, when it cannot go on; deadlines,
fall-backs and reconnecting are not its business (`hearing`, `speaking`).
"""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, cast

from apps.llm.reasons import Reason
from apps.menu.card import Card


@dataclass(frozen=True, slots=True)
class Provider:
    """One way to hear or to speak, as it is configured."""

    name: str
    model: str = ""
    """The vendor's name of it, or a file's; empty: the provider's own choice. As `voice`."""
    voice: str = ""
    api_key: str = field(default="", repr=False)
    url: str = ""
    """Where it is asked; empty: at the vendor's."""


@dataclass(frozen=True, slots=True)
class Sound:
    """How sound is written: `mulaw` has a byte a sample, `int16` two, `float32` four and is at most 1."""

    encoding: Literal["mulaw", "int16", "float32"]
    rate: int
    """Hertz."""


LINE = Sound("mulaw", 8000)
"""What Twilio sends and takes."""
SOUND = {
    "deepgram": LINE,
    "whisper": Sound("float32", 16_000),
    "embedded transcriber": Sound("int16", 16_000),
    "elevenlabs": LINE,
    "piper": Sound("int16", 22_050),
    "embedded synthesizer": Sound("int16", 22_050),
    "silero": Sound("float32", 8000),
}
"""What each provider is given or gives; only where it is not the line's, something is resampled. A Piper voice of
another rate says so in its own file."""


class Unserved(Exception):
    """A provider that does not hear or speak, and why."""

    def __init__(self, reason: Reason, detail: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail
        """The vendor's words, or a sentence of ours: for the log, `doctor` and the restaurant."""
        self.retry_after = retry_after
        """Seconds, where the vendor says so."""


ADVICE = {
    Reason.BAD_KEY: "Check the key, and that it may use speech. Nothing is asked with it for a while.",
    Reason.NO_QUOTA: "The account has no credit left: look at the vendor's billing page.",
    Reason.NO_SUCH_MODEL: "Check the names of model and voice, and that the account may use them.",
    Reason.BAD_REQUEST: "The vendor does not take the request as it is: this model may lack a language or an option.",
    Reason.RATE_LIMITED: "Too many calls at once for the account's limits: raise them at the vendor.",
    Reason.OUTAGE: "The vendor or the way to it has trouble; nothing to do unless it stays.",
    Reason.SILENCE: "It answers too late, or not at all; nothing to do unless it stays.",
    Reason.BROKE_OFF: "The vendor or the way to it has trouble; nothing to do unless it stays.",
    Reason.MALFORMED: "What it sends cannot be read; nothing to do unless it stays.",
    Reason.EMPTY: "It gave no sound at all for words that have one; choose another voice if it stays.",
}
"""What an operator can do, for the log, `doctor` and the restaurant."""


# ---- hearing -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The caller began to speak: long enough that it is no click and no cough."""


@dataclass(frozen=True, slots=True)
class Partial:
    """What the caller seems to have said so far; may still change. Without words: somebody speaks."""

    text: str


@dataclass(frozen=True, slots=True)
class EarlyUtterance:
    """What the caller said, if that was all: a reply may be prepared, not given. `Utterance` or `Resumed` follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Resumed:
    """It was not all: the caller goes on."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What the caller said, final. Times count from the transcriber's first frame."""

    text: str
    confidence: float
    """0 to 1, as the provider sees it."""
    started_ms: int
    ended_ms: int


@dataclass(frozen=True, slots=True)
class Alive:
    """The provider is there, and has nothing to say."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The transcriber hears no more, and reports nothing after this."""

    failure: Unserved


Heard = SpeechStarted | Partial | EarlyUtterance | Resumed | Utterance | Alive | Lost
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


# ---- speaking ----------------------------------------------------------------------------------------


class Synthesizer(Protocol):
    """Speaks with one voice."""

    def speak(self, text: str, *, language: str = "en") -> AsyncIterator[bytes]:
        """Say the text: chunks of 8 kHz µ-law, the first as soon as there is one. `aclose()` aborts, and nothing more
        of it is made or paid for. A voice that cannot speak the language reads it as well as it can. Raises `Unserved`.
        """

    async def close(self) -> None:
        """Let go of the voice."""


# ---- by name -----------------------------------------------------------------------------------------


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
