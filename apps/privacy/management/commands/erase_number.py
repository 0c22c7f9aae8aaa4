"""Erase everything a restaurant holds about one phone number."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.privacy import erasing
from apps.tenants import scope

BY = "manage.py"


class Command(BaseCommand):
    help = "Erase a guest by number: rows, webhooks' bodies, recordings, logs and what the carrier has. Sums stay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number")
        parser.add_argument("--restaurant", required=True, help="its slug")
        parser.add_argument("--dry-run", action="store_true", help="say what would go, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        place = scope.find_by_slug(options["restaurant"])
        if place is None:
            raise CommandError(f"There is no restaurant {options['restaurant']}.")
        with scope.enter(place):
            try:
                counts = self._done(place, **options)
            except erasing.Refusal as refusal:
                raise CommandError(str(refusal)) from None
        self.stdout.write("Nothing was changed; this would go:" if options["dry_run"] else "Erased:")
        for table, count in sorted(counts.items()):
            self.stdout.write(f"  {count:5} {table}")

    def _done(self, place: scope.Place, *, number: str, dry_run: bool, **_: Any) -> dict[str, int]:
        now = timezone.now()
        return erasing.rehearse(place, number, now=now) if dry_run else erasing.erase(place, number, by=BY, now=now)
