"""All restaurants: their state, their calls today, what is missing before they can go live; suspended, opened as.

How one stands is read in its own schema, through its own door: one query for each of the few rows of a page, never for
all restaurants. One that cannot be read (it waits for its upgrade, its schema is damaged) says so in its row.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily
from django.views.decorators.http import require_GET, require_POST

from apps.dashboard.restaurants.frame import Outside, outside_page, render_outside
from apps.dashboard.shell import Undo, tell
from apps.language import phones
from apps.tenants.models import PhoneNumber, Restaurant
from apps.voice import opening, suspending

log = logging.getLogger(__name__)

ROW = "dashboard/restaurants/row.html"
PAGE_SIZE = 20
State = Restaurant.State
FOUR_DIGITS = 4
STATES = {
    "": lazily("All"),
    "live": lazily("Live"),
    "setup": lazily("Being set up"),
    "suspended": lazily("Suspended"),
    "left": lazily("Left"),
}
TO_DO = {
    "phone_number": (lazily("a phone number"), ""),
    "administrator": (lazily("an administrator"), "settings-team"),
    "hours": (lazily("opening hours"), "settings-hours"),
    "menu": (lazily("a menu"), "menu-page"),
    "prices": (lazily("prices"), "menu-page"),
    "tax_rates": (lazily("a tax rate"), "settings-kitchen"),
    "person_to_ring": (lazily("somebody to ring"), "settings-transfers"),
    "tables": (lazily("tables"), "settings-tables"),
    "sms_registration": (lazily("A2P registration"), "settings-texts"),
    "test_call": (lazily("a first call"), "today"),
}
"""What is missing, in a few words, and the page where it is done; a number is given here."""
NEEDS = {
    "suspend": "restaurants.manage",
    "resume": "restaurants.manage",
    "live": "restaurants.manage",
    "number": "phone_numbers.change",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for."""

    words: str
    state: str

    @classmethod
    def of(cls, request: HttpRequest) -> Asked:
        state = request.GET.get("state", "")
        return cls(request.GET.get("q", "").strip()[:120], state if state in STATES else "")

    def among(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """By name, address, owner, or the last four of a number; those that have left only when asked for."""
        rows = rows.filter(state=self.state) if self.state else rows.exclude(state=State.LEFT)
        if not self.words:
            return rows
        found = Q(name__icontains=self.words) | Q(slug__icontains=self.words) | Q(owner__name__icontains=self.words)
        if len(self.words) == FOUR_DIGITS and self.words.isdecimal():
            theirs = PhoneNumber.objects.filter(restaurant=OuterRef("pk"), number__endswith=self.words)
            found |= Q(Exists(theirs))
        return rows.filter(found)


@require_GET
@outside_page("restaurants.manage")
def show(request: HttpRequest, outside: Outside) -> HttpResponse:
    """By name; found by `q` and `state`, so many to a `page`."""
    asked, now = Asked.of(request), timezone.now()
    pages = Paginator(asked.among(opening.houses().order_by("name", "id")), PAGE_SIZE)
    current = pages.get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return render_outside(
        request,
        outside,
        "dashboard/restaurants/page.html",
        houses=_rows(list(current), outside, now),
        current=current,
        count=pages.count,
        asked=asked,
        states=STATES.items(),
        query=query.urlencode(),
        made=request.GET.get("made") == "yes",
    )


@require_POST
@outside_page("restaurants.manage")
def do(request: HttpRequest, outside: Outside, tenant_id: UUID) -> HttpResponse:
    """`deed` is suspend (with a `reason`), resume, live, or number (with a `number`)."""
    house = opening.houses().filter(pk=tenant_id).first()
    if house is None:
        raise Http404("There is no such restaurant.")
    wanted = request.POST.get("deed", "")
    if wanted not in NEEDS:
        raise Http404("A restaurant is suspended, resumed, taken live or given a number.")
    if not outside.may(NEEDS[wanted]):
        raise PermissionDenied
    try:
        with transaction.atomic():
            _DEEDS[wanted](request, outside, house, timezone.now())
    except opening.Refusal as refusal:
        return _answer(request, outside, house.pk, str(refusal), wrong=wanted)
    undo = None
    if wanted == "suspend":
        undo = Undo(reverse("restaurant-do", args=[house.pk]), f"#house-{house.pk}", {"deed": "resume"})
    return _answer(request, outside, house.pk, _DONE[wanted] % {"name": house.name}, undo=undo)


def _suspend(request: HttpRequest, outside: Outside, house: Any, now: datetime) -> None:
    suspending.suspend(house.pk, reason=request.POST.get("reason", ""), by=outside.by, now=now)


def _resume(request: HttpRequest, outside: Outside, house: Any, now: datetime) -> None:
    suspending.resume(house.pk, by=outside.by, now=now)


def _live(request: HttpRequest, outside: Outside, house: Any, now: datetime) -> None:
    suspending.go_live(house.pk, by=outside.by, now=now)


def _number(request: HttpRequest, outside: Outside, house: Any, now: datetime) -> None:
    number = phones.normalise(request.POST.get("number", ""))
    if number is None:
        raise opening.Refusal(_("This is not a phone number. Write it with its country code: +1512…"))
    opening.give_number(house, number=number, by=outside.by)


_DEEDS: dict[str, Callable[[HttpRequest, Outside, Any, datetime], None]] = {
    "suspend": _suspend,
    "resume": _resume,
    "live": _live,
    "number": _number,
}
_DONE = {
    "suspend": lazily("%(name)s is suspended"),
    "resume": lazily("%(name)s is resumed"),
    "live": lazily("%(name)s is live"),
    "number": lazily("%(name)s has a number"),
}


def _answer(
    request: HttpRequest, outside: Outside, tenant_id: UUID, said: str, *, wrong: str = "", undo: Undo | None = None
) -> HttpResponse:
    """The row as it is now. `wrong` names the deed that was refused: its form stays open and says why."""
    if not request.headers.get("HX-Request") and not wrong:
        return redirect("restaurants-page")
    [row] = _rows([opening.houses().get(pk=tenant_id)], outside, timezone.now())
    shown = {"house": row | {"wrong": wrong, "refusal": said if wrong else "", "given": request.POST}}
    if not request.headers.get("HX-Request"):
        return render_outside(
            request, outside, "dashboard/restaurants/page.html", houses=[shown["house"]], count=1, asked=Asked("", ""),
            states=STATES.items(),
        )  # fmt: skip
    return tell(render(request, ROW, {"outside": outside, **shown}), said, failed=bool(wrong), undo=undo)


# ---- a row -------------------------------------------------------------------------------------------


def _rows(houses: list[Any], outside: Outside, now: datetime) -> list[dict[str, Any]]:
    why = suspending.latest([house.pk for house in houses if house.state == State.SUSPENDED])
    return [_row(house, why.get(house.pk), outside, now) for house in houses]


def _row(house: Any, why: suspending.Suspension | None, outside: Outside, now: datetime) -> dict[str, Any]:
    found, trouble = _standing(house, now)
    missing = found.missing if found else []
    return {
        "id": str(house.pk),
        "slug": house.slug,
        "name": house.name,
        "owner": house.owner.name if house.owner else "",
        "state": house.state,
        "state_said": STATES[house.state],
        "why": why.reason if why else "",
        "since": _("since %(day)s, by %(who)s") % {"day": date_format(why.at, "j F"), "who": why.by} if why else "",
        "calls_today": found.calls_today if found else None,
        "missing": [_to_do(what, house.slug) for what in missing],
        "advised": [_to_do(what, house.slug) for what in (found.advised if found else [])],
        "trouble": trouble,
        "may_open": house.state != State.LEFT and not trouble,
        "may_suspend": house.state in (State.LIVE, State.SETUP),
        "may_resume": house.state == State.SUSPENDED,
        "may_go_live": house.state == State.SETUP and found is not None and not missing,
        "may_number": "phone_number" in missing and outside.may("phone_numbers.change"),
    }


def _standing(house: Any, now: datetime) -> tuple[opening.Standing | None, str]:
    """How it stands, or why that is not known: one restaurant that cannot be read spoils no list."""
    if house.upgrade_error and house.state != State.LEFT:
        return None, _("Waits for its upgrade: %(reason)s") % {"reason": house.upgrade_error}
    try:
        with transaction.atomic():
            return opening.standing(house, now=now), ""
    except DatabaseError as error:
        reason = str(error).splitlines()[0]
        told = {"event": "restaurant.unread", "restaurant": house.slug, "reason": reason}
        log.error("a restaurant could not be read", extra=told)
        return None, _("Cannot be read now (%(error)s). Its log says why.") % {"error": type(error).__name__}


def _to_do(what: str, slug: str) -> dict[str, Any]:
    words, page = TO_DO[what]
    return {"words": words, "url": _page(page, slug) if page else ""}


def _page(name: str, slug: str) -> str:
    """The list of settings stands in for a page of its own that there is none of."""
    try:
        return reverse(name, args=[slug])
    except NoReverseMatch:
        return reverse("settings-page", args=[slug])
