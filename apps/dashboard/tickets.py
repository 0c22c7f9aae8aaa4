"""What people have to do: taken on, closed with a reason, opened again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.views.decorators.http import require_GET, require_POST

from apps.accounts import audit
from apps.calls import services as calls
from apps.calls.models import Ticket
from apps.dashboard import written
from apps.dashboard.shell import Here, Undo, done, page, render_page
from apps.language import phones
from apps.outbox import live
from apps.restaurant.models import StaffContact
from loman import observability

LISTS = "dashboard/tickets/lists.html"
OPEN_SHOWN, CLOSED_SHOWN = 200, 20
NEEDS = {
    "take": "tickets.change",
    "give": "tickets.change",
    "close": "tickets.close",
    "reopen": "tickets.change",
    "number": "numbers.view_whole",
}
KINDS = {
    "callback": __("Callback"),
    "complaint": __("Complaint"),
    "catering": __("Catering"),
    "delivery": __("Delivery"),
    "job": __("Job"),
    "vendor": __("Vendor"),
    "lead": __("Large party"),
    "large_order": __("Large order"),
    "allergy": __("Allergy"),
    "lost_item": __("Lost item"),
    "press": __("Press"),
    "emergency": __("Emergency"),
    "other": __("Other"),
}


@require_GET
@page("tickets.view")
def show(request: HttpRequest, here: Here) -> HttpResponse:
    return render_page(request, here, "dashboard/tickets/page.html", section="tickets", **_shown(here))


@require_GET
@page("tickets.view")
def part(request: HttpRequest, here: Here) -> HttpResponse:
    """The lists alone, for a page that is open."""
    return render(request, LISTS, {"here": here, **_shown(here)})


@require_POST
@page("tickets.view")
def do(request: HttpRequest, here: Here, ticket_id: UUID) -> HttpResponse:
    """`deed` is take, give (to an `assignee`), close (with a `reason`), reopen, or number: shown once, to who may, and
    that is on record."""
    if not Ticket.objects.filter(pk=ticket_id).exists():
        raise Http404(_("There is no such ticket."))
    wanted = request.POST.get("deed", "")
    if wanted not in NEEDS:
        raise Http404(_("A ticket is taken on, given to somebody, closed or opened again."))
    if not here.may(NEEDS[wanted]):
        raise PermissionDenied
    if wanted == "number":
        return _reveal(request, here, Ticket.objects.get(pk=ticket_id))
    try:
        row = _DEEDS[wanted](request, here, ticket_id, timezone.now())
    except calls.Refusal as refusal:
        return _answer(request, here, str(refusal), failed=True)
    audit.record(f"tickets.{wanted}", actor=here.by, place=here.place, subject=f"tickets/{row.pk}")
    live.touched("tickets")
    undo = Undo(reverse("ticket-do", args=[here.place.slug, row.pk]), "#tickets", {"deed": "reopen"})
    return _answer(request, here, str(_DONE[wanted]), undo=undo if wanted == "close" else None)


def _reveal(request: HttpRequest, here: Here, ticket: Ticket) -> HttpResponse:
    number = ticket.callback_number
    if not number:
        raise Http404(_("There is no number to call back."))
    audit.record("numbers.view", actor=here.by, place=here.place, subject=f"tickets/{ticket.pk}", number=number)
    return render(request, "dashboard/tickets/number.html", {"number": number})


def _take(request: HttpRequest, here: Here, ticket_id: UUID, now: datetime) -> Ticket:
    return calls.acknowledge(ticket_id, by=here.by, now=now)


def _give(request: HttpRequest, here: Here, ticket_id: UUID, now: datetime) -> Ticket:
    wanted = request.POST.get("assignee", "")
    if wanted and wanted not in _staff():
        raise calls.Refusal(_("Choose somebody of the staff contacts."))
    return calls.assign(ticket_id, to=wanted)


def _staff() -> list[str]:
    return list(StaffContact.objects.filter(active=True).values_list("name", flat=True))


def _close(request: HttpRequest, here: Here, ticket_id: UUID, now: datetime) -> Ticket:
    reason = request.POST.get("reason", "").strip()
    if not reason:
        raise calls.Refusal(_("Say how it ended, in a few words."))
    return calls.close(ticket_id, reason=reason[:200], by=here.by, now=now)


def _reopen(request: HttpRequest, here: Here, ticket_id: UUID, now: datetime) -> Ticket:
    return calls.reopen(ticket_id, now=now)


_DEEDS: dict[str, Callable[[HttpRequest, Here, UUID, datetime], Ticket]] = {
    "take": _take,
    "give": _give,
    "close": _close,
    "reopen": _reopen,
}
_DONE = {"take": __("It is yours"), "give": __("Given on"), "close": __("Closed"), "reopen": __("Open again")}


def _shown(here: Here) -> dict[str, Any]:
    now = timezone.now()
    waiting = Ticket.objects.filter(status="open").order_by("due_at", "created_at")[:OPEN_SHOWN]
    closed = Ticket.objects.filter(status="closed").order_by("-closed_at")[:CLOSED_SHOWN]
    return {
        "now": now,
        "waiting": [_row(ticket, here, now) for ticket in waiting],
        "closed": [_row(ticket, here, now) for ticket in closed],
        "staff": _staff(),
        "may_close": here.may("tickets.close"),
        "may_take": here.may("tickets.change"),
        "may_see": here.may("numbers.view_whole"),
    }


def _row(ticket: Ticket, here: Here, now: datetime) -> dict[str, Any]:
    return {
        "id": str(ticket.pk),
        "kind": KINDS[ticket.type],
        "summary": str(observability.masked(ticket.summary)),
        "masked": phones.mask(ticket.callback_number),
        "call": str(ticket.call_id or ""),
        "due": _day_and_time(ticket.due_at, here, now) if ticket.due_at else "",
        "is_late": bool(ticket.due_at and ticket.due_at < now and ticket.status == "open"),
        "by": ticket.acknowledged_by,
        "assignee": ticket.assignee,
        "reason": ticket.closed_reason,
        "closed_by": ticket.closed_by,
    }


def _day_and_time(moment: datetime, here: Here, now: datetime) -> str:
    local, today = moment.astimezone(here.zone), now.astimezone(here.zone).date()
    said = written.clock(moment, here.zone)
    return said if local.date() == today else f"{date_format(local, 'D j M')}, {said}"


def _answer(
    request: HttpRequest, here: Here, said: str, *, failed: bool = False, undo: Undo | None = None
) -> HttpResponse:
    shown = _shown(here)
    return done(request, here, said, part=LISTS, page="tickets-page", shown=shown, failed=failed, undo=undo)
