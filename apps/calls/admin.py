"""Calls and what they left, in a restaurant's admin. Read only: it is history."""

from __future__ import annotations

from django.contrib.admin import register

from apps.calls.models import (
    BlockedNumber,
    Call,
    Consent,
    Flag,
    Message,
    RegressionCase,
    Suppression,
    Ticket,
    TranscriptLine,
)
from apps.tenants.admin import house_url
from loman.administration import INSIDE, Kept


@register(Call, site=INSIDE)
class CallAdmin(Kept):
    columns = ("started_at", "from_number", "state", "duration_seconds", "outcome", "ended_by")
    search_fields = ("id", "carrier_sid__startswith", "from_number")
    list_filter = ("state",)
    ordering = ("-started_at",)

    def view_on_site(self, row: Call) -> str | None:
        return house_url("call-page", row.pk)


@register(TranscriptLine, site=INSIDE)
class TranscriptLineAdmin(Kept):
    columns = ("id", "call", "position", "speaker", "text", "latency_ms")
    search_fields = ("id", "call__id")
    ordering = ("-id",)


@register(Ticket, site=INSIDE)
class TicketAdmin(Kept):
    columns = ("id", "type", "summary", "callback_number", "status", "due_at")
    search_fields = ("id", "call__id")
    list_filter = ("status", "type")
    ordering = ("id",)

    def view_on_site(self, row: Ticket) -> str | None:
        return house_url("tickets-page")


@register(Message, site=INSIDE)
class MessageAdmin(Kept):
    columns = ("id", "direction", "number", "template", "status", "created_at")
    search_fields = ("id", "call__id")
    list_filter = ("status",)
    ordering = ("id",)


@register(Consent, site=INSIDE)
class ConsentAdmin(Kept):
    columns = ("id", "given", "given_at", "revoked_at")
    search_fields = ("id", "call__id")
    ordering = ("id",)


@register(Suppression, site=INSIDE)
class SuppressionAdmin(Kept):
    columns = ("number", "since")
    ordering = ("number",)


@register(BlockedNumber, site=INSIDE)
class BlockedNumberAdmin(Kept):
    columns = ("id", "last4", "reason", "by", "until")
    search_fields = ("id", "last4")
    ordering = ("id",)


@register(Flag, site=INSIDE)
class FlagAdmin(Kept):
    columns = ("id", "call", "position", "wrong", "by", "created_at", "closed_at")
    search_fields = ("id", "call__id")
    ordering = ("id",)


@register(RegressionCase, site=INSIDE)
class RegressionCaseAdmin(Kept):
    columns = ("id", "flag", "menu_edition", "by", "created_at")
    search_fields = ("id",)
    ordering = ("id",)
