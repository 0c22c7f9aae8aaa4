"""A database of a bench's own, and where its figures go."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def database() -> Iterator[None]:
    """Django set up on an empty database, which is gone afterwards."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loman.settings")
    from loman import settings
    from loman.embedded import keeper

    if not settings.env.str("DATABASE_URL", default=""):
        keeper.hold()
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    from tests import leftovers

    connection.settings_dict["TEST"]["NAME"] = f"bench_loman_run{os.getpid()}"
    made = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        with connection.cursor() as cursor:  # threads of a server that ran here may still hold theirs
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        connection.close()
        teardown_databases(made, verbosity=0)
        leftovers.drop_roles_of_dropped_databases()


def keep(name: str, figures: Any) -> None:
    """Write them to `var/bench`."""
    out = ROOT / "var" / "bench" / f"{name}.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(figures, indent=2) + "\n")
    print(f"Wrote {out}")
