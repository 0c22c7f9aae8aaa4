"""The voice that needs no key and no download, espeak-ng: for demo, test and last resort.

It sounds like the machine it is, but it is understood, it begins to speak within a millisecond and it
costs next to nothing, so it is also what a call falls back to when the bought voice fails.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import soxr

from apps.llm.reasons import Reason
from apps.voice import audio
from apps.voice.speech import Provider, Synthesizer, Unserved
from apps.voice.tts import espeak

TELEPHONE_RATE: Final = 8000
"""Hertz."""
_LOUDNESS: Final = 0.85
"""espeak peaks near full scale; this leaves the resampler's overshoot some room."""

AGENT: Final = espeak.Voice(name="en-us", words_per_minute=165, pitch=48, range=60)
"""The restaurant's own voice. The demo's caller must use another, see `CALLER`."""
CALLER: Final = espeak.Voice(name="en-us+m3", words_per_minute=145, word_gap=1)
"""The voice the embedded recogniser understands best while still sounding natural."""

_ALIASES: Final = {"": "en-us", "en": "en-us", "en-gb": "en-gb-x-rp", "es": "es-419", "zh": "cmn"}
_named = re.compile(r"^(?P<language>[A-Za-z0-9-]*)(?P<variant>\+[A-Za-z0-9]+)?(?:@(?P<speed>\d{2,3}))?$")
_telephone_number = re.compile(r"\+?\d[\d\s().-]{5,}\d")
_long_number = re.compile(r"\d{5,}")
_half_of_day = re.compile(r"\b([ap])(?:\.\s?m\b\.?)|(?<=\d)\s?([ap])m\b", re.IGNORECASE)
_markup = re.compile(r"[*_#`~<>|\[\]{}]+")


def voice_named(name: str) -> espeak.Voice:
    """The voice called `language[+variant][@words_per_minute]`, e.g. "es", "en-us+f3@150"; "" is ours.

    Raises ValueError for a name espeak does not know.
    """
    match = _named.match(name)
    if match is None:
        raise espeak.UnknownVoice(name)
    language = _ALIASES.get(match["language"].lower(), match["language"])
    speed = int(match["speed"]) if match["speed"] else AGENT.words_per_minute
    voice = espeak.Voice(
        name=language + (match["variant"] or ""),
        words_per_minute=speed,
        pitch=AGENT.pitch,
        range=AGENT.range,
    )
    espeak.check(voice)
    return voice


def spoken(text: str) -> str:
    """The text with what espeak misreads spelled out: telephone numbers, "p.m.", signs of markup."""
    text = _markup.sub(" ", text).replace("&", " and ")
    text = _half_of_day.sub(lambda match: f" {(match[1] or match[2]).upper()} M", text)
    text = _telephone_number.sub(_by_digit, text)
    return " ".join(_long_number.sub(_by_digit, text).split())


def _by_digit(match: re.Match[str]) -> str:
    groups = [" ".join(group) for group in re.findall(r"\d+", match[0])]
    return ", ".join(groups)


class EmbeddedSynthesizer:
    """Speaks with one espeak voice, and with espeak's own of a language that is not its."""

    def __init__(self, *, voice: espeak.Voice) -> None:
        self._voice = voice
        self._thread = _threads.enter()
        self._closed = threading.Event()

    async def speak(self, text: str, *, language: str = "en") -> AsyncIterator[bytes]:
        loop = asyncio.get_running_loop()
        chunks: asyncio.Queue[bytes | None] = asyncio.Queue()
        unwanted = threading.Event()

        def take(chunk: bytes) -> bool:
            if unwanted.is_set() or self._closed.is_set():
                return False
            loop.call_soon_threadsafe(chunks.put_nowait, chunk)
            return True

        def render() -> None:
            try:
                render_mulaw(spoken(text), voice=self._voice_for(language), take=take)
            finally:
                loop.call_soon_threadsafe(chunks.put_nowait, None)

        if self._closed.is_set():
            return
        rendering = loop.run_in_executor(self._thread, render)
        try:
            while (chunk := await chunks.get()) is not None:
                yield chunk
            await rendering
        finally:
            unwanted.set()

    def _voice_for(self, language: str) -> espeak.Voice:
        """On the voice's thread: espeak is asked whether it knows the language."""
        if self._voice.name.partition("-")[0].partition("+")[0] == language:
            return self._voice
        other = replace(self._voice, name=_ALIASES.get(language, language))
        try:
            espeak.check(other)
        except espeak.UnknownVoice:
            return self._voice
        return other

    async def close(self) -> None:
        if not self._closed.is_set():
            self._closed.set()
            await asyncio.to_thread(_threads.leave)


async def open_synthesizer(provider: Provider) -> Synthesizer:
    try:
        chosen = AGENT if not provider.voice else await asyncio.to_thread(voice_named, provider.voice)
    except espeak.UnknownVoice as unknown:
        raise Unserved(Reason.NO_SUCH_MODEL, f"espeak has no voice {unknown}") from None
    return EmbeddedSynthesizer(voice=chosen)


def render_mulaw(text: str, *, voice: espeak.Voice, take: Callable[[bytes], bool]) -> None:
    """Speak the text into `take` as 8 kHz µ-law, until it answers False. Blocks for a few milliseconds."""
    resampler = soxr.ResampleStream(espeak.rate(), TELEPHONE_RATE, 1, dtype="float32", quality="HQ")

    def convert(pcm: bytes) -> bool:
        samples = np.frombuffer(pcm, "<i2").astype(np.float32)
        return send(resampler.resample_chunk(samples * _LOUDNESS))

    def send(samples: npt.NDArray[np.float32]) -> bool:
        return take(_encode(samples)) if len(samples) else True

    espeak.render(text, voice=voice, take=convert)
    send(resampler.resample_chunk(np.zeros(0, np.float32), last=True))


def _encode(samples: npt.NDArray[np.float32]) -> bytes:
    pcm = np.clip(np.rint(samples), -32768, 32767).astype(np.int16)
    return audio.encode(pcm)


class _SharedThread:
    """One thread for all voices, since the library serves one at a time; it ends with the last of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._voices = 0
        self._executor: ThreadPoolExecutor | None = None

    def enter(self) -> ThreadPoolExecutor:
        with self._lock:
            self._voices += 1
            if self._executor is None:
                self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="espeak")
            return self._executor

    def leave(self) -> None:
        with self._lock:
            self._voices -= 1
            last, self._executor = (self._executor, None) if self._voices == 0 else (None, self._executor)
        if last is not None:
            last.shutdown()


_threads = _SharedThread()
