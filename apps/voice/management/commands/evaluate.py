"""Run the understanding that serves calls over JSONL cases, and write its answers for a scorer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.llm.embedded import evaluation


class Command(BaseCommand):
    help = "Answer JSONL cases: evaluate orders --catalog FILE --cases FILE --out FILE"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=["orders"])
        parser.add_argument("--catalog", type=Path, required=True)
        parser.add_argument("--cases", type=Path, required=True)
        parser.add_argument("--out", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            catalog = json.loads(options["catalog"].read_text())
            cases = [json.loads(line) for line in options["cases"].read_text().splitlines() if line.strip()]
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from None
        known, view = evaluation.load(catalog)
        answered = 0
        with options["out"].open("w") as out:
            for case in cases:
                if case.get("menu") not in (None, catalog["menu"]):
                    continue  # one file may hold the cases of several menus
                order = evaluation.understand(case["utterance"], known=known, view=view)
                out.write(json.dumps({"id": case["id"], "order": order}) + "\n")
                answered += 1
        self.stdout.write(f"{answered} answers in {options['out']}")
