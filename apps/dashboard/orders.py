"""The board of the kitchen: orders by step, and what is done to them with one touch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from apps.accounts import audit
from apps.dashboard import board
from apps.dashboard.shell import Here, done, page, render_page
from apps.menu import services as menu
from apps.menu.models import MenuItem
from apps.orders import lifecycle, printing
from apps.orders import ticket as printed
from apps.orders.models import Order, OrderEvent
from apps.outbox import live
from apps.restaurant import hours
from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings

BOARD = "dashboard/orders/board.html"
LATER_SHOWN = 50
DELAY_MINUTES = 10
LONGEST_DEED = timedelta(seconds=30)
"""So much earlier than its commit an event may be dated."""
MOST_SINGLY = 10
PAUSES = {"15": 15, "30": 30, "60": 60}


@require_GET
@gzip_page
@page("orders.view")
def show(request: HttpRequest, here: Here) -> HttpResponse:
    return render_page(request, here, "dashboard/orders/page.html", section="orders", **_shown(here))


@require_GET
@page("orders.view")
def one(request: HttpRequest, here: Here, order_id: UUID) -> HttpResponse:
    """One ticket; nothing where it does not hang on the board (any more)."""
    row = _on_the_board().filter(pk=order_id).first()
    if row is None:
        _found(order_id)
        return HttpResponse(status=204)
    shown = board.ticket(row, now=timezone.now(), zone=here.zone)
    return render(request, "dashboard/orders/ticket.html", {"here": here, "ticket": shown, **_rights(here)})


@require_GET
@page("orders.view")
def since(request: HttpRequest, here: Here) -> HttpResponse:
    """`{"orders": [ids]}` of what may have changed since `at`; null when that is more than a page asks for singly."""
    at = parse_datetime(request.GET.get("at", "")) if len(request.GET.get("at", "")) < 40 else None
    if at is None or at.tzinfo is None:
        return JsonResponse({"orders": None})
    events = OrderEvent.objects.filter(at__gte=at - LONGEST_DEED, order__status__in=board.COLUMNS)
    changed = list(events.order_by().values_list("order_id", flat=True).distinct()[: MOST_SINGLY + 1])
    return JsonResponse({"orders": changed if len(changed) <= MOST_SINGLY else None})


@require_GET
@gzip_page
@page("orders.view")
def part(request: HttpRequest, here: Here) -> HttpResponse:
    """The board alone, for a page that is open."""
    return render(request, BOARD, {"here": here, **_shown(here)})


@require_POST
@page("orders.advance")
def do(request: HttpRequest, here: Here, order_id: UUID) -> HttpResponse:
    """One touch on a ticket: `deed` is a step's name, `delay`, `cancel` or `eighty-six`."""
    _found(order_id)
    wanted = request.POST.get("deed", "")
    deed = _DEEDS.get(wanted, _advance)
    try:
        said = deed(request, here, order_id, timezone.now())
    except lifecycle.Refusal as refusal:
        return _answer(request, here, str(refusal), failed=True)
    return _answer(request, here, said)


@require_POST
@page("orders.advance")
def print_ticket(request: HttpRequest, here: Here, order_id: UUID) -> HttpResponse:
    """The ticket as a page that prints itself; counted, so that the second says REPRINT."""
    _found(order_id)
    shown = printing.print_ticket(order_id, by=here.by, place=here.place, now=timezone.now())
    return render(request, "dashboard/orders/printed.html", {"text": printed.as_text(shown), "number": shown.number})


def _found(order_id: UUID) -> None:
    if not Order.objects.filter(pk=order_id).exists():
        raise Http404("There is no such order.")


@require_POST
@page("settings.change")
def pause(request: HttpRequest, here: Here) -> HttpResponse:
    """Take no orders for minutes, for the rest of the day, or take them again."""
    wanted, now = request.POST.get("for", ""), timezone.now()
    until = None if wanted == "resume" else _end_of_pause(wanted, here, now)
    restaurant.change_settings({"ordering_paused_until": until}, by=here.by)
    live.touched("orders")
    if until is None:
        return _answer(request, here, "Orders are taken again")
    return _answer(request, here, f"No orders until {board.said(until, here.zone)}. Callers are told")


def _end_of_pause(wanted: str, here: Here, now: datetime) -> datetime:
    if wanted == "rest_of_day":
        return hours.end_of_day(restaurant.read_week(timezone=here.place.timezone), now)
    if wanted not in PAUSES:
        raise Http404("Pause for 15, 30 or 60 minutes, or the rest of the day.")
    return now + timedelta(minutes=PAUSES[wanted])


# ---- what is done to a ticket ------------------------------------------------------------------------


def _advance(request: HttpRequest, here: Here, order_id: UUID, now: datetime) -> str:
    seen = request.POST.get("revision", "")
    order = lifecycle.advance(
        order_id,
        to=request.POST.get("deed", ""),
        by=here.by,
        place=here.place,
        now=now,
        seen_revision=int(seen) if seen.isdecimal() and len(seen) < 9 else None,
    )
    return f"Order {order.number} {_DONE.get(order.status, order.status)}"


