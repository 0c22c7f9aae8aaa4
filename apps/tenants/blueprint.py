"""A new restaurant's schema, replayed from one script instead of migrated: 0.2 s, not 3 and growing.

`blueprint.sql` is `pg_dump --schema-only` of a freshly migrated schema, without session lines, and with the
fingerprint of the migrations it was made from in its first line. `manage.py make_blueprint` writes it anew;
a test holds it equal to a migrated schema. When it does not fit the code's migrations (a checkout in the
middle of a change), `services.open_restaurant` migrates instead.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from importlib import import_module
from pathlib import Path

from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

FILE = Path(__file__).with_name("blueprint.sql")
STAND_IN = "blueprint"
"""The schema's name within the file."""
_SESSION_LINE = re.compile(r"^(SET |SELECT pg_catalog\.set_config|\\(un)?restrict|CREATE SCHEMA |--|$)")
_NAME = re.compile(rf"(?<![\w.]){STAND_IN}(?=\.)")

Key = tuple[str, str]


@lru_cache(maxsize=1)
def migrations_in_order() -> tuple[Key, ...]:
    """Every migration as (app, name). django-tenants records all of them in every schema, also those whose
    tables only the public schema has."""
    loader = MigrationLoader(None)
    ordered: dict[Key, None] = {}
    for leaf in sorted(loader.graph.leaf_nodes()):
        ordered |= dict.fromkeys(loader.graph.forwards_plan(leaf))
    return tuple(ordered)


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """SHA-256 over names and contents of all migrations."""
    loader = MigrationLoader(None)
    digest = hashlib.sha256()
    for key in migrations_in_order():
        source = import_module(loader.disk_migrations[key].__module__).__file__ or ""
        digest.update("/".join(key).encode() + Path(source).read_bytes())
    return digest.hexdigest()


def fits() -> bool:
    """Whether the file was made from the migrations of this code."""
    return FILE.exists() and FILE.read_text().split("\n", 1)[0] == _first_line()


def write(dump: str) -> None:
    """Keep what runs on any server from 14 on, in a schema of any name."""
    lines = [line for line in dump.splitlines() if not _SESSION_LINE.match(line)]
    FILE.write_text(_first_line() + "\n" + "\n".join(lines) + "\n")


def replay(schema: str) -> None:
    """Make the schema and everything in it, in one transaction."""
    name = connection.ops.quote_name(schema)
    script = _NAME.sub(name, FILE.read_text().split("\n", 1)[1])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {name}")
        cursor.execute(script)
        cursor.execute(
            f"INSERT INTO {name}.django_migrations (app, name, applied) "  # nosec B608  (names are quoted by the driver)
            "SELECT app, name, now() FROM unnest(%s::text[], %s::text[]) AS done (app, name)",
            [list(column) for column in zip(*migrations_in_order(), strict=True)],
        )


def _first_line() -> str:
    return f"-- made from migrations {fingerprint()}"
