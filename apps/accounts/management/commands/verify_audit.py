"""Follow the audit record's chains from their first entry to their end, and name the first that is broken."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from apps.accounts import audit
from apps.tenants.models import Restaurant
from apps.tenants.scope import find_by_slug


class Command(BaseCommand):
    help = "Check that no audit entry was changed, removed, put in, moved or cut off. Prints each chain's end."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--restaurant", help="its slug; without it every chain is followed")

    def handle(self, *args: Any, **options: Any) -> None:
        only = find_by_slug(options["restaurant"]) if options["restaurant"] else None
        if options["restaurant"] and only is None:
            raise CommandError(f"There is no restaurant {options['restaurant']}.")
        broken = 0
        for checked in audit.verify(only):
            name = _name(checked.chain)
            if checked.fault:
                broken += 1
                self.stdout.write(f"{name}: BROKEN: {checked.fault}")
            else:
                self.stdout.write(f"{name}: whole, {checked.position} entries, ends with {checked.digest}")
        if broken:
            raise CommandError(f"{broken} of the audit record's chains are broken.")


def _name(chain: UUID) -> str:
    if chain == audit.NOWHERE:
        return "no restaurant"
    slug = Restaurant.objects.filter(pk=chain).values_list("slug", flat=True).first()
    return slug or str(chain)
