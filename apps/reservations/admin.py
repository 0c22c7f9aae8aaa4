"""Tables, bookings and their history, in a restaurant's admin. Bookings move by their services alone."""

from __future__ import annotations

from django.contrib.admin import register

from apps.reservations.models import (
    BlackoutDate,
    DiningTable,
    Hold,
    Reservation,
    ReservationEvent,
    ReservationTable,
    TableCombination,
    WaitlistEntry,
)
from loman.administration import INSIDE, Kept


@register(Reservation, site=INSIDE)
class ReservationAdmin(Kept):
    columns = ("reference", "name", "number", "party_size", "starts_at", "status")
    search_fields = ("reference", "id", "call__id")
    list_filter = ("status",)
    ordering = ("reference",)


@register(ReservationTable, site=INSIDE)
class ReservationTableAdmin(Kept):
    columns = ("id", "reservation", "table", "starts_at", "ends_at")
    search_fields = ("id", "reservation__reference")
    ordering = ("id",)


@register(ReservationEvent, site=INSIDE)
class ReservationEventAdmin(Kept):
    columns = ("id", "reservation", "status", "by", "note", "at")
    search_fields = ("id", "reservation__reference")
    ordering = ("-id",)


@register(Hold, site=INSIDE)
class HoldAdmin(Kept):
    columns = ("id", "name", "party_size", "starts_at", "until")
    search_fields = ("id", "call__id")
    ordering = ("id",)


@register(WaitlistEntry, site=INSIDE)
class WaitlistEntryAdmin(Kept):
    columns = ("id", "name", "number", "party_size", "wanted_at", "status")
    search_fields = ("id", "call__id")
    list_filter = ("status",)
    ordering = ("id",)


@register(DiningTable, site=INSIDE)
class DiningTableAdmin(Kept):
    columns = ("name", "seats", "active")
    search_fields = ("name__icontains",)


@register(TableCombination, site=INSIDE)
class TableCombinationAdmin(Kept):
    columns = ("name", "seats", "active")
    search_fields = ("name__icontains",)


@register(BlackoutDate, site=INSIDE)
class BlackoutDateAdmin(Kept):
    columns = ("first_day", "last_day", "opens", "closes", "reason")
    search_fields = ("first_day",)
    changes = ("reason",)
