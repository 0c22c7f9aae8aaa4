"""Whisper's own process: whisper.cpp decodes for all calls, one utterance after the other.

Run as `python -m apps.voice.stt.whisper_worker DESCRIPTOR MODEL`, see `workroom`. A failed assertion of ggml ends it.
"""

from __future__ import annotations

import json
import math
import os
import socket
import struct
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from apps.voice import workroom
from apps.voice.workroom import Job

LOAD, HEAR = b"l", b"h"
LOADED, WORDS, FAILED = b"L", b"W", b"F"

_ERROR: Final = 4
"""ggml's level of log lines that tell of errors."""
_WINDOWS_A_SECOND: Final = 50
"""Of the encoder: 1,500 for the 30 s it takes without being told otherwise."""
_MORE_WINDOWS: Final = 128
_FEWEST_WINDOWS: Final = 512
"""Ten seconds. Fewer are faster still, but Whisper was never shown so few and begins to repeat itself
(whisper.cpp's issues 1855 and 1951)."""
_SHORTEST_SECONDS: Final = 1.2
"""What is shorter is filled up with silence: Whisper hears little in less than a second."""
_TOKENS: Final = 24
_TOKENS_A_SECOND: Final = 10
"""Nobody says more; Whisper does, when it begins to repeat itself."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What is to be heard. Its sound follows it, 8 kHz µ-law."""

    language: str
    """"" to find out."""
    prompt: str

    def packed(self, mulaw: bytes) -> bytes:
        head = json.dumps(asdict(self)).encode()
        return struct.pack("<I", len(head)) + head + mulaw

    @staticmethod
    def unpacked(body: bytes) -> tuple[Utterance, bytes]:
        (length,) = struct.unpack_from("<I", body)
        return Utterance(**json.loads(body[4 : 4 + length])), body[4 + length :]


class Whisper:
    """The model. Loaded when it is first asked for, and asked for again if that failed: the file may be mended."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._context: Any = None
        self._errors: deque[str] = deque(maxlen=1)

    def work(self, job: Job) -> Iterator[tuple[bytes, bytes]]:
        try:
            if self._context is None:
                self._load()
            if job.kind == LOAD:
                yield LOADED, b""
            else:
                text, confidence = self._hear(*Utterance.unpacked(job.body), job=job)
                yield WORDS, json.dumps([text, confidence]).encode()
        except Exception as error:  # one utterance, or one file, must not end everybody's process
            yield FAILED, str(error).encode()

    def _load(self) -> None:
        import _pywhispercpp as whisper

        from apps.voice.stt import ggml

        ggml.check(self._path)
        whisper.whisper_log_set(self._logged)
        wanted = whisper.whisper_context_default_params()
        wanted.use_gpu = False
        self._errors.clear()
        context = whisper.whisper_init_from_file_with_params(str(self._path), wanted)
        if self._errors:  # the binding says nothing, and whoever uses the context it gives then is gone
            raise ggml.Unfit(f"is not taken by whisper.cpp ({self._errors[0]})")
        self._context = context
        try:
            self._run(Utterance(language="en", prompt=""), _samples(b""), job=None)
        except Exception as error:  # it is said whose file it is
            self._context = None
            raise ggml.Unfit(f"is not taken by whisper.cpp ({error})") from None

    def _logged(self, level: int, line: str) -> None:
        if level == _ERROR and line.strip() != "unknown token":
            self._errors.append(line.strip())

    def _hear(self, utterance: Utterance, mulaw: bytes, *, job: Job) -> tuple[str, float]:
        """The text, and how sure: the geometric mean of its tokens' probabilities."""
        import _pywhispercpp as whisper

        self._run(utterance, _samples(mulaw), job=job)
        text, chances = "", list[float]()
        for segment in range(whisper.whisper_full_n_segments(self._context)):
            text += whisper.whisper_full_get_segment_text(self._context, segment).decode(errors="replace")
            chances += [
                whisper.whisper_full_get_token_p(self._context, segment, place)
                for place in range(whisper.whisper_full_n_tokens(self._context, segment))
                if whisper.whisper_full_get_token_id(self._context, segment, place) < self._end
            ]
        sure = math.exp(sum(math.log(max(chance, 1e-9)) for chance in chances) / len(chances)) if chances else 0.0
        return text.strip(), sure

    @property
    def _end(self) -> int:
        """From this token on there are no words."""
        import _pywhispercpp as whisper

        return int(whisper.whisper_token_eot(self._context))

    def _run(self, utterance: Utterance, samples: Any, *, job: Job | None) -> None:
        import _pywhispercpp as whisper

        settings = whisper.whisper_full_default_params(whisper.whisper_sampling_strategy.WHISPER_SAMPLING_GREEDY)
        seconds = len(samples) / whisper.WHISPER_SAMPLE_RATE
        settings.n_threads = workroom.threads()
        settings.single_segment = settings.no_context = settings.no_timestamps = True
        settings.print_progress = False
        settings.temperature_inc = 0.0  # no second attempt: it would come too late
        settings.greedy = {"best_of": 1}
        settings.max_tokens = _TOKENS + round(seconds * _TOKENS_A_SECOND)
        settings.audio_ctx = windows(seconds, most=whisper.whisper_n_audio_ctx(self._context))
        settings.initial_prompt = utterance.prompt
        settings.language = self._language(utterance.language)
        if job is not None:
            whisper.assign_abort_callback(settings, job.off.is_set)
        status = whisper.whisper_full(self._context, settings, samples, len(samples))
        if status:
            raise RuntimeError(f"whisper.cpp gave up with {status}")

    def _language(self, wanted: str) -> str:
        import _pywhispercpp as whisper

        if not whisper.whisper_is_multilingual(self._context):
            return "en"
        return wanted if wanted and whisper.whisper_lang_id(wanted) >= 0 else "auto"


def windows(seconds: float, *, most: int) -> int:
    """How far the encoder looks: as far as there is sound. Otherwise a word costs as much as 30 seconds: with a model
    of base.en's shape three seconds of sound took 3.9 s on one core, and take 1.2."""
    return min(most, max(_FEWEST_WINDOWS, math.ceil(seconds * _WINDOWS_A_SECOND) + _MORE_WINDOWS))


def _samples(mulaw: bytes) -> Any:
    import numpy as np

    from apps.voice import audio
    from apps.voice.speech import SOUND

    upward = audio.Resampler(from_rate=audio.RATE, to_rate=SOUND["whisper"].rate)
    mulaw = mulaw.ljust(int(_SHORTEST_SECONDS * audio.RATE), audio.SILENCE)
    pcm = np.concatenate((upward.feed(audio.decode(mulaw)), upward.flush()))
    return pcm.astype(np.float32) / np.float32(32_768)


def main() -> None:
    os.environ["GGML_NO_BACKTRACE"] = "1"  # it would call a debugger
    descriptor, path = sys.argv[1:]
    with socket.socket(fileno=int(descriptor)) as connection:
        workroom.take_turns(connection, work=Whisper(Path(path)).work)


if __name__ == "__main__":
    main()
