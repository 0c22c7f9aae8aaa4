"""Opening a restaurant: its row, its schema, its numbers and host names; and closing one for good."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from apps.tenants import blueprint, lock, migrating, scope
from apps.tenants.models import Domain, PhoneNumber, Restaurant


def open_restaurant(
    *,
    name: str,
    slug: str,
    timezone: str,
    numbers: Sequence[str] = (),
    hosts: Sequence[str] = (),
    state: str = Restaurant.State.LIVE,
) -> scope.Place:
    """Make a restaurant with an empty schema of its own. Nothing is left behind when any of it fails; it is
    `lock.Impossible` when the database's user may not make its role."""
    with transaction.atomic():
        row = Restaurant.objects.create(
            name=name, slug=slug, timezone=timezone, state=state, schema_name=_schema_name(slug)
        )
        lock.make_role(row.id)
        for number in numbers:
            PhoneNumber.objects.create(restaurant=row, number=number)
        for position, host in enumerate(hosts):
            Domain.objects.create(tenant=row, domain=host, is_primary=position == 0)
        if blueprint.fits():
            blueprint.replay(row.schema_name)
        else:
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE SCHEMA {connection.ops.quote_name(row.schema_name)}")
            migrating.migrate(row.schema_name)
        lock.admit(row.id, schema=row.schema_name)
    return scope.of(row)


def drop_schema(place: scope.Place) -> None:
    """Remove all of a restaurant's data. The row stays, as `left`, so that its numbers are not reused unseen."""
    with transaction.atomic(), connection.cursor() as cursor:
        Restaurant.objects.filter(pk=place.id).update(state=Restaurant.State.LEFT)
        cursor.execute(f"DROP SCHEMA IF EXISTS {connection.ops.quote_name(place.schema)} CASCADE")
        lock.drop_role(place.id)


def _schema_name(slug: str) -> str:
    """PostgreSQL takes 63 bytes; the prefix keeps a slug from meeting a name the server uses."""
    return "r_" + slug.replace("-", "_")
