"""Speech whose words are known to the byte: what callers say in tests, and how a server on loopback hears it.

Every word is rendered by the embedded voice once. A sentence is its words, one after the other; whoever hears the
stream finds each word by its bytes, wherever it begins. What was cut off within a word is not heard, as it would be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from apps.voice.audio import RATE, SILENCE
from apps.voice.tts import embedded

BEGINNING = 48
"""Bytes of a word by which it is known."""
QUIET = b"\xff\x7f\xfe\x7e"
"""Samples by which no word begins or ends."""
KNOWN_AFTER = 0.6
"""Of a word: then a recogniser guesses it."""


@cache
def spoken(word: str) -> bytes:
    """One word, without silence around it."""
    sound: list[bytes] = []
    embedded.render_mulaw(word, voice=embedded.CALLER, take=lambda chunk: sound.append(chunk) is None)
    return b"".join(sound).strip(QUIET)


def sentence(text: str) -> bytes:
    return b"".join(spoken(word) for word in text.split())


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    start: float
    """Seconds of the stream, as `end`."""
    end: float


@dataclass
class Lexicon:
    """What can be heard. It may grow while somebody listens."""

    known: dict[bytes, list[tuple[str, bytes]]] = field(default_factory=dict)

    @classmethod
    def of_words(cls, text: str) -> Lexicon:
        lexicon = cls()
        for word in sorted(set(text.split())):
            lexicon.add(word, spoken(word))
        return lexicon

    def add(self, text: str, sound: bytes) -> None:
        """A word, or a whole sentence; of that, its words lie evenly in its sound."""
        loud = sound.strip(QUIET)
        self.known.setdefault(loud[:BEGINNING], []).append((text, loud))


@dataclass
class Recognition:
    """One stream, and the words in it so far."""

    lexicon: Lexicon
    words: list[Word] = field(default_factory=list)
    guess: str = ""
    """The word that is being said, once that can be guessed."""
    _saying: bool = False
    """Somebody is in the middle of a word."""
    _sound: bytearray = field(default_factory=bytearray)
    _at: int = 0
    """How far has been listened."""

    @property
    def seconds(self) -> float:
        return len(self._sound) / RATE

    @property
    def silence_seconds(self) -> float:
        """Since the last word, or since the beginning."""
        if self._saying:
            return 0.0
        return self.seconds - (self.words[-1].end if self.words else 0.0)

    def feed(self, mulaw: bytes) -> None:
        self._sound += mulaw
        self.guess, self._saying = "", False
        while self._at + BEGINNING <= len(self._sound):
            rest = bytes(self._sound[self._at :])
            heard = [
                (word, sound)
                for word, sound in self.lexicon.known.get(rest[:BEGINNING], ())
                if rest.startswith(sound[: len(rest)])
            ]
            if not heard:
                self._at += 1
                continue
            text, sound = max(heard, key=lambda each: len(each[1]))
            if len(rest) < len(sound):
                self._saying = True
                self.guess = text if len(heard) == 1 and len(rest) >= KNOWN_AFTER * len(sound) else ""
                return
            words, each = text.split(), len(sound) / RATE / len(text.split())
            self.words += [
                Word(word, self._at / RATE + n * each, self._at / RATE + (n + 1) * each) for n, word in enumerate(words)
            ]
            self._at += len(sound)


def frames(sound: bytes) -> list[bytes]:
    return [sound[start : start + 160].ljust(160, SILENCE) for start in range(0, len(sound), 160)]
