"""The kitchen's evening: no orders for a while, and another time quoted than usual."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.dashboard import written
from apps.dashboard.orders import pages as orders
from apps.dashboard.shell import Here, Undo, page
from apps.outbox import live
from apps.restaurant import hours
from apps.restaurant import services as restaurant

PAUSES = {"15": 15, "30": 30, "60": 60}


@require_POST
@page("settings.change")
def pause(request: HttpRequest, here: Here) -> HttpResponse:
    """Take no orders for minutes, for the rest of the day, or take them again."""
    wanted, now = request.POST.get("for", ""), timezone.now()
    until = None if wanted == "resume" else _end_of_pause(wanted, here, now)
    restaurant.change_settings({"ordering_paused_until": until}, by=here.by)
    live.touched("orders")
    if until is None:
        return orders.answer(request, here, _("Orders are taken again"))
    undo = Undo(reverse("orders-pause", args=[here.place.slug]), "#board", {"for": "resume"})
    said = _("No orders until %(time)s. Callers are told") % {"time": written.clock(until, here.zone)}
    return orders.answer(request, here, said, undo=undo)


def _end_of_pause(wanted: str, here: Here, now: datetime) -> datetime:
    if wanted == "rest_of_day":
        return hours.end_of_day(restaurant.read_week(timezone=here.place.timezone), now)
    if wanted not in PAUSES:
        raise Http404(_("Pause for 15, 30 or 60 minutes, or the rest of the day."))
    return now + timedelta(minutes=PAUSES[wanted])


@require_POST
@page("settings.change")
def quote(request: HttpRequest, here: Here) -> HttpResponse:
    """Say that an order takes so many minutes until the day ends; `usual` goes back."""
    wanted, now = request.POST.get("minutes", ""), timezone.now()
    undo = Undo(reverse("orders-quote", args=[here.place.slug]), "#board", {"minutes": "usual"})
    if wanted == "usual":
        changes: dict[str, object] = {"prep_minutes_override": None, "prep_minutes_until": None}
        said, back = _("The usual time is quoted again"), None
    elif wanted.isdecimal() and len(wanted) < 4 and int(wanted) in orders.QUOTES:
        until = hours.end_of_day(restaurant.read_week(timezone=here.place.timezone), now)
        changes = {"prep_minutes_override": int(wanted), "prep_minutes_until": until}
        said, back = _("Callers are told %(minutes)s minutes today") % {"minutes": wanted}, undo
    else:
        raise Http404(_("Quote one of the times of the list, or the usual one."))
    restaurant.change_settings(changes, by=here.by)
    live.touched("orders")
    return orders.answer(request, here, said, undo=back)
