"""What all pages of a restaurant share: who may look, and the frame around the page."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.accounts import audit, permissions, tokens
from apps.accounts.models import Membership, User
from apps.calls import using
from apps.calls.models import Ticket
from apps.dashboard import navigation, tongue
from apps.language import phones
from apps.orders.models import Order
from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings
from apps.tenants import scope
from loman.database.counting import how_many

NEEDS_SOMEBODY = ("approval", "new")
"""Orders that ring until somebody takes them on."""


@dataclass(frozen=True, slots=True)
class Here:
    """Who looks at which restaurant."""

    place: scope.Place
    role: permissions.Role
    by: str
    """As the audit record names them."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.place.timezone)

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.place.name.split()[:2]).upper()

    def may(self, permission: str) -> bool:
        return permissions.allowed(self.role, permission)


Page = Callable[..., HttpResponse]


def page(permission: str) -> Callable[[Page], Page]:
    """A page of one restaurant: for those who belong to it and may do this. The view gets a `Here`."""

    def declare(view: Page) -> Page:
        @wraps(view)
        def admitted(request: HttpRequest, slug: str, **parameters: Any) -> HttpResponse:
            with tongue.of(request):
                return view(request, _admit(request, permission), **parameters)

        return admitted

    return declare


def _admit(request: HttpRequest, permission: str) -> Here:
    place = scope.here()
    if place is None or not isinstance(request.user, User):
        raise PermissionDenied
    role = role_at(request.user, place)
    if role is None or not permissions.allowed(role, permission):
        raise PermissionDenied
    if role is permissions.Role.SUPER_ADMIN:
        audit.opened_as(request, place, actor=request.user.email)
    return Here(place, role, request.user.email)


def role_at(user: User, place: scope.Place) -> permissions.Role | None:
    """What somebody is at this restaurant; None when they do not belong there."""
    try:
        return tokens.grant_for(user, restaurant=place.slug).role
    except tokens.Refused:
        return None


def render_page(request: HttpRequest, here: Here, template: str, **context: Any) -> HttpResponse:
    """The page within its frame."""
    return render(request, template, {"here": here, "frame": _frame(request, here), **context})


@require_GET
@page("restaurant.view")
def side(request: HttpRequest, here: Here) -> HttpResponse:
    """The side bar with its figures as they are now, for a page that is open."""
    return render(request, "dashboard/side.html", {"here": here, "frame": _frame(request, here)})


@dataclass(frozen=True, slots=True)
class Undo:
    """What takes a deed back: posted to `to` with `fields`; the answer replaces `target`, as the deed's did."""

    to: str
    target: str
    fields: dict[str, str]


def done(
    request: HttpRequest,
    here: Here,
    said: str,
    *,
    part: str,
    page: str,
    shown: dict[str, Any],
    failed: bool = False,
    undo: Undo | None = None,
) -> HttpResponse:
    """After a deed: the `part` as it is now and what happened, for a page with scripts; else the `page` again."""
    if not request.headers.get("HX-Request"):
        return redirect(page, slug=here.place.slug)
    return tell(render(request, part, {"here": here, **shown}), said, failed=failed, undo=undo)


def tell(answer: HttpResponse, said: str, *, failed: bool = False, undo: Undo | None = None) -> HttpResponse:
    """Have the page say what happened, once it shows what it was answered."""
    told: dict[str, Any] = {"text": str(said), "failed": failed}
    if undo is not None:
        told["undo"] = asdict(undo)
    answer["HX-Trigger-After-Settle"] = json.dumps({"said": told})
    return answer


def _frame(request: HttpRequest, here: Here) -> dict[str, Any]:
    """The side bar's figures, in one query, and the houses somebody may switch to."""
    restaurant.settings()
    row: Any = RestaurantSettings.objects.annotate(
        new_orders=how_many(Order.objects.filter(status__in=NEEDS_SOMEBODY)),
        open_tickets=how_many(Ticket.objects.filter(status="open")),
        live_calls=how_many(using.on_the_line(timezone.now()).filter(ended_at=None)),
    ).get(pk=1)
    counts: dict[str, tuple[int, str | Promise]] = {
        "orders": (row.new_orders, _("new")),
        "calls": (row.live_calls, _("live")),
        "tickets": (row.open_tickets, _("open")),
    }
    entries = navigation.entries(here, counts=counts, lamps={"orders"})
    return {
        "number": phones.written(row.phone),
        "entries": entries,
        "more_waits": sum(entry["count"] for entry in entries if not entry["is_tab"]),
        "live_calls": row.live_calls,
        "paused_until": row.ordering_paused_until,
        "houses": _houses(request.user, here),
        "spans_all": here.may("restaurants.manage"),
    }


@scope.public()
def _houses(user: Any, here: Here) -> list[dict[str, str]]:
    if here.role is permissions.Role.SUPER_ADMIN:
        return []
    rows = Membership.objects.filter(user=user).exclude(restaurant_id=here.place.id).select_related("restaurant")
    return [{"slug": row.restaurant.slug, "name": row.restaurant.name} for row in rows.order_by("restaurant__name")]
