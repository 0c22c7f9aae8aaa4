"""After a backup was restored: erase again what had been erased since it was made."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from apps.privacy import erasing
from apps.tenants import scope


class Command(BaseCommand):
    help = "Erase again what the list of erasures has and the restored database does not know to be erased."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--restaurant", help="its slug; without it all of them")

    def handle(self, *args: Any, **options: Any) -> None:
        for place in scope.all_places():
            if options["restaurant"] in (None, place.slug):
                with scope.enter(place):
                    done = erasing.apply_again(place, now=timezone.now())
                self.stdout.write(f"{place.slug}: {done} numbers erased again")
