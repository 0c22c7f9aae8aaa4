"""Text messages: queued once per cause, only to who may be written to, and what guests write back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from apps.accounts import keys
from apps.calls import keywords, services, texting, using
from apps.calls.models import Consent, Message, Suppression
from apps.language.redaction import redact_cards
from apps.outbox import services as outbox
from apps.restaurant import dialling
from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings
from apps.tenants import scope
from apps.tenants.models import PhoneNumber
from apps.tenants.scope import Place

STOPPED = "{name}: you will get no more texts from us. Reply START to get them again."
HELPED = "{name}: texts about your orders and tables. Call {phone} for help. Reply STOP for no more texts."
READ_LATER = "{name}: nobody reads this number at once, but we have passed it on. Please call {phone} if it is urgent."
UNSUBSCRIBED = "21610"
"""Twilio's code: the recipient wrote STOP to this number."""
DELIVERY_ORDER = ("queued", "sending", "sent", "delivered")


@transaction.atomic
def queue(
    *, place: Place, number: str, template: str, facts: dict[str, Any], key: str, call_id: UUID | None
) -> Message | None:
    """A text from a template, once per cause, template and number. Disabled before the A2P registration is recorded,
    suppressed for numbers that asked for silence; notices wait for the end of the quiet hours. None when there is no
    such template."""
    chosen = restaurant.settings()
    wording = {**texting.WORDING, **chosen.sms_templates}.get(template)
    if wording is None:
        return None
    known = {"name": place.name, "address": chosen.address, "phone": chosen.phone, **facts}
    text = redact_cards(texting.filled(wording, known))
    message, made = Message.objects.get_or_create(
        key=services.fitting(f"{key}:{template}:{number}"),
        defaults={
            "number": number,
            "template": template,
            "text": text,
            "segments": texting.segments(text),
            "call_id": call_id,
            "status": _status(place, number) if template in texting.FOR_STAFF else _for_guest(place, number, call_id),
        },
    )
    if made and message.status == "queued":
        if template not in texting.FOR_STAFF:
            _consented(number, call_id=call_id)
        due = timezone.now()
        if template in texting.NOTICES:
            due = texting.after_quiet(
                due, begins=chosen.sms_quiet_from, ends=chosen.sms_quiet_until, timezone=place.timezone
            )
        sending = {"message": str(message.pk)}
        outbox.add("sms.send", key=f"sms.send:{message.pk}", payload=sending, place=place, due_at=due)
    return message


def _status(place: Place, number: str) -> str:
    if not may_text(place) or not dialling.allowed(number):
        return "disabled"
    return "suppressed" if is_silenced(number) else "queued"


def is_silenced(number: str) -> bool:
    """Whether this number asked for no more texts, also when everything else about it was erased since."""
    return Suppression.objects.filter(number__in=_names_of(number)).exists()


def suppression_of(number: str) -> Suppression:
    return Suppression.objects.get(number__in=_names_of(number))


def number_of(row: Suppression) -> str:
    """Empty when only its hash is left."""
    return row.number if row.number.startswith("+") else ""


def name_of(row: Suppression) -> str:
    """The keyed hash, whether the number is still known or not."""
    return keys.number_digest(row.number) if row.number.startswith("+") else row.number


def _names_of(number: str) -> tuple[str, str]:
    return number, keys.number_digest(number)


def _for_guest(place: Place, number: str, call_id: UUID | None) -> str:
    """Guests are texted so often and no oftener, whatever a model wishes."""
    status = _status(place, number)
    if status == "queued" and not using.may_text(place, number, call_id=call_id, now=timezone.now()):
        return "disabled"
    return status


def may_text(place: Place) -> bool:
    """Whether the registration of one of its lines is recorded: before that nobody is promised a text. And whether
    it is served at all: a suspended restaurant texts nobody."""
    lines = PhoneNumber.objects.filter(restaurant_id=place.id, sms_registered_at__isnull=False, active=True)
    return lines.filter(restaurant__state="live").exists()


def would_reach(place: Place, number: str) -> bool:
    """Whether a text to this number would go out: registered, and not asked to stop."""
    return _status(place, number) == "queued"


def _consented(number: str, *, call_id: UUID | None) -> None:
    """Whoever gives a number with an order or a booking agrees to be texted about it; what that was is on record."""
    if not Consent.objects.filter(number=number, revoked_at=None).exists():
        Consent.objects.create(number=number, call_id=call_id, given="call" if call_id else "staff")


def set_template(template: str, wording: str, *, by: str = "system") -> None:
    """A restaurant's own words for a message. `Refusal` says what is wrong with them."""
    fault = texting.fault(template, wording)
    if fault:
        raise services.Refusal(fault)
    _change_templates(lambda own: own | {template: wording}, by=by)


