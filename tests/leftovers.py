"""What databases of tests and benches leave on the server when they are gone: the roles of their restaurants."""

from __future__ import annotations

import contextlib

from django.db import InternalError, connection

IDLE = """
SELECT rolname FROM pg_roles WHERE rolname ~ '^loman_([0-9a-f]{32}|restaurants_(test|bench)_.*)$'
AND NOT EXISTS (SELECT FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = oid)
"""
"""A restaurant's role, or a database's group, that has rights in no database."""


def drop_roles_of_dropped_databases() -> None:
    """Only while no run has a database: a role that is just being granted to another's must not go from under it."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname ~ '^(test|bench)_'")
        if cursor.fetchone()[0]:
            return
        cursor.execute(IDLE)
        for (name,) in cursor.fetchall():
            with contextlib.suppress(InternalError):  # a killed run's half a membership: it is in nobody's way
                cursor.execute(f'DROP ROLE IF EXISTS "{name}"')
