"""What was erased and exported, in the admin. Read only."""

from __future__ import annotations

from django.contrib.admin import register

from apps.privacy.models import Erasure, Export
from loman.administration import PUBLIC, Kept


@register(Erasure, site=PUBLIC)
class ErasureAdmin(Kept):
    columns = ("id", "restaurant", "by", "erased_at")
    search_fields = ("id", "restaurant__slug")
    ordering = ("-id",)


@register(Export, site=PUBLIC)
class ExportAdmin(Kept):
    columns = ("id", "restaurant", "by", "state", "size", "created_at")
    search_fields = ("id", "restaurant__slug")
    ordering = ("id",)
