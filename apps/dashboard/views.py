"""Pages for people: the first form of Today."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.accounts import audit, permissions, tokens
from apps.accounts.models import User
from apps.calls.models import Call
from apps.language import phones
from apps.orders.models import Order
from apps.restaurant import services as restaurant
from apps.tenants import scope

NEWEST = 20


@require_GET
def today(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest orders and calls of one restaurant."""
    place, role = _admitted(request, "orders.view")
    zone = ZoneInfo(place.timezone)
    orders = Order.objects.prefetch_related("lines")[:NEWEST]
    context: dict[str, Any] = {
        "place": place,
        "number": restaurant.settings().phone,
        "signed_in": request.user,
        "role": role,
        "orders": [_order(order, zone) for order in orders],
        "calls": [_call(call, zone) for call in Call.objects.all()[:NEWEST]],
    }
    return render(request, "dashboard/today.html", context)


def _admitted(request: HttpRequest, permission: str) -> tuple[scope.Place, permissions.Role]:
    """The restaurant of this address, for somebody who belongs to it and may do this."""
    place = scope.here()
    if place is None or not isinstance(request.user, User):
        raise PermissionDenied
    try:
        grant = tokens.grant_for(request.user, restaurant=place.slug)
    except tokens.Refused:
        raise PermissionDenied from None
    if not permissions.allowed(grant.role, permission):
        raise PermissionDenied
    if grant.role is permissions.Role.SUPER_ADMIN:
        audit.opened_as(request, place, actor=grant.by)
    return place, grant.role


def _order(order: Order, zone: ZoneInfo) -> dict[str, Any]:
    lines = [f"{line.quantity} {line.variant} {line.item}".replace("  ", " ") for line in order.lines.all()]
    return {
        "number": order.number,
        "customer_name": order.customer_name,
        "masked": phones.mask(order.customer_number),
        "what": ", ".join(lines),
        "ready": f"{order.ready_at.astimezone(zone):%H:%M}",
        "total": order.total,
        "currency": order.currency,
        "status": order.status,
    }


def _call(call: Call, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "when": f"{call.started_at.astimezone(zone):%d %b %H:%M}",
        "masked": phones.mask(call.from_number) or "withheld",
        "length": "–" if call.duration_seconds is None else f"{call.duration_seconds} s",
        "ended_by": call.ended_by,
        "outcome": call.outcome,
    }
