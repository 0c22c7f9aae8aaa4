"""Migrating all restaurants: each as before or new, whoever fails or kills it, and never two runs at once."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings

from apps.tenants import blueprint, migrating, plans, scope, services
from apps.tenants.models import Restaurant
from loman.pace import Pace
from tests.tenants.anatomy import anatomy
from tests.upgrade import ledger
from tests.upgrade.ahead_calls.x_mood import SPOILED
from tests.upgrade.installations import AHEAD, add_copies, restored, start
from tests.waiting import comes_true

COPIES = ("r_copy_0", "r_copy_1", "r_copy_2")
MOODS = "SELECT array_agg(DISTINCT mood) FROM {}.calls"


class Ear:
    """Hears what a run tells."""

    def __init__(self) -> None:
        self.outcomes: list[migrating.Outcome] = []
        self.is_waiting = threading.Event()

    def waiting(self) -> None:
        self.is_waiting.set()

    def public(self) -> None:
        pass

    def one(self, outcome: migrating.Outcome, pace: Pace) -> None:
        self.outcomes.append(outcome)


@pytest.fixture(scope="module")
def ahead(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The first release's database, migrated to one migration more than this code has. Its URL."""
    with django_db_blocker.unblock(), restored(f"test_migrating_run{os.getpid()}") as url:
        with override_settings(MIGRATION_MODULES={"calls": "tests.upgrade.ahead_calls"}):
            _forget_plans()
            add_copies(*map(slug_of, COPIES))
            assert migrating.run(listener=Ear()) == []
            yield url
            scope.release_threads()
        _forget_plans()


def _forget_plans() -> None:
    for cache in (blueprint.migrations_in_order, blueprint.fingerprint, plans.missing):
        cache.cache_clear()


@pytest.fixture
def copies(ahead: str) -> list[str]:
    """The schemas of three restaurants that are behind: Sakura of the first release, under other names."""
    with connection.cursor() as cursor:
        for schema in COPIES:
            cursor.execute(f"ALTER TABLE {schema}.calls DROP COLUMN IF EXISTS mood CASCADE")
            cursor.execute(f"DELETE FROM {schema}.django_migrations WHERE name = 'x_mood'")
            mend(schema)
    return list(COPIES)


def slug_of(schema: str) -> str:
    return schema.removeprefix("r_").replace("_", "-")


