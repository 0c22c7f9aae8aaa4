"""The desk of the book: a booking made by hand, looked at, changed, and taken through its evening.

Whoever changes what somebody else has changed meanwhile is told so, with what it is now, before anything is written.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts import audit
from apps.calls import services as calls
from apps.dashboard import written
from apps.dashboard.bookings import book
from apps.dashboard.bookings import form as booking_form
from apps.dashboard.bookings import shown as booking_shown
from apps.dashboard.bookings.pages import answer
from apps.dashboard.shell import Here, Undo, page, render_page
from apps.language import phones
from apps.reservations import by_hand, services, steps, taking_back, wording
from apps.reservations.models import Reservation
from apps.reservations.refusals import Refusal

DESK = "dashboard/bookings/desk.html"
TIMES = "dashboard/bookings/times.html"
STEPS = {"confirm": "confirmed", "seat": "seated", "finish": "finished", "no-show": "no_show", "cancel": "cancelled"}
"""What each deed makes of a booking."""
NEEDS = {
    "confirm": "reservations.change",
    "seat": "reservations.seat",
    "finish": "reservations.seat",
    "no-show": "reservations.seat",
    "cancel": "reservations.cancel",
    "back": "reservations.seat",
    "change": "reservations.change",
    "number": "numbers.view_whole",
}
ON_RECORD = {"finish": "finish", "no-show": "no_show", "back": "take_back"}
"""How the audit record calls the deeds, where it is not by their name."""


class Outdated(Refusal):
    """Somebody else was quicker."""


# ---- a new booking -------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@page("reservations.create")
def new(request: HttpRequest, here: Here) -> HttpResponse:
    """The form, and what becomes of it: `deed` is book, wait (for a time that is full), or lead (a party that is too
    large for the book, which staff call back)."""
    now = timezone.now()
    if request.method == "GET":
        return _desk(request, here, **_blank(request, here, now))
    written = booking_form.read(request.POST, here)
    if written.errors:
        return _desk(request, here, **_again(request, here, written, now))
    wanted = request.POST.get("deed", "")
    try:
        return _NEW.get(wanted, _book)(request, here, written.wanted, now)
    except Refusal as refusal:
        return _desk(request, here, **_again(request, here, written, now, refusal=str(refusal)))


@require_GET
@page("reservations.view")
def times(request: HttpRequest, here: Here) -> HttpResponse:
    """The times of a day for a party, as the form's other fields have them; `booking` is one whose tables are free."""
    values = {name: request.GET.get(name, "").strip() for name in booking_form.FIELDS}
    changed = _id(request.GET.get("booking", ""))
    row = _found(changed) if changed else None
    offers = booking_form.offers(here, values, now=timezone.now(), row=row)
    return render(request, TIMES, {"here": here, "values": values, "offers": offers, "errors": {}, "moves": changed})


def _blank(request: HttpRequest, here: Here, now: datetime) -> dict[str, Any]:
    day = booking_form.day_of(request.GET.get("day", "")) or now.astimezone(here.zone).date()
    values = dict.fromkeys(booking_form.FIELDS, "") | {"party_size": str(booking_form.USUAL_PARTY), "day": str(day)}
    return {
        "values": values,
        "offers": booking_form.offers(here, values, now=now),
        "errors": {},
        "key": uuid4().hex,
        "shown": request.GET.get("shown", f"day={day}"),
    }


def _again(
    request: HttpRequest, here: Here, written: booking_form.Written, now: datetime, *, refusal: str = ""
) -> dict[str, Any]:
    offers = booking_form.offers(here, written.values, now=now)
    return {
        "values": written.values,
        "offers": offers,
        "errors": written.errors,
        "refusal": "" if refusal == offers["why"] else refusal,  # it is said beside the time
        "key": request.POST.get("key", ""),
        "shown": request.POST.get("shown", ""),
    }


def _book(request: HttpRequest, here: Here, wanted: dict[str, Any], now: datetime) -> HttpResponse:
    key = _id(request.POST.get("key", "")) or uuid4()
    with transaction.atomic():
        row = by_hand.make(here.place, key=f"hand:{key.hex}", wanted=wanted, by=here.by, now=now)
        tell_the_record_of_new(here, row)
    undo = _undo(request, here, row, deed="cancel", reason=_("Booked by mistake"))
    said = _("Booked: %(booking)s") % {"booking": in_words(row, here)}
    return answer(request, here, said, undo=undo if here.may("reservations.cancel") else None)


def _wait(request: HttpRequest, here: Here, wanted: dict[str, Any], now: datetime) -> HttpResponse:
    key = _id(request.POST.get("key", "")) or uuid4()
    with transaction.atomic():
        entry = services.join_waitlist(
            key=f"hand:{key.hex}", party_size=wanted["party_size"], wanted_at=wanted["starts_at"], name=wanted["name"],
            number=wanted.get("number", ""), call_id=None,
        )  # fmt: skip
        audit.record("waitlist.create", actor=here.by, place=here.place, subject=f"waitlist/{entry.pk}")
    told = {"name": entry.name, "when": moment_in_words(entry.wanted_at, here)}
    return answer(request, here, _("%(name)s waits for a table: %(when)s") % told)


