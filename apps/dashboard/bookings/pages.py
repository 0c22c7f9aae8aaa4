"""Bookings: the day and the week of the book."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET
from rest_framework.serializers import ValidationError

from apps.accounts.rest.taken import day_within_reach
from apps.dashboard.bookings import book, feed
from apps.dashboard.shell import Here, Undo, page, render_page, tell

BOOK = "dashboard/bookings/book.html"
PAGE = "dashboard/bookings/page.html"


@require_GET
@gzip_page
@page("reservations.view")
def show(request: HttpRequest, here: Here) -> HttpResponse:
    """`?day=` of the restaurant's calendar, today without one; `?week=` the week that holds a day."""
    shown = shown_for(request.GET, here, timezone.now())
    return render_page(request, here, PAGE, section="bookings", **shown, **feed.shown(here))


@require_GET
@gzip_page
@page("reservations.view")
def part(request: HttpRequest, here: Here) -> HttpResponse:
    """The book alone, for a page that is open."""
    return render(request, BOOK, {"here": here, **shown_for(request.GET, here, timezone.now())})


def shown_for(query: QueryDict, here: Here, now: datetime) -> dict[str, Any]:
    """The day or the week that a query names."""
    day, week = query.get("day"), query.get("week")
    if week:
        shown = book.week(here, named_day(week), now)
    else:
        today = now.astimezone(here.zone).date()
        shown = book.day(here, named_day(day) if day else today, now)
    return {**shown, "may_add": here.may("reservations.create"), "may_change": here.may("reservations.change")}


def named_day(text: str) -> date:
    """A day that somebody may mean; anything else is no page."""
    try:
        day = parse_date(text)
        if day is None:
            raise ValueError(text)
        day_within_reach(day)
    except (ValueError, ValidationError):
        raise Http404("There is no such day in the book.") from None
    return day


def answer(
    request: HttpRequest, here: Here, said: str, *, failed: bool = False, undo: Undo | None = None
) -> HttpResponse:
    """After a deed: the book as the page showed it (`shown`: its query), and what happened."""
    query = QueryDict(request.POST.get("shown", ""))
    if not request.headers.get("HX-Request"):
        return redirect(f"{reverse('bookings-page', args=[here.place.slug])}?{query.urlencode()}")
    shown = shown_for(query, here, timezone.now())
    return tell(render(request, BOOK, {"here": here, **shown}), said, failed=failed, undo=undo)
