"""Hours: the week beside what callers hear of it, special days, and the last order of each service."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts import audit
from apps.dashboard.settings import hearing, special, week, wording
from apps.dashboard.settings.forms import Field, Form, Group, Unfit
from apps.dashboard.settings.saving import Outdated, in_frame, serve
from apps.dashboard.shell import Here, Undo, page, tell
from apps.outbox import live
from apps.restaurant import api_hours
from apps.restaurant import services as restaurant
from apps.restaurant.hours import Week
from apps.restaurant.models import OpeningHours, SpecialDay

BEFORE = "before-"
"""How the fields of last orders are called, each by the time at which its service closes."""
MORNING = "05:00"
"""What closes before it belongs to the evening before."""


def _read_last_orders(sent: QueryDict) -> dict[str, Any]:
    given = {name.removeprefix(BEFORE): sent.get(name, "").strip() for name in sent if name.startswith(BEFORE)}
    return {clock: int(text) if text.isdecimal() and len(text) < 6 else text for clock, text in given.items() if text}


def _show_last_orders(chosen: Any) -> list[dict[str, Any]]:
    """A line for each time at which a service closes, and for what was set for one that is no more."""
    days: dict[str, list[int]] = defaultdict(list)
    for row in OpeningHours.objects.all():
        days[f"{row.closes:%H:%M}"].append(row.weekday)
    specials = SpecialDay.objects.filter(date__gte=timezone.now().date(), closes__isnull=False)
    for closes in specials.values_list("closes", flat=True):
        days.setdefault(f"{closes:%H:%M}", [])
    return [
        {
            "clock": clock,
            "said": wording.clock(at) if (at := week.clock(clock)) is not None else clock,
            "days": ", ".join(wording.weekday_in_short(day) for day in sorted(set(days.get(clock, ()))))
            or _("special days"),
            "is_stale": clock not in days,
            "minutes": chosen.get(clock, ""),
        }
        for clock in sorted({*days, *chosen}, key=lambda clock: (clock < MORNING, clock))
    ]


FORM = Form(
    (
        Group(
            __("Last orders"),
            (
                Field(
                    "last_order_by_service",
                    __("Last order of each service"),
                    "last_orders",
                    hint=__("Empty: as under Orders and taxes. Who calls later is offered the next service."),
                    read=_read_last_orders,
                    show=_show_last_orders,
                    is_wide=True,
                ),
            ),
        ),
    )
)


@require_http_methods(["GET", "POST"])
@page("settings.view")
def show(request: HttpRequest, here: Here) -> HttpResponse:
    """The page; sent to it are the last orders."""
    return serve(
        request, here, FORM, section="hours", template="dashboard/settings/last_orders.html",
        around="dashboard/settings/hours.html", aside="dashboard/settings/hears.html",
        said=_("Last orders saved. The next call follows them"), more=lambda: {**_whole(here), **special.shown(here)},
    )  # fmt: skip


@require_POST
@page("settings.change")
def change_week(request: HttpRequest, here: Here) -> HttpResponse:
    """The week as it was written, saved; or with a span more or less, or a day copied, and nothing saved yet."""
    read, seen = week.as_sent(request.POST), request.POST.get("seen", "")
    if "add_span" in request.POST:
        return _unsaved(request, here, week.with_row(read, _weekday(request.POST["add_span"])), seen)
    if "drop_span" in request.POST:
        day, number = _weekday(request.POST["drop_span"][:1]), _number(request.POST["drop_span"][2:])
        return _unsaved(request, here, week.without_row(read, day, number), seen)
    if "copy_day" in request.POST:
        day, to = (_weekday(request.POST["copy_day"][:1]), request.POST["copy_day"][2:])
        note = _("%(day)s’s hours are copied. Save them to keep them.") % {"day": wording.weekday(day)}
        return _unsaved(request, here, week.copied(read, day, to), seen, copied=day, note=note)
    return _save(request, here, week.judged(read), seen)


def _save(request: HttpRequest, here: Here, read: week.Read, seen: str) -> HttpResponse:
    if at_fault := read.at_fault:
        look = ngettext(
            "%(days)s needs a look before this can be saved.",
            "%(days)s need a look before this can be saved.",
            len(at_fault),
        )
        return _unsaved(request, here, read, seen, fault=look % {"days": ", ".join(at_fault)})
    try:
        if not _write(here, read, seen):
            refusal = _("Somebody else has just changed the hours. Look at what is set now, then save yours again.")
            now = restaurant.read_week(timezone=here.place.timezone)
            return _unsaved(request, here, read, week.seen(now.weekly), week_refusal=refusal)
    except restaurant.Refusal as refused:
        return _unsaved(request, here, read, seen, week_refusal=str(refused))
    if not request.headers.get("HX-Request"):
        return redirect("settings-hours", slug=here.place.slug)
    answer = render(
        request, "dashboard/settings/hours_saved.html", {"here": here, **_whole(here), **_last_orders(here)}
    )
    return tell(answer, _("Hours saved. The next call follows them"))


@require_POST
@page("settings.change")
def change_special_day(request: HttpRequest, here: Here) -> HttpResponse:
    """`deed` is keep (a new day or a changed one) or remove, which can be taken back."""
    deed, seen = request.POST.get("deed", ""), request.POST.get("seen", "")
    if deed not in ("keep", "remove"):
        raise Http404("A special day is kept or removed.")
    wanted = special.as_sent(request.POST)
    try:
        if deed == "remove":
            day, fields = special.remove(here, wanted.was, seen=seen)
            undo = Undo(reverse("settings-special-days", args=[here.place.slug]), "#special-days", fields)
            said = _("%(day)s is an ordinary day again") % {"day": wording.day(day)}
            return _special_days(request, here, said=said, undo=undo)
        said = _("%(day)s is saved. The next call follows it")
        return _special_days(request, here, said=said % {"day": wording.day(special.keep(here, wanted, seen=seen))})
    except Unfit as unfit:
        return _special_days(request, here, wanted=wanted, faults=unfit.faults)
    except restaurant.Refusal as refused:
        return _special_days(request, here, wanted=wanted, faults={"hours": str(refused)})
    except Outdated:
        refusal = _("Somebody else has just changed that day. Look at what is set now, then save yours again.")
        return _special_days(request, here, wanted=wanted, faults={"date": refusal})


def _special_days(
    request: HttpRequest, here: Here, *, said: str = "", undo: Undo | None = None, **refused: Any
) -> HttpResponse:
    shown = {"here": here, **special.shown(here, **refused)}
    if request.headers.get("HX-Request"):
        shown |= {"told": hearing.told(here, now=timezone.now()), **_last_orders(here)}
        answer = render(request, "dashboard/settings/special_saved.html", shown)
        return tell(answer, said, undo=undo) if said else answer
    return _page(request, here, shown) if refused else redirect("settings-hours", slug=here.place.slug)


def _write(here: Here, read: week.Read, seen: str) -> bool:
    """Whether nobody else was quicker."""
    with transaction.atomic():
        restaurant.locked_settings()
        before = restaurant.read_week(timezone=here.place.timezone)
        if week.seen(before.weekly) != seen:
            return False
        restaurant.write_week(Week(timezone=here.place.timezone, weekly=read.weekly))
        if week.seen(read.weekly) != seen:
            was, now = ({"weekly": api_hours.spans_of(each)} for each in (before.weekly, read.weekly))
            audit.record("hours.change", actor=here.by, place=here.place, subject="hours/1", before=was, after=now)
            live.touched("settings")
    return True


def _unsaved(request: HttpRequest, here: Here, read: week.Read, seen: str, **told: Any) -> HttpResponse:
    """The form as it was written."""
    shown = {"here": here, **_shown(here, read, seen), **told}
    if request.headers.get("HX-Request"):
        return render(request, "dashboard/settings/week.html", shown)
    return _page(request, here, shown)


def _page(request: HttpRequest, here: Here, refused: dict[str, Any]) -> HttpResponse:
    """The whole of it, with what was refused."""
    shown = {**_whole(here), **_last_orders(here), **special.shown(here), **refused}
    del shown["here"]
    hears = "dashboard/settings/hears.html"
    return in_frame(request, here, "dashboard/settings/hours.html", section="hours", aside=hears, **shown)


def _whole(here: Here) -> dict[str, Any]:
    """What the page has besides its last orders."""
    now = restaurant.read_week(timezone=here.place.timezone)
    shown = _shown(here, week.as_set(now.weekly), week.seen(now.weekly))
    return {**shown, "told": hearing.told(here, now=timezone.now())}


def _shown(here: Here, read: week.Read, seen: str) -> dict[str, Any]:
    return {
        "week": read.days,
        "week_seen": seen,
        "picture": week.picture(read.weekly),
        "zone": here.place.timezone.rpartition("/")[2].replace("_", " "),
        "may_save": here.may("settings.change"),
    }


def _last_orders(here: Here) -> dict[str, Any]:
    """The form of last orders as it is set: its services are those of the week."""
    row = restaurant.settings()
    return {"groups": FORM.shown(row), "seen": FORM.seen(row), "settings": row}


def _weekday(text: str) -> int:
    if text not in tuple("0123456"):
        raise Http404("There is no such day.")
    return int(text)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else -1
