"""What models were asked and what it cost, in a restaurant's admin. Read only."""

from __future__ import annotations

from django.contrib.admin import register

from apps.llm.models import ModelRequest
from loman.administration import INSIDE, Kept


@register(ModelRequest, site=INSIDE)
class ModelRequestAdmin(Kept):
    columns = ("id", "asked_at", "source", "provider", "model", "outcome", "cost", "ms")
    search_fields = ("id", "call__id")
    ordering = ("-id",)
