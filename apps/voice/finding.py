"""Calls found by words that were said in them or stand in their summary."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Exists, OuterRef, Q, QuerySet
from rest_framework import exceptions, filters
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.calls.models import Call, TranscriptLine

MOST_WORDS = 10
LONGEST_DIGITS = 4
"""Whole numbers are not searched for: whoever may not see them could guess them digit by digit."""


def handed_over(calls: QuerySet[Any], wanted: bool) -> QuerySet[Any]:
    """Those in which a person was rung, or the others."""
    given_on = Q(handed_over_at__isnull=False) | Q(ended_by="transfer")
    return calls.filter(given_on if wanted else ~given_on)


def leaving(calls: QuerySet[Any], left: QuerySet[Any], wanted: bool) -> QuerySet[Any]:
    """Those that left one of these rows (orders, bookings, flags …), or the others."""
    found = Exists(left.filter(call=OuterRef("pk")))
    return calls.filter(found if wanted else ~found)


class SpokenWords(filters.SearchFilter):
    """Every word has to occur, as a whole or as a beginning. Answered from indexes."""

    search_description = "Words that were said, or stand in the summary; beginnings of words will do."

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        self.get_search_terms(request)  # refuses what no text can be
        try:
            return spoken(queryset, request.query_params.get("search", ""))
        except Unanswered as why:
            raise exceptions.ValidationError({"search": [str(why)]}) from None


class Unanswered(Exception):
    """Why this is not searched for, as a sentence."""


def spoken(calls: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Those of the calls in which every word of the text was said, or stands in the summary."""
    words = re.findall(r"\w+", text)
    if len(words) > MOST_WORDS:
        raise Unanswered(f"{MOST_WORDS} words are the most.")
    if re.search(r"\d[\s().-]*" * (LONGEST_DIGITS + 1), text):
        raise Unanswered("Of a number only the last four: ?number=0134")
    for word in words:
        calls = calls.filter(pk__in=_with(word))
    return calls


def _with(word: str) -> QuerySet[Any]:
    asked = SearchQuery(f"{word}:*", config="simple", search_type="raw")
    said = TranscriptLine.objects.alias(words=SearchVector("text", config="simple")).filter(words=asked)
    told = Call.objects.alias(words=SearchVector("summary", config="simple")).filter(words=asked)
    found: QuerySet[Any] = said.order_by().values("call_id").union(told.order_by().values("pk"))
    return found
