"""The history of calls: newest first, found by what was said, from whom, why and with what outcome."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily
from django.views.decorators.http import require_GET

from apps.calls.models import Call, Flag
from apps.dashboard.history import words
from apps.dashboard.shell import Here, page, render_page
from apps.orders.models import Order
from apps.reservations.models import Reservation
from apps.voice import finding

PAGE_SIZE = 50
LAST_FOUR = 4
ASKED = ("said", "number", "reason", "outcome", "from", "to", "left", "handed", "flagged")
FEW = ("said", "number", "reason", "outcome")
"""What is asked for in the first row; the others unfold."""
LEFT = {"order": lazily("An order"), "reservation": lazily("A booking"), "neither": lazily("Neither")}


class Unfit(Exception):
    """Which field cannot be meant, and why, as a sentence."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field, self.why = field, why


@require_GET
@page("calls.view")
def show(request: HttpRequest, here: Here) -> HttpResponse:
    return render_page(request, here, "dashboard/calls/page.html", section="calls", **_shown(request, here))


@require_GET
@page("calls.view")
def part(request: HttpRequest, here: Here) -> HttpResponse:
    """The list alone, with what was asked for, for a page that is open."""
    return render(request, "dashboard/calls/list.html", {"here": here, **_shown(request, here)})


def _shown(request: HttpRequest, here: Here) -> dict[str, Any]:
    asked = {name: request.GET.get(name, "").strip() for name in ASKED}
    now = timezone.now()
    refusals: dict[str, str] = {}
    try:
        rows = found(asked, here)
    except Unfit as unfit:
        rows, refusals = Call.objects.none(), {unfit.field: unfit.why}
    open_flags = Flag.objects.filter(call=OuterRef("pk"), done="")
    pages = Paginator(rows.annotate(is_flagged=Exists(open_flags)), PAGE_SIZE)
    current = pages.get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return {
        "now": now,
        "calls": [{**words.row(call, here, now=now), "is_flagged": call.is_flagged} for call in current],
        "current": current,
        "count": pages.count,
        "asked": asked,
        "is_asked": any(asked.values()),
        "is_unfolded": any(value for name, value in asked.items() if name not in FEW),
        "reasons": words.REASONS.items(),
        "outcomes": words.OUTCOMES.items(),
        "lefts": LEFT.items(),
        "refusals": refusals,
        "query": query.urlencode(),
        "flags": Flag.objects.filter(done="").count(),
    }


def found(asked: dict[str, str], here: Here) -> QuerySet[Any]:
    """The calls that fit all that was asked. `Unfit` names what cannot be meant."""
    rows: QuerySet[Any] = Call.objects.defer("report").order_by("-started_at", "-id")
    for name in ("reason", "outcome"):
        if asked[name]:
            rows = rows.filter(**{name: asked[name]})
    if asked["number"]:
        rows = rows.filter(from_number__endswith=_last_four(asked["number"]))
    rows = _on_days(rows, asked, here)
    for left, table in (("order", Order), ("reservation", Reservation)):
        if asked["left"] in (left, "neither"):
            rows = finding.leaving(rows, table._default_manager.all(), asked["left"] == left)
    if asked["handed"]:
        rows = finding.handed_over(rows, True)
    if asked["flagged"]:
        rows = finding.leaving(rows, Flag.objects.all(), True)
    try:
        return finding.spoken(rows, asked["said"])
    except finding.Unanswered as why:
        raise Unfit("said", str(why)) from None


def _last_four(number: str) -> str:
    if len(number) != LAST_FOUR or not number.isdecimal():
        raise Unfit("number", _("Give the last four digits of a number."))
    return number


def _on_days(rows: QuerySet[Any], asked: dict[str, str], here: Here) -> QuerySet[Any]:
    first, last = _day("from", asked), _day("to", asked)
    if first and last and last < first:
        raise Unfit("to", _("The last day is before the first. Change one of them."))
    if first:
        rows = rows.filter(started_at__gte=datetime.combine(first, time(0), here.zone))
    if last:
        rows = rows.filter(started_at__lt=datetime.combine(last + timedelta(days=1), time(0), here.zone))
    return rows


def _day(name: str, asked: dict[str, str]) -> date | None:
    if not asked[name]:
        return None
    try:
        day = parse_date(asked[name])
    except ValueError:
        day = None
    if day is None or not 2000 <= day.year <= 9000:
        raise Unfit(name, _("That is no day. Give it as 2026-11-29."))
    return day
