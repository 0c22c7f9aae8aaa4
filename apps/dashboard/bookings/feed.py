"""The calendar feed of the book: opened under an address that is shown this once, renewed, ended."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from apps.accounts import audit
from apps.dashboard.bookings import book
from apps.dashboard.shell import Here, done, page, render_page
from apps.reservations import feeds
from apps.restaurant import services as restaurant

FEED = "dashboard/bookings/feed.html"


@never_cache
@require_POST
@page("settings.change")
def do(request: HttpRequest, here: Here) -> HttpResponse:
    """`deed` is open (an older address ends) or close."""
    wanted = request.POST.get("deed", "")
    if wanted == "open":
        return _open(request, here)
    if wanted != "close":
        raise Http404("A feed is opened or closed.")
    with transaction.atomic():
        feeds.close_feed()
        audit.record("feed.close", actor=here.by, place=here.place, subject="settings/calendar")
    return done(request, here, _("The calendar feed has ended"), part=FEED, page="bookings-page", shown=shown(here))


def _open(request: HttpRequest, here: Here) -> HttpResponse:
    with transaction.atomic():
        secret = feeds.open_feed()
        audit.record("feed.open", actor=here.by, place=here.place, subject="settings/calendar")
    address = request.build_absolute_uri(reverse("reservations_feed", args=[here.place.slug, secret]))
    told = {**shown(here), "feed_url": address}
    if not request.headers.get("HX-Request"):  # it is shown this once: no other page could show it
        today = book.day(here, timezone.now().astimezone(here.zone).date(), timezone.now())
        return render_page(request, here, "dashboard/bookings/page.html", section="bookings", **today, **told)
    return done(request, here, _("The calendar feed is open"), part=FEED, page="bookings-page", shown=told)


def shown(here: Here) -> dict[str, Any]:
    return {
        "may_see_feed": here.may("settings.view"),
        "may_change_feed": here.may("settings.change"),
        "feed_is_open": bool(restaurant.settings().calendar_secret),
        "feed_url": "",
    }
