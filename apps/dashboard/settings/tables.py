"""Tables and pacing: what there is to book, how long it is taken, how much at once, how far ahead, and when not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from apps.dashboard.settings import rows, week, wording
from apps.dashboard.settings.forms import Field, Form, Group, Unfit
from apps.dashboard.settings.lists import Refused
from apps.dashboard.settings.pairs import pairs
from apps.dashboard.settings.rows import Kind
from apps.dashboard.settings.saving import Outdated, in_frame, serve
from apps.dashboard.shell import Here, Undo, page, tell
from apps.reservations.api_tables import (
    BlackoutShown,
    BlackoutTaken,
    CombinationShown,
    CombinationTaken,
    TableShown,
    TableTaken,
)
from apps.reservations.models import BlackoutDate, DiningTable, TableCombination
from apps.restaurant import services as restaurant
from apps.restaurant.hours import Span

LISTS = "dashboard/settings/table_lists.html"
FORM = Form(
    (
        Group(
            __("Who is booked by phone"),
            (
                Field(
                    "max_party",
                    __("Largest party"),
                    "number",
                    unit=__("guests"),
                    hint=__("Larger ones are passed on to you."),
                ),
                Field("booking_days_ahead", __("Ahead at most"), "number", unit=__("days")),
                Field("booking_notice_minutes", __("Before arrival at least"), "number", unit=__("minutes")),
                Field(
                    "last_seating_minutes",
                    __("Last seating before closing"),
                    "number",
                    unit=__("minutes"),
                    empty=__("Empty: the whole stay lies before closing."),
                ),
            ),
        ),
        Group(
            __("How long, and how many at once"),
            (
                pairs(
                    "turn_minutes",
                    __("How long a table is taken"),
                    keys=__("Up to"),
                    values=__("guests stay"),
                    unit=__("minutes"),
                    kind="minutes",
                    hint=__("A party takes the first line it fits into. Without any line: 90 minutes."),
                ),
                Field(
                    "pacing_covers",
                    __("Arriving within 15 minutes at most"),
                    "number",
                    unit=__("guests"),
                    empty=__("Empty: as many as there are tables for."),
                ),
            ),
        ),
        Group(
            __("Guests who do not come"),
            (
                Field(
                    "no_show_minutes",
                    __("A no-show after"),
                    "number",
                    unit=__("minutes"),
                    empty=__("Empty: by hand only."),
                ),
                Field(
                    "no_shows_allowed",
                    __("No-shows within a year until you decide"),
                    "number",
                    unit=__("no-shows"),
                    empty=__("Empty: everybody is booked."),
                    hint=__("From so many on, a booking by that number is passed on to you."),
                ),
            ),
        ),
    )
)


def _read_table(sent: QueryDict) -> dict[str, Any]:
    return {"name": sent.get("name", "").strip(), "seats": sent.get("seats", "").strip(), "active": "active" in sent}


def _read_combination(sent: QueryDict) -> dict[str, Any]:
    """The tables are ticked, or, for what is put back, one text."""
    return {**_read_table(sent), "tables": sent.get("of", "").split() or sent.getlist("tables")}


def _read_blackout(sent: QueryDict) -> dict[str, Any]:
    first, last = (sent.get(name, "").strip() for name in ("first_day", "last_day"))
    hours = {name: sent.get(name, "").strip() or None for name in ("opens", "closes")}
    return {"first_day": first, "last_day": last or first, "reason": sent.get("reason", "").strip(), **hours}


KINDS = {
    "tables": Kind(
        "tables", DiningTable.objects.all, TableTaken, TableShown, _read_table, said=__("Table %(name)s")
    ),
    "combinations": Kind(
        "table_combinations", TableCombination.objects.all, CombinationTaken, CombinationShown, _read_combination,
        said=__("%(name)s"),
    ),
    "blackouts": Kind(
        "blackouts", BlackoutDate.objects.all, BlackoutTaken, BlackoutShown, _read_blackout, said=__("%(name)s")
    ),
}  # fmt: skip


@require_http_methods(["GET", "POST"])
@page("settings.view")
def show(request: HttpRequest, here: Here) -> HttpResponse:
    """The page; sent to it are the settings of bookings."""
    return serve(
        request, here, FORM, section="tables", template="dashboard/settings/pacing.html",
        around="dashboard/settings/tables.html", said=_("Booking rules saved. The next call follows them"),
        more=lambda: shown(here),
    )  # fmt: skip


@require_POST
@page("settings.change")
def change(request: HttpRequest, here: Here) -> HttpResponse:
    """`deed` is add, change or remove, of `what`: tables, combinations or blackouts. Removing can be taken back."""
    what, deed, key = (request.POST.get(name, "") for name in ("what", "deed", "id"))
    kind = KINDS.get(what)
    if kind is None or deed not in ("add", "change", "remove"):
        raise Http404("There is nothing of that kind to change.")
    given, seen = kind.read(request.POST), request.POST.get("seen", "")
    refused: dict[str, Any] = {"what": what, "key": key, "sent": given}
    try:
        if deed == "remove":
            return _removed(request, here, what, key, seen)
        if deed == "add":
            row = _added(here, kind, given, request.POST)
            said = _("%(row)s is added. The next call knows it")
        else:
            row = rows.change(here, kind, key, given, seen=seen)
            said = _("%(row)s is saved. The next call follows it")
    except Unfit as unfit:
        return _answer(request, here, refused | {"faults": unfit.faults})
    except Refused as refusal:
        return _answer(request, here, refused | {"faults": {"row": str(refusal)}})
    except Outdated:
        told = _("Somebody else has just changed this. Look at what is set now, then save yours again.")
        return _answer(request, here, refused | {"faults": {"row": told}})
    return _answer(request, here, said=said % {"row": _called(kind, row)})


def _added(here: Here, kind: Kind, given: dict[str, Any], sent: QueryDict) -> Any:
    """A new row; one that is put back has its old key, and belongs to the combinations it belonged to."""
    old = sent.get("put_back", "")
    try:
        fixed = {"id": UUID(old) if kind.noun != "blackouts" else old} if old else {}
    except ValueError:
        raise Http404("There was no such row.") from None
    row = rows.add(here, kind, given, **fixed)
    if old and kind.noun == "tables":
        row.combinations.set(TableCombination.objects.filter(name__in=sent.get("combinations", "").split("\n")))
    return row


def _removed(request: HttpRequest, here: Here, what: str, key: str, seen: str) -> HttpResponse:
    kind = KINDS[what]
    row = kind.find(key)
    called, fields = _called(kind, row), {"what": what, "deed": "add", "put_back": str(row.pk)}
    if what == "tables":
        fields["combinations"] = "\n".join(row.combinations.values_list("name", flat=True))
    was = rows.remove(here, kind, key, seen=seen)
    kept = {name: value for name, value in was.items() if name not in ("id", "tables", "active") and value}
    fields |= {name: str(value) for name, value in kept.items()}
    fields |= {"active": "on"} if was.get("active") else {}
    fields |= {"of": " ".join(table["id"] for table in was["tables"])} if "tables" in was else {}
    undo = Undo(reverse("settings-table-rows", args=[here.place.slug]), "#table-lists", fields)
    return _answer(request, here, said=_("%(row)s is removed") % {"row": called}, undo=undo)


def _called(kind: Kind, row: Any) -> str:
    name = row.name if hasattr(row, "name") else row.reason or wording.day(row.first_day)
    return str(kind.said) % {"name": name}


def _answer(
    request: HttpRequest,
    here: Here,
    refused: dict[str, Any] | None = None,
    *,
    said: str = "",
    undo: Undo | None = None,
) -> HttpResponse:
    part = shown(here, refused)
    if request.headers.get("HX-Request"):
        answer = render(request, LISTS, {"here": here, **part})
        return tell(answer, said, undo=undo) if said else answer
    if refused is None:
        return redirect("settings-tables", slug=here.place.slug)
    row = restaurant.settings()
    whole = {"groups": FORM.shown(row), "seen": FORM.seen(row), "settings": row, **part}
    return in_frame(request, here, "dashboard/settings/tables.html", section="tables", **whole)


# ---- shown -----------------------------------------------------------------------------------------------


def shown(here: Here, refused: dict[str, Any] | None = None) -> dict[str, Any]:
    """The lists, each row with its form; with what was refused in the form it was written in."""
    tables = list(DiningTable.objects.all())
    seats = sum(table.seats for table in tables if table.active)
    combinations = TableCombination.objects.prefetch_related("tables")
    today = timezone.now().astimezone(here.zone).date()
    blackouts = BlackoutDate.objects.filter(last_day__gte=today)
    lists = {
        "tables": [_row("tables", table) for table in tables],
        "combinations": [_row("combinations", row) for row in combinations],
        "blackouts": [_row("blackouts", row) | {"said": _days(row)} for row in blackouts],
    }
    new: dict[str, dict[str, Any]] = {what: {"key": "", "active": True, "chosen": ()} for what in KINDS}
    if refused is not None:
        what, key = refused["what"], refused["key"]
        tried = {**refused["sent"], "chosen": refused["sent"].get("tables", ()), "faults": refused["faults"]}
        tried |= {"is_open": True}
        lists[what] = [row | tried if key and row["key"] == key else row for row in lists[what]]
        new[what] |= {} if key else tried
    return {
        **lists,
        "all_tables": [{"id": str(table.pk), "name": table.name, "seats": table.seats} for table in tables],
        "new": new,
        "seats": ngettext("%(count)d seat in all", "%(count)d seats in all", seats) % {"count": seats},
        "today": str(today),
        "may_save": here.may("settings.change"),
    }


def _row(what: str, row: Any) -> dict[str, Any]:
    kind = KINDS[what]
    plain = kind.as_json(row)
    chosen = tuple(table["id"] for table in plain.get("tables", ()))
    names = ", ".join(table["name"] for table in plain.get("tables", ()))
    clocks: dict[str, Any] = {name: (plain[name] or "")[:5] for name in ("opens", "closes") if name in plain}
    seats = plain.get("seats", 0)
    said = {
        "called": plain.get("name", ""),
        "seated": ngettext("%(count)d seat", "%(count)d seats", seats) % {"count": seats},
        "is_out": not plain.get("active", True),
        "names": names,
    }
    return {**plain, **clocks, **said, "key": str(row.pk), "seen": kind.seen(row), "chosen": chosen}


def _days(row: BlackoutDate) -> str:
    days = wording.day(row.first_day)
    if row.last_day != row.first_day:
        days = _("%(first)s to %(last)s") % {"first": days, "last": wording.day(row.last_day)}
    if row.opens is None or row.closes is None:
        return days
    return f"{days}, {week.spans_in_words([Span(row.opens, row.closes)])}"
