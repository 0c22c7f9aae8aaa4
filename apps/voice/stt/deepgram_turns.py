"""What Deepgram's messages mean, as news of the call: Nova's results and Flux's turns. Pure.

Messages are taken as the vendor writes them, with fields missing, repeated, late or unknown.
https://developers.deepgram.com/docs/understand-endpointing-interim-results, …/docs/flux/state
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.voice.speech import Alive, EarlyUtterance, Heard, Partial, Resumed, Utterance

Message = Mapping[str, Any]


@dataclass(slots=True)
class Nova:
    """Segments become final one by one; a pause says that they are all there is."""

    patient: bool = False
    """Only a longer pause ends what is said: somebody is reading out a number."""
    _words: list[Message] = field(default_factory=list)
    _texts: list[str] = field(default_factory=list)
    """Final segments that are not yet a whole utterance."""
    _settled: float = 0.0
    """Seconds of sound for which final words have come."""
    _promised: bool = False
    """Words were reported that are not final."""

    def take(self, message: Message) -> list[Heard]:
        match message.get("type"):
            case "Results":
                return self._results(message)
            case "UtteranceEnd":
                return self._conclude(at=_number(message.get("last_word_end"), self._settled))
        return [Alive()]

    def _results(self, message: Message) -> list[Heard]:
        start = _number(message.get("start"))
        end = start + _number(message.get("duration"))
        if end <= self._settled and not message.get("from_finalize"):
            return [Alive()]  # late or repeated: its words are known
        text, words = _best(message)
        if not message.get("is_final"):
            said = " ".join([*self._texts, text] if text else self._texts)
            self._promised = self._promised or bool(text)
            return [Partial(said)] if text else [Alive()]
        self._settled = max(self._settled, end)
        if text:
            self._texts.append(text)
            self._words += words
        if message.get("speech_final") and not (self.patient and self._texts):
            return self._conclude(at=end)
        return [Partial(" ".join(self._texts))] if text else [Alive()]

    def _conclude(self, *, at: float) -> list[Heard]:
        texts, words, promised = self._texts, self._words, self._promised
        self._texts, self._words, self._promised = [], [], False
        if not texts and not promised:
            return [Alive()]
        return [_utterance(" ".join(texts), words, start=at, end=at)]


@dataclass(slots=True)
class Flux:
    """The vendor decides when a turn is over, and says earlier when it may be."""

    _last_turn: int = -1
    """The last that ended."""
    _early: bool = False

    def take(self, message: Message) -> list[Heard]:
        if message.get("type") != "TurnInfo":
            return [Alive()]
        text, turn = str(message.get("transcript") or "").strip(), int(_number(message.get("turn_index")))
        if turn <= self._last_turn:
            return [Alive()]  # late: that turn is over
        match message.get("event"):
            case "EagerEndOfTurn" if text:
                self._early = True
                return [EarlyUtterance(text)]
            case "TurnResumed":
                self._early = False
                return [Resumed(), *([Partial(text)] if text else [])]
            case "EndOfTurn":
                self._last_turn, self._early = turn, False
                start, end = _number(message.get("audio_window_start")), _number(message.get("audio_window_end"))
                return [_utterance(text, _listed(message.get("words")), start=start, end=end)]
        return [Partial(text)] if text and not self._early else [Alive()]


def _best(message: Message) -> tuple[str, list[Message]]:
    channel = message.get("channel")
    alternatives = _listed(channel.get("alternatives")) if isinstance(channel, Mapping) else []
    if not alternatives:
        return "", []
    return str(alternatives[0].get("transcript") or "").strip(), _listed(alternatives[0].get("words"))


def _utterance(text: str, words: Sequence[Message], *, start: float, end: float) -> Utterance:
    """Its times are those of its words, where they have any; `start` and `end` are seconds of sound."""
    starts = [_number(word["start"]) for word in words if word.get("start") is not None]
    ends = [_number(word["end"]) for word in words if word.get("end") is not None]
    sure = [_number(word["confidence"]) for word in words if word.get("confidence") is not None]
    return Utterance(
        text=text,
        confidence=round(sum(sure) / len(sure), 2) if sure else 0.0,
        started_ms=round(1000 * min(starts, default=start)),
        ended_ms=round(1000 * max(ends, default=end)),
    )


def _listed(value: object) -> list[Message]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, Sequence) else []


def _number(value: object, otherwise: float = 0.0) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else otherwise
