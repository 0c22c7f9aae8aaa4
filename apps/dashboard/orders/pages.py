"""The board of the kitchen: orders by step, and what is done to them with one touch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from apps.accounts import audit
from apps.dashboard import written
from apps.dashboard.orders import board
from apps.dashboard.shell import Here, Undo, done, page, render_page
from apps.menu import services as menu
from apps.menu.models import MenuItem
from apps.orders import lifecycle
from apps.orders.models import Order, OrderEvent
from apps.outbox import live
from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings

BOARD = "dashboard/orders/board.html"
LATER_SHOWN = 50
DELAY_MINUTES = 10
GONE_SHOWN = 20
LONGEST_DEED = timedelta(seconds=30)
"""So much earlier than its commit an event may be dated."""
MOST_SINGLY = 10
QUOTES = (15, 30, 45, 60, 90)
"""Minutes that a kitchen may say it takes tonight."""


@require_GET
@gzip_page
@page("orders.view")
def show(request: HttpRequest, here: Here) -> HttpResponse:
    return render_page(request, here, "dashboard/orders/page.html", section="orders", **_shown(here))


@require_GET
@page("orders.view")
def one(request: HttpRequest, here: Here, order_id: UUID) -> HttpResponse:
    """One ticket; nothing where it does not hang on the board (any more)."""
    row = on_the_board().filter(pk=order_id).first()
    if row is None:
        found(order_id)
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
    found(order_id)
    wanted = request.POST.get("deed", "")
    deed = _DEEDS.get(wanted, _advance)
    try:
        said = deed(request, here, order_id, timezone.now())
    except lifecycle.Refusal as refusal:
        return answer(request, here, str(refusal), failed=True)
    return answer(request, here, said, undo=_undo(request, here, order_id) if wanted == "eighty-six" else None)


def _undo(request: HttpRequest, here: Here, order_id: UUID) -> Undo:
    to = reverse("order-do", args=[here.place.slug, order_id])
    return Undo(to, "#board", {"deed": "back", "item": request.POST.get("item", "")})


def found(order_id: UUID) -> None:
    if not Order.objects.filter(pk=order_id).exists():
        raise Http404(_("There is no such order."))


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
    return _DONE[order.status] % {"number": order.number}


_DONE = {
    "new": __("Order %(number)s approved"),
    "scheduled": __("Order %(number)s approved for later"),
    "unpaid": __("Order %(number)s approved, waiting for its money"),
    "accepted": __("Order %(number)s acknowledged"),
    "preparing": __("Order %(number)s being made"),
    "ready": __("Order %(number)s ready"),
    "picked_up": __("Order %(number)s picked up"),
}


def _delay(request: HttpRequest, here: Here, order_id: UUID, now: datetime) -> str:
    order = lifecycle.delay(order_id, minutes=DELAY_MINUTES, by=here.by, place=here.place, now=now)
    told = {"number": order.number, "time": written.clock(order.ready_at, here.zone)}
    if order.customer_number:
        return _("Order %(number)s is due %(time)s. The guest gets a text") % told
    return _("Order %(number)s is due %(time)s. There is no number to tell the guest") % told


def _cancel(request: HttpRequest, here: Here, order_id: UUID, now: datetime) -> str:
    if not here.may("orders.cancel"):
        raise PermissionDenied
    reason = request.POST.get("reason", "")
    order = lifecycle.cancel(order_id, reason=reason, by=here.by, place=here.place, now=now)
    return _("Order %(number)s cancelled") % {"number": order.number}


def _eighty_six(request: HttpRequest, here: Here, order_id: UUID, now: datetime) -> str:
    """What a ticket asks for and the kitchen has no more of: until tomorrow, also in calls that are running."""
    item = _on_the_ticket(request, here, order_id)
    week = restaurant.read_week(timezone=here.place.timezone)
    menu.eighty_six_until_tomorrow(item, now=now, week=week, reason="86 from a ticket")
    audit.record("menu.eighty_six", actor=here.by, place=here.place, subject=f"menu_items/{item.pk}")
    live.touched("menu")
    return _("%(item)s is 86 until tomorrow") % {"item": item.name}


def _back(request: HttpRequest, here: Here, order_id: UUID, now: datetime) -> str:
    """Undo of the same."""
    item = _on_the_ticket(request, here, order_id)
    menu.bring_back(item)
    audit.record("menu.back", actor=here.by, place=here.place, subject=f"menu_items/{item.pk}")
    live.touched("menu")
    return _("%(item)s is back") % {"item": item.name}


def _on_the_ticket(request: HttpRequest, here: Here, order_id: UUID) -> MenuItem:
    if not here.may("menu.eighty_six"):
        raise PermissionDenied
    wanted = Order.objects.get(pk=order_id).lines.filter(item=request.POST.get("item", "")).first()
    item = MenuItem.objects.filter(pk=wanted.item_id).first() if wanted else None
    if item is None:
        raise lifecycle.Refusal(_("That item is not on the menu any more."))
    return item


Deed = Callable[[HttpRequest, Here, UUID, datetime], str]
_DEEDS: dict[str, Deed] = {"delay": _delay, "cancel": _cancel, "eighty-six": _eighty_six, "back": _back}


# ---- what is shown -----------------------------------------------------------------------------------


def _shown(here: Here) -> dict[str, Any]:
    now = timezone.now()
    later = Order.objects.filter(status__in=("scheduled", "unpaid")).order_by("ready_at")[:LATER_SHOWN]
    gone = Order.objects.filter(status__in=lifecycle.FINAL, created_at__gte=now - timedelta(days=1))
    chosen = restaurant.settings()
    paused, quoted = chosen.ordering_paused_until, chosen.prep_minutes_until if quotes_own(chosen, now) else None
    return {
        "now": now,
        "board_columns": _columns([board.ticket(row, now=now, zone=here.zone) for row in on_the_board()]),
        "later": [_later(row, here) for row in later.prefetch_related("lines")],
        "gone": [_gone(row, here) for row in gone.order_by("-created_at").prefetch_related("lines")[:GONE_SHOWN]],
        "quotes_until": written.clock(quoted, here.zone) if quoted else "",
        "usual_minutes": chosen.prep_minutes,
        "quotes": QUOTES,
        "minutes": quoted_minutes(chosen, now),
        "paused": written.clock(paused, here.zone) if paused and paused > now else "",
        "may_pause": here.may("settings.change"),
        **_rights(here),
    }


def _rights(here: Here) -> dict[str, bool]:
    return {"may_cancel": here.may("orders.cancel"), "may_eighty_six": here.may("menu.eighty_six")}


def on_the_board() -> QuerySet[Any]:
    """What is due first on top, each with `since`, when it came to its step, and what became of its `last_print`."""
    came = OrderEvent.objects.filter(order=OuterRef("pk"), status=OuterRef("status")).order_by("at")
    prints = OrderEvent.objects.filter(Q(note__startswith="printed") | Q(note__startswith="not printed"))
    last = prints.filter(order=OuterRef("pk")).order_by("-at", "-id")
    rows: QuerySet[Any] = Order.objects.filter(status__in=board.COLUMNS).annotate(
        since=Subquery(came.values("at")[:1]), last_print=Subquery(last.values("note")[:1])
    )
    return rows.prefetch_related("lines__modifiers").order_by("ready_at", "number")


_HEADS = {
    "new": (__("New"), (__("That is all for now"), __("The next order rings here until somebody acknowledges it."))),
    "prep": (
        __("Making"),
        (__("Nothing is being made"), __("What you acknowledge comes here, what is due first on top.")),
    ),
    "ready": (__("Ready"), (__("Nothing waits"), __("Orders that are ready stay here until they are picked up."))),
}


def _columns(tickets: list[board.Ticket]) -> list[dict[str, Any]]:
    found = board.columns(tickets)
    return [
        {"key": key, "title": title, "empty": empty, "tickets": found[key]} for key, (title, empty) in _HEADS.items()
    ]


def quoted_minutes(chosen: RestaurantSettings, now: datetime) -> int:
    """What callers are told that an order takes."""
    own = chosen.prep_minutes_override
    return own if own and quotes_own(chosen, now) else chosen.prep_minutes


def quotes_own(chosen: RestaurantSettings, now: datetime) -> bool:
    """Whether another time is quoted than usual."""
    until = chosen.prep_minutes_until
    return bool(chosen.prep_minutes_override and until and until > now)


def _later(order: Order, here: Here) -> dict[str, Any]:
    ready = {"ready": written.clock(order.ready_at, here.zone)}
    if order.status == "unpaid":
        when = _("waits for its money, ready %(ready)s") % ready
    else:
        starts = written.clock(order.fires_at or order.ready_at, here.zone)
        when = _("starts %(starts)s, ready %(ready)s") % {"starts": starts, **ready}
    return {"number": order.number, "guest": order.customer_name, "items": _pieces(order), "when": when}


def _gone(order: Order, here: Here) -> dict[str, Any]:
    return {
        "id": str(order.pk),
        "number": order.number,
        "guest": order.customer_name,
        "items": _pieces(order),
        "total": written.money(order.total, order.currency),
        "reason": order.cancelled_reason,
        "is_cancelled": order.status == "cancelled",
    }


def _pieces(order: Order) -> int:
    return sum(line.quantity for line in order.lines.all())


def answer(
    request: HttpRequest, here: Here, said: str, *, failed: bool = False, undo: Undo | None = None
) -> HttpResponse:
    """The board as it is now, and what happened."""
    return done(request, here, said, part=BOARD, page="orders-board", shown=_shown(here), failed=failed, undo=undo)
