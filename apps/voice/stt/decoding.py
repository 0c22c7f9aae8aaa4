"""One call's recognition: sound in, reports out. Runs in the recogniser's own process, see `worker`."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pocketsphinx
import soxr

from apps.voice import audio
from apps.voice.endpointing import Patience
from apps.voice.speech import Expectation, Heard, Partial, SpeechStarted, Utterance
from apps.voice.stt import endpoint, language_model, wordlists
from apps.voice.stt.centre import Centre

_BEFORE_FRAMES: Final = 16
"""Sound kept from before the first frame that counted as speech: soft consonants come earlier."""
_AFTER_FRAMES: Final = 12
"""Silence the decoder gets after the last word."""
_PATIENCE: Final[dict[Expectation, Patience]] = {
    "anything": Patience(),
    "digits": Patience(silence_ms=800),
    "yes_or_no": Patience(silence_ms=460),
}
_LIKE_DIGITS: Final = {*wordlists.DIGITS, *wordlists.TENS, "to", "too", "for", "won", "ate"}
"""Words that are digits, or that digits are mistaken for."""
_GRAMMARS: Final = {
    "digits": (
        "#JSGF V1.0; grammar digits; public <number> = [<lead>] <digit>+ ;"
        "<lead> = my number is | my phone number is | the number is | it's | it is | yes | yeah ;"
        "<digit> = oh | zero | one | two | three | four | five | six | seven | eight | nine ;"
    ),
    "yes_or_no": (
        "#JSGF V1.0; grammar assent; public <answer> = yes | yeah | yep | yes please | sure | okay |"
        "correct |"
        "that's right | that's correct | yes that's right | yes that's correct | go ahead | yes go ahead |"
        "no | nope | no thanks | no thank you | no that's all | that's all | no that's wrong | that's wrong ;"
    ),
}


@dataclass
class Shelf:
    """Decoders that wait for somebody to speak. A call borrows one only while its caller speaks."""

    acoustics: Path
    idle: deque[tuple[Path, Any]] = field(default_factory=deque)
    kept: int = 8

    def borrow(self, folder: Path) -> Any:
        for place, (whose, decoder) in enumerate(self.idle):
            if whose == folder:
                del self.idle[place]
                return decoder
        return self._open(folder)

    def give_back(self, folder: Path, decoder: Any) -> None:
        self.idle.append((folder, decoder))
        while len(self.idle) > self.kept:
            self.idle.popleft()

    def stock(self, folder: Path) -> None:
        """Have one ready before it is needed."""
        if not any(whose == folder for whose, _ in self.idle):
            self.give_back(folder, self._open(folder))

    def _open(self, folder: Path) -> Any:
        knowledge = language_model.files(folder=folder)
        decoder = pocketsphinx.Decoder(
            hmm=str(self.acoustics),
            lm=str(knowledge.model),
            dict=str(knowledge.dictionary),
            loglevel="FATAL",
        )
        for name, grammar in _GRAMMARS.items():
            decoder.add_jsgf_string(name, grammar)
        return decoder


class Listener:
    """Hears one call from its first frame to its end."""

    def __init__(self, *, shelf: Shelf, folder: Path) -> None:
        self._shelf = shelf
        self._folder = folder
        self._ear = endpoint.Ear(patience=_PATIENCE["anything"])
        self._expected: Expectation = "anything"
        self._rest = b""
        self._before: deque[endpoint.Pcm] = deque(maxlen=_BEFORE_FRAMES)
        self._kept: list[endpoint.Pcm] = []
        self._decoded = 0
        self._decoder: Any = None
        self._upsample: Any = None
        self._centre: Any = None
        self._last_text = ""
        self._raw: list[bytes] = []

    def expect(self, what: Expectation) -> None:
        self._expected = what
        self._ear.patience = _PATIENCE[what]

    def hear(self, sound: bytes) -> list[Heard]:
        """Take the next µ-law of any length; say what it made known."""
        self._rest += sound
        reports: list[Heard] = []
        whole = len(self._rest) - len(self._rest) % endpoint.FRAME_SAMPLES
        pcm = audio.decode(self._rest[:whole])
        self._rest = self._rest[whole:]
        for start in range(0, whole, endpoint.FRAME_SAMPLES):
            self._frame(pcm[start : start + endpoint.FRAME_SAMPLES], reports=reports)
        if self._decoder is not None:
            self._decode(reports=reports)
        return reports

    def close(self) -> None:
        if self._decoder is not None:
            self._decoder.end_utt()
            self._let_go()

    def _frame(self, pcm: endpoint.Pcm, *, reports: list[Heard]) -> None:
        attended = self._ear.attending
        change = self._ear.hear(pcm)
        if self._ear.attending and not attended:
            self._kept = list(self._before)
        if self._ear.attending or change:
            self._kept.append(pcm)
        self._before.append(pcm)
        if change == "started":
            reports.append(SpeechStarted())
            self._begin()
        elif change == "ended":
            self._decode(reports=[])
            self._finish(reports=reports)
        elif change == "dropped":
            self._begin()
            self._decode(reports=[])
            self._finish(reports=reports, short=True)

    def _begin(self) -> None:
        self._decoder = self._shelf.borrow(self._folder)
        self._decoder.activate_search("_default")
        if self._centre is None:
            self._centre = Centre(usual=self._decoder.config["cmninit"])
        self._upsample = soxr.ResampleStream(8000, 16000, 1, dtype="int16", quality="HQ")
        self._decoded, self._last_text, self._raw = 0, "", []
        self._decoder.start_utt()

    def _decode(self, *, reports: list[Heard]) -> None:
        waiting = self._kept[self._decoded :]
        # Long silence after a word is held back: it tells nothing, and may be the end.
        quiet = self._ear.frames - 1 - self._ear.last_speech - _AFTER_FRAMES
        waiting = waiting[: len(waiting) - max(0, quiet)] if quiet > 0 else waiting
        if not waiting:
            return
        self._decoded += len(waiting)
        self._process(self._upsample.resample_chunk(np.concatenate(waiting)))
        hypothesis = self._decoder.hyp()
        text = hypothesis.hypstr if hypothesis else ""
        if text and text != self._last_text:
            self._last_text = text
            reports.append(Partial(text=text))

    def _process(self, pcm: endpoint.Pcm) -> None:
        raw = pcm.tobytes()
        self._raw.append(raw)
        if raw:
            self._decoder.set_cmn(self._centre.learn(pcm))
            self._decoder.process_raw(raw)

    def _finish(self, *, reports: list[Heard], short: bool = False) -> None:
        self._process(self._upsample.resample_chunk(np.zeros(0, np.int16), last=True))
        self._decoder.end_utt()
        text, confidence = _hypothesis(self._decoder)
        text, confidence = self._weigh(text, confidence)
        if text:
            if short:
                reports.append(SpeechStarted())
            reports.append(
                Utterance(
                    text=text,
                    confidence=confidence,
                    started_ms=self._ear.started_ms,
                    ended_ms=self._ear.ended_ms,
                )
            )
        self._let_go()

    def _weigh(self, text: str, confidence: float) -> tuple[str, float]:
        """What the expected kind of answer makes of the same sound, where that is the likelier one."""
        words = text.split()
        if self._expected == "digits":
            likely = sum(word in _LIKE_DIGITS for word in words) >= max(2, len(words) // 2)
        elif self._expected == "yes_or_no":
            likely = len(words) <= 1 and self._ear.last_speech - self._ear.first_speech < 40
        else:
            likely = False
        if not likely:
            return text, confidence
        self._decoder.activate_search(self._expected)
        self._decoder.set_cmn(self._centre.written)
        self._decoder.start_utt()
        self._decoder.process_raw(b"".join(self._raw), full_utt=False)
        self._decoder.end_utt()
        answer, sure = _hypothesis(self._decoder)
        return (answer, max(sure, confidence)) if answer else (text, confidence)

    def _let_go(self) -> None:
        self._shelf.give_back(self._folder, self._decoder)
        self._decoder, self._upsample, self._kept, self._raw = None, None, [], []


def _hypothesis(decoder: Any) -> tuple[str, float]:
    """The words, and how sure: the posterior of the sentence, spread over its words."""
    hypothesis = decoder.hyp()
    text = hypothesis.hypstr.strip() if hypothesis else ""
    if not text:
        return "", 0.0
    posterior = min(1.0, max(1e-9, float(hypothesis.prob)))
    return text, round(posterior ** (1 / (len(text.split()) + 2)), 2)
