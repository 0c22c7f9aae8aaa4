"""espeak-ng in this process: the only file that calls its library, for sound and for pronunciations.

The library keeps one global state, so everything takes one lock. It needs 0.1 ms to its first sound and
under a thousandth of the time it speaks, so nobody waits for the lock long.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import espeakng_loader

_SYNCHRONOUS: Final = 2
_DO_NOT_EXIT: Final = 0x8000
_UTF8: Final = 1
_IPA: Final = 0x02
_RATE, _VOLUME, _PITCH, _RANGE, _WORD_GAP = 1, 2, 3, 4, 7
_CHUNK_MS: Final = 40

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


@dataclass(frozen=True, slots=True)
class Voice:
    """How to speak: espeak's name of the voice and its manner."""

    name: str = "en-us"
    words_per_minute: int = 165
    pitch: int = 50
    """0 to 100."""
    range: int = 55
    """How much the melody moves, 0 to 100."""
    word_gap: int = 0
    """Extra silence between words, in units of 10 ms."""


class UnknownVoice(ValueError):
    """espeak has no voice of this name."""


def _short(folder: str | Path) -> str:
    """Another name of the folder, short enough: espeak cuts paths off at 160 characters (N_PATH_HOME) and then
    has no voices. The descriptor stays open as long as the process."""
    if not Path("/proc/self/fd").is_dir():
        return str(folder)
    return f"/proc/self/fd/{os.open(folder, os.O_RDONLY | os.O_DIRECTORY)}"


class _Library:
    """The loaded library, its sample rate, and where the sound of the running synthesis goes."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.take: Callable[[bytes], bool] | None = None
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        self.rate: int = self._library.espeak_Initialize(
            _SYNCHRONOUS, _CHUNK_MS, _short(espeakng_loader.get_data_path()).encode(), _DO_NOT_EXIT
        )
        self._callback = _Callback(self._sound)
        self._library.espeak_SetSynthCallback(self._callback)
        self._library.espeak_Synth.argtypes = [
            ctypes.c_char_p,
            ctypes.c_size_t,
            ctypes.c_uint,
            ctypes.c_int,
            ctypes.c_uint,
            ctypes.c_uint,
            ctypes.c_void_p,
            ctypes.c_void_p,
        ]
        self._library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self._library.espeak_TextToPhonemes.argtypes = [
            ctypes.POINTER(ctypes.c_char_p),
            ctypes.c_int,
            ctypes.c_int,
        ]

    def _sound(self, address: int | None, samples: int, _events: int | None) -> int:
        if not address or samples <= 0 or self.take is None:
            return 0
        return 0 if self.take(ctypes.string_at(address, samples * 2)) else 1

    def use(self, voice: Voice) -> None:
        if self._library.espeak_SetVoiceByName(voice.name.encode()) != 0:
            raise UnknownVoice(voice.name)
        settings = {
            _RATE: voice.words_per_minute,
            _VOLUME: 80,
            _PITCH: voice.pitch,
            _RANGE: voice.range,
            _WORD_GAP: voice.word_gap,
        }
        for parameter, value in settings.items():
            self._library.espeak_SetParameter(parameter, value, 0)

    def synthesize(self, text: str) -> None:
        raw = text.encode()
        self._library.espeak_Synth(raw, len(raw) + 1, 0, 0, 0, _UTF8, None, None)

    def phonemes(self, text: str) -> str:
        pointer = ctypes.c_char_p(text.encode())
        said: list[str] = []
        while pointer.value:
            said.append((self._library.espeak_TextToPhonemes(ctypes.byref(pointer), _UTF8, _IPA) or b"").decode())
        return " ".join(said)


_loading = threading.Lock()
_loaded: list[_Library] = []


def _library() -> _Library:
    with _loading:
        if not _loaded:
            _loaded.append(_Library())
        return _loaded[0]


def rate() -> int:
    """Hertz of the sound that `render` gives."""
    return _library().rate


def check(voice: Voice) -> None:
    """Raise `UnknownVoice` if espeak cannot speak with it."""
    library = _library()
    with library.lock:
        library.use(voice)


def render(text: str, *, voice: Voice, take: Callable[[bytes], bool]) -> None:
    """Speak the text into `take`, 16-bit samples chunk by chunk, until it answers False. Blocks."""
    library = _library()
    with library.lock:
        library.use(voice)
        library.take = take
        try:
            library.synthesize(text)
        finally:
            library.take = None


def ipa(text: str, *, voice: Voice) -> str:
    """How espeak would pronounce the text, in the phonetic alphabet."""
    library = _library()
    with library.lock:
        library.use(voice)
        return library.phonemes(text)
