"""For somebody who lost both their authenticator app and their recovery codes, once an operator knows who they are."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from apps.accounts import audit, second_factor, tokens
from apps.accounts.models import User


class Command(BaseCommand):
    help = "End a user's second factor without a code of it. Their sessions and tokens end too."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None or not second_factor.is_on(user):
            raise CommandError(f"{options['email']} has no second factor.")
        second_factor.remove(user)
        tokens.end_all(user, now=timezone.now(), reason="second factor ended")
        audit.record("second_factor.ended", actor="system", subject=f"users/{user.pk}", after={"email": user.email})
        self.stdout.write(f"{user.email} signs in with the password alone from now on.")
