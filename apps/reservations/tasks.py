"""Work of this room: a text that confirms a booking."""

from __future__ import annotations

from typing import Any

from apps.calls import messages
from apps.outbox import events
from apps.outbox import services as outbox
from apps.reservations import services as reservations
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
