"""A schema replayed from the blueprint is the schema that migrations make."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from apps.tenants import blueprint, services
from apps.tenants.models import Restaurant
from apps.tenants.scope import Place

COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable, column_default, character_maximum_length,
           numeric_precision, numeric_scale, is_identity
    FROM information_schema.columns WHERE table_schema = %s ORDER BY 1, 2"""
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, contype::text, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = %s::regnamespace AND contype <> 'n' ORDER BY 1, 2"""
INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = %s ORDER BY 1, 2"
SEQUENCES = "SELECT sequencename, data_type::text FROM pg_sequences WHERE schemaname = %s ORDER BY 1"
TRIGGERS = """
    SELECT event_object_table, trigger_name, action_statement FROM information_schema.triggers
    WHERE trigger_schema = %s ORDER BY 1, 2"""


def plain(text: str, schema: str) -> str:
    """Without the schema's name, and without the casts and brackets in which a dump spells the same check."""
    return re.sub(r"::[a-z ]+(\[\])?|[()\s]", "", text.replace(f"{schema}.", ""))


def anatomy(schema: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    with connection.cursor() as cursor:
        for name, query in (
            ("columns", COLUMNS),
            ("constraints", CONSTRAINTS),
            ("indexes", INDEXES),
            ("sequences", SEQUENCES),
            ("triggers", TRIGGERS),
        ):
            cursor.execute(query, [schema])
            found[name] = [tuple(plain(str(value), schema) for value in row) for row in cursor.fetchall()]
        cursor.execute(f'SELECT app, name FROM "{schema}".django_migrations ORDER BY 1, 2')
        found["migrations"] = cursor.fetchall()
    return found


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
