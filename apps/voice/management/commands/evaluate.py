"""Run the understanding that serves calls over JSONL cases, and write its answers for a scorer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.llm.embedded.evaluation import bookings, catalogs, dialogues, orders, regression, speech
from apps.llm.messages import JSON
from apps.voice.stt import playback

Answers = Callable[..., Iterator[JSON]]
"""The answers to cases (`cases`, `folder`: where they lie), with a menu (`catalog`)."""


def answer_orders(cases: Sequence[JSON], *, catalog: JSON, folder: Path) -> Iterator[JSON]:
    known, view = catalogs.load(catalog)
    for case in cases:
        if case.get("menu") in (None, catalog["menu"]):  # one file may hold the cases of several menus
            order = orders.understand(case["utterance"], known=known, view=view)
            yield {"id": case["id"], "order": order}


def answer_dialogues(cases: Sequence[JSON], *, catalog: JSON, folder: Path) -> Iterator[JSON]:
    card = dialogues.load(catalog)
    for case in cases:
        today = dialogues.without(card, case.get("unavailable") or ())
        if "expected" in case:  # one that a restaurant kept: what stands after its last words
            stands = regression.stands(case["turns"], card=today)
            fits = regression.fits(stands, case["expected"])
            yield {"dialogue_id": case["dialogue_id"], "stands": stands, "as_expected": fits}
            continue
        yield {"dialogue_id": case["dialogue_id"], "order": dialogues.placed(case["turns"], card=today)}


def answer_speech(cases: Sequence[JSON], *, catalog: JSON, folder: Path) -> Iterator[JSON]:
    known, view = catalogs.load_listed(catalog)
    sounds = (_sound(case["ulaw8k"], beside=folder) for case in cases)
    for case, transcript in zip(cases, playback.transcripts(known.card, sounds), strict=True):
        slots = speech.slots(transcript, known=known, view=view)
        yield {"id": case["id"], "transcript": transcript, "slots": slots}


def answer_bookings(cases: Sequence[JSON], *, catalog: JSON, folder: Path) -> Iterator[JSON]:
    """A catalog says nothing about bookings."""
    for case in cases:
        yield {"dialogue_id": case["dialogue_id"], "booking": bookings.stands(case)}


KINDS: dict[str, Answers] = {
    "orders": answer_orders,
    "dialogues": answer_dialogues,
    "speech": answer_speech,
    "bookings": answer_bookings,
}


class Command(BaseCommand):
    help = "Answer JSONL cases: evaluate KIND [--catalog FILE] --cases FILE --out FILE"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=sorted(KINDS))
        parser.add_argument("--catalog", type=Path)
        parser.add_argument("--cases", type=Path, required=True)
        parser.add_argument("--out", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["kind"] == "orders" and options["catalog"] is None:
            raise CommandError("Orders are understood from a catalog: give one with --catalog FILE.")
        try:
            catalog = json.loads(options["catalog"].read_text()) if options["catalog"] else {}
            cases = [json.loads(line) for line in options["cases"].read_text().splitlines() if line.strip()]
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from None
        answered = judged = right = 0
        with options["out"].open("w") as out:
            answer = KINDS[options["kind"]]
            for made in answer(cases, catalog=catalog, folder=options["cases"].resolve().parent):
                out.write(json.dumps(made) + "\n")
                answered += 1
                judged, right = judged + ("as_expected" in made), right + made.get("as_expected", False)
        self.stdout.write(f"{answered} answers in {options['out']}")
        if judged:
            self.stdout.write(f"{right} of {judged} came out as expected")


def _sound(name: str, *, beside: Path) -> bytes:
    """A sound file, named from the folder of the cases or from one above it."""
    for folder in (beside, *beside.parents):
        if (folder / name).is_file():
            return (folder / name).read_bytes()
    raise CommandError(f"There is no {name} beside the cases.")
