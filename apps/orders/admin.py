"""Orders and their history, in a restaurant's admin. Read only: an order moves by its services alone."""

from __future__ import annotations

from django.contrib.admin import register

from apps.orders.models import (
    Cart,
    Lookups,
    Order,
    OrderChange,
    OrderCounter,
    OrderEvent,
    OrderLine,
    OrderLineModifier,
    OrderSuggestion,
    Payment,
)
from apps.tenants.admin import house_url
from loman.administration import INSIDE, Kept


@register(Order, site=INSIDE)
class OrderAdmin(Kept):
    columns = ("id", "day", "number", "status", "customer_name", "customer_number", "total", "created_at")
    search_fields = ("id", "call__id")
    list_filter = ("status",)
    ordering = ("-id",)

    def view_on_site(self, row: Order) -> str | None:
        board = house_url("orders-board")
        return f"{board}#ticket-{row.pk}" if board else None


@register(OrderLine, site=INSIDE)
class OrderLineAdmin(Kept):
    columns = ("id", "order", "quantity", "item", "variant", "total")
    search_fields = ("id", "order__id")
    ordering = ("id",)


@register(OrderLineModifier, site=INSIDE)
class OrderLineModifierAdmin(Kept):
    columns = ("id", "line", "name", "amount", "side", "price")
    search_fields = ("id", "line__order__id")
    ordering = ("id",)


@register(OrderEvent, site=INSIDE)
class OrderEventAdmin(Kept):
    columns = ("id", "order", "status", "by", "note", "at")
    search_fields = ("id", "order__id")
    ordering = ("-id",)


@register(OrderChange, site=INSIDE)
class OrderChangeAdmin(Kept):
    columns = ("id", "order", "revision", "confirmed_by", "at")
    search_fields = ("id", "order__id")
    ordering = ("-id",)


@register(OrderSuggestion, site=INSIDE)
class OrderSuggestionAdmin(Kept):
    columns = ("order", "item_id", "accepted")
    search_fields = ("order__id",)
    ordering = ("order_id",)


@register(Payment, site=INSIDE)
class PaymentAdmin(Kept):
    columns = ("id", "order", "provider", "amount", "currency", "state", "created_at")
    search_fields = ("id", "reference", "order__id")
    list_filter = ("state",)
    ordering = ("id",)


@register(Cart, site=INSIDE)
class CartAdmin(Kept):
    columns = ("id", "call", "version", "quoted_total", "updated_at")
    search_fields = ("id", "call__id")
    ordering = ("id",)


@register(OrderCounter, site=INSIDE)
class OrderCounterAdmin(Kept):
    columns = ("day", "last")
    search_fields = ("day",)


@register(Lookups, site=INSIDE)
class LookupsAdmin(Kept):
    columns = ("missed", "last_at")
    ordering = ("pk",)
