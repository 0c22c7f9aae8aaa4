"""Who waits for a table: told that one is free, given it, taken off the list and put back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts import audit
from apps.dashboard import written
from apps.dashboard.bookings import desk
from apps.dashboard.bookings.pages import answer
from apps.dashboard.shell import Here, Undo, page
from apps.reservations import by_hand, waitlist
from apps.reservations.models import WaitlistEntry
from apps.reservations.refusals import Refusal

NEEDS = {
    "offer": "reservations.change",
    "book": "reservations.create",
    "take-off": "reservations.change",
    "put-back": "reservations.change",
}


@require_POST
@page("reservations.view")
def do(request: HttpRequest, here: Here, entry_id: UUID) -> HttpResponse:
    """`deed` is offer, book, take-off or put-back."""
    entry = WaitlistEntry.objects.filter(pk=entry_id).first()
    wanted = request.POST.get("deed", "")
    if entry is None or wanted not in NEEDS:
        raise Http404("Nobody waits like that.")
    if not here.may(NEEDS[wanted]):
        raise PermissionDenied
    try:
        with transaction.atomic():
            said = _DEEDS[wanted](here, entry, timezone.now())
    except Refusal as refusal:
        return answer(request, here, str(refusal), failed=True)
    return answer(request, here, said, undo=_undo(request, here, entry) if wanted == "take-off" else None)


def _offer(here: Here, entry: WaitlistEntry, now: datetime) -> str:
    row = waitlist.offer_to(entry, place=here.place, now=now)
    _tell_the_record(here, entry, "offer")
    told = {"name": row.name, "until": written.clock(now + waitlist.OFFERED, here.zone)}
    return _("%(name)s may have the table until %(until)s. A ticket says to call them") % told


def _book(here: Here, entry: WaitlistEntry, now: datetime) -> str:
    row = by_hand.seat_from_waitlist(here.place, entry.pk, by=here.by, now=now)
    desk.tell_the_record_of_new(here, row)
    return _("Booked: %(booking)s") % {"booking": desk.in_words(row, here)}


def _take_off(here: Here, entry: WaitlistEntry, now: datetime) -> str:
    row = waitlist.take_off(entry.pk)
    _tell_the_record(here, entry, "take_off")
    return _("%(name)s waits no longer") % {"name": row.name}


def _put_back(here: Here, entry: WaitlistEntry, now: datetime) -> str:
    row = waitlist.put_back(entry.pk)
    _tell_the_record(here, entry, "put_back")
    return _("%(name)s waits again") % {"name": row.name}


_DEEDS: dict[str, Callable[[Here, WaitlistEntry, datetime], str]] = {
    "offer": _offer,
    "book": _book,
    "take-off": _take_off,
    "put-back": _put_back,
}


def _tell_the_record(here: Here, entry: WaitlistEntry, deed: str) -> None:
    audit.record(f"waitlist.{deed}", actor=here.by, place=here.place, subject=f"waitlist/{entry.pk}")


def _undo(request: HttpRequest, here: Here, entry: WaitlistEntry) -> Undo:
    to = reverse("waiting-do", args=[here.place.slug, entry.pk])
    fields = {"deed": "put-back", "shown": request.POST.get("shown", "")}
    return Undo(to=to, target="#book", fields=fields)
