"""The till a restaurant pushes orders to, and what it took, in its admin. Read only."""

from __future__ import annotations

from django.contrib.admin import register

from apps.pos.models import Connection, ExternalId, PushedOrder
from loman.administration import INSIDE, Kept


@register(Connection, site=INSIDE)
class ConnectionAdmin(Kept):
    columns = ("id", "vendor", "location", "active", "connected_at", "pulled_at")


@register(ExternalId, site=INSIDE)
class ExternalIdAdmin(Kept):
    columns = ("menu_id", "external_id")
    search_fields = ("menu_id", "external_id")
    ordering = ("menu_id",)


@register(PushedOrder, site=INSIDE)
class PushedOrderAdmin(Kept):
    columns = ("id", "order", "state", "their_total", "differs", "created_at")
    search_fields = ("id", "external_id", "order__id")
    list_filter = ("state",)
    ordering = ("id",)
