"""Make the two demo restaurants and their logins, where they are missing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.voice import demo_restaurants


class Command(BaseCommand):
    help = "Make the demo restaurants Bella Napoli and Sakura with their demo logins (only with DEBUG on)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Demo restaurants and logins are only for a machine under development (DEBUG).")
        for place in demo_restaurants.create():
            self.stdout.write(f"{place.name}: /r/{place.slug}/")
