"""Make what is missing of the second lock: a role for every restaurant, and what they may do in the public schema."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.tenants import lock


class Command(BaseCommand):
    help = "Give every restaurant that has none its database role. `serve` does so whenever it starts."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DATABASE_LOCK:
            raise CommandError("DATABASE_LOCK is off: restaurants have no roles of their own.")
        try:
            made = lock.ensure()
        except lock.Impossible as reason:
            raise CommandError(str(reason)) from None
        self.stdout.write(f"{made} restaurants were without their role." if made else "Nothing was missing.")
