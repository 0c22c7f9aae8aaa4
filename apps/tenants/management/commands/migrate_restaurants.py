"""Bring the database to this code's migrations: the public schema, then every restaurant's, several at once."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper

from apps.tenants import migrating
from apps.tenants.migrating import Outcome
from apps.tenants.models import Restaurant
from loman.pace import Pace

NAMED = 20
"""So many failed restaurants are named in the last line; each was named when it failed."""


class Command(BaseCommand):
    help = "Migrate the public schema and all restaurants. Killed or failed, another run goes on with what is left."
    requires_system_checks = ()  # as `migrate`: they load every view, and serve has run them

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--jobs", type=int, default=0, help="how many at once (usual: one per core)")
        parser.add_argument("--restaurant", default="", help="only this one, by its slug")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["jobs"] < 0:
            raise CommandError("--jobs takes a number from 1 on.")
        listener = listener_for(self.stdout)
        failed = migrating.run(jobs=options["jobs"], only=options["restaurant"], listener=listener)
        if options["restaurant"] and not Restaurant.objects.filter(slug=options["restaurant"]).exists():
            raise CommandError(f"There is no restaurant {options['restaurant']}.")
        if failed:
            names = ", ".join(each.restaurant.slug for each in failed[:NAMED])
            more = f" and {len(failed) - NAMED} more" if len(failed) > NAMED else ""
            raise CommandError(f"Not migrated, and not served until they are: {names}{more}.")
        listener.end()


def listener_for(out: OutputWrapper) -> Shown | Written:
    return Shown(out) if out.isatty() else Written(out)


class Shown:
    """For people: one line that is written over, and a line of its own for each failure."""

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self._done = 0

    def waiting(self) -> None:
        self._out.write("Another migration is running; waiting for its end …")

    def public(self) -> None:
        self._out.write("Migrating what all restaurants share …")

    def one(self, outcome: Outcome, pace: Pace) -> None:
        self._done = pace.done
        if outcome.error:
            self._out.write(f"\r\033[K{outcome.restaurant.slug} was not migrated: {outcome.error}")
        self._out.write(f"\r\033[KMigrating restaurants: {pace}", ending="\n" if pace.done == pace.of else "")
        self._out.flush()

    def end(self) -> None:
        self._out.write("Every restaurant is up to date." if self._done else "Nothing to do: all are up to date.")


class Written:
    """For logs: a JSON line for everything that happens."""

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self._done = 0

    def waiting(self) -> None:
        self._write(event="migrate.waiting")

    def public(self) -> None:
        self._write(event="migrate.public")

    def one(self, outcome: Outcome, pace: Pace) -> None:
        self._done = pace.done
        left = pace.seconds_left
        facts = {"error": outcome.error} if outcome.error else {}
        self._write(
            event="migrate.failed" if outcome.error else "migrate.restaurant",
            restaurant=outcome.restaurant.slug,
            done=pace.done,
            of=pace.of,
            per_second=round(pace.per_second, 1),
            seconds_left=None if left is None else round(left, 1),
            **facts,
        )

    def end(self) -> None:
        self._write(event="migrate.done", restaurants=self._done)

    def _write(self, **facts: Any) -> None:
        self._out.write(json.dumps(facts))
        self._out.flush()