_DONE = {
    "new": "approved",
    "scheduled": "approved for later",
    "unpaid": "approved, waiting for its money",
    "accepted": "acknowledged",
    "preparing": "being made",
    "ready": "ready",
    "picked_up": "picked up",
}


def _delay(request: HttpRequest, here: Here, order_id: UUID, now: datetime) -> str:
    order = lifecycle.delay(order_id, minutes=DELAY_MINUTES, by=here.by, place=here.place, now=now)
    told = ". The guest gets a text" if order.customer_number else ". There is no number to tell the guest"
    return f"Order {order.number} is due {board.said(order.ready_at, here.zone)}{told}"


def _cancel(request: HttpRequest, here: Here, order_id: UUID, now: datetime) -> str:
    if not here.may("orders.cancel"):
        raise PermissionDenied
    reason = request.POST.get("reason", "")
    order = lifecycle.cancel(order_id, reason=reason, by=here.by, place=here.place, now=now)
    return f"Order {order.number} cancelled"


def _eighty_six(request: HttpRequest, here: Here, order_id: UUID, now: datetime) -> str:
    """What a ticket asks for and the kitchen has no more of: until tomorrow, also in calls that are running."""
    if not here.may("menu.eighty_six"):
        raise PermissionDenied
    wanted = Order.objects.get(pk=order_id).lines.filter(item=request.POST.get("item", "")).first()
    item = MenuItem.objects.filter(pk=wanted.item_id).first() if wanted else None
    if item is None:
        raise lifecycle.Refusal("That item is not on the menu any more.")
    week = restaurant.read_week(timezone=here.place.timezone)
    menu.eighty_six_until_tomorrow(item, now=now, week=week, reason="86 from a ticket")
    audit.record("menu.eighty_six", actor=here.by, place=here.place, subject=f"menu_items/{item.pk}")
    live.touched("menu")
    return f"{item.name} is 86 until tomorrow"


Deed = Callable[[HttpRequest, Here, UUID, datetime], str]
_DEEDS: dict[str, Deed] = {"delay": _delay, "cancel": _cancel, "eighty-six": _eighty_six}


# ---- what is shown -----------------------------------------------------------------------------------


def _shown(here: Here) -> dict[str, Any]:
    now = timezone.now()
    later = Order.objects.filter(status__in=("scheduled", "unpaid")).order_by("ready_at")[:LATER_SHOWN]
    chosen = restaurant.settings()
    paused = chosen.ordering_paused_until
    return {
        "now": now,
        "board_columns": _columns([board.ticket(row, now=now, zone=here.zone) for row in _on_the_board()]),
        "later": [_later(row, here) for row in later.prefetch_related("lines")],
        "minutes": quoted_minutes(chosen, now),
        "paused": board.said(paused, here.zone) if paused and paused > now else "",
        "may_pause": here.may("settings.change"),
        **_rights(here),
    }


def _rights(here: Here) -> dict[str, bool]:
    return {"may_cancel": here.may("orders.cancel"), "may_eighty_six": here.may("menu.eighty_six")}


def _on_the_board() -> QuerySet[Any]:
    """What is due first on top, each with `since`: when it came to its step."""
    came = OrderEvent.objects.filter(order=OuterRef("pk"), status=OuterRef("status")).order_by("at")
    rows: QuerySet[Any] = Order.objects.filter(status__in=board.COLUMNS).annotate(since=Subquery(came.values("at")[:1]))
    return rows.prefetch_related("lines__modifiers").order_by("ready_at", "number")


_HEADS = {
    "new": ("New", ("That is all for now", "The next order rings here until somebody acknowledges it.")),
    "prep": ("Making", ("Nothing is being made", "What you acknowledge comes here, what is due first on top.")),
    "ready": ("Ready", ("Nothing waits", "Orders that are ready stay here until they are picked up.")),
}


def _columns(tickets: list[board.Ticket]) -> list[dict[str, Any]]:
    found = board.columns(tickets)
    return [
        {"key": key, "title": title, "empty": empty, "tickets": found[key]} for key, (title, empty) in _HEADS.items()
    ]


def quoted_minutes(chosen: RestaurantSettings, now: datetime) -> int:
    """What callers are told that an order takes."""
    own, until = chosen.prep_minutes_override, chosen.prep_minutes_until
    return own if own and until and until > now else chosen.prep_minutes


def _later(order: Order, here: Here) -> dict[str, Any]:
    count = sum(line.quantity for line in order.lines.all())
    if order.status == "unpaid":
        when = "waits for its money"
    else:
        when = f"starts {board.said(order.fires_at or order.ready_at, here.zone)}"
    return {
        "number": order.number,
        "guest": order.customer_name,
        "items": f"{count} item{'' if count == 1 else 's'}",
        "when": f"{when}, ready {board.said(order.ready_at, here.zone)}",
    }


def _answer(request: HttpRequest, here: Here, said: str, *, failed: bool = False) -> HttpResponse:
    return done(request, here, said, part=BOARD, page="orders-board", shown=_shown(here), failed=failed)
