"""Tickets on paper: a page that prints itself, and what the kitchen does when nothing came out."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts import audit
from apps.dashboard.orders import pages as orders
from apps.dashboard.shell import Here, page
from apps.orders import printing
from apps.orders import ticket as printed
from apps.outbox import live


@require_POST
@page("orders.advance")
def show(request: HttpRequest, here: Here, order_id: UUID) -> HttpResponse:
    """The ticket as a page that prints itself; counted, so that the second says REPRINT."""
    orders.found(order_id)
    shown = printing.print_ticket(order_id, by=here.by, place=here.place, now=timezone.now())
    about = {"here": here, "text": printed.as_text(shown), "number": shown.number, "order": order_id}
    return render(request, "dashboard/orders/printed.html", about)


@require_POST
@page("orders.advance")
def failed(request: HttpRequest, here: Here, order_id: UUID) -> HttpResponse:
    """Nothing came out: the print does not count, the board says so, and there is a ticket to print it again."""
    orders.found(order_id)
    printing.failed(order_id, why=_("said at the screen"), by=here.by, now=timezone.now())
    audit.record("orders.print_failed", actor=here.by, place=here.place, subject=f"orders/{order_id}")
    live.touched("tickets")
    if request.POST.get("from") == "paper":
        return redirect("orders-board", slug=here.place.slug)
    return orders.answer(request, here, _("It is to be printed again"))
