"""Calls found by words that were said in them or stand in their summary."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import QuerySet
from rest_framework import exceptions, filters
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.calls.models import Call, TranscriptLine

MOST_WORDS = 10
LONGEST_DIGITS = 4
"""Whole numbers are not searched for: whoever may not see them could guess them digit by digit."""


class SpokenWords(filters.SearchFilter):
    """Every word has to occur, as a whole or as a beginning. Answered from indexes."""

    search_description = "Words that were said, or stand in the summary; beginnings of words will do."

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        words = [word for term in self.get_search_terms(request) for word in re.findall(r"\w+", term)]
        if len(words) > MOST_WORDS:
            raise exceptions.ValidationError({"search": [f"{MOST_WORDS} words are the most."]})
        if re.search(r"\d[\s().-]*" * (LONGEST_DIGITS + 1), request.query_params.get("search", "")):
            raise exceptions.ValidationError({"search": ["Of a number only the last four: ?number=0134"]})
        for word in words:
            queryset = queryset.filter(pk__in=_with(word))
        return queryset


def _with(word: str) -> QuerySet[Any]:
    asked = SearchQuery(f"{word}:*", config="simple", search_type="raw")
    said = TranscriptLine.objects.alias(words=SearchVector("text", config="simple")).filter(words=asked)
    told = Call.objects.alias(words=SearchVector("summary", config="simple")).filter(words=asked)
    found: QuerySet[Any] = said.order_by().values("call_id").union(told.order_by().values("pk"))
    return found
