"""Work that is to be done, was done, or was given up; webhooks and what became of each delivery. Read only."""

from __future__ import annotations

from django.contrib.admin import register

from apps.outbox.models import Delivery, Endpoint, Work
from loman.administration import PUBLIC, Kept


@register(Work, site=PUBLIC)
class WorkAdmin(Kept):
    columns = ("id", "kind", "restaurant", "state", "attempts", "due_at", "done_at")
    search_fields = ("id", "key__startswith")
    list_filter = ("state",)
    ordering = ("id",)


@register(Endpoint, site=PUBLIC)
class EndpointAdmin(Kept):
    columns = ("id", "restaurant", "url", "failures", "disabled_at")
    search_fields = ("id", "restaurant__slug")
    ordering = ("id",)


@register(Delivery, site=PUBLIC)
class DeliveryAdmin(Kept):
    columns = ("id", "type", "endpoint", "state", "tries", "last_status", "created_at")
    search_fields = ("id", "event_id")
    list_filter = ("state",)
    ordering = ("id",)
