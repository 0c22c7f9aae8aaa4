"""Run the understanding that serves calls over JSONL cases, and write its answers for a scorer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.llm.embedded import booking_cases, evaluation

JSON = dict[str, Any]


class Command(BaseCommand):
    help = "Answer JSONL cases: evaluate {orders,bookings} [--catalog FILE] --cases FILE --out FILE"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=["orders", "bookings"])
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
        rows = bookings(cases) if options["kind"] == "bookings" else orders(cases, catalog)
        answers = [json.dumps(row) + "\n" for row in rows]
        options["out"].write_text("".join(answers))
        self.stdout.write(f"{len(answers)} answers in {options['out']}")


def orders(cases: Iterable[JSON], catalog: JSON) -> Iterator[JSON]:
    known, view = evaluation.load(catalog)
    for case in cases:
        if case.get("menu") in (None, catalog["menu"]):  # one file may hold the cases of several menus
            yield {"id": case["id"], "order": evaluation.understand(case["utterance"], known=known, view=view)}


def bookings(cases: Iterable[JSON]) -> Iterator[JSON]:
    """A catalog says nothing about bookings."""
    for case in cases:
        yield {"dialogue_id": case["dialogue_id"], "booking": booking_cases.stands(case)}
