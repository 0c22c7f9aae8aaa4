"""Write a restaurant's menu as a CSV file that `import_menu` reads back as it is."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.menu import services
from apps.menu.imports import sheet
from apps.tenants import scope


class Command(BaseCommand):
    help = "Export a menu as CSV."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="without it, to the terminal")
        parser.add_argument("--restaurant", required=True, help="its slug")

    def handle(self, *args: Any, **options: Any) -> None:
        place = scope.find_by_slug(options["restaurant"])
        if place is None:
            raise CommandError(f"There is no restaurant {options['restaurant']}.")
        with scope.enter(place):
            table = sheet.write(services.read_card(now=timezone.now()))
        if options["file"] is None:
            self.stdout.write(table, ending="")
        else:
            options["file"].write_text(table, encoding="utf-8-sig", newline="")
            self.stdout.write(f"Wrote {options['file']}.")
