"""JSON bodies of programs: as deep as a sensible document, and no deeper; and which form of an answer they accept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

DEEPEST = 32
"""Levels of lists and objects. Whatever walks a document may recurse."""
ANYTHING = (None, "", "*/*")
"""What an `Accept` says that leaves the form to us, as nearly all do."""


class ShallowJSON(JSONParser):
    """REST framework's parser, for documents of at most `DEEPEST` levels."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            document = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError(f"JSON parse error - deeper than {DEEPEST} levels.") from None
        if too_deep(document):
            raise ParseError(f"JSON parse error - deeper than {DEEPEST} levels.")
        return document


def too_deep(document: Any) -> bool:
    """Level by level, without recursion."""
    level = [document] if isinstance(document, (dict, list)) else []
    for _ in range(DEEPEST):
        inside = (one.values() if isinstance(one, dict) else one for one in level)
        level = [inner for values in inside for inner in values if isinstance(inner, (dict, list))]
        if not level:
            return False
    return True


class Negotiation(DefaultContentNegotiation):
    """REST framework's, which takes every `Accept` apart; where there is nothing to negotiate, nothing is."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        asked = request.META
        first = next(iter(renderers))
        if (
            not asked.get("QUERY_STRING")
            and not format_suffix
            and asked.get("HTTP_ACCEPT") in (*ANYTHING, first.media_type)
        ):
            return first, first.media_type
        chosen: tuple[BaseRenderer, str] = super().select_renderer(request, renderers, format_suffix)
        return chosen
