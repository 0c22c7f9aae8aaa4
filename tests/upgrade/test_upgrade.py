"""The first release's data comes through to this version whole, and is served by it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from apps.accounts import tokens
from apps.accounts.models import User
from apps.menu import shelf
from apps.orders import services as orders
from apps.orders.pricing import Wanted
from apps.tenants import blueprint, scope, services
from tests.tenants.anatomy import anatomy
from tests.upgrade import ledger
from tests.upgrade.installations import MANIFEST, restored

FILLED_BY_DJANGO = ("auth_permission", "django_content_type")
"""A row for every model there is: new models bring new ones."""
GONE = ("token_blacklist_blacklistedtoken", "token_blacklist_outstandingtoken")
"""A family of tokens knows its living one (accounts 0004)."""
RESTAURANTS = [schema for schema in MANIFEST if schema != scope.PUBLIC]


@dataclass
class Upgraded:
    fresh_public: dict[str, list[Any]]
    """Of a database that this code's migrations made from nothing."""
    books: dict[str, Any]


@pytest.fixture(scope="module")
def upgraded(django_db_setup: None, django_db_blocker: Any) -> Iterator[Upgraded]:
    """The first release's database after `migrate_restaurants`, looked into until this module's tests are through."""
    with django_db_blocker.unblock():
        fresh = anatomy(scope.PUBLIC)
        with restored(f"test_upgrade_run{os.getpid()}"):
            before = books()
            assert before == MANIFEST
            call_command("migrate_restaurants", stdout=StringIO())
            yield Upgraded(fresh, books())
            scope.release_threads()


def books() -> dict[str, Any]:
    with connection.cursor() as cursor:
        return {schema: ledger.of(cursor, schema) for schema in MANIFEST}


def shapes() -> dict[str, Any]:
    return {schema: anatomy(schema) for schema in MANIFEST}


def test_no_row_and_no_cent_is_lost(upgraded: Upgraded) -> None:
    assert sum(table["rows"] for schema in MANIFEST.values() for table in schema.values()) > 500
    assert MANIFEST["r_bella_napoli"]["orders"]["rows"] >= 3
    for schema, tables in MANIFEST.items():
        for table, held in tables.items():
            if table in GONE:
                assert table not in upgraded.books[schema]
                continue
            now = upgraded.books[schema][table]
            if table in FILLED_BY_DJANGO:
                assert now["rows"] >= held["rows"]
                continue
            assert {name: now[name] for name in held} == held, f"{schema}.{table}"


def test_every_restaurant_has_the_schema_of_one_that_is_migrated_from_nothing(upgraded: Upgraded) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA migrated_from_nothing")
    call_command("migrate_schemas", schema_name="migrated_from_nothing", interactive=False, verbosity=0)
    wanted = anatomy("migrated_from_nothing")
    assert len(wanted["columns"]) > 100
    for schema in RESTAURANTS:
        found = anatomy(schema)
        for part in wanted:
            assert found[part] == wanted[part], f"{part} of {schema}"


def test_what_restaurants_share_is_as_in_a_new_installation(upgraded: Upgraded) -> None:
    found = anatomy(scope.PUBLIC)
    for part, wanted in upgraded.fresh_public.items():
        assert found[part] == wanted, part


def test_a_restaurant_that_opens_after_the_upgrade_is_like_the_old_ones(upgraded: Upgraded) -> None:
    assert blueprint.fits()
    place = services.open_restaurant(name="Newcomer", slug="newcomer", timezone="America/Chicago")
    assert anatomy(place.schema) == anatomy("r_sakura")
    services.drop_schema(place)


def test_an_order_can_be_placed_and_its_money_is_right(upgraded: Upgraded) -> None:
    place, now = scope.find_by_slug("bella-napoli"), timezone.now()
    assert place is not None
    with scope.enter(place):
        item = next(one for one in shelf.current(place.id, now=now).card.items if one.name == "Tiramisu")
        made = orders.quote(place, key="upgraded", wanted=[Wanted(item.id, quantity=2)], customer_name="Kate", now=now)
        order = orders.place(
            place, key="upgraded", version=made.version, yes=orders.Yes(made.version, "caller"), now=now
        )
        assert order.total == made.quote.total > 0
        assert order.lines.get().quantity == 2


def test_people_sign_in_with_the_passwords_they_had(upgraded: Upgraded) -> None:
    user = authenticate(None, username="ana@bella.test", password="loman-demo")
    assert isinstance(user, User)
    _, pair = tokens.begin(user, restaurant="bella-napoli", now=timezone.now())
    grant = tokens.verify(pair["access"])
    assert grant.place is not None
    assert grant.place.slug == "bella-napoli"


def test_migrating_twice_changes_nothing(upgraded: Upgraded) -> None:
    before, said = (books(), shapes()), StringIO()
    call_command("migrate_restaurants", stdout=said)
    assert said.getvalue() == '{"event": "migrate.done", "restaurants": 0}\n'
    assert (books(), shapes()) == before