def _lead(request: HttpRequest, here: Here, wanted: dict[str, Any], now: datetime) -> HttpResponse:
    key = _id(request.POST.get("key", "")) or uuid4()
    when = moment_in_words(wanted["starts_at"], here)
    with transaction.atomic():
        ticket = calls.open_ticket(
            type="lead", summary=wording.lead(wanted["party_size"], when, name=wanted["name"]), key=f"hand:{key.hex}",
            callback_number=wanted.get("number", ""), now=now,
        )  # fmt: skip
        audit.record("tickets.create", actor=here.by, place=here.place, subject=f"tickets/{ticket.pk}")
    return answer(request, here, _("A ticket says to call %(name)s back") % {"name": wanted["name"]})


_NEW: dict[str, Callable[[HttpRequest, Here, dict[str, Any], datetime], HttpResponse]] = {"wait": _wait, "lead": _lead}


# ---- one that is there ---------------------------------------------------------------------------------


@require_GET
@page("reservations.view")
def one(request: HttpRequest, here: Here, booking_id: UUID) -> HttpResponse:
    row = _found(booking_id)
    shown = request.GET.get("shown", f"day={row.starts_at.astimezone(here.zone).date()}")
    return _desk(request, here, **booking_shown.opened(row, here, now=timezone.now()), shown=shown)


@require_POST
@page("reservations.view")
def do(request: HttpRequest, here: Here, booking_id: UUID) -> HttpResponse:
    """`deed` is a step, back (its last step undone), change, or number: shown once, to who may, and on record."""
    row, wanted = _found(booking_id), "change" if request.POST.get("instead") else request.POST.get("deed", "")
    if wanted not in NEEDS:
        raise Http404("A booking is changed, or taken a step on.")
    _allow(here, wanted, row)
    if wanted == "number":
        return _reveal(request, here, row)
    now = timezone.now()
    written = booking_form.read(request.POST, here) if wanted == "change" else None
    if written is not None and written.errors:
        return _opened_again(request, here, row, now, values=written.values, errors=written.errors)
    try:
        with transaction.atomic():
            services.lock_the_book()  # before the row, as everybody does who moves a booking
            row = Reservation.objects.select_for_update().get(pk=booking_id)
            before, undo = _on_record(row), _undo_of(request, here, row, wanted)
            _refuse_outdated(request, row, wanted)
            row = _perform(request, here, row, wanted, written, now)
            _tell_the_record(here, row, wanted, before)
    except Refusal as refusal:
        return _refused(request, here, booking_id, refusal, now, written)
    row = _found(booking_id)
    return answer(request, here, _said(row, here, wanted), undo=undo and _fresh(undo, row))


def _allow(here: Here, wanted: str, row: Reservation) -> None:
    is_cancelled = wanted == "back" and row.status == "cancelled"
    if not here.may(NEEDS[wanted]) or (is_cancelled and not here.may("reservations.cancel")):
        raise PermissionDenied


def _perform(
    request: HttpRequest, here: Here, row: Reservation, wanted: str, written: booking_form.Written | None, now: datetime
) -> Reservation:
    tables = [each for listed in request.POST.getlist("tables") for each in listed.split(",") if _id(each)]
    if written is not None:
        had, was = {str(seat.table_id) for seat in row.seats_at.all()}, booking_form.of(row, here)
        stays = all(written.values[name] == was[name] for name in ("day", "time"))
        wanted_now = {**written.wanted, "starts_at": row.starts_at} if stays else written.wanted  # to the second
        row = by_hand.change(here.place, row, wanted=wanted_now, by=here.by, now=now)
        if tables and set(tables) != had:
            row = by_hand.sit_at(here.place, row, tables={UUID(each) for each in tables}, by=here.by, now=now)
        return row
    if wanted == "back":
        return taking_back.take_back(here.place, row, tables=tables, by=here.by, now=now)
    reason = request.POST.get("reason", "").strip()[:200]
    if wanted == "cancel" and not reason:
        raise Refusal(_("Say why it is cancelled, in a few words."))
    return steps.advance(row.pk, to=STEPS[wanted], by=here.by, now=now, reason=reason)


def _refuse_outdated(request: HttpRequest, row: Reservation, wanted: str) -> None:
    if request.POST.get("revision", "") != str(row.revision) and row.status != STEPS.get(wanted):
        last = row.events.last()
        told = {"who": booking_shown.by(last.by) if last else "", "name": row.name}
        raise Outdated(_("%(who)s has just changed the booking of %(name)s. Look at it again, then decide.") % told)


