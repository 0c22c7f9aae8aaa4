"""Open a new restaurant: its row, its schema, its number, and optionally its first administrator."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError
from django.utils.text import slugify

from apps.accounts.models import Membership, User
from apps.accounts.permissions import Role
from apps.language import phones
from apps.tenants import lock, services


class Command(BaseCommand):
    help = "Open a new restaurant."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--slug", help="the last part of its address; made from the name when left out")
        parser.add_argument("--timezone", default="America/New_York")
        parser.add_argument("--number", action="append", default=[], help="a phone line of it; may be repeated")
        parser.add_argument("--admin", help="e-mail address of its first administrator (signs in by reset)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["timezone"] not in available_timezones():
            raise CommandError(f"There is no time zone {options['timezone']}; for example America/Chicago.")
        numbers = [_e164(text) for text in options["number"]]
        slug = options["slug"] or slugify(options["name"])
        try:
            place = services.open_restaurant(
                name=options["name"], slug=slug, timezone=options["timezone"], numbers=numbers
            )
        except IntegrityError as error:
            reason = str(error).split("\n", 1)[0]
            raise CommandError(f"The restaurant was not opened, nothing was changed: {reason}") from None
        except lock.Impossible as reason:
            raise CommandError(f"The restaurant was not opened, nothing was changed. {reason}") from None
        if options["admin"]:
            user = User.objects.filter(email__iexact=options["admin"]).first() or User.objects.create_user(
                options["admin"]
            )
            Membership.objects.create(user=user, restaurant_id=place.id, role=Role.RESTAURANT_ADMIN.value)
        self.stdout.write(f"{place.name} is open at /r/{place.slug}/.")


def _e164(text: str) -> str:
    number = phones.normalise(text)
    if number is None:
        raise CommandError(f"{text} is not a phone number; write it as +15125550101.")
    return number
