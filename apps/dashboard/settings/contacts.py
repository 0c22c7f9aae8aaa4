"""Staff contacts: the people who may be rung and texted, for what, and in which order."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from apps.dashboard.settings import lists, reasons
from apps.dashboard.settings.forms import Field, taken
from apps.dashboard.settings.lists import Done, Listing, Sent
from apps.dashboard.shell import Here, Undo
from apps.language import phones
from apps.restaurant import dialling
from apps.restaurant import services as restaurant
from apps.restaurant.api_staff import ContactTaken
from apps.restaurant.models import StaffContact

NOUN = "staff_contacts"
FIELDS = (
    Field("name", __("Name"), hint=__("Loman may say it: “I am putting you through to Marco.”")),
    Field(
        "number", __("Telephone number"), "tel", hint=__("With its country code: +1 512 555 0134. It is never said.")
    ),
    Field(
        "reasons",
        __("Rung and texted for"),
        "checks",
        empty=__("None ticked: for everything."),
        read=lists.many("reasons"),
    ),
    Field("active", __("May be rung now"), "switch", hint=__("Off while somebody is on holiday.")),
)


def _add(request: HttpRequest, here: Here) -> Done:
    given = lists.sent_as(FIELDS, request)
    given["position"] = StaffContact.objects.count()
    row = lists.kept(here, taken(ContactTaken(data=given)), noun=NOUN, row=None)
    return Done(_("%(name)s added. The next call may ring them") % {"name": row.name})


def _change(request: HttpRequest, here: Here) -> Done:
    row = lists.locked(StaffContact.objects.all(), request)
    given = lists.sent_as(FIELDS, request)
    if not given["number"]:  # it is never sent to the page, so left empty it stays
        del given["number"]
    row = lists.kept(here, taken(ContactTaken(row, data=given, partial=True)), noun=NOUN, row=row)
    return Done(_("%(name)s saved. The next call follows it") % {"name": row.name})


def _remove(request: HttpRequest, here: Here) -> Done:
    row = lists.locked(StaffContact.objects.all(), request)
    before = copy(row)
    restaurant.remove_contact(row)
    lists.record(here, f"{NOUN}.delete", before=before, after=None)
    kept = {name: getattr(before, name) for name in ("name", "number", "reasons", "position", "active")}
    undo = Undo(request.path, lists.TARGET, {"deed": "restore", "sealed": lists.sealed(here, kept)})
    return Done(_("%(name)s removed") % {"name": kept["name"]}, undo)


def _restore(request: HttpRequest, here: Here) -> Done:
    wanted = taken(ContactTaken(data=lists.unsealed(here, request)))
    row = lists.kept(here, wanted, noun=NOUN, row=None)
    return Done(_("%(name)s is back") % {"name": row.name})


def _move(request: HttpRequest, here: Here) -> Done:
    row = lists.move(here, StaffContact.objects.all(), request, noun=NOUN)
    return Done(_("%(name)s moved. The next call rings them in this order") % {"name": row.name})


def _reveal(request: HttpRequest, here: Here) -> HttpResponse:
    row = lists.locked(StaffContact.objects.all(), request, as_seen=False)
    return lists.reveal(request, here, row.number, subject=f"{NOUN}/{row.pk}")


def _shown(request: HttpRequest, here: Here, sent: Sent | None) -> dict[str, Any]:
    rows = list(StaffContact.objects.prefetch_related("rules"))
    words = reasons.choices(each for row in rows for each in row.reasons)
    countries = dialling.countries()
    return {
        "rows": [_row(row, words, sent, countries, last=len(rows) - 1, at=at) for at, row in enumerate(rows)],
        "adding": lists.form(FIELDS, key="add", values={"active": True}, sent=sent, choices={"reasons": words}),
        "missing": _missing(rows),
        "may_change": here.may("staff_contacts.change"),
        "may_see": here.may("numbers.view_whole"),
    }


def _row(
    row: StaffContact, words: list[Any], sent: Sent | None, countries: list[str], *, last: int, at: int
) -> dict[str, Any]:
    values = {"name": row.name, "reasons": row.reasons, "active": row.active}
    form = lists.form(FIELDS, key=f"row-{row.pk}", values=values, sent=sent, choices={"reasons": words})
    for one in form["fields"]:
        if one["name"] == "number":
            one["hint"] = _("It is %(masked)s. Leave this empty to keep it.") % {"masked": phones.mask(row.number)}
    return {
        "id": row.pk,
        "seen": lists.seen(row),
        "name": row.name,
        "masked": phones.mask(row.number),
        "active": row.active,
        "reasons": [reasons.word(each) for each in row.reasons],
        "rules": len(row.rules.all()),
        "why_not": dialling.why_not(row.number, allowed_in=countries),
        "is_first": at == 0,
        "is_last": at == last,
        "form": form,
    }


def _missing(rows: list[StaffContact]) -> list[str]:
    """What a caller who wants a person would meet."""
    active = [row for row in rows if row.active]
    found = []
    if not active and not dialling.house():
        found.append(_("Nobody can be rung: a caller who asks for a person leaves a message. Add somebody."))
    elif active and all(row.reasons for row in active) and not dialling.house():
        found.append(_("Nobody is there for everything: for a reason that nobody has, callers leave a message."))
    return found


LISTING = Listing(
    "contacts",
    "dashboard/settings/contacts.html",
    _shown,
    {
        "add": ("staff_contacts.change", _add),
        "change": ("staff_contacts.change", _change),
        "remove": ("staff_contacts.change", _remove),
        "restore": ("staff_contacts.change", _restore),
        "move": ("staff_contacts.change", _move),
        "number": ("numbers.view_whole", _reveal),
    },
    refusals=(restaurant.Refusal,),
)

show = LISTING.view("staff_contacts.view")
