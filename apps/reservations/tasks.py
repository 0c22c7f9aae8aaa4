"""Work of this room: a text that confirms a booking."""

from __future__ import annotations

from typing import Any

from apps.calls import services as calls
from apps.outbox import services as outbox
from apps.reservations.models import Reservation
from apps.tenants import scope


@outbox.handles("reservation.booked")
def confirm(payload: dict[str, Any]) -> None:
    """Text the guest, once for each time agreed. Without a number, a registration or their leave nothing is sent."""
    reservation = Reservation.objects.get(pk=payload["reservation"])
    place = scope.here()
    if place is None or not reservation.number:
        return
    calls.queue_message(
        place=place,
        number=reservation.number,
        template="reservation",
        facts={"name": place.name},
        key=f"reservation:{reservation.pk}:{payload.get('key', '')}",
        call_id=reservation.call_id,
    )
