"""Brings the public schema, then every restaurant's, to this code's migrations: in parallel, each one whole.

A restaurant's schema changes in one transaction, its record of migrations included: killed at any moment, each is as
before or new, and another run goes on with the rest. One that fails stays as it was, is marked on its row, and is not
served until it has been brought up (`scope.enter` refuses it); the others go on.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, NamedTuple, Protocol

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from apps.tenants import lock, plans, scope
from apps.tenants.blueprint import Key, migrations_in_order
from apps.tenants.models import Restaurant
from loman import processes
from loman.pace import Pace

LOCK = 0x6D6967726174
"""Spells "migrat": one run at a time in a database."""
LONGEST_WAIT = "30s"
"""For a table that somebody is using; then this restaurant fails, and a later run takes it up again."""
FEW = 16
"""So many restaurants are sooner done here than other processes have started."""
AT_ONCE = 1000
"""Schemas per question: PostgreSQL as it is installed has room for the locks of three times as many."""


class Behind(NamedTuple):
    """A restaurant whose schema lacks migrations."""

    slug: str
    schema: str


class Outcome(NamedTuple):
    restaurant: Behind
    error: str
    """One line; empty when it is up to date now."""


class Listener(Protocol):
    """Who shows how it goes."""

    def waiting(self) -> None: ...
    def public(self) -> None: ...
    def one(self, outcome: Outcome, pace: Pace) -> None: ...


def run(*, jobs: int = 0, only: str = "", listener: Listener) -> list[Outcome]:
    """Everything that is behind (`only`: one restaurant, by slug). With 0 jobs one per core. What failed."""
    with _alone(listener):
        if public_is_behind():
            listener.public()
            call_command("migrate_schemas", shared=True, interactive=False, verbosity=0)
        if settings.DATABASE_LOCK:
            lock.ensure()
        everybody = behind()
        _unmark(but=everybody)
        todo = [one for one in everybody if only in ("", one.slug)]
        began, outcomes = time.monotonic(), []
        for outcome in _worked_off(todo, jobs or _usual_jobs(len(todo))):
            outcomes.append(outcome)
            rows = Restaurant.objects.filter(slug=outcome.restaurant.slug).exclude(upgrade_error=outcome.error)
            rows.update(upgrade_error=outcome.error)
            listener.one(outcome, Pace(done=len(outcomes), of=len(todo), seconds=time.monotonic() - began))
    return [outcome for outcome in outcomes if outcome.error]


def public_is_behind() -> bool:
    return bool(set(migrations_in_order()) - applied([scope.PUBLIC])[scope.PUBLIC])


def behind() -> list[Behind]:
    """Whose schemas lack any of this code's migrations; one question to the database for a thousand of them."""
    newest = frozenset(migrations_in_order())
    known = list(Restaurant.objects.values_list("slug", "schema_name", "state").order_by("slug"))
    there = applied([schema for _, schema, _ in known])
    return [
        Behind(slug, schema)
        for slug, schema, state in known
        if (schema in there or state != Restaurant.State.LEFT) and newest - there.get(schema, frozenset())
    ]


def applied(schemas: Sequence[str]) -> dict[str, frozenset[Key]]:
    """The migrations recorded in each of these schemas. One without a record is left out, but for the public one."""
    found: dict[str, frozenset[Key]] = {scope.PUBLIC: frozenset()} if scope.PUBLIC in schemas else {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nspname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace "
            "WHERE relname = 'django_migrations' AND relkind = 'r' AND nspname = ANY(%s)",
            [list(schemas)],
        )
        recorded = [name for (name,) in cursor.fetchall()]
        for start in range(0, len(recorded), AT_ONCE):
            some = recorded[start : start + AT_ONCE]
            one = "SELECT %s, array_agg(app), array_agg(name) FROM {}.django_migrations"
            cursor.execute(" UNION ALL ".join(one.format(connection.ops.quote_name(name)) for name in some), some)
            for schema, apps, names in cursor.fetchall():
                found[schema] = frozenset(zip(apps or (), names or (), strict=True))
    return found


def migrate(schema: str) -> None:
    """Bring one schema, which may be empty, to this code's migrations, in one transaction."""
    here: Any = connection  # django-tenants' own calls, which have no types
    before, record = here.tenant, f"{connection.ops.quote_name(schema)}.django_migrations"
    here.set_schema(schema, include_public=False)  # else the public record would be taken for its own
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            recorder = MigrationRecorder(connection)
            cursor.execute("SELECT to_regclass(%s)", [record])
            if cursor.fetchone()[0] is None:
                recorder.ensure_schema()
            # From here on the record is used without asking whether it is there: the recorder would list every table of
            # every restaurant for that, twice and once more for each migration.
            here.set_schema(schema)
            cursor.execute(f"SET LOCAL lock_timeout = '{LONGEST_WAIT}'")
            cursor.execute(f"LOCK TABLE {record} IN SHARE ROW EXCLUSIVE MODE")  # two never migrate a schema at once
            rows = recorder.migration_qs
            for step in plans.missing(frozenset(rows.values_list("app", "name"))):
                plans.run(step)
                app, name = step.key
                rows.create(app=app, name=name)
    finally:
        here.set_tenant(before)


# ---- one by one, or by several processes -----------------------------------------------------------------


def _usual_jobs(restaurants: int) -> int:
    return 1 if restaurants < FEW else os.cpu_count() or 1


def _worked_off(todo: Sequence[Behind], jobs: int) -> Iterator[Outcome]:
    if jobs == 1 or not todo:
        yield from map(_attempt, todo)
        return
    with ProcessPoolExecutor(
        min(jobs, len(todo)),
        mp_context=get_context("spawn"),  # a fork would share the pool's connections and threads
        initializer=processes.begin_django,
        initargs=(connection.settings_dict["NAME"],),
    ) as pool:
        given = {pool.submit(_attempt, one): one for one in todo}
        try:
            for future in as_completed(given):
                yield _outcome(future, given[future])
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)  # what is under way is brought to its end
            raise


def _outcome(future: Future[Outcome], restaurant: Behind) -> Outcome:
    try:
        return future.result()
    except BrokenProcessPool:
        return Outcome(restaurant, "The process that worked on it, or on another one, was killed.")


def _attempt(restaurant: Behind) -> Outcome:
    try:
        migrate(restaurant.schema)
    except Exception as error:  # the last line of defence: a migration may raise anything, and the others go on
        return Outcome(restaurant, f"{type(error).__name__}: {error}".strip().split("\n", 1)[0][:500])
    return Outcome(restaurant, "")


def _unmark(*, but: Sequence[Behind]) -> None:
    """Those that were brought up by a run that was killed before it could say so, or by `migrate_schemas`."""
    still = {one.slug for one in but}
    marked = Restaurant.objects.exclude(upgrade_error="").values_list("slug", flat=True)
    fit = [slug for slug in marked if slug not in still]
    if fit:
        Restaurant.objects.filter(slug__in=fit).update(upgrade_error="")


@contextmanager
def _alone(listener: Listener) -> Iterator[None]:
    """One run at a time; a second one waits, and finds little left to do. The lock is on a connection of its own,
    because `migrate_schemas` closes the usual one; it ends with this process, however that ends."""
    holder = connection.copy()
    try:
        with holder.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                listener.waiting()
                cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    finally:
        holder.close()
