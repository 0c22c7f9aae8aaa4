"""A restaurant's settings, people and hours, in its admin; changed by rule in the dashboard's settings."""

from __future__ import annotations

from django.contrib.admin import register

from apps.restaurant.models import OpeningHours, RestaurantSettings, SpecialDay, StaffContact, TransferRule
from loman.administration import INSIDE, Kept


@register(RestaurantSettings, site=INSIDE)
class SettingsAdmin(Kept):
    columns = ("id", "address", "currency", "updated_at")


@register(StaffContact, site=INSIDE)
class StaffContactAdmin(Kept):
    columns = ("name", "number", "position", "active")
    search_fields = ("name__icontains",)
    changes = ("name", "position", "active")


@register(TransferRule, site=INSIDE)
class TransferRuleAdmin(Kept):
    columns = ("id", "reason", "hours", "contact", "ring_seconds", "fallback", "position")
    search_fields = ("reason",)


@register(OpeningHours, site=INSIDE)
class OpeningHoursAdmin(Kept):
    columns = ("id", "weekday", "opens", "closes")


@register(SpecialDay, site=INSIDE)
class SpecialDayAdmin(Kept):
    columns = ("date", "opens", "closes", "note")
    search_fields = ("date",)
    changes = ("note",)