def spoil(schema: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {schema}.calls SET from_number = %s", [SPOILED])


def mend(schema: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {schema}.calls SET from_number = '+15125550184'")


def moods(schema: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(MOODS.format(schema))
        return cursor.fetchone()[0]


def marks() -> dict[str, str]:
    return dict(Restaurant.objects.exclude(upgrade_error="").values_list("slug", "upgrade_error"))


def test_a_restaurant_that_fails_is_named_and_the_others_go_on(copies: list[str]) -> None:
    first, failing, last = copies
    spoil(failing)
    before = anatomy(failing)
    said = StringIO()
    with pytest.raises(CommandError, match=f"not served until they are: {slug_of(failing)}\\."):
        call_command("migrate_restaurants", stdout=said)
    assert marks() == {slug_of(failing): "ValueError: This restaurant has a call that nobody understands."}
    assert f'"event": "migrate.failed", "restaurant": "{slug_of(failing)}"' in said.getvalue()
    assert anatomy(failing) == before
    assert [one.schema for one in migrating.behind()] == [failing]
    assert anatomy(first) == anatomy(last) == anatomy("r_sakura") != before
    assert moods(last) == moods("r_sakura") not in (None, [""])
    place = scope.find_by_slug(slug_of(failing))
    assert place is not None
    with pytest.raises(scope.BehindError), scope.enter(place):
        raise AssertionError("it was served")

    mend(failing)
    call_command("migrate_restaurants", stdout=said)
    assert marks() == {}
    assert anatomy(failing) == anatomy("r_sakura")


def test_only_the_restaurant_that_was_asked_for_is_migrated(copies: list[str]) -> None:
    ear = Ear()
    assert migrating.run(only=slug_of(copies[1]), listener=ear) == []
    assert [outcome.restaurant.schema for outcome in ear.outcomes] == [copies[1]]
    assert [one.schema for one in migrating.behind()] == [copies[0], copies[2]]


def test_an_unknown_restaurant_is_said_to_be_none(ahead: str) -> None:
    with pytest.raises(CommandError, match="There is no restaurant nobody"):
        call_command("migrate_restaurants", restaurant="nobody", stdout=StringIO())


def test_a_schema_that_is_in_use_for_long_fails_and_is_taken_up_by_the_next_run(
    copies: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "LONGEST_WAIT", "200ms")
    with in_use(f"{copies[1]}.calls"):
        assert [each.restaurant.schema for each in migrating.run(listener=Ear())] == [copies[1]]
        assert "lock timeout" in marks()[slug_of(copies[1])]
    assert migrating.run(listener=Ear()) == []
    assert marks() == {}


def test_a_mark_that_a_killed_run_left_is_taken_away(ahead: str) -> None:
    Restaurant.objects.filter(slug="sakura").update(upgrade_error="it was too late to say so")
    migrating.run(listener=Ear())
    assert marks() == {}


def test_two_runs_at_once_do_not_meet(copies: list[str]) -> None:
    ear, first = Ear(), connection.copy()
    with first.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [migrating.LOCK])
        second = threading.Thread(target=_run_and_close, args=(ear,))
        second.start()
        assert ear.is_waiting.wait(20)
        assert ear.outcomes == []
        cursor.execute("SELECT pg_advisory_unlock(%s)", [migrating.LOCK])
    first.close()
    second.join(60)
    assert len(ear.outcomes) == len(copies)
    assert migrating.behind() == []


def _run_and_close(ear: Ear) -> None:
    migrating.run(listener=ear)
    connection.close()


def test_who_is_behind_is_one_question_however_many_restaurants(copies: list[str]) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert [one.schema for one in migrating.behind()] == copies
    assert len(asked) == 3  # the restaurants, which schemas have a record, and all the records at once


def test_without_a_blueprint_that_fits_a_restaurant_opens_all_the_same(ahead: str) -> None:
    assert not blueprint.fits()
    place = services.open_restaurant(name="Slow", slug="slow", timezone="America/Chicago")
    assert anatomy(place.schema) == anatomy("r_sakura")
    services.drop_schema(place)
    assert "slow" not in [one.slug for one in migrating.behind()]  # it left, and its schema is gone


def test_killed_in_the_middle_of_a_restaurant_it_goes_on_where_it_stopped(ahead: str, copies: list[str]) -> None:
    first, second, third = copies
    before, ear = anatomy(second), Ear()
    spoil(third)
    with in_use(f"{second}.calls"):  # the migration of this one stops here, within its transaction
        process = start(ahead, "migrate_restaurants", "--jobs", "2", settings=AHEAD)
        assert process.stdout is not None
        told = [json.loads(process.stdout.readline()) for _ in range(2)]
        _wait_until_somebody_waits_for(f"{second}.calls")
        process.kill()
        process.communicate(timeout=10)
    assert {line["restaurant"]: line["event"] for line in told} == {
        slug_of(first): "migrate.restaurant",
        slug_of(third): "migrate.failed",
    }
    assert anatomy(second) == before == anatomy(third)
    assert anatomy(first) == anatomy("r_sakura") != before
    kept = _rows(first)

    mend(third)
    assert migrating.run(listener=ear) == []
    assert [outcome.restaurant.schema for outcome in ear.outcomes] == [second, third]
    assert anatomy(second) == anatomy(third) == anatomy("r_sakura")
    assert moods(second) == moods("r_sakura") == moods(first)
    assert _rows(first) == kept
    assert marks() == {}


def _rows(schema: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        return ledger.of(cursor, schema)


def _wait_until_somebody_waits_for(table: str) -> None:
    def waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass", [table])
            return bool(cursor.fetchone()[0])

    assert comes_true(waits, seconds=60)


@contextmanager
def in_use(table: str) -> Iterator[None]:
    """Somebody reads it in a transaction that does not end."""
    reader = connection.copy()
    reader.set_autocommit(False)
    with reader.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        yield
    reader.rollback()
    reader.close()


@pytest.mark.parametrize(("done", "ends"), [(1, ""), (2, "\n")])
def test_on_a_terminal_one_line_is_written_over(done: int, ends: str) -> None:
    from django.core.management.base import OutputWrapper

    from apps.tenants.management.commands.migrate_restaurants import listener_for

    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    outcome = migrating.Outcome(migrating.Behind("sakura", "r_sakura"), "")
    listener_for(OutputWrapper(screen)).one(outcome, Pace(done=done, of=2, seconds=2.0))
    assert screen.getvalue().startswith("\r\033[KMigrating restaurants: ")
    assert screen.getvalue().endswith(ends or " left")
