"""How many words the embedded recogniser gets wrong, by voice and by kind of sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.voice.stt import evaluation


def word_error(root: Path) -> dict[str, Any]:
    """Word error over telephone sound; "unseen" are wordings, "held out" whole sentences nobody tuned for."""
    figures: dict[str, float] = {}
    wrong_ones: dict[str, list[tuple[str, str]]] = {}
    for voice in evaluation.VOICES:
        for name, (card, sentences) in evaluation.SETS.items():
            pairs = evaluation.listen(card, sentences, voice=voice)
            wrong = sum(evaluation.word_errors(said, heard) for said, heard in pairs)
            figures[f"{voice} {name}"] = round(wrong / sum(len(said.split()) for said, _ in pairs), 3)
            wrong_ones[f"{voice} {name}"] = [pair for pair in pairs if pair[0] != pair[1]]
    return {"figures": figures, "wrong": wrong_ones}
