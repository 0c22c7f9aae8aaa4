"""One row of everything at Bella Napoli that an address can name, with words in it that nobody else may read."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from apps.accounts import keys, machine_keys
from apps.accounts.models import Invitation, Membership, User
from apps.accounts.permissions import Role
from apps.calls import recordings
from apps.calls.models import BlockedNumber, Call, Flag, Message, Suppression, Ticket, TranscriptLine
from apps.menu import editions
from apps.menu.models import (
    Category,
    Daypart,
    MenuItem,
    MenuModifier,
    MenuModifierGroup,
    MenuOverride,
    UpsellPair,
)
from apps.orders.models import Order
from apps.outbox.models import Delivery, Endpoint
from apps.privacy.models import Export
from apps.reservations.models import BlackoutDate, DiningTable, Reservation, TableCombination, WaitlistEntry
from apps.restaurant.models import SpecialDay, StaffContact, TransferRule
from apps.tenants import scope
from apps.tenants.models import Owner, PhoneNumber, Restaurant

CANARY = "Quetzalcoatlus"
"""A guest's name, in every text of Bella's that is made here."""
NUMBER = "+15125550177"
"""That guest's."""
OWNER = "Pterosaur Holdings"


def furnish(place: scope.Place) -> dict[str, Any]:
    """What stands for each parameter of an address at Bella Napoli."""
    with scope.enter(place):
        inside = _inside(place, timezone.now())
    return inside | _public(place, timezone.now())


def _inside(place: scope.Place, now: datetime) -> dict[str, Any]:
    call = _call(place, now)
    order = Order.objects.create(
        number=977, day=now.date(), cart_version=1, key="walk", call=call, customer_name=CANARY, customer_number=NUMBER,
        note=CANARY, subtotal=10, tax=1, total=11, ready_at=now + timedelta(hours=1), confirmed_by="caller",
    )  # fmt: skip
    starts = now + timedelta(days=1)
    reservation = Reservation.objects.create(
        reference="QTZ977", key="walk", call=call, name=CANARY, number=NUMBER, party_size=2, starts_at=starts,
        ends_at=starts + timedelta(hours=2), confirmed_by="caller",
    )  # fmt: skip
    ticket = Ticket.objects.create(call=call, type="callback", summary=CANARY, callback_number=NUMBER, key="walk")
    message = Message.objects.create(call=call, number=NUMBER, template="address", text=CANARY, key="walk")
    entry = WaitlistEntry.objects.create(key="walk", name=CANARY, number=NUMBER, party_size=2, wanted_at=starts)
    table = DiningTable.objects.create(name=f"{CANARY} 1", seats=4)
    combination = TableCombination.objects.create(name=CANARY, seats=8)
    combination.tables.set([table, DiningTable.objects.create(name=f"{CANARY} 2", seats=4)])
    contact = StaffContact.objects.create(name=CANARY, number="+15125550178")
    digest = keys.number_digest(NUMBER)
    Suppression.objects.create(number=digest)
    group = MenuModifierGroup.objects.exclude(parent=None).first() or MenuModifierGroup.objects.first()
    item = MenuItem.objects.create(category=Category.objects.create(name=CANARY), name=CANARY, price=9)
    MenuOverride.objects.create(row_id=item.pk, price=8)
    edition = editions.keep(by="ana@bella.test", note=CANARY, now=now)
    return {
        "call_id": call.pk,
        "flag_id": Flag.objects.create(call=call, words=CANARY, wrong=CANARY, by="sam@bella.test").pk,
        "order_id": order.pk,
        "reservation": reservation.reference,
        "booking_id": reservation.pk,
        "ticket_id": ticket.pk,
        "message_id": message.pk,
        "entry_id": entry.pk,
        "table_id": table.pk,
        "combination_id": combination.pk,
        "blackout_id": BlackoutDate.objects.create(
            first_day=date(2027, 1, 1), last_day=date(2027, 1, 2), reason=CANARY
        ).pk,
        "contact_id": contact.pk,
        "rule_id": TransferRule.objects.create(contact=contact, reason="complaint").pk,
        "day_id": SpecialDay.objects.create(date=date(2027, 2, 3), note=CANARY).pk,
        "digest": digest,
        "id": BlockedNumber.objects.create(digest=keys.number_digest("+15125550179"), last4="0179", reason=CANARY).pk,
        "template": "address",
        "item_id": item.pk,
        "category_id": item.category_id,
        "group_id": group.pk if group else None,
        "modifier_id": MenuModifier.objects.values_list("pk", flat=True)[0],
        "daypart_id": Daypart.objects.create(name=CANARY, weekdays=[0], opens=time(9), closes=time(11)).pk,
        "upsell_id": UpsellPair.objects.create(item=item, offer=item, words=CANARY).pk,
        "row_id": item.pk,
        "number": edition.number if edition else 1,
    }


def _call(place: scope.Place, now: datetime) -> Call:
    call = Call.objects.create(
        carrier_sid="CAwalk", from_number=NUMBER, to_number="+15125550101", state="ended", answered_at=now,
        ended_at=now, ended_by="caller", summary=CANARY,
    )  # fmt: skip
    url, path = recordings.address(place.slug, call.pk)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"RIFF")
    Call.objects.filter(pk=call.pk).update(recording_url=url)
    TranscriptLine.objects.create(call=call, position=0, speaker="caller", text=CANARY, started_ms=0, ended_ms=900)
    return call


@scope.public()
def _public(place: scope.Place, now: datetime) -> dict[str, Any]:
    ana = User.objects.get(email="ana@bella.test")
    endpoint = Endpoint.objects.create(
        restaurant_id=place.id, url="https://quetzalcoatlus.example/hook", types=["order"], secret=keys.encrypt("s")
    )
    delivery = Delivery.objects.create(
        endpoint=endpoint, event_id="walk", type="order.placed", body=CANARY, state="dead"
    )
    invitation = Invitation.objects.create(
        restaurant_id=place.id, email="quetzalcoatlus@bella.test", role=Role.STAFF_VIEWER.value, invited_by=ana,
        sent_at=now, expires_at=now + timedelta(days=1),
    )  # fmt: skip
    key, _ = machine_keys.new(place, label=CANARY, role=Role.STAFF_VIEWER, by=ana)
    owner = Owner.objects.create(name=OWNER)
    Restaurant.objects.filter(pk=place.id).update(owner=owner)
    return {
        "webhook_id": endpoint.pk,
        "delivery_id": delivery.pk,
        "invitation_id": invitation.pk,
        "member_id": Membership.objects.get(restaurant_id=place.id, user__email="sam@bella.test").pk,
        "key_id": key.pk,
        "number_id": PhoneNumber.objects.filter(restaurant_id=place.id).values_list("pk", flat=True)[0],
        "tenant_id": place.id,
        "owner_id": owner.pk,
        "export_id": Export.objects.create(restaurant_id=place.id, by="ana@bella.test").pk,
        "slug": place.slug,
        "provider": "stripe",
        "secret": "wrong",
        "rest": "calls/call/",
        "token": "wrong",
    }


def recording(place: scope.Place, call_id: uuid.UUID) -> Path:
    return recordings.address(place.slug, call_id)[1]
