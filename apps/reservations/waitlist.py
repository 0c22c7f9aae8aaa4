"""Who waits for a table: told when one becomes free near their time, one after the other, each for a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from apps.calls import messages
from apps.calls import services as calls
from apps.outbox import live
from apps.outbox import services as outbox
from apps.reservations import day as days
from apps.reservations.models import Reservation, WaitlistEntry
from apps.reservations.refusals import Refusal
from apps.restaurant import services as restaurant
from apps.tenants import scope
from apps.tenants.scope import Place

NEAR = timedelta(hours=2)
"""A table that becomes free so far from the wanted time may serve."""
OFFERED = timedelta(minutes=30)
"""So long it is theirs to call for, then the next one hears of it."""
WAITS = ("waiting", "offered")


def freed(moment: datetime, *, now: datetime) -> None:
    """A table has become free around this moment: work for after the commit, as it reads the whole book."""
    place = scope.here()
    if place is None or moment <= now:
        return
    waiting = WaitlistEntry.objects.filter(status="waiting", wanted_at__gt=moment - NEAR, wanted_at__lt=moment + NEAR)
    if waiting.exists():
        key = f"waitlist.offer:{place.id}:{moment.isoformat()}:{now.isoformat()}"
        outbox.add("waitlist.offer", key=key, payload={"moment": moment.isoformat()}, place=place)


@transaction.atomic
def offer(place: Place, *, moment: datetime, now: datetime) -> WaitlistEntry | None:
    """Tell the first who waits for a table around then and for whom there is one at the time they wanted."""
    settings = restaurant.settings()
    waiting = WaitlistEntry.objects.select_for_update(skip_locked=True).filter(
        status="waiting", wanted_at__gt=max(moment - NEAR, now), wanted_at__lt=moment + NEAR
    )
    for entry in waiting.order_by("created_at", "id"):
        local = entry.wanted_at.astimezone(ZoneInfo(place.timezone)).date()
        asked = days.read(place, settings, day=local, now=now)
        if asked.seating(entry.party_size, entry.wanted_at) is not None:
            _tell(entry, place=place, now=now)
            return entry
    return None


@transaction.atomic
def offer_to(entry: WaitlistEntry, *, place: Place, now: datetime) -> WaitlistEntry:
    """Tell this one, out of turn, when there is a table at the time they wanted."""
    row = WaitlistEntry.objects.select_for_update().get(pk=entry.pk)
    if row.status != "waiting":
        raise Refusal(_("They do not wait any more."))
    local = row.wanted_at.astimezone(ZoneInfo(place.timezone)).date()
    days.read(place, restaurant.settings(), day=local, now=now).seat(row.party_size, row.wanted_at)
    _tell(row, place=place, now=now)
    return row


def _tell(entry: WaitlistEntry, *, place: Place, now: datetime) -> None:
    entry.status, entry.offered_at = "offered", now
    entry.save(update_fields=["status", "offered_at"])
    live.touched("bookings")
    payload: dict[str, Any] = {"entry": str(entry.pk)}
    outbox.add("waitlist.expire", key=f"waitlist.expire:{entry.pk}", payload=payload, place=place, due_at=now + OFFERED)
    starts = entry.wanted_at.astimezone(ZoneInfo(place.timezone))
    when, guests = f"{starts:%a %b %-d, %-I:%M %p}", f"{entry.party_size} guests"
    calls.open_ticket(
        type="callback",
        summary=f"A table for {guests} has become free on {when}: {entry.name} waits for one.",
        callback_number=entry.number,
        key=f"waitlist:{entry.pk}",
        call_id=entry.call_id,
        now=now,
    )
    if entry.number:
        facts = {"when": when, "party": guests}
        messages.queue(
            place=place,
            number=entry.number,
            template="table_free",
            facts=facts,
            key=f"waitlist:{entry.pk}",
            call_id=entry.call_id,
        )


def expire(entry_id: UUID, *, place: Place, now: datetime) -> None:
    """They have not taken it: the next one hears of it."""
    offered = WaitlistEntry.objects.filter(pk=entry_id, status="offered")
    if offered.update(status="expired"):
        live.touched("bookings")
        offer(place, moment=WaitlistEntry.objects.get(pk=entry_id).wanted_at, now=now)


@transaction.atomic
def take_off(entry_id: UUID) -> WaitlistEntry:
    """They wait no longer; what they asked for stays, so that it can be taken back."""
    return _moved(entry_id, came_from=WAITS, to="expired", refusal="They do not wait any more.")


@transaction.atomic
def put_back(entry_id: UUID) -> WaitlistEntry:
    """They wait after all, in their old place."""
    return _moved(entry_id, came_from=("expired",), to="waiting", refusal="They wait already, or have a table.")


def _moved(entry_id: UUID, *, came_from: tuple[str, ...], to: str, refusal: str) -> WaitlistEntry:
    row = WaitlistEntry.objects.select_for_update().get(pk=entry_id)
    if row.status not in came_from:
        raise Refusal(refusal)
    row.status = to
    row.save(update_fields=["status"])
    live.touched("bookings")
    return row


def came(reservation: Reservation) -> None:
    """Who has booked does not wait any more."""
    if reservation.number:
        WaitlistEntry.objects.filter(
            number=reservation.number,
            status__in=WAITS,
            wanted_at__gt=reservation.starts_at - timedelta(hours=12),
            wanted_at__lt=reservation.starts_at + timedelta(hours=12),
        ).update(status="booked")
