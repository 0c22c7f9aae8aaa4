"""What a database holds, table by table: how many rows, and what each column of numbers adds up to.

Asks PostgreSQL only, so that the same lines read the first release's database and every later one's.
"""

from __future__ import annotations

from typing import Any

SKIPPED = ("django_migrations", "spatial_ref_sys")
COLUMNS = """
    SELECT table_name, column_name, data_type = 'numeric' FROM information_schema.columns
    JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = %s AND table_type = 'BASE TABLE' ORDER BY 1, ordinal_position"""


def of(cursor: Any, schema: str) -> dict[str, dict[str, Any]]:
    """By table: `rows`, and the sum of every numeric column as text."""
    cursor.execute(COLUMNS, [schema])
    sums: dict[str, list[str]] = {}
    for table, column, is_number in cursor.fetchall():
        sums.setdefault(table, []).extend([column] if is_number else [])
    found: dict[str, dict[str, Any]] = {}
    for table, columns in sums.items():
        if table in SKIPPED:
            continue
        wanted = ", ".join(["count(*)", *(f'coalesce(sum("{column}"), 0)' for column in columns)])
        cursor.execute(f'SELECT {wanted} FROM "{schema}"."{table}"')
        rows, *totals = cursor.fetchone()
        found[table] = {"rows": rows} | {name: str(total) for name, total in zip(columns, totals, strict=True)}
    return found
