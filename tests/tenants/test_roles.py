"""The lock's roles: they come and go with their restaurants, and a connection is never somebody else's."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from apps.restaurant.models import StaffContact
from apps.tenants import lock, scope, services
from apps.tenants.models import Restaurant
from apps.tenants.scope import Place
from tests.tenants.raw import ask, refused

# ---- roles come and go with their restaurants ----------------------------------------------------------


def test_a_restaurant_without_its_role_is_not_served_as_the_owner(open_restaurant: Callable[..., Place]) -> None:
    place = open_restaurant()
    ask(f'DROP OWNED BY "{lock.role_of(place.id)}"; DROP ROLE "{lock.role_of(place.id)}"')
    with scope.enter(place), pytest.raises(DatabaseError, match="does not exist") as caught:
        StaffContact.objects.count()
    assert any("manage.py lock" in note for note in caught.value.__notes__)
    with scope.enter(place), pytest.raises(DatabaseError), transaction.atomic():
        StaffContact.objects.count()
    assert Restaurant.objects.filter(pk=place.id).exists()

    assert lock.without_role() == [(place.id, place.schema)]
    assert lock.ensure() == 1
    assert lock.ensure() == 0
    with scope.enter(place):
        StaffContact.objects.create(name="Rosa", number="+15125550100")
        assert StaffContact.objects.count() == 1


def test_a_role_ends_with_its_restaurants_schema(open_restaurant: Callable[..., Place]) -> None:
    place = open_restaurant()
    there = "SELECT count(*) FROM pg_roles WHERE rolname = %s"
    assert ask(there, lock.role_of(place.id)) == [(1,)]
    services.drop_schema(place)
    assert ask(there, lock.role_of(place.id)) == [(0,)]


def test_a_restaurant_that_cannot_be_opened_leaves_no_role(bella: Place) -> None:
    roles = ask("SELECT count(*) FROM pg_roles")
    with pytest.raises(DatabaseError, match="phone_numbers"), transaction.atomic():
        services.open_restaurant(name="Copy", slug="copy", timezone="America/Chicago", numbers=["+15125550101"])
    assert ask("SELECT count(*) FROM pg_roles") == roles


def test_a_table_that_a_later_migration_makes_is_open_to_its_restaurant_alone(bella: Place, sakura: Place) -> None:
    ask(f"CREATE TABLE {bella.schema}.later (id bigserial PRIMARY KEY, name text)")
    with scope.enter(bella):
        ask("INSERT INTO later (name) VALUES ('x')")
        assert ask("SELECT id, name FROM later") == [(1, "x")]
    with scope.enter(sakura), refused("permission denied for schema"):
        ask(f"SELECT * FROM {bella.schema}.later")


def test_a_user_who_may_not_make_roles_is_told_what_to_do(bella: Place, settings: Any) -> None:
    ask("CREATE ROLE loman_modest NOLOGIN; GRANT ALL ON ALL TABLES IN SCHEMA public TO loman_modest")
    ask(f'GRANT CREATE ON DATABASE "{connection.settings_dict["NAME"]}" TO loman_modest')
    ask("ALTER TABLE tenants DISABLE ROW LEVEL SECURITY; ALTER TABLE phone_numbers DISABLE ROW LEVEL SECURITY")
    ask("SET LOCAL ROLE loman_modest")
    assert not lock.may_make_roles()
    with pytest.raises(lock.Impossible, match="CREATEROLE; or set DATABASE_LOCK=false"), transaction.atomic():
        services.open_restaurant(name="New", slug="new", timezone="America/Chicago")
    assert not Restaurant.objects.filter(slug="new").exists()

    settings.DATABASE_LOCK = False
    place = services.open_restaurant(name="New", slug="new", timezone="America/Chicago")
    assert ask("SELECT count(*) FROM pg_roles WHERE rolname = %s", lock.role_of(place.id)) == [(0,)]


# ---- connections that others had before ----------------------------------------------------------------


class Spilled(Exception):
    """Raised on purpose in the middle of some visits."""


def test_a_thousand_visits_never_ask_as_somebody_else(open_restaurant: Callable[..., Place]) -> None:
    """Threads, one pool, transactions rolled back in every position, public scope in between."""
    places = [open_restaurant() for _ in range(6)]
    dice = random.Random(6)
    wrong: list[Any] = []

    def standing(place: Place | None) -> None:
        user, path = ask("SELECT current_user::text, current_setting('search_path')")[0]
        right = (lock.role_of(place.id), place.schema) if place else (connection.settings_dict["USER"], "public")
        if user != right[0] or path.split(",")[0].strip('"') != right[1]:
            wrong.append((place, user, path))

    def visit(place: Place, other: Place, way: int) -> None:
        standing(place)
        if way == 0:
            with suppress(Spilled), transaction.atomic(), scope.enter(other):
                standing(other)
                raise Spilled
        elif way == 1:
            with transaction.atomic():
                with suppress(Spilled), scope.public(), transaction.atomic():
                    standing(None)
                    with scope.enter(other), transaction.atomic():
                        standing(other)
                        raise Spilled
                standing(place)
        elif way == 2:
            with scope.enter(other):
                with suppress(IntegrityError), transaction.atomic():
                    standing(other)
                    with scope.enter(place):
                        StaffContact.objects.create(name="x", number="not a number")
                    wrong.append("a bad number was taken")
                standing(other)
        elif way == 3:
            with scope.public(), transaction.atomic():
                standing(None)
                with transaction.atomic(), scope.enter(other):
                    standing(other)
                    transaction.set_rollback(True)
                standing(None)
        standing(place)

    async def wander() -> None:
        for _ in range(50):
            place, other = dice.sample(places, 2)
            await scope.run(place, visit, place, other, dice.randrange(5))
            await scope.run(None, standing, None)

    async def everybody() -> None:
        await asyncio.gather(*(wander() for _ in range(20)))

    asyncio.run(everybody())
    assert wrong == []