def _refused(
    request: HttpRequest,
    here: Here,
    booking_id: UUID,
    refusal: Refusal,
    now: datetime,
    written: booking_form.Written | None,
) -> HttpResponse:
    row = _found(booking_id)
    if "desk" not in request.POST:
        return answer(request, here, str(refusal), failed=True)
    values = written.values if written else None
    return _opened_again(
        request, here, row, now, values=values, refusal=str(refusal), is_outdated=isinstance(refusal, Outdated)
    )


def _opened_again(
    request: HttpRequest, here: Here, row: Reservation, now: datetime, *, values: Any = None, **more: Any
) -> HttpResponse:
    opened = booking_shown.opened(row, here, now=now, values=values)
    return _desk(request, here, **{**opened, **more, "shown": request.POST.get("shown", "")})


def _reveal(request: HttpRequest, here: Here, row: Reservation) -> HttpResponse:
    if not row.number:
        raise Http404("There is no number.")
    subject = f"reservations/{row.pk}"
    audit.record("numbers.view", actor=here.by, place=here.place, subject=subject, number=row.number)
    return render(request, "dashboard/tickets/number.html", {"number": row.number})


# ---- taking it back ------------------------------------------------------------------------------------


def _undo_of(request: HttpRequest, here: Here, row: Reservation, wanted: str) -> Undo | None:
    """What takes this deed back, made of the booking as it is before it. A number that was written over is not put
    into a page again."""
    if wanted == "back":
        return None
    tables = ",".join(str(seat.table_id) for seat in row.seats_at.all())
    if wanted == "change":
        if request.POST.get("number", "").strip():
            return None
        return _undo(request, here, row, deed="change", tables=tables, **booking_form.of(row, here))
    return _undo(request, here, row, deed="back", tables=tables)


def _undo(request: HttpRequest, here: Here, row: Reservation, **fields: str) -> Undo:
    to = reverse("booking-do", args=[here.place.slug, row.pk])
    more = {"revision": str(row.revision), "shown": request.POST.get("shown", "")}
    return Undo(to=to, target="#book", fields={**fields, **more})


def _fresh(undo: Undo, row: Reservation) -> Undo:
    return Undo(undo.to, undo.target, {**undo.fields, "revision": str(row.revision)})


# ---- words, and the record -----------------------------------------------------------------------------


def _said(row: Reservation, here: Here, wanted: str) -> str:
    told = {
        "confirm": _("%(name)s is confirmed"),
        "seat": _("%(name)s is seated"),
        "finish": _("%(name)s has left"),
        "no-show": _("%(name)s did not come"),
        "cancel": _("The booking of %(name)s is cancelled"),
        "back": _("Taken back: %(booking)s"),
        "change": _("Changed: %(booking)s"),
    }[wanted]
    return told % {"name": row.name, "booking": in_words(row, here)}


def in_words(row: Reservation, here: Here) -> str:
    tables = book.tables_of(row)
    where = [_("table %(tables)s") % {"tables": tables}] if tables else []
    return ", ".join([row.name, book.party(row.party_size), moment_in_words(row.starts_at, here), *where])


def moment_in_words(moment: datetime, here: Here) -> str:
    return f"{book.dated(moment.astimezone(here.zone).date())}, {written.clock(moment, here.zone)}"


def _on_record(row: Reservation) -> dict[str, Any]:
    return {**services.as_json(row), "number": phones.mask(row.number)}


def tell_the_record_of_new(here: Here, row: Reservation) -> None:
    subject = f"reservations/{row.pk}"
    audit.record("reservations.create", actor=here.by, place=here.place, subject=subject, after=_on_record(row))


def _tell_the_record(here: Here, row: Reservation, wanted: str, before: dict[str, Any]) -> None:
    """As REST does; a cancellation has told it itself."""
    after = _on_record(row)
    differs = [name for name in after if after[name] != before[name]]
    if wanted == "cancel" or not differs:
        return
    audit.record(
        f"reservations.{ON_RECORD.get(wanted, wanted)}",
        actor=here.by,
        place=here.place,
        subject=f"reservations/{row.pk}",
        before={name: before[name] for name in differs},
        after={name: after[name] for name in differs},
    )


def _desk(request: HttpRequest, here: Here, **shown: Any) -> HttpResponse:
    """The form alone for a page that is open, else on a page of its own."""
    if not request.headers.get("HX-Request"):
        return render_page(request, here, "dashboard/bookings/desk_page.html", section="bookings", **shown)
    told = render(request, DESK, {"here": here, "is_within": True, **shown})
    told["HX-Retarget"], told["HX-Reswap"] = "#desk", "innerHTML"
    return told


def _found(booking_id: UUID) -> Reservation:
    row = book.bookings().filter(pk=booking_id).first()
    if row is None:
        raise Http404("There is no such booking.")
    return row


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
