"""What one restaurant's callers are likely to say: a trigram model and a dictionary made from its menu."""

from __future__ import annotations

import hashlib
import os
import pickle  # nosec B403  (files of this process)
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pocketsphinx.lm import ArpaBoLM

from apps.menu.card import Card, every_group
from apps.voice.stt import dishes, phrases, pronunciation

SENTENCES: Final = 12_000
_SEED: Final = 1
_UNSEEN: Final = 0.2
"""The share of probability for words that never followed these two."""
_REVISION: Final = "9"
"""Raise it when the phrases or the dictionary change, so that cached models are made anew."""


@dataclass(frozen=True)
class Knowledge:
    """The files a decoder is opened with."""

    model: Path
    dictionary: Path


def words(card: Card) -> dishes.Words:
    """The card as its callers pronounce it."""
    sold = []
    all_choices: dict[str, None] = {}
    for item in card.items:
        names = _spoken(item.name, *item.synonyms)
        sizes = [way for size in item.variants for way in _spoken(size.name, *size.synonyms)]
        choices = [
            way
            for group in every_group(item.groups)
            for option in group.options
            for way in _spoken(option.name, *option.synonyms)
        ]
        all_choices.update(dict.fromkeys(choices))
        if names:
            sold.append(dishes.Dish(names=names, sizes=tuple(sizes), choices=tuple(choices)))
    all_choices.update(dict.fromkeys(_spoken(*card.keyterms)))
    categories = dict.fromkeys(way for item in card.items for way in _spoken(item.category))
    return dishes.Words(dishes=tuple(sold), choices=tuple(all_choices), categories=tuple(categories))


def _spoken(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (" ".join(pronunciation.words(name)) for name in names))))


def hints(card: Card) -> dict[str, str]:
    """The menu's own respellings, for names of one word; longer ones are learned word by word."""
    found: dict[str, str] = {}
    respelled = [(item.name, item.pronunciation) for item in card.items]
    respelled += [
        (option.name, option.pronunciation)
        for item in card.items
        for group in every_group(item.groups)
        for option in group.options
    ]
    for name, hint in respelled:
        spelled, said = pronunciation.words(name), pronunciation.words(hint)
        if hint and len(spelled) == len(said):
            found.update({a: b for a, b in zip(spelled, said, strict=True) if a != b})
        elif hint and len(spelled) == 1:
            found[spelled[0]] = hint
    return found


def fingerprint(card: Card) -> str:
    """Names the card's knowledge: equal menus share it, whatever restaurant or version they are of."""
    said = repr((_REVISION, SENTENCES, words(card), sorted(hints(card).items())))
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def files(*, folder: Path) -> Knowledge:
    return Knowledge(model=folder / "model.arpa", dictionary=folder / "words.dict")


def write(card: Card, *, root: Path) -> Knowledge:
    """The card's files under `root`, made unless they are there. Takes a second or two; blocks.

    Two processes may do this at once: each writes a folder of its own, and the first rename wins.
    """
    folder = root / fingerprint(card)
    if folder.is_dir():
        return files(folder=folder)
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root, prefix=".making-") as making:
        draft = Path(making) / "card"
        draft.mkdir()
        _fill(card, knowledge=files(folder=draft))
        try:
            os.rename(draft, folder)
        except OSError:
            if not folder.is_dir():
                raise
    return files(folder=folder)


def _fill(card: Card, *, knowledge: Knowledge) -> None:
    text = phrases.sentences(words(card), count=SENTENCES, seed=_SEED)
    vocabulary = {word for sentence in text for word in sentence.split()}
    entries = pronunciation.lines(vocabulary, hints=hints(card))
    sayable = {entry.split(" ", 1)[0].split("(")[0] for entry in entries}
    text = [sentence for sentence in text if sayable.issuperset(sentence.split())]
    knowledge.dictionary.write_text("\n".join(entries) + "\n", encoding="utf-8")
    model = ArpaBoLM(text="\n".join(text), add_start=True, discount_mass=_UNSEEN)
    model.compute()
    model.write_file(str(knowledge.model))


if __name__ == "__main__":
    write(pickle.loads(sys.stdin.buffer.read()), root=Path(sys.argv[1]))  # nosec B301  (written by this process)
