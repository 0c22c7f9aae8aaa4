"""Placed orders as others see them: found by number and name, as JSON, as the kitchen's ticket."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.accounts.rest.fields import MaskedNumber, Moment
from apps.orders import ticket
from apps.orders.models import PAYMENTS, STATUSES, Order, OrderLine, OrderLineModifier
from apps.tenants.scope import Place


def find(*, number: int, day: date, name: str) -> Order | None:
    """An order of the last week by number and name: neither alone reveals anything."""
    rows = Order.objects.filter(number=number, day__gt=day - timedelta(days=7), day__lte=day).order_by("-day")
    return next((row for row in rows if _same_name(row.customer_name, name)), None)


def _same_name(one: str, other: str) -> bool:
    mine, theirs = one.lower().split(), other.lower().split()
    return bool(mine and theirs) and (mine == theirs or mine[-1] == theirs[-1] or mine[0] == theirs[0])


class ModifierShown(serializers.ModelSerializer[OrderLineModifier]):
    amount = serializers.ChoiceField(choices=["none", "light", "regular", "extra"])
    side = serializers.ChoiceField(choices=["whole", "left", "right"])

    class Meta:
        model = OrderLineModifier
        fields = ("name", "amount", "side")


class LineShown(serializers.ModelSerializer[OrderLine]):
    variant = serializers.SerializerMethodField()
    modifiers = ModifierShown(many=True)

    class Meta:
        model = OrderLine
        fields = ("item", "quantity", "variant", "modifiers", "note", "total")

    def get_variant(self, line: OrderLine) -> str | None:
        return line.variant or None


class OrderShown(serializers.ModelSerializer[Order]):
    """As CONTRACT.md has it: for REST, tools, webhooks and reports alike. The number is masked but where the context
    says `whole`."""

    status = serializers.ChoiceField(choices=STATUSES, read_only=True)
    payment = serializers.ChoiceField(choices=PAYMENTS, read_only=True)
    customer_number = MaskedNumber()
    lines = serializers.SerializerMethodField()
    ready_at = Moment(read_only=True)
    created_at = Moment(read_only=True)
    banners = serializers.ListField(child=serializers.CharField(), read_only=True)
    call_id = serializers.UUIDField(read_only=True, allow_null=True)

    class Meta:
        model = Order
        fields = (
            "id", "number", "status", "revision", "payment", "customer_name", "customer_number", "lines", "note",
            "subtotal", "tax", "total", "currency", "ready_at", "banners", "call_id", "created_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(LineShown(many=True))
    def get_lines(self, order: Order) -> Any:
        return LineShown(order.lines.prefetch_related("modifiers"), many=True).data


def as_json(order: Order) -> dict[str, Any]:
    """With the whole number: whoever shows it masks it."""
    return dict(OrderShown(order, context={"whole": True}).data)


def facts_for_text(order: Order, *, place: Place) -> dict[str, Any]:
    """What a text message about it may speak of."""
    ready = order.ready_at.astimezone(ZoneInfo(place.timezone))
    return {"number": order.number, "ready": f"{ready:%-I:%M %p}", "total": f"{order.total} {order.currency}"}


def ticket_of(order: Order, *, place: Place, reprint: bool = False) -> ticket.Ticket:
    """What the kitchen's printer gets."""
    zone = ZoneInfo(place.timezone)
    lines = list(order.lines.prefetch_related("modifiers"))
    return ticket.Ticket(
        restaurant=place.name,
        number=order.number,
        customer=order.customer_name,
        placed_at=order.created_at.astimezone(zone),
        ready_at=order.ready_at.astimezone(zone),
        lines=tuple(_ticket_line(line) for line in lines),
        total=order.total,
        currency=order.currency,
        note=order.note,
        check_id=any(line.alcohol for line in lines),
        scheduled=order.status == "scheduled",
        reprint=reprint,
        cancelled=order.status == "cancelled",
        changed=order.revision > 1,
        paid=order.payment == "paid",
    )


def _ticket_line(line: OrderLine) -> ticket.Line:
    changes = [ticket.Change(each.name, each.amount, each.side) for each in line.modifiers.all() if not each.from_menu]
    return ticket.Line(line.quantity, line.item, line.variant, tuple(changes), line.note, line.total)
