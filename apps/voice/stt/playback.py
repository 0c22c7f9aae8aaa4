"""Recorded sound played to the embedded recogniser as a call would bring it: frame by frame, silence after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from apps.menu.card import Card
from apps.voice.speech import Utterance
from apps.voice.stt import language_model, telephone
from apps.voice.stt.decoding import Listener, Shelf
from apps.voice.stt.embedded import cache

_FRAME: Final = 160
"""20 ms of 8 kHz µ-law."""
_SILENCE: Final = b"\xff" * 16_000
"""Two seconds: longer than anybody's pause."""


def transcripts(card: Card, sounds: Iterable[bytes]) -> Iterator[str]:
    """What a call at this restaurant makes of each of these recordings, each a call of its own."""
    shelf = Shelf(acoustics=telephone.materialise(root=cache()))
    folder = language_model.write(card, root=cache()).model.parent
    for sound in sounds:
        listener = Listener(shelf=shelf, folder=folder)
        played = sound + _SILENCE
        heard = [one for at in range(0, len(played), _FRAME) for one in listener.hear(played[at : at + _FRAME])]
        listener.close()
        yield " ".join(one.text for one in heard if isinstance(one, Utterance))
