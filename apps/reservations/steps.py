"""What becomes of a booking: confirmed, seated, finished, not come for, cancelled. Steps go forward only, and each
leaves a row of who took it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts import audit
from apps.language.redaction import redact_cards
from apps.outbox import events, live
from apps.outbox import services as outbox
from apps.reservations import waitlist
from apps.reservations.models import Reservation, ReservationEvent
from apps.reservations.refusals import Refusal
from apps.restaurant.models import RestaurantSettings
from apps.tenants import scope
from apps.tenants.scope import Place

BY_US = "loman"
FROM = {
    "confirmed": ("booked",),
    "seated": ("booked", "confirmed"),
    "finished": ("booked", "confirmed", "seated"),
    "no_show": ("booked", "confirmed"),
    "cancelled": ("booked", "confirmed"),
}
"""Which steps lead to which: whoever sits at their table can only leave it."""
FREES = ("finished", "no_show", "cancelled")


@transaction.atomic
def advance(reservation_id: UUID, *, to: str, by: str, now: datetime, reason: str = "") -> Reservation:
    """One step on; taken again it changes nothing. A table that is left early is free from then on."""
    row = Reservation.objects.select_for_update().get(pk=reservation_id)
    if row.status == to:
        return row
    if row.status not in FROM[to]:
        gone = row.status in FREES
        raise Refusal(_("That booking does not stand any more.") if gone else _("They are seated already."))
    before = row.status
    row.status, row.updated_at, row.revision = to, now, row.revision + 1
    if to == "finished" and row.starts_at < now < row.ends_at:
        row.ends_at = now
    if to == "cancelled":
        row.cancelled_reason = redact_cards(reason)[:200]
    row.save(update_fields=["status", "updated_at", "revision", "ends_at", "cancelled_reason"])
    record(row, by=by, now=now, note=reason)
    mark = f"{row.status}:{row.revision}"
    events.announce("reservation.cancelled" if to == "cancelled" else "reservation.changed", row.pk, mark=mark)
    if to in FREES:
        row.seats_at.all().delete()
        waitlist.freed(row.starts_at, now=now)
    if to == "cancelled":
        _tell_the_record(row, by=by, before=before)
    return row


def _tell_the_record(row: Reservation, *, by: str, before: str) -> None:
    audit.record(
        "reservations.cancel",
        actor=f"call:{row.call_id or ''}" if by == "caller" else by,
        place=scope.here(),
        subject=f"reservations/{row.pk}",
        before={"status": before},
        after={"status": row.status, "reason": audit.masked(row.cancelled_reason), "reference": row.reference},
    )


def cancel(reservation: Reservation, *, reason: str, now: datetime, by: str = "caller") -> Reservation:
    """Once; a booking that does not stand is refused."""
    if Reservation.objects.filter(pk=reservation.pk, status="cancelled").exists():
        raise Refusal(_("That booking does not stand any more."))
    return advance(reservation.pk, to="cancelled", by=by, now=now, reason=reason)


def record(row: Reservation, *, by: str, now: datetime, note: str = "") -> None:
    ReservationEvent.objects.create(reservation=row, status=row.status, by=by, note=redact_cards(note)[:200], at=now)
    live.touched("bookings")


def watch(row: Reservation, *, settings: RestaurantSettings, place: Place) -> None:
    """Where the restaurant wants it: whoever has not come after so long is a no-show by itself."""
    if settings.no_show_minutes is None:
        return
    due = row.starts_at + timedelta(minutes=settings.no_show_minutes)
    payload = {"reservation": str(row.pk), "starts_at": row.starts_at.isoformat()}
    outbox.add("reservation.no_show", key=f"reservation.no_show:{row.key}", payload=payload, place=place, due_at=due)


def missed(reservation_id: UUID, *, starts_at: str, now: datetime) -> None:
    """Its time has come and gone; a booking that was moved since is watched anew."""
    row = Reservation.objects.get(pk=reservation_id)
    if row.status in FROM["no_show"] and row.starts_at.isoformat() == starts_at and scope.entered():
        advance(row.pk, to="no_show", by=BY_US, now=now)
