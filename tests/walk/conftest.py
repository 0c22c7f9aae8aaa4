"""Bella Napoli with a row of everything, within a transaction; and who walks through its doors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from tests.walk import bella as rows


@pytest.fixture(autouse=True)
def patient(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Nobody is held up for asking often, and files lie in a folder of the test's."""
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, "1000000/minute")
    settings.RECORDINGS_URL = f"file://{tmp_path}/recordings"
    settings.DEBUG = False  # programs get problem documents, and the demo's people are as others
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def names(bella: Any, sakura: Any) -> dict[str, Any]:
    from apps.accounts.models import User

    User.objects.update(is_demo=False)
    return rows.furnish(bella)


@pytest.fixture
def written(bella: Any) -> Callable[[], list[Any]]:
    """What was written of Bella's so far in this transaction: rows of its schema counted, public ones by content."""

    def look() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(WRITTEN, [bella.schema])
            found: list[Any] = [cursor.fetchone()]
            for table, owner in PUBLIC.items():
                cursor.execute(f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) "
                               f"FROM public.{table} t WHERE {owner} = %s", [bella.id])  # fmt: skip
                found.append((table, cursor.fetchone()[0]))
        return found

    return look


WRITTEN = "SELECT sum(n_tup_ins), sum(n_tup_upd), sum(n_tup_del) FROM pg_stat_xact_user_tables WHERE schemaname = %s"
PUBLIC = {
    "tenants": "id",
    "tenant_domains": "tenant_id",
    "phone_numbers": "restaurant_id",
    "memberships": "restaurant_id",
    "api_keys": "restaurant_id",
    "invitations": "restaurant_id",
    "erasures": "restaurant_id",
    "exports": "restaurant_id",
    "outbox": "restaurant_id",
    "webhook_endpoints": "restaurant_id",
    "audit_entries": "restaurant_id",
    "webhook_deliveries": "(SELECT restaurant_id FROM public.webhook_endpoints e WHERE e.id = endpoint_id)",
}
"""Public tables that hold a restaurant's rows, and how a row tells whose it is."""
