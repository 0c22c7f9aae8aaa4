"""Work of this room: sending texts through the carrier."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from apps.calls import telephony
from apps.calls.models import Message, Suppression
from apps.outbox import services as outbox
from apps.tenants import scope
from apps.tenants.models import PhoneNumber


@outbox.handles("sms.send")
def send(payload: dict[str, Any]) -> None:
    """Send one text. A second attempt finds it sent and does nothing; the carrier's refusal is tried again."""
    message = Message.objects.get(pk=payload["message"])
    place = scope.here()
    if message.status != "queued" or place is None:
        return
    if Suppression.objects.filter(number=message.number).exists():
        Message.objects.filter(pk=message.pk, status="queued").update(status="suppressed")
        return
    line = PhoneNumber.objects.filter(restaurant_id=place.id, sms_registered_at__isnull=False, active=True).first()
    if line is None:
        Message.objects.filter(pk=message.pk, status="queued").update(status="disabled")
        return
    sid = telephony.send(
        from_number=line.number,
        to_number=message.number,
        text=message.text,
        status_url=f"{settings.PUBLIC_URL}/webhooks/twilio/sms-status" if settings.PUBLIC_URL else "",
    )
    Message.objects.filter(pk=message.pk, status="queued").update(status="sending", carrier_sid=sid)
