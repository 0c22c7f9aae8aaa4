"""A page of a list as PostgreSQL writes it: count and rows in one query, JSON without a row ever being a Python object.

The expression for a row is the resource's own; a test holds what it writes equal to the resource's serializer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

import msgspec
import psycopg
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from rest_framework import exceptions
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request

from apps.accounts.rest.paging import size_asked

MOST_ROWS_PASSED_OVER = 100_000
NO_PAGE = "There is no such page."


@dataclass(frozen=True, slots=True)
class Page:
    """What one query string means: the same for every restaurant, whose tables the connection looks into."""

    sql: str
    values: tuple[Any, ...]
    number: int
    first: int
    size: int
    next: str
    previous: str
    """The query strings of the pages beside it."""


_known: dict[tuple[type, str], Page] = {}
"""By list and query string, for a dashboard asks for the same pages all evening: translating one costs as much as
having it written."""
MOST_KNOWN = 500


def page(view: GenericAPIView[Any], *, shown: str) -> bytes:
    """The page a request asks for. `shown` is an SQL expression over `row`, the text of one row's JSON; what the view's
    filters mean may depend on nothing but the query string."""
    request = view.request
    asked = (type(view), request.META.get("QUERY_STRING", ""))
    meant = _known.get(asked)
    if meant is None:
        meant = _translated(view, shown)
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        _known[asked] = meant
    count, results = _fetch(meant)
    if meant.number > 1 and meant.first >= count:
        raise exceptions.NotFound(NO_PAGE)
    head = {
        "count": count,
        "next": _link(request, meant.next) if meant.first + meant.size < count else None,
        "previous": _link(request, meant.previous) if meant.number > 1 else None,
    }
    return msgspec.json.encode(head)[:-1] + b',"results":[' + results.encode() + b"]}"


def _translated(view: GenericAPIView[Any], shown: str) -> Page:
    rows: QuerySet[Any] = view.filter_queryset(view.get_queryset())
    number, size = _number_asked(view.request), size_asked(view.request)
    first = (number - 1) * size
    if first > MOST_ROWS_PASSED_OVER:
        raise exceptions.NotFound(NO_PAGE)
    beside = (_query(view.request, number + 1), _query(view.request, number - 1))
    try:
        chosen, values = rows[first : first + size].query.sql_with_params()
        counted, count_values = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:  # Django knows already that no row can be meant
        return Page("SELECT 0, ''", (), number, first, size, *beside)
    sql = (
        f"SELECT (SELECT count(*) FROM ({counted}) counted), "  # nosec B608  (what is asked for travels as parameters)
        f"(SELECT coalesce(string_agg({shown}, ','), '') FROM ({chosen}) row)"
    )
    return Page(sql, (*count_values, *values), number, first, size, *beside)


def _number_asked(request: Request) -> int:
    number = request.query_params.get("page", "1")
    if not number.isascii() or not number.isdigit() or len(number) > 6 or int(number) < 1:
        raise exceptions.NotFound(NO_PAGE)
    return int(number)


def _fetch(page: Page) -> tuple[int, str]:
    """With a statement that PostgreSQL keeps prepared: planning such a query takes as long as running it."""
    here: Any = connection  # of our own backend, which Django's types do not know
    raw = here.entered()
    sql = _named(page.sql, here.schema_name, raw)
    with here.wrap_database_errors:
        raw.prepare_threshold = 0
        try:
            found = psycopg.Cursor(raw).execute(sql, page.values).fetchone()
        finally:
            raw.prepare_threshold = None
    assert found is not None
    count, results = found
    return count, results


MOST_NAMED = 90
"""Of the hundred statements that psycopg keeps prepared on a connection; with more it would prepare anew each time."""
_named_on: WeakKeyDictionary[Any, set[tuple[str, str]]] = WeakKeyDictionary()


def _named(sql: str, schema: str, raw: Any) -> str:
    """One statement for each restaurant, as far as there is room: a plan is made anew whenever its connection looks
    into another schema."""
    named = _named_on.setdefault(raw, set())
    if (sql, schema) not in named:
        if len(named) >= MOST_NAMED:
            return sql
        named.add((sql, schema))
    return f"{sql}\n-- {schema}"


def _query(request: Request, number: int) -> str:
    parameters = request.query_params.dict() | {"page": str(number)}
    if number == 1:
        del parameters["page"]
    return f"?{urlencode(parameters)}" if parameters else ""


def _link(request: Request, query: str) -> str:
    return f"{request.scheme}://{request.get_host()}{request.path}{query}"


# ---- pieces of such an expression ----------------------------------------------------------------------


def text(column: str) -> str:
    """Free text, escaped."""
    return f"to_json({column})"


def moment(column: str) -> str:
    """As `fields.Moment` writes it."""
    clock = f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')"""
    return f"""'"', replace({clock}, '.000000', ''), '+00:00"'"""


def word(column: str) -> str:
    """A number, a date, an id or one of our own words: nothing to escape, quoted."""
    return f"""'"', {column}, '"'"""


def word_or_null(column: str) -> str:
    return f"""CASE WHEN {column} IS NULL THEN 'null' ELSE '"' || {column} || '"' END"""


def masked(column: str) -> str:
    """A phone number as `phones.mask` shows it."""
    return f"""CASE WHEN {column} = '' THEN '""' ELSE '"••• ' || right({column}, 4) || '"' END"""
