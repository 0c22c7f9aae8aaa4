"""django-tenants' backend with a second lock: whoever enters a restaurant also becomes its PostgreSQL role.

Django finds a backend as `<ENGINE>.base.DatabaseWrapper`. A tenant that carries a `role` is entered as that role; the
public schema, migrations and whatever else sets a bare schema is served as the user that signed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.db import DatabaseError, ProgrammingError
from django_tenants.postgresql_backend import base
from django_tenants.utils import quote_schema_name
from psycopg.errors import InFailedSqlTransaction, error_from_result
from psycopg.pq import ExecStatus

from loman.database import statements

TEMPORARY = "pg_temp"
"""Named last, so that a temporary table a restaurant's statement made is not found in place of a public one."""


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc]  # django-tenants has no types
    """Sets path and role in one round trip, remembers both until a rollback or the end, and fails closed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(self._guarded)

    @property
    def role(self) -> str | None:
        """The restaurant's role, when one is entered."""
        role: str | None = getattr(self.tenant, "role", None)
        return role

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """From the pool comes what somebody else gave back: nothing is known of its path and role."""
        self.search_path_set_schemas = None
        return super().get_new_connection(conn_params)

    def _handle_search_path(self, cursor: Any = None) -> None:
        if self._setting_search_path or self.search_path_set_schemas:
            return
        paths = self._get_cursor_search_paths()
        statement = _statement(tuple(paths), self.role or self.settings_dict["OPTIONS"].get("assume_role"))
        try:
            with self.wrap_database_errors:
                self._send(statement)
        except (InFailedSqlTransaction, DatabaseError) as error:
            # In a transaction that failed already nothing is served but its rollback, which comes through here
            # too. Anything else must not go on: it would be served as whoever was there before.
            if not isinstance(error.__cause__ or error, InFailedSqlTransaction):
                error.add_note("Is the restaurant's role missing? `manage.py lock` makes what is missing.")
                raise
        else:
            self.search_path_set_schemas = paths

    def _send(self, statement: bytes) -> None:
        """At once, through libpq alone: every piece of work begins with it, and a cursor costs four times as much."""
        answer = self.connection.pgconn.exec_(statement)
        if answer.status != ExecStatus.COMMAND_OK:
            raise error_from_result(answer)

    def entered(self) -> Any:
        """psycopg's own connection, for a statement of which every microsecond counts: looking where the restaurant's
        tables are, as its role. What is sent there is not looked at (`_guarded`)."""
        self.ensure_connection()
        self._handle_search_path()
        return self.connection

    def _savepoint_rollback(self, sid: str) -> None:
        with self._by_ourselves(), self.cursor() as cursor:
            cursor.execute(self.ops.savepoint_rollback_sql(sid))

    @contextmanager
    def _by_ourselves(self) -> Iterator[None]:
        """What Django and this class say themselves about path, role and savepoints is not looked at."""
        self._setting_search_path = True
        try:
            yield
        finally:
            self._setting_search_path = False

    def _guarded(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        """Inside a restaurant no statement may leave it by itself (`RESET ROLE`)."""
        if self.role and not self._setting_search_path:
            reason = statements.refusal(sql if isinstance(sql, str) else sql.as_string(None))
            if reason:
                raise ProgrammingError(reason)
        return execute(sql, params, many, context)


@lru_cache(maxsize=4096)
def _statement(paths: tuple[str, ...], role: str | None) -> bytes:
    path = ", ".join([*map(quote_schema_name, paths), TEMPORARY])
    quoted = '"{}"'.format(role.replace('"', '""')) if role else ""
    return f"SET search_path = {path}; {f'SET ROLE {quoted}' if role else 'RESET ROLE'}".encode()
