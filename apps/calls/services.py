"""Tickets and hand-overs: what a call asks of people."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from apps.calls import duty, handover
from apps.calls.handover import Fallback, Hours, Plan, Rule, Target
from apps.calls.models import CARRIER_FINAL, TICKET_TYPES, Call, Ticket
from apps.language.redaction import redact_cards
from apps.outbox import events
from apps.outbox import services as outbox
from apps.restaurant import dialling, hours
from apps.restaurant import services as restaurant
from apps.restaurant.models import StaffContact, TransferRule
from apps.tenants import scope
from apps.tenants.models import PhoneNumber
from apps.tenants.scope import Place

KEY_LENGTH = 120
HOUSE, HOUSE_KEY = "the restaurant", "house"
LOOP = timedelta(minutes=2)
"""A call that we handed over and that comes back within this time goes round in a circle."""


class Refusal(Exception):
    """Why it cannot be, as a sentence the caller may hear."""


@transaction.atomic
def open_ticket(
    *,
    type: str,
    summary: str,
    key: str,
    now: datetime,
    callback_number: str = "",
    call_id: UUID | None = None,
    due_at: datetime | None = None,
) -> Ticket:
    """One ticket per event; asking again gives the one that is there. Without a due time, as the restaurant has it
    for the type, in opening hours."""
    if type not in TICKET_TYPES:
        raise Refusal(f"There is no ticket of type {type}.")
    ticket, made = Ticket.objects.get_or_create(
        key=fitting(key),
        defaults={
            "type": type,
            "summary": redact_cards(summary),
            "callback_number": callback_number,
            "call_id": call_id,
            "due_at": due_at or _due(type, now),
            "assignee": _assignee(type),
        },
    )
    if made:
        events.announce("ticket.opened", ticket.pk)
    if made and type in duty.PRESSING:
        _remind(ticket, round="first")
    return ticket


def _due(type: str, now: datetime) -> datetime:
    place = scope.here()
    assert place is not None, "tickets belong to a restaurant"
    week = restaurant.read_week(timezone=place.timezone)
    return duty.due_at(type, now=now, week=week, own=restaurant.settings().ticket_minutes)


def _remind(ticket: Ticket, *, round: str) -> None:
    key, payload = f"ticket.due:{ticket.pk}:{round}", {"ticket": str(ticket.pk)}
    outbox.add("ticket.due", key=key, payload=payload, place=scope.here(), due_at=ticket.due_at)


def acknowledge(ticket_id: UUID, *, by: str, now: datetime) -> Ticket:
    """Somebody looks after it: nobody is reminded any more. Doing it again changes nothing."""
    fresh = Ticket.objects.filter(pk=ticket_id, status="open", acknowledged_at=None)
    fresh.update(acknowledged_at=now, acknowledged_by=by)
    ticket = Ticket.objects.get(pk=ticket_id)
    if ticket.acknowledged_at is None:
        raise Refusal(_("This ticket is closed. Reopen it first."))
    return ticket


def assign(ticket_id: UUID, *, to: str) -> Ticket:
    Ticket.objects.filter(pk=ticket_id).update(assignee=to)
    return Ticket.objects.get(pk=ticket_id)


def close(ticket_id: UUID, *, reason: str, by: str, now: datetime) -> Ticket:
    """Done. Closing it again changes nothing."""
    open_one = Ticket.objects.filter(pk=ticket_id, status="open")
    open_one.update(status="closed", closed_reason=redact_cards(reason)[:200], closed_by=by, closed_at=now)
    return Ticket.objects.get(pk=ticket_id)


@transaction.atomic
def reopen(ticket_id: UUID, *, now: datetime) -> Ticket:
    """Not done after all: due anew, and nobody has looked at it."""
    ticket = Ticket.objects.select_for_update().get(pk=ticket_id)
    if ticket.status == "closed":
        ticket.status, ticket.closed_reason, ticket.closed_by, ticket.closed_at = "open", "", "", None
        ticket.acknowledged_at, ticket.acknowledged_by, ticket.due_at = None, "", _due(ticket.type, now)
        ticket.save()
        if ticket.type in duty.PRESSING:
            _remind(ticket, round=now.isoformat())
    return ticket


def _assignee(reason: str) -> str:
    contact = next(iter(contacts_for(reason)), None)
    return contact.name if contact else ""


def contacts_for(reason: str) -> list[StaffContact]:
    """Those who are there for this reason, then those who are there for all."""
    contacts = list(StaffContact.objects.filter(active=True))
    return [one for one in contacts if reason in one.reasons] + [one for one in contacts if not one.reasons]


def staff_for(reason: str) -> list[Target]:
    """Who can be rung for it, and at last the restaurant itself."""
    settings = restaurant.settings()
    found = [Target(one.name, one.number, settings.ring_seconds) for one in contacts_for(reason)]
    house = [Target(HOUSE, number, settings.ring_seconds)] if (number := dialling.house()) else []
    countries = dialling.countries()
    return [one for one in found if dialling.allowed(one.number, allowed_in=countries)] + house


# ---- hand-overs ----------------------------------------------------------------------------------------


def choices() -> dict[str, Target]:
    """Whom staff may put a call through to: the restaurant's telephone (`HOUSE_KEY`) and its contacts by their ids.
    No number is ever typed."""
    rings = restaurant.settings().ring_seconds
    house = {HOUSE_KEY: Target(HOUSE, number, rings)} if (number := dialling.house()) else {}
    people = StaffContact.objects.filter(active=True)
    return house | {str(one.pk): Target(one.name, one.number, rings) for one in people if dialling.allowed(one.number)}


def plan_hand_over(*, reason: str, caller: str, place: Place, now: datetime, to: str = "") -> Plan:
    """Whom a call for this reason rings now, one after the other, and what happens when nobody takes it; first whom
    staff chose (`choices`), who is left out where that is no choice any more."""
    settings = restaurant.settings()
    week = restaurant.read_week(timezone=place.timezone)
    countries = dialling.countries()
    rules = [
        Rule(row.reason, _as_hours(row.hours), _target(row, settings.ring_seconds), _as_fallback(row.fallback))
        for row in TransferRule.objects.select_related("contact")
        if row.contact is None or (row.contact.active and dialling.allowed(row.contact.number, allowed_in=countries))
    ]
    with scope.public():  # ringing another restaurant's line would go round in a circle too
        ours = set(PhoneNumber.objects.values_list("number", flat=True))
    open_now = hours.opening_at(week, now) is not None
    return handover.plan(
        reason=reason,
        open_now=open_now,
        rules=rules,
        usual=staff_for(reason),
        never={caller, *ours},
        first=choices().get(to) if to else None,
    )


def _target(row: TransferRule, ring_seconds: int) -> Target | None:
    if row.contact is None:
        return None
    return Target(row.contact.name, row.contact.number, row.ring_seconds or ring_seconds)


def _as_hours(text: str) -> Hours:
    return "open" if text == "open" else "closed" if text == "closed" else "any"


def _as_fallback(text: str) -> Fallback:
    return "ticket" if text == "ticket" else "hang_up" if text == "hang_up" else "message"


def handed_over(call_id: UUID, *, now: datetime) -> None:
    """Remembered so that a call which comes back to us is known for what it is."""
    Call.objects.filter(pk=call_id).update(handed_over_at=now, hand_overs=F("hand_overs") + 1)


def came_back(*, caller: str, forwarded_from: str, carrier_sid: str, now: datetime) -> bool:
    """Whether this call is one that we handed over a moment ago: the telephone that we rang is forwarded to us. Our
    leg carries the caller's own number, or names the telephone that passed it on."""
    recent = Call.objects.filter(handed_over_at__gt=now - LOOP).exclude(carrier_sid=carrier_sid)
    recent = recent.exclude(carrier_status__in=CARRIER_FINAL)  # whoever hung up and rings again is a caller
    ours = set(StaffContact.objects.values_list("number", flat=True)) | {restaurant.settings().transfer_number}
    same_caller = bool(caller) and recent.filter(from_number=caller).exists()
    return same_caller or (bool(forwarded_from) and forwarded_from in ours and recent.exists())


def fitting(key: str) -> str:
    """A key that fits its column; a long one keeps its beginning and ends in a digest, so none are mixed up."""
    if len(key) <= KEY_LENGTH:
        return key
    return f"{key[: KEY_LENGTH - 33]}:{sha256(key.encode()).hexdigest()[:32]}"
