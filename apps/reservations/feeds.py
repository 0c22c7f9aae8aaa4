"""The book as a calendar feed, behind a secret in its address that the restaurant can change or take back."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.reservations import ics
from apps.reservations.models import Reservation
from apps.restaurant import services as restaurant
from apps.tenants import scope

BACK, AHEAD = timedelta(days=30), timedelta(days=400)


def open_feed() -> str:
    """A new secret for the restaurant that was entered; an address with the old one ends."""
    row = restaurant.settings()
    row.calendar_secret = secrets.token_urlsafe(24)
    row.save(update_fields=["calendar_secret"])
    return row.calendar_secret


def close_feed() -> None:
    row = restaurant.settings()
    row.calendar_secret = ""
    row.save(update_fields=["calendar_secret"])


@require_safe
def reservations(request: HttpRequest, slug: str, secret: str) -> HttpResponse:
    """The bookings of the last month and all to come. First name and party only: calendars are passed around. An
    unknown restaurant, a wrong secret and a feed that is closed look the same."""
    place = scope.find_by_slug(slug)
    if place is None or place.state == "suspended":
        raise Http404
    with scope.enter(place):
        kept = restaurant.settings().calendar_secret
        if not kept or not hmac.compare_digest(kept.encode(), secret.encode()):
            raise Http404
        now = timezone.now()
        rows = Reservation.objects.filter(starts_at__gt=now - BACK, starts_at__lt=now + AHEAD)
        text = ics.calendar((_event(row) for row in rows), name=f"{place.name}: reservations")
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers={"Cache-Control": "private"})


def _event(row: Reservation) -> ics.Event:
    first, _, rest = row.name.strip().partition(" ")
    who = f"{first} {rest[:1]}." if rest else first
    tables = ", ".join(taken.table.name for taken in row.seats_at.select_related("table"))
    return ics.Event(
        uid=f"{row.pk}@loman",
        sequence=row.revision,
        changed_at=row.updated_at,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        summary=f"{who}, {row.party_size}",
        description=", ".join(filter(None, (tables and f"Table {tables}", row.reference))),
        cancelled=row.status in ("cancelled", "no_show"),
    )
