"""Opening a restaurant, step by step: what was filled in travels with the form, and only the last step writes, at once.

So nothing half-made is left behind, whatever is refused and wherever somebody stops.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts import audit
from apps.dashboard.restaurants import form as house_form
from apps.dashboard.restaurants.form import STEPS, Sent
from apps.dashboard.restaurants.frame import Outside, outside_page, render_outside
from apps.menu.imports import files
from apps.restaurant import services as restaurant
from apps.tenants import scope
from apps.tenants.models import Owner, Restaurant
from apps.voice import opening

MONDAY = date(2026, 11, 2)
ORDER = tuple(STEPS)
KEPT = ("name", "slug", "timezone", "owner", "menu", "number")
HOURS = tuple(f"{end}-{day}" for day in house_form.DAYS for end in ("opens", "closes"))


@require_http_methods(["GET", "POST"])
@outside_page("restaurants.manage")
def new(request: HttpRequest, outside: Outside) -> HttpResponse:
    """`step` says what was filled in; `go` is next, back, look (at a menu file), without (one), or create."""
    if request.method != "POST":
        return _page(request, outside, Sent({"timezone": house_form.USUAL_ZONES[0]}), "details")
    sent, step = _sent(request), request.POST.get("step", "")
    if step not in STEPS:
        step = ORDER[0]
    go, at = request.POST.get("go", "next"), ORDER.index(step)
    if go == "back":
        return _page(request, outside, sent, ORDER[max(at - 1, 0)])
    for each in ORDER[: at + 1]:  # what was right a step ago may have been taken meanwhile
        if sent.wrong_in(each) or (each == "details" and _is_taken(sent)):
            return _page(request, outside, sent, each)
    if go == "create" and step == ORDER[-1]:
        return _create(request, outside, sent)
    if go in ("look", "without"):
        return _page(request, outside, sent, step)
    return _page(request, outside, sent, ORDER[min(at + 1, len(ORDER) - 1)])


def _sent(request: HttpRequest) -> Sent:
    fields = {name: request.POST.get(name, "") for name in (*KEPT, *HOURS)}
    given, unreadable = request.FILES.get("file"), ""
    if given is not None:
        raw = given.read(house_form.LARGEST_MENU + 1)
        try:
            fields["menu"] = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            fields["menu"], unreadable = "", str(files.read(raw).errors[0])
    if request.POST.get("go") == "without":
        fields["menu"] = ""
    return Sent(fields, unreadable=unreadable)


def _is_taken(sent: Sent) -> bool:
    if Restaurant.objects.filter(slug=sent.slug).exists():
        sent.faults["slug"] = _("There is a restaurant at this address already.")
        return True
    return False


def _create(request: HttpRequest, outside: Outside, sent: Sent) -> HttpResponse:
    owner = Owner.objects.filter(pk=sent.text("owner")).first() if sent.text("owner") else None
    try:
        with transaction.atomic():
            house = opening.open_house(
                name=sent.text("name"),
                slug=sent.slug,
                timezone=sent.text("timezone"),
                owner=owner,
                number=sent.number,
                menu=sent.reading.items if sent.reading else (),
                week=sent.week,
                by=outside.by,
                now=timezone.now(),
            )
            made = {"name": house.name, "slug": house.slug, "timezone": house.timezone, "state": house.state}
            audit.record(
                "tenants.create", actor=outside.by, place=scope.of(house), subject=f"tenants/{house.pk}", after=made
            )
    except opening.Refusal as refusal:
        step = "number" if str(refusal) == opening.IN_USE else "details"
        sent.faults["number" if step == "number" else "slug"] = str(refusal)
        return _page(request, outside, sent, step)
    except restaurant.Refusal as refusal:
        sent.faults["hours"] = str(refusal)
        return _page(request, outside, sent, "hours")
    except IntegrityError:
        sent.faults["number"] = _("Somebody else has just taken this address or number. Nothing was made; try again.")
        return _page(request, outside, sent, "number")
    return redirect(f"{reverse('restaurants-page')}?{urlencode({'q': house.slug, 'made': 'yes'})}")


def _page(request: HttpRequest, outside: Outside, sent: Sent, step: str) -> HttpResponse:
    if step in ("menu", "number") and sent.reading is None:
        sent.wrong_in("menu")
    at = ORDER.index(step)
    return render_outside(
        request,
        outside,
        "dashboard/restaurants/new.html",
        step=step,
        steps=[
            {"words": words, "is_here": name == step, "is_done": ORDER.index(name) < at}
            for name, words in STEPS.items()
        ],
        form=f"dashboard/restaurants/step_{step}.html",
        is_first=at == 0,
        is_last=at == len(ORDER) - 1,
        values={**{name: sent.fields.get(name, "") for name in KEPT}, "slug": sent.slug},
        kept=[(name, sent.fields.get(name, "")) for name in (*KEPT, *HOURS) if not _is_of(name, step)],
        faults=sent.faults,
        days=_days(sent),
        zones=house_form.zones(),
        usual_zones=house_form.USUAL_ZONES,
        owners=Owner.objects.all(),
        reading=house_form.reading_shown(sent.reading),
    )


def _is_of(name: str, step: str) -> bool:
    """Whether a field is filled in at this step; all others travel along hidden. A menu's text always does."""
    if step == "hours":
        return name in HOURS
    return name in {"details": ("name", "slug", "timezone", "owner"), "menu": (), "number": ("number",)}[step]


def _days(sent: Sent) -> list[dict[str, Any]]:
    return [
        {
            "at": day,
            "name": date_format(MONDAY + timedelta(days=day), "l"),
            "opens": sent.fields.get(f"opens-{day}", ""),
            "closes": sent.fields.get(f"closes-{day}", ""),
            "fault": sent.faults.get(f"opens-{day}", ""),
        }
        for day in house_form.DAYS
    ]
