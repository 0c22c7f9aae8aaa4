"""What a schema is made of, as plain text that is equal for equal schemas of different names."""

from __future__ import annotations

import re
from typing import Any

from django.apps import apps
from django.db import connection

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
        there = [each.label for each in apps.get_app_configs()]  # the first release had others
        record = f'SELECT app, name FROM "{schema}".django_migrations WHERE app = ANY(%s) ORDER BY 1, 2'
        cursor.execute(record, [there])
        found["migrations"] = cursor.fetchall()
    return found
