"""The second lock: PostgreSQL itself keeps every restaurant to its own schema and its own rows of the public tables.

Each restaurant has a role that cannot sign in; `scope.enter` becomes it (loman/database). What all of them may do in
the public schema is granted to one group role; which rows they see there, the tables' policies say (in migrations),
by the name of the role that asks: no setting that a statement could change.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from psycopg.errors import InsufficientPrivilege

PUBLIC_TABLES: dict[str, str] = {
    "tenants": "SELECT",
    "tenant_domains": "SELECT",
    "phone_numbers": "SELECT, UPDATE (label, active, sms_registered_at)",  # not whose it is
    "users": "SELECT (id, email, name, is_active, last_login, created_at)",  # no hashes, whatever column is added
    "memberships": "SELECT, INSERT, UPDATE, DELETE",
    "api_keys": "SELECT, INSERT, UPDATE",
    "audit_entries": "SELECT, INSERT",
    "audit_heads": "SELECT, INSERT, UPDATE",
    "token_families": "SELECT, UPDATE, DELETE",
    "invitations": "SELECT, INSERT, UPDATE, DELETE",
    "erasures": "SELECT, INSERT, UPDATE",
    "exports": "SELECT, INSERT, UPDATE, DELETE",
    "outbox": "SELECT, INSERT, UPDATE, DELETE",
    "webhook_endpoints": "SELECT, INSERT, UPDATE, DELETE",
    "webhook_deliveries": "SELECT, INSERT, UPDATE, DELETE",
}
"""What a restaurant's role may do in the public schema, on the rows that are its own. Every other table is closed."""

ENSURING = 0x6C6F636B
"""Spells "lock": two servers that start at once take turns."""
NO_INHERIT = 160_000
"""From this server version on, membership can be for `SET ROLE` alone. It costs an owner of many roles less."""


class Impossible(Exception):
    """Why the lock cannot be fitted, and what to do, as a sentence for whoever runs the installation."""


def role_of(restaurant_id: UUID) -> str:
    """Named by id: roles belong to the whole server, on which slugs of several installations may meet."""
    return f"loman_{restaurant_id.hex}"


def group() -> str:
    """The role that holds the grants on this database's public tables."""
    return f"loman_restaurants_{connection.settings_dict['NAME']}"[:63]


def may_make_roles() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])


def make_role(restaurant_id: UUID) -> None:
    """A restaurant's role, if it is missing, and ours to become. It may do nothing yet. `Impossible` says why not."""
    if not settings.DATABASE_LOCK:
        return
    role = _name(role_of(restaurant_id))
    server: Any = connection  # PostgreSQL's backend alone has a version
    only_to_become = " WITH INHERIT FALSE, SET TRUE" if server.pg_version >= NO_INHERIT else ""
    _make_if_missing(role_of(restaurant_id))
    _execute(f"GRANT {_name(group())} TO {role}; GRANT {role} TO CURRENT_USER{only_to_become}")


def admit(restaurant_id: UUID, *, schema: str) -> None:
    """Open its schema to a restaurant's role: rows, not structure, also of tables that migrations will make."""
    if not settings.DATABASE_LOCK:
        return
    role, inside = _name(role_of(restaurant_id)), _name(schema)
    rows = "SELECT, INSERT, UPDATE, DELETE"
    _execute(
        f"GRANT USAGE ON SCHEMA {inside} TO {role};"
        f"GRANT {rows} ON ALL TABLES IN SCHEMA {inside} TO {role};"
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {inside} TO {role};"
        f"REVOKE INSERT, UPDATE, DELETE ON {inside}.django_migrations FROM {role};"
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {inside} GRANT {rows} ON TABLES TO {role};"
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {inside} GRANT USAGE ON SEQUENCES TO {role}"
    )


def drop_role(restaurant_id: UUID) -> None:
    """After its schema, in which it still has rights."""
    if _is_there(role_of(restaurant_id)):
        _execute(f"DROP ROLE {_name(role_of(restaurant_id))}")


def ensure() -> int:
    """Make what is missing of the lock, and say for how many restaurants: after an upgrade, or when a dump was restored
    on another server. Does nothing where nothing is missing but grant the public tables anew."""
    if not settings.DATABASE_LOCK:
        return 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ENSURING])
        _open_public_tables()
        lacking = without_role()
        for restaurant_id, schema in lacking:
            make_role(restaurant_id)
            admit(restaurant_id, schema=schema)
    return len(lacking)


def without_role() -> list[tuple[UUID, str]]:
    """Restaurants that have a schema, but no role that may enter it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tenants.id, tenants.schema_name FROM tenants "
            "JOIN pg_namespace ON nspname = schema_name "
            "LEFT JOIN pg_roles ON rolname = 'loman_' || replace(tenants.id::text, '-', '') "
            "WHERE pg_roles.oid IS NULL OR NOT has_schema_privilege(pg_roles.oid, pg_namespace.oid, 'USAGE')"
        )
        return [(restaurant_id, schema) for restaurant_id, schema in cursor.fetchall()]


def _open_public_tables() -> None:
    everyone = _name(group())
    _make_if_missing(group())
    statements = [
        f"GRANT USAGE ON SCHEMA public TO {everyone}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {everyone}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",  # up to PostgreSQL 14 everybody may
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
        there = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:  # only a superuser may: a query could else set `role`, and a DO block do so unseen
            statements.append("REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC")
            statements.append("REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC")
    for table, rights in PUBLIC_TABLES.items():
        if table in there:  # else a migration that is still to come makes it
            statements.append(f"GRANT {rights} ON public.{table} TO {everyone}")
    _execute("; ".join(statements))


def _make_if_missing(role: str) -> None:
    if not _is_there(role):
        _execute(f"CREATE ROLE {_name(role)} NOLOGIN")


def _is_there(role: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        return cursor.fetchone() is not None


def _execute(statements: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(statements)
    except ProgrammingError as error:
        if not isinstance(error.__cause__, InsufficientPrivilege):
            raise
        user = connection.settings_dict["USER"]
        raise Impossible(
            f"Every restaurant has a database role of its own, and {user} may not make or grant it "
            f"({str(error).splitlines()[0]}). Have a superuser say ALTER ROLE {_name(user)} CREATEROLE; or set "
            "DATABASE_LOCK=false, which leaves only the lock in the code."
        ) from error


def _name(text: str) -> str:
    quoted: str = connection.ops.quote_name(text)
    return quoted
