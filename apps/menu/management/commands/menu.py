"""The editions of a restaurant's menu: list them, publish what stands or the draft, go back to one."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.menu import editions
from apps.menu.models import MenuDraft, MenuEdition
from apps.tenants import scope

BY = "manage.py"


class Command(BaseCommand):
    help = "List, publish and bring back editions of a menu."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--restaurant", required=True, help="its slug")
        does = parser.add_subparsers(dest="does", required=True)
        does.add_parser("list", help="the editions, newest first, and the draft")
        publish = does.add_parser("publish", help="serve the draft; without one, keep the menu as it stands")
        publish.add_argument("--note", default="")
        back = does.add_parser("rollback", help="serve an earlier edition again, as a new one")
        back.add_argument("edition", type=int)
        does.add_parser("discard", help="throw the draft away")

    def handle(self, *args: Any, **options: Any) -> None:
        place = scope.find_by_slug(options["restaurant"])
        if place is None:
            raise CommandError(f"There is no restaurant {options['restaurant']}.")
        with scope.enter(place):
            try:
                self._do(**options)
            except editions.Refusal as refusal:
                raise CommandError(str(refusal)) from None

    def _do(self, *, does: str, note: str = "", edition: int = 0, **_: Any) -> None:
        now = timezone.now()
        if does == "list":
            self._list()
        elif does == "discard":
            editions.discard_draft()
            self.stdout.write("There is no draft any more.")
        elif does == "rollback":
            self._show(editions.roll_back(to=edition, by=BY, now=now))
        elif MenuDraft.objects.exists():
            self._show(editions.publish_draft(by=BY, note=note, now=now))
        else:
            self._show(editions.keep(by=BY, note=note, now=now))

    def _list(self) -> None:
        for edition in MenuEdition.objects.all():
            self._show(edition)
        for what, names in editions.draft_differences().items():
            self.stdout.write(f"draft, {what}: {', '.join(names) or 'nothing'}")

    def _show(self, edition: MenuEdition) -> None:
        counts = ", ".join(f"{len(names)} {what}" for what, names in edition.differs.items() if names)
        note = f" ({edition.note})" if edition.note else ""
        self.stdout.write(
            f"{edition.number}: {edition.at:%Y-%m-%d %H:%M} by {edition.by}{note}: {counts or 'as before'}"
        )
