"""What a statement says, however it is written: it reads and writes rows, or a restaurant does not send it."""

from __future__ import annotations

import pytest

from loman.database.statements import refusal


@pytest.mark.parametrize(
    "sql",
    [
        'SELECT "orders"."id" FROM "orders" WHERE "orders"."key" = %s',
        "(SELECT 1) UNION (SELECT 2)",
        "WITH RECURSIVE t AS (SELECT 1) SELECT * FROM t",
        "INSERT INTO calls (id) VALUES (%s) ON CONFLICT DO NOTHING",
        "UPDATE calls SET role = 'x', reset = 1",
        "SELECT 'a; RESET ROLE', E'it\\'s; RESET ROLE', \"odd;name\", $q$; RESET ROLE$q$ -- ; RESET ROLE",
        "SELECT pg_advisory_xact_lock(%s, hashtext(%s));",
        "SET CONSTRAINTS ALL IMMEDIATE",
        'SAVEPOINT "s1"; RELEASE SAVEPOINT "s1"',
        "",
    ],
)
def test_what_reads_and_writes_rows_is_sent(sql: str) -> None:
    assert refusal(sql) is None


@pytest.mark.parametrize(
    "sql",
    [
        "RESET ROLE",
        "  \n reset\trole",
        "SET ROLE loman_x",
        "SET LOCAL ROLE loman_x",
        "SET search_path = r_sakura",
        "SELECT 1; RESET ROLE",
        "SELECT '\\'; RESET ROLE; SELECT '",
        "SELECT E'\\\\'; RESET ROLE; SELECT ''",
        "SELECT '''; '; RESET ROLE",
        'SELECT """;"; RESET ROLE',
        "SELECT $q$ $q$; RESET ROLE; SELECT $q$ $q$",
        "SELECT $$ $q$ $$; RESET ROLE",
        "SELECT a$q$; RESET ROLE --$q$",
        "SELECT 1 -- '\n; RESET ROLE; --'",
        "SELECT /* ' */ 1; RESET ROLE; --'",
        "SELECT 'open",
        "SELECT →$q$; RESET ROLE; --$q$",
        "SELECT $→$ ' $→$; RESET ROLE; --'",
        "SELECT →E'\\'; RESET ROLE; --'",
        "SELECT E'a'\n'b\\' '; RESET ROLE; --'",
        "SELECT E'a' -- on\n'b\\' '; RESET ROLE; --'",
        "\u00a0RESET ROLE",
        'ROLLBACK TO SAVEPOINT "s1"',
        "COMMIT",
        "PREPARE TRANSACTION 'x'",
        "EXECUTE x",
        "DO $$ BEGIN EXECUTE 'RESET ' || 'ROLE'; END $$",
        "CALL x()",
        "ALTER ROLE CURRENT_USER SUPERUSER",
        "SELECT SET_CONFIG('role', 'none', false)",
        "SELECT \"set_config\"('role', 'none', false)",
        "SELECT U&\"\\0073et_config\"('role', 'none', false)",
        "UPDATE pg_settings SET setting = 'none'",
    ],
)
def test_what_changes_who_asks_is_not(sql: str) -> None:
    assert refusal(sql) is not None
