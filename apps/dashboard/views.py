"""Pages for people: the front door, and the first form of Today."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from apps.accounts import audit, permissions, tokens
from apps.accounts.models import Membership, User
from apps.calls.models import Call
from apps.language import phones
from apps.orders.models import Order
from apps.restaurant import services as restaurant
from apps.tenants import scope
from apps.voice import demo_restaurants

NEWEST = 20


def home(request: HttpRequest) -> HttpResponse:
    """Sign in, and go on to a restaurant one belongs to."""
    if request.method != "POST":
        if request.user.is_authenticated:
            return _onward(request)
        return _door(request)
    email = request.POST.get("email", "").strip()
    user = authenticate(request, username=email, password=request.POST.get("password", ""))
    address = audit.address_of(request)
    if user is None:
        audit.record("sign_in.refused", actor=email[:254], address=address)
        return _door(request, wrong="This e-mail address and password do not go together.", email=email)
    with transaction.atomic():
        login(request, user)
        audit.record("sign_in", actor=user.email, address=address)
    return _onward(request)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    who = request.user.email if isinstance(request.user, User) else ""
    with transaction.atomic():
        logout(request)
        if who:
            audit.record("sign_out", actor=who, address=audit.address_of(request))
    return redirect("home")


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


def _onward(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    membership = Membership.objects.filter(user=request.user).select_related("restaurant").first()
    if membership is not None:
        return redirect("today", slug=membership.restaurant.slug)
    places = scope.all_places() if request.user.is_superuser else []
    if places:
        return redirect("today", slug=places[0].slug)
    return _door(request, wrong="You belong to no restaurant yet.")


def _door(request: HttpRequest, **more: Any) -> HttpResponse:
    demos = [email for email, _, _ in demo_restaurants.LOGINS] if settings.DEBUG else []
    context = {"demos": demos, "demo_password": demo_restaurants.PASSWORD, **more}
    return render(request, "dashboard/home.html", context)


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
