"""Counting rows as a part of another query."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce


def how_many(rows: QuerySet[Any]) -> Coalesce:
    """An expression: how many of these there are, 0 where there are none."""
    counted = rows.order_by().annotate(one=Value(1)).values("one").annotate(counted=Count("pk")).values("counted")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
