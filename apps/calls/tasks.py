"""Work of this room: sending texts, reminding staff of what is overdue, telling others of calls and tickets."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from apps.calls import messages, services, telephony
from apps.calls.models import Call, Message, Ticket
from apps.outbox import events
from apps.outbox import services as outbox
from apps.restaurant import dialling
from apps.tenants import scope
from apps.tenants.models import PhoneNumber

MARGIN = timedelta(minutes=5)
"""Between the carrier's clock and ours."""
RING_AFTER = timedelta(minutes=15)
"""After the text that did not help."""
UNTOLD = ("stages", "tools", "moments")
"""Of a call's report: what is for those who look after Loman."""


@events.describes("call")
def describe_call(subject: str) -> dict[str, Any]:
    """The report CONTRACT.md has, and what became of the call. One that nobody answered has no turns."""
    call = Call.objects.get(pk=subject)
    return {
        "call_id": str(call.pk),
        "from": call.from_number,
        "to": call.to_number,
        "ended_by": call.ended_by,
        "turns": [],
        **{name: value for name, value in call.report.items() if name not in UNTOLD},
        "outcome": call.outcome,
        "summary": call.summary,
    }


@events.describes("ticket")
def describe_ticket(subject: str) -> dict[str, Any]:
    ticket = Ticket.objects.get(pk=subject)
    return {
        "id": str(ticket.pk),
        "type": ticket.type,
        "summary": ticket.summary,
        "callback_number": ticket.callback_number,
        "status": ticket.status,
        "due_at": ticket.due_at.isoformat() if ticket.due_at else None,
        "assignee": ticket.assignee,
        "call_id": str(ticket.call_id) if ticket.call_id else None,
    }


@outbox.handles("webhook.disabled")
def tell_staff(payload: dict[str, Any]) -> None:
    """A webhook was given up: somebody has to look at it."""
    services.open_ticket(
        type="other",
        summary=f"The webhook {payload['url']} is disabled: {payload['reason']}",
        key=f"webhook:{payload['url']}:{payload['at']}",
        now=datetime.fromisoformat(payload["at"]),
    )


@outbox.handles("sms.send")
def send(payload: dict[str, Any]) -> None:
    """Send one text. It is marked before it is sent, so that an attempt that was killed is followed by a look whether
    it got through; what the carrier will never take is not tried again."""
    message = Message.objects.get(pk=payload["message"])
    place = scope.here()
    if message.status not in ("queued", "sending") or message.carrier_sid or place is None:
        return
    if messages.is_silenced(message.number):
        Message.objects.filter(pk=message.pk).update(status="suppressed")
        return
    lines = PhoneNumber.objects.filter(restaurant_id=place.id, sms_registered_at__isnull=False, active=True)
    line = lines.filter(restaurant__state="live").first()
    if line is None or not dialling.allowed(message.number):
        Message.objects.filter(pk=message.pk).update(status="disabled")
        return
    sid = ""
    if message.status == "sending":
        sid = telephony.sent_before(to_number=message.number, text=message.text, since=message.created_at - MARGIN)
    Message.objects.filter(pk=message.pk).update(status="sending")
    try:
        sid = sid or telephony.send(
            from_number=line.number,
            to_number=message.number,
            text=message.text,
            status_url=f"{settings.PUBLIC_URL}/webhooks/twilio/sms-status" if settings.PUBLIC_URL else "",
        )
    except telephony.Refused as refusal:
        messages.failed(message, reported="failed", error_code=refusal.code, now=timezone.now())
        return
    Message.objects.filter(pk=message.pk).update(carrier_sid=sid)


@outbox.handles("ticket.due")
def remind(payload: dict[str, Any]) -> None:
    """Nobody has taken on a pressing ticket in its time: text whoever it is for, then ring."""
    ticket, line = _waiting(payload)
    place = scope.here()
    if ticket is None or place is None:
        return
    contacts = services.contacts_for(ticket.type)
    outbox.add(
        "ticket.overdue",
        key=f"ticket.overdue:{ticket.pk}:{ticket.due_at}",
        payload=payload,
        place=place,
        due_at=timezone.now() + (RING_AFTER if messages.may_text(place) else timedelta()),
    )
    if contacts and line is not None:
        messages.queue(
            place=place,
            number=contacts[0].number,
            template="ticket",
            facts={"summary": ticket.summary[:120]},
            key=f"ticket:{ticket.pk}:{ticket.due_at}",
            call_id=None,
        )


@outbox.handles("ticket.overdue")
def ring(payload: dict[str, Any]) -> None:
    """Still nobody: ring the next person there is, or the same one."""
    ticket, line = _waiting(payload)
    contacts = services.contacts_for(ticket.type) if ticket is not None else []
    contacts = [one for one in contacts if dialling.allowed(one.number)]
    if ticket is None or line is None or not contacts:
        return
    saying = f"There is a ticket of type {ticket.type.replace('_', ' ')} that nobody has looked at. Please see to it."
    telephony.ring(from_number=line.number, to_number=contacts[min(1, len(contacts) - 1)].number, saying=saying)


def _waiting(payload: dict[str, Any]) -> tuple[Ticket | None, PhoneNumber | None]:
    """The ticket while nobody has taken it on, and the line that tells of it."""
    place = scope.here()
    ticket = Ticket.objects.filter(pk=payload["ticket"], status="open", acknowledged_at=None).first()
    if ticket is None or place is None:
        return None, None
    ours = PhoneNumber.objects.filter(restaurant_id=place.id, active=True, restaurant__state="live")
    return ticket, ours.first()
