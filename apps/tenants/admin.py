"""Restaurants and their lines, in the admin. Opened, suspended and given numbers in the dashboard's list."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import display, register
from django.utils.html import format_html

from apps.tenants import scope
from apps.tenants.models import Domain, Owner, PhoneNumber, Restaurant
from loman.administration import PUBLIC, Kept, outer_url


def house_url(name: str, *arguments: Any) -> str | None:
    """The address of a page of the restaurant whose tables are looked at."""
    place = scope.here()
    return outer_url(name, place.slug, *arguments) if place else None


@register(Restaurant, site=PUBLIC)
class RestaurantAdmin(Kept):
    columns = ("name", "slug", "state", "owner", "timezone", "created_at")
    search_fields = ("slug__startswith", "name__icontains")
    list_filter = ("state",)
    ordering = ("name",)
    changes = ("name",)

    def get_list_display(self, request: Any) -> Any:
        return [*super().get_list_display(request), _tables]

    def view_on_site(self, row: Restaurant) -> str:
        return outer_url("today", row.slug)


@display(description="Tables")
def _tables(row: Restaurant) -> str:
    return format_html('<a href="{}">its tables</a>', outer_url("restaurant-admin", row.slug))


@register(Owner, site=PUBLIC)
class OwnerAdmin(Kept):
    columns = ("name",)
    search_fields = ("name__icontains",)
    changes = ("name",)
    may_add = True


@register(Domain, site=PUBLIC)
class DomainAdmin(Kept):
    columns = ("domain", "tenant", "is_primary")
    search_fields = ("domain__startswith", "tenant__slug")
    ordering = ("domain",)


@register(PhoneNumber, site=PUBLIC)
class PhoneNumberAdmin(Kept):
    columns = ("number", "restaurant", "label", "active", "sms_registered_at")
    search_fields = ("number", "restaurant__slug")
    list_filter = ("active",)
    changes = ("label", "active", "sms_registered_at")
