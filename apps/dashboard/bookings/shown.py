"""A booking that is opened: what it is, what became of it, what can be done with it, and the form to change it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.dashboard import written
from apps.dashboard.bookings import book
from apps.dashboard.bookings import form as booking_form
from apps.dashboard.shell import Here
from apps.reservations import day as days
from apps.reservations import steps, taking_back
from apps.reservations.models import DiningTable, Reservation, ReservationEvent
from apps.restaurant import services as restaurant


def opened(row: Reservation, here: Here, *, now: datetime, values: dict[str, str] | None = None) -> dict[str, Any]:
    """`values`: what somebody wrote into the form already."""
    is_standing = row.status in days.STANDING
    may_change = is_standing and here.may("reservations.change")
    values = values or booking_form.of(row, here)
    return {
        "booking": book.booking(row, here, now),
        "dated": book.dated(row.starts_at.astimezone(here.zone).date()),
        "until": written.clock(row.ends_at, here.zone),
        "reference": row.reference,
        "call_id": row.call_id if here.may("calls.view") else None,
        "reason": row.cancelled_reason,
        "values": values,
        "offers": booking_form.offers(here, values, now=now, row=row) if may_change else None,
        "errors": {},
        "moves": row.pk,
        "tables": _tables(row, here, now) if may_change else [],
        "steps": _steps(row, here),
        "back": _back(row, here, now),
        "history": [_event(each, here) for each in row.events.all()],
        "may_change": may_change,
        "may_cancel": here.may("reservations.cancel") and row.status in steps.FROM["cancelled"],
        "may_see": here.may("numbers.view_whole") and bool(row.number),
    }


def _steps(row: Reservation, here: Here) -> list[dict[str, str]]:
    """Every step from where it is; cancelling, which needs a reason, has a form of its own."""
    offered = (
        ("confirm", "confirmed", _("Confirm"), "reservations.change"),
        ("seat", "seated", _("Seat"), "reservations.seat"),
        ("finish", "finished", _("Left"), "reservations.seat"),
        ("no-show", "no_show", _("No-show"), "reservations.seat"),
    )
    return [
        {"deed": deed, "label": label}
        for deed, to, label, needed in offered
        if row.status in steps.FROM[to] and here.may(needed) and not (deed == "finish" and row.status != "seated")
    ]


def _back(row: Reservation, here: Here, now: datetime) -> str:
    """What it would be again; empty where its last step cannot be taken back, or not by them."""
    needed = "reservations.cancel" if row.status == "cancelled" else "reservations.seat"
    before = taking_back.step_before(row, now=now) if here.may(needed) else ""
    return status_in_words(before) if before else ""


def status_in_words(status: str) -> str:
    return {
        "booked": _("booked"),
        "confirmed": _("confirmed"),
        "seated": _("seated"),
        "finished": _("left"),
        "no_show": _("no-show"),
        "cancelled": _("cancelled"),
    }[status]


def by(actor: str) -> str:
    return {"caller": _("The guest, by phone"), steps.BY_US: "Loman"}.get(actor, actor)


def _event(each: ReservationEvent, here: Here) -> dict[str, str]:
    local = each.at.astimezone(here.zone)
    when = f"{date_format(local, 'D')} {date_format(local, 'MONTH_DAY_FORMAT')}, {written.clock(each.at, here.zone)}"
    return {"when": when, "what": status_in_words(each.status), "by": by(each.by), "note": each.note}


def _tables(row: Reservation, here: Here, now: datetime) -> list[dict[str, Any]]:
    """Every table in use, with whether somebody else has it at that time."""
    local = row.starts_at.astimezone(here.zone).date()
    asked = days.read(here.place, restaurant.settings(), day=local, now=now, moves=row.pk)
    gone = asked.occupied(row.starts_at, row.ends_at)
    mine = {seat.table_id for seat in row.seats_at.all()}
    return [
        {
            "id": str(table.pk),
            "name": table.name,
            "seats": table.seats,
            "is_mine": table.pk in mine,
            "is_gone": str(table.pk) in gone,
        }
        for table in DiningTable.objects.filter(active=True)
    ]
