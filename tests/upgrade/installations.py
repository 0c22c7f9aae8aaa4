"""A database as the first release left it, in which this code's commands are run."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FIRST = HERE / "first"
MANIFEST: dict[str, Any] = json.loads((FIRST / "manifest.json").read_text())
AHEAD = "tests.upgrade.ahead"


def script(schema: str) -> str:
    return gzip.decompress((FIRST / f"{schema}.sql.gz").read_bytes()).decode()


@contextmanager
def restored(name: str) -> Iterator[str]:
    """A new database with the first release's data, which this process's connection looks into until the end. Its
    URL, for commands that are run beside."""
    before = connection.settings_dict["NAME"]
    _use(before)
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    _use(name)
    try:
        with connection.cursor() as cursor:
            for schema in MANIFEST:
                cursor.execute(script(schema))
        _use(name)  # a script may have set something for its session
        yield url_of(name)
    finally:
        _use(before)
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _use(name: str) -> None:
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = name


def url_of(name: str) -> str:
    where = connection.settings_dict
    login = f"{where['USER']}:{where['PASSWORD']}" if where["PASSWORD"] else where["USER"]
    host, port = str(where["HOST"]), str(where["PORT"] or "")
    if host.startswith("/"):
        return f"postgres://{login}@/{name}?host={host}"
    return f"postgres://{login}@{host}{':' if port else ''}{port}/{name}"


def add_copies(*slugs: str) -> None:
    """More restaurants, each with Sakura's data of the first release."""
    sakura = script("r_sakura")
    with connection.cursor() as cursor:
        for slug in slugs:
            schema = "r_" + slug.replace("-", "_")
            cursor.execute(re.sub(r"\br_sakura\b", schema, sakura))
            cursor.execute(
                "INSERT INTO tenants (id, schema_name, slug, name, timezone, state) "
                "VALUES (gen_random_uuid(), %s, %s, %s, 'America/Chicago', 'live')",
                [schema, slug, slug],
            )


def start(url: str, *words: str, settings: str = "loman.settings") -> subprocess.Popen[str]:
    """A command of this code beside us, on that database."""
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": settings, "REDIS_URL": ""}
    return subprocess.Popen(
        [sys.executable, ROOT / "manage.py", *words], cwd=ROOT, env=environment, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
