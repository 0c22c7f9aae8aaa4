"""A schema replayed from the blueprint is the schema that migrations make."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from apps.tenants import blueprint, services
from apps.tenants.models import Restaurant
from apps.tenants.scope import Place
from tests.tenants.anatomy import anatomy


def test_the_blueprint_was_made_from_the_migrations_of_this_code() -> None:
    assert blueprint.fits(), "Migrations changed: run `manage.py make_blueprint` and commit its result."


def test_a_replayed_schema_equals_a_migrated_one(open_restaurant: Callable[..., Place]) -> None:
    replayed = open_restaurant()
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA migrated_for_a_test")
    try:
        call_command("migrate_schemas", schema_name="migrated_for_a_test", interactive=False, verbosity=0)
        ours, theirs = anatomy(replayed.schema), anatomy("migrated_for_a_test")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA migrated_for_a_test CASCADE")
    assert len(ours["columns"]) > 100
    for part in ours:
        assert ours[part] == theirs[part], part


def test_a_restaurant_opens_in_under_a_second(open_restaurant: Callable[..., Place]) -> None:
    started = time.perf_counter()
    open_restaurant()
    assert time.perf_counter() - started < 1.0


def test_a_restaurant_that_cannot_be_opened_leaves_nothing_behind(bella: Place) -> None:
    with pytest.raises(IntegrityError, match="phone_numbers"), transaction.atomic():
        services.open_restaurant(name="Copy", slug="copy", timezone="America/Chicago", numbers=["+15125550101"])
    assert not Restaurant.objects.filter(slug="copy").exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = 'r_copy'")
        assert cursor.fetchone() == (0,)


def test_a_slug_has_to_be_a_host_label(bella: Place) -> None:
    for slug in ("Bad Slug", "-x", "x_", ""):
        with pytest.raises(IntegrityError), transaction.atomic():
            services.open_restaurant(name="X", slug=slug, timezone="America/Chicago")
    assert not Restaurant.objects.filter(name="X").exists()
