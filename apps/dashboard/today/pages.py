"""Today: what needs a person, who is on the line, how the day goes, and what comes next."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from apps.calls.models import Call, Ticket
from apps.dashboard import written
from apps.dashboard.orders import board
from apps.dashboard.orders import pages as orders
from apps.dashboard.shell import NEEDS_SOMEBODY, Here, page, render_page
from apps.dashboard.today import line
from apps.language import phones
from apps.orders.models import Order
from apps.reservations.models import Reservation
from apps.restaurant import hours
from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings
from apps.voice import figures
from apps.voice.figures import Days
from loman import observability

SHOWN = 12
"""Of each list; the pages of their own have all."""
TICKETS_SHOWN, TABLES_SHOWN, CALLS_SHOWN = 4, 6, 5
DAYPARTS: tuple[tuple[int, str | Promise], ...] = (
    (5, gettext_lazy("%(day)s night")),
    (12, gettext_lazy("%(day)s morning")),
    (17, gettext_lazy("%(day)s afternoon")),
    (24, gettext_lazy("%(day)s evening")),
)


@require_GET
@page("orders.view")
def today(request: HttpRequest, here: Here) -> HttpResponse:
    given = {**line.shown(request, here), **_shown(here)}
    return render_page(request, here, "dashboard/today/page.html", section="today", **given)


@require_GET
@page("orders.view")
def part(request: HttpRequest, here: Here) -> HttpResponse:
    """What moves besides the calls on the line, for a page that is open."""
    return render(request, "dashboard/today/part.html", {"here": here, "is_part": True, **_shown(here)})


def _shown(here: Here) -> dict[str, Any]:
    now = timezone.now()
    local = now.astimezone(here.zone)
    midnight = datetime.combine(local.date(), time(0), here.zone)
    newest = Call.objects.filter(state=Call.State.ENDED, started_at__gte=midnight).order_by("-started_at")
    soon, tomorrow = now - timedelta(minutes=30), midnight + timedelta(days=1)
    tables = Reservation.objects.filter(status__in=("booked", "confirmed"), starts_at__gte=soon, starts_at__lt=tomorrow)
    tickets = Ticket.objects.filter(status="open").order_by("due_at", "created_at")
    chosen = restaurant.settings()
    part_of_day = next(word for hour, word in DAYPARTS if local.hour < hour)
    return {
        "now": now,
        "title": str(part_of_day) % {"day": date_format(local, "l")},
        "date": f"{date_format(local, 'j F')}, {written.clock(now, here.zone)}",
        "standing": _standing(here, chosen, now),
        "paused": _paused(here, chosen, now),
        "may_pause": here.may("settings.change"),
        "needs": _needs(here, now),
        "stats": _stats(here, chosen, local),
        "calls": [_call(call, here) for call in newest[:CALLS_SHOWN]],
        "tables": [_table(row, here) for row in tables.order_by("starts_at")[:TABLES_SHOWN]],
        "tickets": [_ticket(row, here, now) for row in tickets[:TICKETS_SHOWN]],
        "ticket_count": tickets.count(),
    }


def _standing(here: Here, chosen: RestaurantSettings, now: datetime) -> str:
    """ "Open until 10:00 pm, quoting 25 minutes." """
    week = restaurant.read_week(timezone=here.place.timezone)
    if until := hours.open_until(week, now):
        how = {"time": written.clock(until, here.zone), "minutes": orders.quoted_minutes(chosen, now)}
        return _("Open until %(time)s, quoting %(minutes)s minutes.") % how
    opens = hours.opens_next(week, now)
    if opens == now:
        return _("Open round the clock, quoting %(minutes)s minutes.") % {"minutes": orders.quoted_minutes(chosen, now)}
    if opens is None:
        return _("Closed. No opening hours are set.")
    local = opens.astimezone(here.zone)
    return _("Closed until %(day)s, %(time)s.") % {
        "day": date_format(local, "l"),
        "time": written.clock(opens, here.zone),
    }


def _paused(here: Here, chosen: RestaurantSettings, now: datetime) -> str:
    until = chosen.ordering_paused_until
    return written.clock(until, here.zone) if until and until > now else ""


# ---- what needs a person -----------------------------------------------------------------------------


def _needs(here: Here, now: datetime) -> list[dict[str, Any]]:
    """Orders nobody has taken on, and tickets that are due; each with the one deed it asks for."""
    waiting = Order.objects.filter(status__in=NEEDS_SOMEBODY).order_by("created_at")[:SHOWN]
    due = Ticket.objects.filter(status="open", acknowledged_at=None, due_at__lte=now).order_by("due_at")[:SHOWN]
    unprinted = orders.on_the_board().filter(last_print__startswith="not printed")[:SHOWN]
    found = [_waiting(order, here) for order in waiting] + [_unprinted(order, here) for order in unprinted]
    return found + [_due(ticket, here) for ticket in due]


def _waiting(order: Order, here: Here) -> dict[str, Any]:
    step, verb = board.NEXT[order.status]
    says = _("Order %(number)s wants your approval") if order.status == "approval" else None
    says = says or _("Order %(number)s has not been acknowledged")
    how = {
        "name": order.customer_name,
        "time": written.clock(order.ready_at, here.zone),
        "total": written.money(order.total, order.currency),
    }
    return {
        "id": str(order.pk),
        "icon": "bell",
        "what": says % {"number": order.number},
        "more": _("%(name)s, pickup %(time)s, %(total)s") % how,
        "since": order.created_at,
        "to": reverse("order-do", args=[here.place.slug, order.pk]),
        "deed": step,
        "revision": order.revision,
        "verb": verb,
        "may": here.may("orders.advance"),
    }


def _unprinted(order: Order, here: Here) -> dict[str, Any]:
    how = {"name": order.customer_name, "time": written.clock(order.ready_at, here.zone)}
    return {
        "id": f"print-{order.pk}",
        "icon": "printer",
        "what": _("Order %(number)s did not print") % {"number": order.number},
        "more": _("%(name)s, pickup %(time)s") % how,
        "since": order.created_at,
        "to": reverse("order-paper", args=[here.place.slug, order.pk]),
        "is_paper": True,
        "verb": _("Print again"),
        "may": here.may("orders.advance"),
    }


def _due(ticket: Ticket, here: Here) -> dict[str, Any]:
    return {
        "id": str(ticket.pk),
        "icon": "tasks",
        "what": observability.masked(ticket.summary),
        "more": ", ".join(filter(None, [_kind(ticket), phones.mask(ticket.callback_number)])),
        "since": ticket.due_at,
        "to": reverse("ticket-do", args=[here.place.slug, ticket.pk]),
        "deed": "take",
        "verb": _("Take it on"),
        "may": here.may("tickets.change"),
    }


def _kind(ticket: Ticket) -> str:
    return ticket.type.replace("_", " ").capitalize()


# ---- how the day goes --------------------------------------------------------------------------------


def _stats(here: Here, chosen: RestaurantSettings, local: datetime) -> list[dict[str, str]]:
    """Four figures of the day, never one without what it is counted of."""
    day = Days(local.date(), local.date(), here.place.timezone)
    found = figures.over(day, currency=chosen.currency)["figures"]
    calls, answered, placed = (found[name] for name in ("calls", "answered", "orders"))
    missed = calls["value"] - answered["value"]
    revenue, half, most = (found[name] for name in ("revenue", "reply_p50_ms", "reply_p95_ms"))
    each = f"{float(revenue['value']) / revenue['of']:.2f}" if revenue["of"] else ""
    return [
        {
            "name": _("Answered"),
            "figure": str(answered["value"]),
            "of": ngettext("of %(count)s call", "of %(count)s calls", answered["of"]) % {"count": answered["of"]},
            "about": _("%(count)s rang out") % {"count": missed} if missed else _("none rang out"),
        },
        {
            "name": _("Orders"),
            "figure": str(placed["value"]),
            "of": _("of %(count)s placed") % {"count": placed["of"]},
            "about": _("the others were cancelled") if placed["value"] < placed["of"] else _("none was cancelled"),
        },
        {
            "name": _("Order value"),
            "figure": _money(revenue["value"], chosen.currency),
            "of": ngettext("from %(count)s order", "from %(count)s orders", revenue["of"]) % {"count": revenue["of"]},
            "about": _("%(amount)s each") % {"amount": _money(each, chosen.currency)} if each else _("tax included"),
        },
        {
            "name": _("Reply time"),
            "figure": _seconds(half["value"]),
            "of": ngettext("in %(count)s turn", "in %(count)s turns", half["of"]) % {"count": half["of"]},
            "about": _("half of them faster; 95 in 100 under %(time)s") % {"time": _seconds(most["value"])}
            if half["of"]
            else _("from the guest's last sound to Loman's first"),
        },
    ]


def _money(amount: str, currency: str) -> str:
    return f"${amount}" if currency == "USD" else f"{amount} {currency}"


def _seconds(milliseconds: int | None) -> str:
    return "–" if milliseconds is None else _("%(seconds)s s") % {"seconds": f"{milliseconds / 1000:.1f}"}


# ---- what was and what comes -------------------------------------------------------------------------


def _call(call: Call, here: Here) -> dict[str, Any]:
    seconds = call.duration_seconds
    return {
        "id": str(call.pk),
        "when": written.clock(call.started_at, here.zone),
        "masked": phones.mask(call.from_number) or _("withheld"),
        "length": "" if seconds is None else f"{seconds // 60}:{seconds % 60:02}",
        "outcome": call.outcome.replace("_", " ") or call.ended_by,
    }


def _table(row: Reservation, here: Here) -> dict[str, str]:
    return {
        "when": written.clock(row.starts_at, here.zone),
        "name": row.name,
        "party": _("party of %(size)s") % {"size": row.party_size},
        "notes": row.notes,
    }


def _ticket(row: Ticket, here: Here, now: datetime) -> dict[str, Any]:
    due = ""
    if row.due_at:
        local, said = row.due_at.astimezone(here.zone), written.clock(row.due_at, here.zone)
        is_today = local.date() == now.astimezone(here.zone).date()
        due = _("due %(time)s") % {"time": said if is_today else f"{date_format(local, 'D j M')}, {said}"}
    return {
        "summary": observability.masked(row.summary),
        "more": ", ".join(filter(None, [_kind(row), phones.mask(row.callback_number), due, row.assignee])),
    }
