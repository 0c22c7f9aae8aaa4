"""Tickets, messages and hand-overs: what a call asks of people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.calls.models import TICKET_TYPES, Message, Suppression, Ticket
from apps.outbox import services as outbox
from apps.restaurant import services as restaurant
from apps.restaurant.models import StaffContact
from apps.tenants.models import PhoneNumber
from apps.tenants.scope import Place

GSM_SEGMENT, GSM_PART = 160, 153
UNICODE_SEGMENT, UNICODE_PART = 70, 67
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("\f^{}\\[~]|€")
"""Take two places each."""
KEY_LENGTH = 120
_BLANK = re.compile(r"\{(\w+)\}")
TEMPLATES = {
    "address": "{name}: {address}",
    "hours": "{name}: see you soon at {address}.",
    "cancelled": "{name}: your order {number} is cancelled.",
    "changed": "{name}: we have changed your order {number}. It is {total} {currency}, ready at {ready}.",
    "pay_link": "{name}: please pay {total} {currency} for order {number} here: {link}",
    "paid": "{name}: thank you, order {number} is paid. It will be ready at {ready}.",
    "delay": "{name}: your order {number} will be ready at {ready}. Sorry for the wait.",
    "unacknowledged": "{name}: order {number} has not been acknowledged. Please look at the board.",
    "order": "{name}: we have your order. Reply STOP for no more texts.",
    "reservation": "{name}: your table is booked. Reply STOP for no more texts.",
}


class Refusal(Exception):
    """Why it cannot be, as a sentence the caller may hear."""


@dataclass(frozen=True, slots=True)
class Target:
    """Who rings when a call is handed over. The label may be spoken, the number never is."""

    label: str
    number: str
    ring_seconds: int


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
    """One ticket per event; asking again gives the one that is there."""
    if type not in TICKET_TYPES:
        raise Refusal(f"There is no ticket of type {type}.")
    ticket, _ = Ticket.objects.get_or_create(
        key=fitting(key),
        defaults={
            "type": type,
            "summary": summary,
            "callback_number": callback_number,
            "call_id": call_id,
            "due_at": due_at or now,
            "assignee": _assignee(type),
        },
    )
    return ticket


def _assignee(reason: str) -> str:
    contact = _contact(reason)
    return contact.name if contact else ""


def _contact(reason: str) -> StaffContact | None:
    contacts = list(StaffContact.objects.filter(active=True))
    named = [one for one in contacts if reason in one.reasons]
    general = [one for one in contacts if not one.reasons]
    return next(iter([*named, *general]), None)


def transfer_target(*, reason: str) -> Target | None:
    """The restaurant's own numbers only: a contact for this reason, else its transfer number."""
    settings = restaurant.settings()
    contact = _contact(reason)
    if contact is not None:
        return Target(contact.name, contact.number, settings.ring_seconds)
    if settings.transfer_number:
        return Target("the restaurant", settings.transfer_number, settings.ring_seconds)
    return None


@transaction.atomic
def queue_message(
    *, place: Place, number: str, template: str, facts: dict[str, Any], key: str, call_id: UUID | None
) -> Message | None:
    """A text from a template, once per cause, template and number. Disabled before the A2P registration is recorded,
    suppressed for numbers that asked for silence. None when there is no such template."""
    wording = {**TEMPLATES, **restaurant.settings().sms_templates}.get(template)
    if wording is None:
        return None
    text = _BLANK.sub(lambda blank: str(facts.get(blank[1], "")), wording)
    message, made = Message.objects.get_or_create(
        key=fitting(f"{key}:{template}:{number}"),
        defaults={
            "number": number, "template": template, "text": text, "segments": segments(text), "call_id": call_id,
            "status": _status(place, number),
        },
    )  # fmt: skip
    if made and message.status == "queued":
        outbox.add("sms.send", key=f"sms.send:{message.pk}", payload={"message": str(message.pk)}, place=place)
    return message


def can_text(*, place: Place, number: str) -> bool:
    """Whether a text to this number would go out: registered, and not asked to stop."""
    return _status(place, number) == "queued"


def _status(place: Place, number: str) -> str:
    if not PhoneNumber.objects.filter(restaurant_id=place.id, sms_registered_at__isnull=False, active=True).exists():
        return "disabled"
    return "suppressed" if Suppression.objects.filter(number=number).exists() else "queued"


def segments(text: str) -> int:
    """How many SMS segments a text takes: GSM-7 160 or 153 a part, else UCS-2 70 or 67 (GSM 03.38)."""
    if all(letter in GSM or letter in GSM_EXTENDED for letter in text):
        length = sum(2 if letter in GSM_EXTENDED else 1 for letter in text)
        single, part = GSM_SEGMENT, GSM_PART
    else:
        length = len(text.encode("utf-16-le")) // 2
        single, part = UNICODE_SEGMENT, UNICODE_PART
    return 1 if length <= single else -(-length // part)


def fitting(key: str) -> str:
    """A key that fits its column; a long one keeps its beginning and ends in a digest, so none are mixed up."""
    if len(key) <= KEY_LENGTH:
        return key
    return f"{key[: KEY_LENGTH - 33]}:{sha256(key.encode()).hexdigest()[:32]}"
