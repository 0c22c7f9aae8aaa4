"""Set a restaurant's opening hours from one line, as OpenStreetMap writes them."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.restaurant import osm, services
from apps.tenants import scope


class Command(BaseCommand):
    help = 'Set opening hours: import_hours --restaurant bella-napoli "Mo-Th 11:00-22:00; Fr,Sa 11:00-24:00; Su off"'

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("hours")
        parser.add_argument("--restaurant", required=True, help="its slug")

    def handle(self, *args: Any, **options: Any) -> None:
        place = scope.find_by_slug(options["restaurant"])
        if place is None:
            raise CommandError(f"There is no restaurant {options['restaurant']}.")
        today = timezone.now().astimezone(ZoneInfo(place.timezone)).date()
        try:
            week, notes = osm.read(options["hours"], timezone=place.timezone, first=today)
        except osm.Unreadable as error:
            raise CommandError(f"Nothing was changed. {error}") from None
        try:
            with scope.enter(place):
                services.write_week(week)
        except services.Refusal as refusal:
            raise CommandError(f"Nothing was changed. {refusal}") from None
        for note in notes:
            self.stdout.write(f"note: {note}")
        self.stdout.write(f"{place.name} has new hours, and {len(week.special)} special days.")
