"""Read a restaurant's menu from a file: CSV, a Square catalog export, or a schema.org Menu."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.menu import importing
from apps.menu.card import Item
from apps.menu.imports import files, store
from apps.tenants import scope

MOST_NAMED = 10


class Command(BaseCommand):
    help = "Import a menu. Anything wrong in the file: every row is named, and nothing is changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--restaurant", required=True, help="its slug")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
        parser.add_argument("--draft", action="store_true", help="into the draft: `manage.py menu … publish` serves it")
        parser.add_argument("--replace", action="store_true", help="take off the menu what the file does not have")

    def handle(self, *args: Any, **options: Any) -> None:
        place = scope.find_by_slug(options["restaurant"])
        if place is None:
            raise CommandError(f"There is no restaurant {options['restaurant']}.")
        try:
            reading = files.read(options["file"].read_bytes())
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from None
        for problem in reading.warnings:
            self.stdout.write(f"note: {problem}")
        if reading.errors:
            listed = "\n".join(f"  {error}" for error in reading.errors)
            raise CommandError(f"Nothing was imported; {len(reading.errors)} problems:\n{listed}")
        with scope.enter(place):
            changes = self._write(reading.items, **options)
        for warning in changes.warnings:
            self.stdout.write(f"note: {warning}")
        self._summarise(changes, **options)

    def _write(
        self, items: Sequence[Item], *, replace: bool, dry_run: bool, draft: bool, **options: Any
    ) -> store.Changes:
        """Into the draft, or into the menu that is served."""
        where: Any = {
            "target": "draft" if draft else "menu",
            "replace": replace,
            "by": "manage.py",
            "now": timezone.now(),
        }
        if dry_run:
            return importing.rehearse(items, **where).changes
        return importing.bring(items, note=f"import of {options['file'].name}", **where).changes

    def _summarise(self, changes: store.Changes, *, dry_run: bool, replace: bool, **_: Any) -> None:
        self.stdout.write("Nothing was changed; this import would have:" if dry_run else "Imported:")
        missing = "taken off the menu" if replace else "not in the file, left as they are"
        for names, what in (
            (changes.added, "added"),
            (changes.changed, "changed"),
            (changes.unchanged, "unchanged"),
            (changes.missing, missing),
        ):
            shown = ", ".join(names[:MOST_NAMED]) + (", …" if len(names) > MOST_NAMED else "")
            self.stdout.write(f"  {len(names):4} {what}{': ' + shown if names and what != 'unchanged' else ''}")
