"""Today: what needs a person, who is on the line, and what comes next."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.calls.models import Call, Ticket
from apps.dashboard import board
from apps.dashboard.shell import NEEDS_SOMEBODY, Here, page, render_page
from apps.language import phones
from apps.orders.models import Order
from apps.reservations.models import Reservation
from apps.restaurant import services as restaurant

SHOWN = 12
"""Of each list; the pages of their own have all."""
DAYPARTS = ((5, "night"), (12, "morning"), (17, "afternoon"), (24, "evening"))


@require_GET
@page("orders.view")
def today(request: HttpRequest, here: Here) -> HttpResponse:
    return render_page(request, here, "dashboard/today.html", section="today", **_shown(here))


@require_GET
@page("orders.view")
def part(request: HttpRequest, here: Here) -> HttpResponse:
    """What moves, for a page that is open."""
    return render(request, "dashboard/today_part.html", {"here": here, **_shown(here)})


def _shown(here: Here) -> dict[str, Any]:
    now = timezone.now()
    local = now.astimezone(here.zone)
    midnight = datetime.combine(local.date(), time(0), here.zone)
    live = Call.objects.exclude(state=Call.State.ENDED).order_by("started_at")[:SHOWN]
    newest = Call.objects.filter(state=Call.State.ENDED, started_at__gte=midnight).order_by("-started_at")[:SHOWN]
    soon, tomorrow = now - timedelta(minutes=30), midnight + timedelta(days=1)
    tables = Reservation.objects.filter(status__in=("booked", "confirmed"), starts_at__gte=soon, starts_at__lt=tomorrow)
    return {
        "now": now,
        "title": f"{local:%A} {next(word for hour, word in DAYPARTS if local.hour < hour)}",
        "date": f"{local.day} {local:%B}, {board.said(now, here.zone)}",
        "number": restaurant.settings().phone,
        "needs": _needs(here, now),
        "live": [_call(call, here) for call in live],
        "calls": [_call(call, here) for call in newest],
        "tables": [_table(row, here) for row in tables.order_by("starts_at")[:SHOWN]],
    }


def _needs(here: Here, now: datetime) -> list[dict[str, Any]]:
    """Orders nobody has taken on, and tickets that are due."""
    waiting = Order.objects.filter(status__in=NEEDS_SOMEBODY).order_by("created_at")[:SHOWN]
    found = [_waiting(order, here) for order in waiting]
    due = Ticket.objects.filter(status="open", acknowledged_at=None, due_at__lte=now).order_by("due_at")[:SHOWN]
    found += [
        {
            "icon": "tasks",
            "what": ticket.summary,
            "more": ", ".join(filter(None, [ticket.type.replace("_", " "), phones.mask(ticket.callback_number)])),
            "since": ticket.due_at,
            "order": "",
        }
        for ticket in due
    ]
    return found


def _waiting(order: Order, here: Here) -> dict[str, Any]:
    wants = "wants your approval" if order.status == "approval" else "has not been acknowledged"
    pickup = board.said(order.ready_at, here.zone)
    return {
        "icon": "bell",
        "what": f"Order {order.number} {wants}",
        "more": f"{order.customer_name}, pickup {pickup}, {board.money(order.total, order.currency)}",
        "since": order.created_at,
        "order": str(order.pk),
    }


def _call(call: Call, here: Here) -> dict[str, Any]:
    seconds = call.duration_seconds
    return {
        "when": board.said(call.started_at, here.zone),
        "since": call.started_at,
        "masked": phones.mask(call.from_number) or "withheld",
        "length": "" if seconds is None else f"{seconds // 60}:{seconds % 60:02}",
        "ended_by": call.ended_by,
        "outcome": call.outcome.replace("_", " "),
    }


def _table(row: Reservation, here: Here) -> dict[str, str]:
    return {
        "when": board.said(row.starts_at, here.zone),
        "name": row.name,
        "party": f"party of {row.party_size}",
        "notes": row.notes,
    }
