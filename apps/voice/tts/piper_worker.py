"""Piper's own process: it speaks for all calls, a piece of each in turn.

Run as `python -m apps.voice.tts.piper_worker DESCRIPTOR VOICE`, see `workroom`. Piper is licensed under the GPL-3.0 and
is no part of Loman: here alone it is loaded, if somebody installed it.
"""

from __future__ import annotations

import json
import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from apps.voice import workroom
from apps.voice.workroom import Job

LOAD, SPEAK = b"l", b"s"
LOADED, SOUND, DONE, FAILED = b"L", b"S", b"D", b"F"

NOT_INSTALLED: Final = (
    "Piper is not installed: `pip install piper-tts` (GPL-3.0, which is why it does not come with Loman)."
)
_LOUDNESS: Final = 0.85
"""Of full scale, for the loudest the voice has been: leaves the resampler's overshoot some room."""
_LONG: Final = 60
"""Letters. The first clause of a sentence as long as this is spoken while the rest is made: half a second sooner."""
_CLAUSE: Final = re.compile(r"(?<=[,;:–—])\s+")
_SHORTEST_CLAUSE: Final = 20
"""Letters. Sooner cut, a sentence sounds like a list."""


class Unfit(ValueError):
    """What is wrong, as a whole sentence."""


class Piper:
    """The voice. Loaded when it is first asked for, and asked for again if that failed: the files may be mended."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._voice: Any = None
        self._peak = 0.1
        """The loudest the voice has been: its pieces are not made equally loud, as a sentence has quiet parts."""

    def work(self, job: Job) -> Iterator[tuple[bytes, bytes]]:
        try:
            if self._voice is None:
                self._voice = self._load()
                list(self._said("Hello."))  # the first words take longest, and tell how loud the voice is
            if job.kind == LOAD:
                yield LOADED, b""
                return
            for mulaw in self._said(job.body.decode()):
                yield SOUND, mulaw
            yield DONE, b""
        except Exception as error:  # one sentence, or one file, must not end everybody's process
            yield FAILED, str(error).encode()

    def _load(self) -> Any:
        try:
            from piper import PiperVoice
            from piper.config import PiperConfig
        except ImportError:
            raise Unfit(NOT_INSTALLED) from None
        advice = "Fetch a voice anew with `manage.py fetch_models`."
        try:
            settings = json.loads(Path(f"{self._path}.json").read_text("utf-8"))
            config = PiperConfig.from_dict(settings)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unfit(f"{self._path}.json does not describe a Piper voice ({error}). {advice}") from None
        try:
            return PiperVoice(session=_session(self._path), config=config)
        except Exception as error:  # onnxruntime's errors have no common kind
            raise Unfit(f"{self._path} is no Piper voice, or not all of it ({str(error).strip()}). {advice}") from None

    def _said(self, text: str) -> Iterator[bytes]:
        """8 kHz µ-law, piece by piece."""
        import numpy as np
        from piper.config import SynthesisConfig

        from apps.voice import audio

        manner = SynthesisConfig(normalize_audio=False)
        down = audio.Resampler(from_rate=self._voice.config.sample_rate, to_rate=audio.RATE)
        for piece in pieces(text):
            for chunk in self._voice.synthesize(piece, manner):
                sound = np.atleast_1d(chunk.audio_float_array)
                self._peak = max(self._peak, float(np.abs(sound).max(initial=0.0)))
                pcm = np.rint(sound * (_LOUDNESS * 32_767 / self._peak)).astype(np.int16)
                if mulaw := audio.encode(down.feed(pcm)):
                    yield mulaw
        if rest := audio.encode(down.flush()):
            yield rest


def pieces(text: str) -> list[str]:
    """The text in two, where its first clause ends, if that makes the first sound come sooner. Piper itself makes
    sentence after sentence."""
    for end in _CLAUSE.finditer(text):
        if end.start() >= _SHORTEST_CLAUSE and len(text) >= _LONG:
            first, rest = text[: end.start()], text[end.end() :]
            return [first, rest] if not re.search(r"[.!?]\s", first) else [text]
    return [text]


def _session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = workroom.threads()
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def main() -> None:
    descriptor, path = sys.argv[1:]
    with socket.socket(fileno=int(descriptor)) as connection:
        workroom.take_turns(connection, work=Piper(Path(path)).work)


if __name__ == "__main__":
    main()
