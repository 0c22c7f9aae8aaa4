"""Keeping and deleting: how long sound and words stay, forgetting a guest, and giving data out."""

from __future__ import annotations

import hmac
import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.views.decorators.http import require_http_methods

from apps.dashboard.settings import lists
from apps.dashboard.settings.forms import Field, Form, Group, Text, Unfit
from apps.dashboard.settings.lists import Done, Listing, Sent
from apps.dashboard.shell import Here, page
from apps.language import phones
from apps.outbox import live
from apps.privacy import erasing, exporting
from apps.privacy.models import Export
from apps.restaurant import services as restaurant

EXPORTS_SHOWN = 5
FORM = Form(
    (
        Group(
            __("How long it is kept"),
            (
                Field(
                    "recording_days",
                    __("Recordings"),
                    "number",
                    unit=__("days"),
                    hint=__("The sound of calls, here and at the carrier."),
                ),
                Field(
                    "transcript_days",
                    __("What was said"),
                    "number",
                    unit=__("days"),
                    hint=__("Transcripts, summaries and text messages. Orders, bookings and totals stay."),
                ),
                Field(
                    "carrier_recording",
                    __("Have the carrier record calls too"),
                    "switch",
                    hint=__("Ours runs in any case. The carrier's begins after the notice, and is deleted with ours."),
                ),
            ),
        ),
    )
)
GUEST = (Field("number", __("The guest's telephone number"), "tel"),)
WORDS: dict[str, Text] = {
    "calls": __("calls"),
    "transcripts": __("lines of what was said"),
    "orders": __("orders"),
    "order_lines": __("lines of orders"),
    "reservations": __("bookings"),
    "tickets": __("tickets"),
    "messages": __("text messages"),
    "carts": __("orders that were not placed"),
    "waitlist": __("places on the waiting list"),
    "sms_suppressions": __("wishes for no more texts, of which only a mark is kept"),
}
"""Of what `erasing` counts, what people know by a name."""


def _rehearse(request: HttpRequest, here: Here) -> Done:
    """First it is said what would go; nothing is touched."""
    number = request.POST.get("number", "")
    try:
        counts = erasing.rehearse(here.place, number, now=timezone.now())
    except erasing.Refusal as refusal:
        raise Unfit({"number": str(refusal)}) from None
    found = phones.normalise(number) or ""
    if not counts:
        return Done(_("Nothing is kept about %(masked)s") % {"masked": phones.mask(found)})
    going = {
        "masked": phones.mask(found),
        "sealed": lists.sealed(here, {"erase": found}),
        "counts": _named(counts),
    }
    return Done(_("Look at what would go, then confirm"), shown={"going": going})


def _erase(request: HttpRequest, here: Here) -> Done:
    """For good, once the last four digits were typed."""
    number = str(lists.unsealed(here, request).get("erase", ""))
    if not number:
        raise Http404("There is nothing to erase.")
    if not hmac.compare_digest(request.POST.get("last4", "").strip().encode(), number[-4:].encode()):
        raise lists.Refused(_("Those are not its last four digits. Nothing was erased."))
    counts = erasing.erase(here.place, number, by=here.by, now=timezone.now())
    for noun in ("calls", "orders", "tickets", "bookings"):
        live.touched(noun)
    masked = phones.mask(number)
    return Done(
        _("Everything about %(masked)s is erased") % {"masked": masked},
        shown={"gone": {"masked": masked, "counts": _named(counts)}},
    )


def _named(counts: dict[str, int]) -> list[tuple[str, int]]:
    return [(str(WORDS.get(name, name.replace("_", " "))), count) for name, count in counts.items()]


def _guest(request: HttpRequest, here: Here) -> HttpResponse:
    """All that is held about a number, as a file."""
    try:
        held = exporting.guest(here.place, request.POST.get("number", ""), by=here.by)
    except erasing.Refusal as refusal:
        raise Unfit({"number": str(refusal)}) from None
    body = json.dumps(held, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    name = f"{here.place.slug}-guest-{held['number'][-4:]}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(body, content_type="application/json", headers=headers)


def _everything(request: HttpRequest, here: Here) -> Done:
    exporting.ask(here.place, by=here.by)
    return Done(_("The export is being made. This page says when it is ready"))


def _fetch(request: HttpRequest, here: Here) -> HttpResponse:
    """An address that is good for minutes; that it was given is on record."""
    row = lists.locked(Export.objects.filter(restaurant_id=here.place.id), request, as_seen=False)
    if row.state != Export.State.READY:
        raise lists.Refused(_("That file is not there any more. Ask for a new one."))
    return HttpResponse(status=303, headers={"Location": exporting.link(row, place=here.place, by=here.by)})


def _shown(request: HttpRequest, here: Here, sent: Sent | None) -> dict[str, Any]:
    rows = list(Export.objects.filter(restaurant_id=here.place.id)[:EXPORTS_SHOWN])
    return {
        "form": lists.settings_form(FORM, restaurant.settings(), sent=sent),
        "erasing": lists.form(GUEST, key="erase", values={}, sent=sent),
        "telling": lists.form(GUEST, key="guest", values={}, sent=sent),
        "exports": rows,
        "is_waiting": any(row.state == Export.State.WAITING for row in rows),
    }


LISTING = Listing(
    "keeping",
    "dashboard/settings/keeping.html",
    _shown,
    {
        "settings": ("settings.change", lists.setting(FORM, __("Saved. Tonight's forgetting follows it"))),
        "rehearse": ("exports.make", _rehearse),
        "erase": ("exports.make", _erase),
        "guest": ("exports.make", _guest),
        "everything": ("exports.make", _everything),
        "fetch": ("exports.make", _fetch),
    },
    refusals=(erasing.Refusal,),
)


@require_http_methods(["GET", "POST"])
@page("exports.make")
def show(request: HttpRequest, here: Here) -> HttpResponse:
    if request.method == "GET" and request.GET.get("part") == "exports":
        return render(request, "dashboard/settings/keeping_exports.html", {"here": here, **_shown(request, here, None)})
    return LISTING.serve(request, here)
