"""Plain SQL, as whoever got in would say it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction


def ask(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return cursor.fetchall() if cursor.description else [(cursor.rowcount,)]


@contextmanager
def refused(why: str) -> Iterator[None]:
    with pytest.raises(DatabaseError, match=why), transaction.atomic():
        yield
