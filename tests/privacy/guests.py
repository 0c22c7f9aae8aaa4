"""Rows a guest leaves behind, made directly: what is tested here is what becomes of them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from apps.accounts import keys
from apps.calls import recordings
from apps.calls.models import Call, Consent, Flag, Message, RegressionCase, Suppression, Ticket, TranscriptLine
from apps.llm.models import ModelRequest
from apps.orders.models import Cart, Lookups, Order, OrderChange, OrderEvent, OrderLine, OrderLineModifier, Payment
from apps.outbox.models import Delivery, Endpoint, Work
from apps.pos.models import PushedOrder
from apps.reservations.models import Hold, Reservation, ReservationEvent, WaitlistEntry
from apps.tenants.scope import Place
from apps.voice import log as call_log

NUMBER = "+15125550134"
OTHER = "+15125550177"
"""Another guest, who stays."""
_numbers = itertools.count(500)


@dataclass
class Left:
    """What there is of a guest."""

    call: Call
    order: Order
    booking: Reservation
    ticket: Ticket
    recording: Path


def files_in(folder: Path, settings: Any) -> Path:
    """Everything that these tests write lies in a folder of their own; the installation's keys stay where they are."""
    keys.number_digest(NUMBER)
    keys.encrypt("")
    settings.RECORDS_DIR = folder
    settings.CALL_LOG_DIR = folder / "calls"
    settings.RECORDINGS_URL = (folder / "recordings").as_uri()
    return folder


def an_order(*, number: str, **fields: Any) -> Order:
    now = timezone.now()
    order = Order.objects.create(
        number=next(_numbers),
        day=now.date(),
        cart_version=1,
        key=str(uuid4()),
        customer_name=fields.pop("customer_name", "Gus"),
        customer_number=number,
        subtotal=Decimal("10.00"),
        tax=Decimal("0.83"),
        total=Decimal("10.83"),
        ready_at=now + timedelta(minutes=20),
        confirmed_by="caller",
        **fields,
    )
    line = OrderLine.objects.create(
        order=order, position=1, item_id=uuid4(), item="Margherita", quantity=1, each=10, total=10
    )
    OrderLineModifier.objects.create(line=line, position=1, name="Olives")
    return order


def a_call(place: Place, *, number: str, started_at: datetime | None = None, recorded: bool = True) -> Call:
    """A call that is over, with its recording and its log on disk."""
    started = started_at or timezone.now()
    call = Call.objects.create(
        carrier_sid=f"CA{uuid4().hex}",
        from_number=number,
        to_number="+15125550101",
        state="ended",
        started_at=started,
        ended_at=started,
        ended_by="goodbye",
        summary=f"Gus ({number}) ordered.",
        report={"from": number, "turns": [{"speaker": "caller", "text": f"I'm Gus, {number}"}]},
    )
    TranscriptLine.objects.create(
        call=call, position=0, speaker="caller", text=f"my number is {number}", heard="", started_ms=0, ended_ms=9
    )
    ModelRequest.objects.create(
        call=call, source="call", asked_at=started, provider="openai", model="m", outcome="answered", ms=5
    )
    if recorded:
        call.recording_url, path = recordings.address(place.slug, call.pk)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"RIFF" + bytes(range(256)) * 4)
        call.save(update_fields=["recording_url"])
    log = call_log.path(call.carrier_sid)
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(f'{{"at_ms": 0, "event": "started", "from": "{number}"}}\n')
    return call


def a_guest(place: Place, *, number: str) -> Left:
    """One of everything, in every table that a guest can be in."""
    now = timezone.now()
    call = a_call(place, number=number)
    cart = Cart.objects.create(key=f"call:{call.pk}", call=call, customer_name="Gus", customer_number=number)
    order = an_order(number=number, call=call, cart=cart, note="ring me")
    OrderEvent.objects.create(order=order, status="new", by="caller", at=now)
    OrderChange.objects.create(
        order=order, revision=2, key=str(uuid4()), call=call, confirmed_by="caller", at=now,
        before={"lines": [{"item": "Margherita", "note": "for Gus"}], "note": f"call {number}", "total": "10.83"},
    )  # fmt: skip
    Payment.objects.create(order=order, revision=1, provider="stripe", link="https://pay", amount=10, currency="USD")
    PushedOrder.objects.create(order=order, request={"customer": {"name": "Gus", "phone": number}})
    Lookups.objects.create(key=f"call:{call.pk}", last_at=now)
    Hold.objects.create(key=f"call:{call.pk}", call=call, name="Gus", number=number)
    booking = Reservation.objects.create(
        reference=uuid4().hex[:10], key=str(uuid4()), call=call, name="Gus", number=number, party_size=2,
        starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=1, hours=1), confirmed_by="caller",
    )  # fmt: skip
    ReservationEvent.objects.create(reservation=booking, status="booked", by="caller", at=now)
    WaitlistEntry.objects.create(
        key=str(uuid4()), call=call, name="Gus", number=number, party_size=2, wanted_at=now + timedelta(days=1)
    )
    ticket = Ticket.objects.create(
        call=call, type="callback", summary=f"Call Gus at {number}", callback_number=number, key=f"wrote:{number}:1"
    )
    a_flag(call, number=number)
    Message.objects.create(
        call=call, number=number, text="Your order is ready, Gus.", key=f"k:{number}", carrier_sid=f"SM{uuid4().hex}"
    )
    Consent.objects.create(number=number, call=call, given="call")
    Suppression.objects.create(number=number)
    Work.objects.create(
        restaurant_id=place.id, kind="x", key=f"x:{place.slug}:{number}", payload={"to": number}, last_error=number
    )
    endpoint, _ = Endpoint.objects.get_or_create(
        restaurant_id=place.id, url="https://hook.example", defaults={"secret": "s", "whole_numbers": True}
    )
    Delivery.objects.create(
        endpoint=endpoint, event_id=f"msg_{uuid4().hex[:30]}", type="order.placed", next_try_at=now,
        body=f'{{"type":"order.placed","data":{{"id":"{order.pk}","customer_name":"Gus","number":"{number}"}}}}',
        last_answer=f"thanks {number}",
    )  # fmt: skip
    return Left(call, order, booking, ticket, recordings.find(call.recording_url, slug=place.slug) or Path())


def a_flag(call: Call, *, number: str) -> Flag:
    """With a case kept of it, and words that nobody masked."""
    flag = Flag.objects.create(
        call=call, position=0, words=f"I'm Gus, {number}", wrong=f"Gus is at {number}", by="sam@bella.test",
        done="case", closed_by="ana@bella.test", closed_at=timezone.now(),
    )  # fmt: skip
    RegressionCase.objects.create(
        flag=flag, turns=[{"speaker": "user", "text": f"I'm Gus, {number}"}], menu_edition=1, by="ana@bella.test"
    )
    return flag


def text_columns(schema: str) -> list[tuple[str, str, str]]:
    """Table, column and type of everything in a schema that can hold text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c "
            "JOIN information_schema.tables t USING (table_schema, table_name) "
            "WHERE c.table_schema = %s AND t.table_type = 'BASE TABLE' "
            "AND c.data_type IN ('text', 'character varying', 'json', 'jsonb') ORDER BY 1, 2",
            [schema],
        )
        return list(cursor.fetchall())