def reset_template(template: str, *, by: str = "system") -> None:
    """Back to our words for a message."""
    _change_templates(lambda own: {name: words for name, words in own.items() if name != template}, by=by)


@transaction.atomic
def _change_templates(change: Callable[[dict[str, str]], dict[str, str]], *, by: str) -> None:
    """Two who change two templates at once must not undo each other."""
    restaurant.settings()
    row = RestaurantSettings.objects.select_for_update().get(pk=1)
    restaurant.change_settings({"sms_templates": change(row.sms_templates)}, by=by)


# ---- what guests write ---------------------------------------------------------------------------------


@transaction.atomic
def receive(place: Place, *, number: str, text: str, sid: str, now: datetime) -> str:
    """Keep what a guest wrote and do what it asks, once. The answer to send back, or nothing."""
    text = redact_cards(text)
    _, made = Message.objects.get_or_create(
        key=services.fitting(f"in:{sid}"),
        defaults={"direction": "in", "number": number, "text": text, "status": "received"},
    )
    if not made:
        return ""
    match keywords.asks(text):
        case "stop":
            already = is_silenced(number)
            silence(number, now=now)
            return (
                ""
                if already or not scope.is_served(place) or keywords.is_carriers_own(text)
                else _answer(STOPPED, place)
            )
        case "start":
            Suppression.objects.filter(number__in=_names_of(number)).delete()
            _consented(number, call_id=None)
            return ""
        case "help":
            return _answer(HELPED, place) if scope.is_served(place) else ""
        case _:
            return _pass_on(place, number, text, now)


def silence(number: str, *, now: datetime) -> None:
    """No more texts to this number from this restaurant, those included that wait to be sent."""
    if not is_silenced(number):
        Suppression.objects.create(number=number, since=now)
    Consent.objects.filter(number=number, revoked_at=None).update(revoked_at=now)
    Message.objects.filter(number=number, status="queued").update(status="suppressed")


@transaction.atomic
def lift(number: str) -> None:
    """Texts again for a number that was silenced by mistake, or whose guest asked for them."""
    Suppression.objects.filter(number__in=_names_of(number)).delete()


def _pass_on(place: Place, number: str, text: str, now: datetime) -> str:
    """A person reads it; the guest is told so, once a day."""
    today = now.astimezone(ZoneInfo(place.timezone)).date()
    earlier = Message.objects.filter(direction="in", number=number, created_at__gt=now - timedelta(days=1)).count()
    services.open_ticket(
        type="callback",
        summary=f"A guest wrote: {text[:300]}",
        callback_number=number,
        key=f"wrote:{number}:{today}:{earlier}",
        now=now,
    )
    silent = is_silenced(number) or not may_text(place)
    return "" if silent or earlier > 1 else _answer(READ_LATER, place)


def _answer(wording: str, place: Place) -> str:
    return texting.filled(wording, {"name": place.name, "phone": restaurant.settings().phone})


# ---- how a text fares ----------------------------------------------------------------------------------


def delivery(*, sid: str, reported: str, error_code: str, now: datetime) -> None:
    """What the carrier says of a text. It never goes back; a failure makes one ticket; 21610 is a STOP."""
    message = Message.objects.filter(carrier_sid=sid, direction="out").first() if sid else None
    if message is None:
        return
    if reported in DELIVERY_ORDER:
        earlier = DELIVERY_ORDER[: DELIVERY_ORDER.index(reported)]
        Message.objects.filter(Q(pk=message.pk) & Q(status__in=earlier)).update(status=reported)
    elif reported in ("failed", "undelivered"):
        failed(message, reported=reported, error_code=error_code, now=now)


def failed(message: Message, *, reported: str, error_code: str, now: datetime) -> None:
    """It did not arrive and will not: a person is told, and a STOP at the carrier is one here."""
    standing = Message.objects.filter(pk=message.pk).exclude(status="delivered")
    if not standing.update(status=reported, error_code=error_code):
        return
    if error_code == UNSUBSCRIBED:
        silence(message.number, now=now)
    services.open_ticket(
        type="callback",
        summary=f"A text message was not delivered ({error_code or reported}): {message.text[:120]}",
        callback_number=message.number,
        key=f"sms:{message.pk}",
        call_id=message.call_id,
        now=now,
    )


def tell_of_missed_call(place: Place, *, number: str, call_id: UUID, now: datetime) -> None:
    """Where the restaurant wants it: one text a day to whoever hung up before anybody answered."""
    if not number or not restaurant.settings().text_missed_calls:
        return
    today = now.astimezone(ZoneInfo(place.timezone)).date()
    queue(place=place, number=number, template="missed", facts={}, key=f"missed:{today}", call_id=call_id)
