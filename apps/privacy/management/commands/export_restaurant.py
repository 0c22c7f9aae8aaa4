"""Write everything of one restaurant to a ZIP file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts import audit
from apps.privacy import exporting
from apps.tenants import scope


class Command(BaseCommand):
    help = "Export a restaurant: menu, settings without secrets, orders, bookings, calls, audit; and recordings."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--restaurant", required=True, help="its slug")

    def handle(self, *args: Any, **options: Any) -> None:
        place = scope.find_by_slug(options["restaurant"])
        if place is None:
            raise CommandError(f"There is no restaurant {options['restaurant']}.")
        with scope.enter(place):
            size = exporting.write_zip(place, options["file"])
        audit.record("exports.restaurant", actor="manage.py", place=place, after={"bytes": size})
        self.stdout.write(f"Wrote {options['file']}, {size} bytes.")
