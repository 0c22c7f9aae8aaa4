"""Every address of the URL configuration, with what its view asks for; and the table of docs/permissions.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

PAGE = Path("docs/permissions.md")
ADMIN = "admin/"
"""Django's own, which one rule covers."""
_ROW = re.compile(r"^\| `(?P<method>[A-Z*]+) /(?P<route>[^`]*)` \| (?P<who>.+?) \|$", re.M)
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True, slots=True)
class Address:
    method: str
    """`*` where the view is a plain function."""
    route: str
    permission: str | None
    """As the view itself has it; None where it asks for nothing from the table."""

    def __str__(self) -> str:
        return f"{self.method} /{self.route}"

    @property
    def parameters(self) -> list[str]:
        return _PARAMETER.findall(self.route)

    def filled(self, values: dict[str, Any]) -> str:
        """The path with these values; `KeyError` names a parameter for which the walk has none yet."""
        return "/" + _PARAMETER.sub(lambda found: str(values[found[1]]), self.route)


def all_addresses() -> list[Address]:
    return [address for route, view in _routes(get_resolver(), "") for address in _of(route, view)]


def _routes(resolver: Any, before: str) -> Iterator[tuple[str, Any]]:
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLPattern):
            yield route, each.callback
        elif isinstance(each, URLResolver):
            yield from _routes(each, route)


def _of(route: str, view: Any) -> Iterator[Address]:
    kind = getattr(view, "cls", None)
    if kind is None or not issubclass(kind, APIView):
        yield Address("*", route, None)
        return
    for method in ("get", "post", "put", "patch", "delete"):
        if method in kind.http_method_names and hasattr(kind, method):
            asks = getattr(kind, "permission", None)
            yield Address(method.upper(), route, asks.get(method.upper()) if isinstance(asks, dict) else asks)


def table() -> dict[str, str]:
    """Who may, by method and route, as the page says it."""
    return {f"{row['method']} /{row['route']}": row["who"] for row in _ROW.finditer(PAGE.read_text())}


def permission_of(who: str) -> str | None:
    """The permission a cell names in backticks, alone."""
    found = re.fullmatch(r"`([\w.]+)`", who)
    return found[1] if found else None
