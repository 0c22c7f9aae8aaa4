"""What each part of the embedded recogniser brings, on people's spoken orders and on synthetic callers.

Every row understands its transcripts in the same way; only what hears differs. Halves are by the case's id. A setting
was kept when both halves gained from it, so neither half is untouched.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest import mock

import pocketsphinx

from apps.llm.embedded.evaluation import catalogs, speech
from apps.llm.embedded.evaluation.catalogs import View
from apps.llm.embedded.lexicon import Lexicon
from apps.menu.card import Card
from apps.voice.speech import Expectation, Utterance
from apps.voice.stt import decoding, dishes, language_model, pronunciation, telephone
from apps.voice.stt.centre import Centre
from apps.voice.stt.embedded import cache
from apps.voice.tts import embedded as voices
from tests.voice.stt import evaluation

Case = dict[str, Any]
_BATCH = 480
"""60 ms: as a call brings sound to the recogniser."""
_SILENCE = b"\xff" * 16_000


@dataclass(frozen=True)
class Way:
    """How a row hears. As it stands here it hears as the product does."""

    menu: bool = True
    """The language model made from the menu, else the one in pocketsphinx' wheel with its dictionary."""
    wording: bool = True
    """Choices in front of the name ("a large thin crust margherita"), and what never followed is unlikely."""
    pronunciations: bool = True
    """Ours beside those of pocketsphinx' dictionary; without them a word it does not have cannot be heard."""
    telephone: bool = True
    """The compensated acoustic model."""
    centre: bool = True
    """The centre of the caller's sound learned while they speak."""
    whole: bool = False
    """Nothing is decoded before the sentence is over: then pocketsphinx finds the centre by itself."""


FULL = Way()
SHIPPED = Way(menu=False, wording=False, pronunciations=False, telephone=False, centre=False, whole=True)
ALL_OF_IT = "+ the caller's centre (all of it)"
ROWS: dict[str, Way] = {
    "pocketsphinx as it comes, whole sentences at once": SHIPPED,
    "+ language model of the menu": replace(SHIPPED, menu=True),
    "+ choices before the name, less for the unseen": replace(SHIPPED, menu=True, wording=True),
    "+ our pronunciations": replace(SHIPPED, menu=True, wording=True, pronunciations=True),
    "+ the telephone's acoustics": replace(FULL, centre=False),
    ALL_OF_IT: FULL,
    "all but the language model": replace(FULL, menu=False),
    "all but the wording": replace(FULL, wording=False),
    "all but our pronunciations": replace(FULL, pronunciations=False),
    "all but the telephone's acoustics": replace(FULL, telephone=False),
    "all but the caller's centre": replace(FULL, centre=False),
}


def hearing(root: Path) -> dict[str, Any]:
    """Slot F1 and whole orders of each row, for both halves; then synthetic callers."""
    data = root.parent / "shared"
    if not (data / "audio").is_dir():
        return {"figures": {}, "missing": "the published cases do not lie beside the project"}
    catalog = json.loads((data / "menus" / "spoken_coffee.catalog.json").read_text())
    lines = (data / "cases" / "spoken_coffee_orders.dev.jsonl").read_text().splitlines()
    known, view = catalogs.load_listed(catalog)
    judge = Judge(cases=[json.loads(line) for line in lines], known=known, view=view)
    folder = root / "var" / "evals" / "hearing"
    sounds = [(data / case["ulaw8k"]).read_bytes() for case in judge.cases]
    people = {name: judge.row(name, sounds, way=way, folder=folder) for name, way in ROWS.items()}
    callers = {}
    for voice in (CLEAN, BRITISH):
        said = [sentence(case["gold"]) for case in judge.cases]
        sounds = [evaluation.telephone(text, voice=voices.voice_named(voice)) for text in said]
        row = judge.row(f"synthetic, {voice}", sounds, way=FULL, folder=folder)
        callers[voice] = row | {"said": said}
    answers = {kind: answered(kind, said, folder=folder) for kind, said in ANSWERS.items()}
    print(f"  spoken answers, word error: {answers}", flush=True)
    figures = {"people": people[ALL_OF_IT]["all"], "synthetic": callers[CLEAN]["all"]}
    return {"figures": figures, "people": people, "synthetic": callers, "answers": answers}


@dataclass(frozen=True)
class Judge:
    """Knows what should have been understood."""

    cases: Sequence[Case]
    known: Lexicon
    view: View

    def row(self, name: str, sounds: Sequence[bytes], *, way: Way, folder: Path) -> dict[str, Any]:
        """The scores, the processor's seconds for a second of sound, and every transcript; printed as well."""
        began = time.process_time()
        texts = list(heard(sounds, card=self.known.card, way=way, folder=folder))
        cpu = (time.process_time() - began) / sum(len(sound) / 8000 for sound in sounds)
        found = [_names(speech.slots(text, known=self.known, view=self.view)) for text in texts]
        wanted = [_names(case["gold"]) for case in self.cases]
        halves = {"all": {0, 1}, "even": {0}, "odd": {1}}
        parts = {part: [n for n, case in enumerate(self.cases) if _half(case) in own] for part, own in halves.items()}
        scores = {part: score([wanted[n] for n in own], [found[n] for n in own]) for part, own in parts.items()}
        print(
            f"  {name:48}",
            *(f"{part} {list(each.values())}" for part, each in scores.items()),
            f"{cpu:.3f}",
            flush=True,
        )
        return {**scores, "cpu": round(cpu, 3), "heard": texts}


CLEAN = evaluation.VOICES[0]
"""The voice of `make demo`'s caller."""
BRITISH = "en-gb@150"


