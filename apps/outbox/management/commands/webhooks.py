"""A restaurant's webhooks: who is told, what did not arrive, and sending it again."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.outbox import delivering, webhooks
from apps.outbox.models import Delivery, Endpoint
from apps.tenants import scope
from apps.tenants.scope import Place

BY = "manage.py"


class Command(BaseCommand):
    help = "List, add, test, enable and rotate a restaurant's webhooks, and replay what did not arrive."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--restaurant", required=True, help="its slug")
        what = parser.add_subparsers(dest="what", required=True)
        what.add_parser("list", help="webhooks and their dead letters")
        adding = what.add_parser("add", help="post events to a URL; its secret is shown once")
        adding.add_argument("url")
        adding.add_argument("--types", nargs="*", default=[], help=f"some of {', '.join(webhooks.TYPES)}; none: all")
        adding.add_argument("--whole-numbers", action="store_true", help="do not mask phone numbers")
        for name, text in (
            ("rotate", "a new secret, shown once; both sign for a day"),
            ("test", "post a test event now"),
            ("enable", "post there again"),
        ):
            what.add_parser(name, help=text).add_argument("webhook", help="its id, or its URL")
        replaying = what.add_parser("replay", help="send dead letters again")
        which = replaying.add_mutually_exclusive_group(required=True)
        which.add_argument("--delivery", type=UUID)
        which.add_argument("--since", type=_moment, help="all dead since then: 2026-11-23T18:00:00Z")

    def handle(self, *args: Any, **options: Any) -> None:
        place = scope.find_by_slug(options["restaurant"])
        if place is None:
            raise CommandError(f"There is no restaurant {options['restaurant']}.")
        try:
            with scope.enter(place):
                getattr(self, f"_{options['what']}")(place, **options)
        except webhooks.Refusal as reason:
            raise CommandError(str(reason)) from None

    def _list(self, place: Place, **_: Any) -> None:
        for row in Endpoint.objects.filter(restaurant_id=place.id):
            state = f"disabled: {row.disabled_reason}" if row.disabled_at else f"{row.failures} failures in a row"
            self.stdout.write(f"{row.pk}  {row.url}  {', '.join(row.types) or 'all events'}  {state}")
        for letter in webhooks.dead(place):
            self.stdout.write(f"dead {letter.pk}  {letter.type}  {letter.created_at:%Y-%m-%d %H:%M}Z  {_why(letter)}")

    def _add(self, place: Place, *, url: str, types: list[str], whole_numbers: bool, **_: Any) -> None:
        endpoint, secret = webhooks.add(place, url=url, types=types, by=BY)
        if whole_numbers:
            webhooks.grant_whole_numbers(endpoint, by=BY)
        self.stdout.write(f"{endpoint.pk}  {endpoint.url}\nIts secret, shown this once: {secret}")

    def _rotate(self, place: Place, *, webhook: str, **_: Any) -> None:
        secret = webhooks.rotate(_find(place, webhook), now=timezone.now(), by=BY)
        self.stdout.write(f"The new secret, shown this once: {secret}\nThe old one signs for another day.")

    def _test(self, place: Place, *, webhook: str, **_: Any) -> None:
        made = webhooks.test(_find(place, webhook))
        delivering.deliver({"delivery": str(made.pk), "replays": made.replays, "tries": made.tries})
        made.refresh_from_db()
        self.stdout.write(f"{made.state}: {_why(made)}")

    def _enable(self, place: Place, *, webhook: str, **_: Any) -> None:
        webhooks.enable(_find(place, webhook), by=BY)
        self.stdout.write("It is posted to again.")

    def _replay(self, place: Place, *, delivery: UUID | None, since: datetime | None, **_: Any) -> None:
        if delivery is not None:
            webhooks.replay(place, delivery)
            self.stdout.write("1 is on its way again.")
        elif since is not None:
            self.stdout.write(f"{webhooks.replay_dead(place, since=since)} are on their way again.")


def _find(place: Place, webhook: str) -> Endpoint:
    rows = Endpoint.objects.filter(restaurant_id=place.id)
    found = next((row for row in rows if webhook in (str(row.pk), row.url)), None)
    if found is None:
        raise CommandError(f"There is no webhook {webhook}.")
    return found


def _why(delivery: Delivery) -> str:
    status = f"{delivery.last_status} " if delivery.last_status else ""
    return f"{status}{delivery.last_answer.splitlines()[0] if delivery.last_answer else ''}"[:120].strip()


def _moment(text: str) -> datetime:
    moment = parse_datetime(text)
    if moment is None:
        raise ValueError(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.get_default_timezone())
