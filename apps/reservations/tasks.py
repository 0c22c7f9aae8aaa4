"""Work of this room: a text that confirms a booking, no-shows, and who waits for a table."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.calls import messages
from apps.outbox import events
from apps.outbox import services as outbox
from apps.reservations import services as reservations
from apps.reservations import steps, waitlist
from apps.reservations.models import Reservation
from apps.tenants import scope


@events.describes("reservation")
def describe(subject: str) -> dict[str, Any]:
    return reservations.as_json(Reservation.objects.get(pk=subject))


@outbox.handles("reservation.booked")
def confirm(payload: dict[str, Any]) -> None:
    """Text the guest, once for each time agreed. Without a number, a registration or their leave nothing is sent."""
    reservation = Reservation.objects.get(pk=payload["reservation"])
    place = scope.here()
    if place is None or not reservation.number:
        return
    messages.queue(
        place=place,
        number=reservation.number,
        template="reservation",
        facts=reservations.facts_for_text(reservation, place=place),
        key=f"reservation:{reservation.pk}:{payload.get('key', '')}",
        call_id=reservation.call_id,
    )


@outbox.handles("reservation.no_show")
def miss(payload: dict[str, Any]) -> None:
    steps.missed(UUID(payload["reservation"]), starts_at=payload["starts_at"], now=timezone.now())


@outbox.handles("waitlist.offer")
def offer(payload: dict[str, Any]) -> None:
    place = scope.here()
    if place is not None:
        waitlist.offer(place, moment=datetime.fromisoformat(payload["moment"]), now=timezone.now())


@outbox.handles("waitlist.expire")
def expire(payload: dict[str, Any]) -> None:
    place = scope.here()
    if place is not None:
        waitlist.expire(UUID(payload["entry"]), place=place, now=timezone.now())