def _half(case: Case) -> int:
    return int(case["id"].rpartition("-")[2], 16) % 2


def _names(slots: Iterable[Case]) -> Counter[tuple[str, str]]:
    return Counter((slot["slot"], slot["name"]) for slot in slots)


def score(wanted: Sequence[Counter[Any]], found: Sequence[Counter[Any]]) -> dict[str, float]:
    """As the published scorer counts."""
    right = sum((want & got).total() for want, got in zip(wanted, found, strict=True))
    both = sum(want.total() + got.total() for want, got in zip(wanted, found, strict=True))
    whole = sum(want == got for want, got in zip(wanted, found, strict=True))
    return {"slot_f1": round(2 * right / both, 3), "whole": round(whole / len(wanted), 3)}


# ---- hearing -----------------------------------------------------------------------------------------


class _Unmoved(Centre):
    """Stays where the model was told that centres are."""

    def learn(self, pcm: Any) -> str:
        return self.written


class _Patient:
    """Gives pocketsphinx a sentence only when it is over."""

    def __init__(self, decoder: Any) -> None:
        self._decoder = decoder
        self._sound = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._decoder, name)

    def process_raw(self, raw: bytes, **_: Any) -> None:
        self._sound += raw

    def end_utt(self) -> None:
        self._decoder.process_raw(self._sound, full_utt=True)
        self._decoder.end_utt()
        self._sound = b""


@dataclass
class _Shelf(decoding.Shelf):
    way: Way = FULL

    def _open(self, folder: Path) -> Any:
        if self.way.menu:
            decoder = super()._open(folder)
        else:
            decoder = pocketsphinx.Decoder(hmm=str(self.acoustics), loglevel="FATAL")
        return _Patient(decoder) if self.way.whole else decoder


def heard(
    sounds: Iterable[bytes], *, card: Card, way: Way, folder: Path, expected: Expectation = "anything"
) -> Iterator[str]:
    """What this way makes of each recording, each a call of its own."""
    shelf = _Shelf(acoustics=telephone.materialise(root=cache()) if way.telephone else telephone.wide_band(), way=way)
    knowledge = _knowledge(card, way=way, root=folder)
    with mock.patch.object(decoding, "Centre", Centre if way.centre else _Unmoved):
        for sound in sounds:
            listener = decoding.Listener(shelf=shelf, folder=knowledge)
            listener.expect(expected)
            played = sound + _SILENCE
            reports = [one for at in range(0, len(played), _BATCH) for one in listener.hear(played[at : at + _BATCH])]
            listener.close()
            yield " ".join(one.text for one in reports if isinstance(one, Utterance))


def _knowledge(card: Card, *, way: Way, root: Path) -> Path:
    def listed(word: str, *, respelled: str = "") -> tuple[str, ...]:
        return pronunciation._dictionary().get(word, ())

    with ExitStack() as patched:
        if not way.wording:
            patched.enter_context(mock.patch.object(dishes, "_BEFORE", (1, 0, 0, 0)))
            patched.enter_context(mock.patch.object(language_model, "_UNSEEN", 0.5))
        if not way.pronunciations:
            patched.enter_context(mock.patch.object(pronunciation, "of", listed))
        place = root / f"wording-{way.wording}-pronunciations-{way.pronunciations}"
        return language_model.write(card, root=place).model.parent


# ---- synthetic callers -------------------------------------------------------------------------------

_AMOUNTS = {"regular": "", "extra": "a lot of ", "light": "a little ", "none": "no "}
_IN_FRONT = ("size", "roast", "shots", "drink")
DIGITS = (
    "four one five five five five zero one seven three",
    "six five zero five five five two three eight nine",
    "my number is eight zero five five five five one two four six",
    "two one two five five five nine zero eight four",
    "it's nine one seven five five five six six three two",
    "three zero three five five five four seven one eight",
)
YES_OR_NO = ("yes", "no", "yes please", "no thank you", "that's right", "yes that's correct", "nope", "go ahead")
ANSWERS: dict[Expectation, tuple[str, ...]] = {"digits": DIGITS, "yes_or_no": YES_OR_NO}


def sentence(gold: Sequence[Case]) -> str:
    """What a person would say to order that: the set has no transcripts."""
    by_slot = {slot: [one for one in gold if one["slot"] == slot] for slot in dict.fromkeys(g["slot"] for g in gold)}
    front = [one["name"].replace("_", " ") for slot in _IN_FRONT for one in by_slot.get(slot, ())]
    rest = [one for slot, ones in by_slot.items() if slot not in _IN_FRONT for one in ones]
    behind = " and ".join(_AMOUNTS[one["amount"]] + one["name"].replace("_", " ") for one in rest)
    article = "an" if front[0][0] in "aeiou" else "a"
    return f"can i get {article} {' '.join(front)}" + (f" with {behind}" if behind else "")


def answered(kind: Expectation, said: Sequence[str], *, folder: Path) -> dict[str, float]:
    """Word error of such answers when they are expected and when they are not."""
    figures = {}
    spoken = [(text, voices.voice_named(voice)) for text in said for voice in evaluation.VOICES]
    sounds = [evaluation.telephone(text, voice=voice) for text, voice in spoken]
    for name, expectation in (("expected", kind), ("not expected", "anything")):
        texts = heard(sounds, card=evaluation.PIZZERIA, way=FULL, folder=folder, expected=expectation)
        wrong = sum(evaluation.word_errors(text, got) for (text, _), got in zip(spoken, texts, strict=True))
        figures[name] = round(wrong / sum(len(text.split()) for text, _ in spoken), 3)
    return figures
