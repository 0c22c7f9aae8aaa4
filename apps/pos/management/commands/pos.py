"""A restaurant's till: connect it, pull its catalogue, see what did not go well."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.pos import services
from apps.pos.models import Connection, PushedOrder
from apps.pos.till import Unavailable
from apps.tenants import scope


class Command(BaseCommand):
    help = "Connect a restaurant's till, pull its menu from there, and list orders that need a person."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--restaurant", required=True, help="its slug")
        what = parser.add_subparsers(dest="what", required=True)
        connecting = what.add_parser("connect", help="asks for the till's key, or reads it from standard input")
        connecting.add_argument("vendor", choices=sorted(services.TILLS))
        connecting.add_argument("--location", required=True)
        pulling = what.add_parser("pull", help="bring the menu to what the till sells")
        pulling.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
        what.add_parser("status")

    def handle(self, *args: Any, **options: Any) -> None:
        place = scope.find_by_slug(options["restaurant"])
        if place is None:
            raise CommandError(f"There is no restaurant {options['restaurant']}.")
        try:
            with scope.enter(place):
                getattr(self, f"_{options['what']}")(**options)
        except (services.Refusal, Unavailable) as reason:
            raise CommandError(str(reason)) from None

    def _connect(self, *, vendor: str, location: str, **_: Any) -> None:
        token = getpass("Key: ") if sys.stdin.isatty() else sys.stdin.readline()
        self.stdout.write(f"Connected: {services.connect(vendor=vendor, location=location, token=token)}")

    def _pull(self, *, dry_run: bool, **_: Any) -> None:
        pulled = services.pull(dry_run=dry_run, now=timezone.now())
        for warning in pulled.warnings:
            self.stdout.write(f"note: {warning}")
        changes = pulled.changes
        self.stdout.write("Nothing was changed; this would have:" if dry_run else "Done:")
        self.stdout.write(
            f"  {len(changes.added)} added, {len(changes.changed)} changed, {len(changes.unchanged)} unchanged, "
            f"{len(changes.missing)} not in the till and left as they are; {pulled.linked} known by the till's ids"
        )

    def _status(self, **_: Any) -> None:
        connection = Connection.objects.first()
        self.stdout.write(str(connection) if connection else "No till is connected.")
        for row in PushedOrder.objects.exclude(state="pushed", differs=False).select_related("order"):
            total = f"  {row.their_total} instead of {row.order.total}" if row.differs else ""
            self.stdout.write(f"order {row.order.number}  {row.state}{total}  {row.last_error}".rstrip())
