"""Placed orders as others see them: found by number and name, as JSON, as the kitchen's ticket."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apps.orders import ticket
from apps.orders.models import Order, OrderLine
from apps.tenants.scope import Place


def find(*, number: int, day: date, name: str) -> Order | None:
    """An order of the last week by number and name: neither alone reveals anything."""
    rows = Order.objects.filter(number=number, day__gt=day - timedelta(days=7), day__lte=day).order_by("-day")
    return next((row for row in rows if _same_name(row.customer_name, name)), None)


def _same_name(one: str, other: str) -> bool:
    mine, theirs = one.lower().split(), other.lower().split()
    return bool(mine and theirs) and (mine == theirs or mine[-1] == theirs[-1] or mine[0] == theirs[0])


def as_json(order: Order) -> dict[str, Any]:
    """An order as CONTRACT.md has it, with the whole number: whoever shows it masks it."""
    lines = list(order.lines.prefetch_related("modifiers"))
    return {
        "id": str(order.pk),
        "number": order.number,
        "status": order.status,
        "revision": order.revision,
        "payment": order.payment,
        "customer_name": order.customer_name,
        "customer_number": order.customer_number,
        "lines": [_line_json(line) for line in lines],
        "note": order.note,
        "subtotal": str(order.subtotal),
        "tax": str(order.tax),
        "total": str(order.total),
        "currency": order.currency,
        "ready_at": order.ready_at.isoformat(),
        "banners": order.banners,
        "call_id": str(order.call_id) if order.call_id else None,
        "created_at": order.created_at.isoformat(),
    }


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


def _line_json(line: OrderLine) -> dict[str, Any]:
    return {
        "item": line.item,
        "quantity": line.quantity,
        "variant": line.variant or None,
        "modifiers": [{"name": each.name, "amount": each.amount, "side": each.side} for each in line.modifiers.all()],
        "note": line.note,
        "total": str(line.total),
    }
