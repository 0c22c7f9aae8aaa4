"""Tickets, messages and hand-overs: once per cause, only to numbers that may be reached, told by labels."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from hypothesis import given
from hypothesis import strategies as st

from apps.calls import services as calls
from apps.calls.models import Message, Suppression, Ticket
from apps.outbox import services as outbox
from apps.outbox.models import Work
from apps.restaurant.models import RestaurantSettings, StaffContact
from apps.tenants.models import PhoneNumber
from tests.orders.people import commit, quote

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
NUMBER = "+15125550188"


def register(place: Any) -> None:
    PhoneNumber.objects.filter(restaurant_id=place.id).update(sms_registered_at=NOW)


def text(place: Any, template: str = "hours", *, key: str = "call:1", number: str = NUMBER) -> Message | None:
    facts = {"name": "Bella Napoli", "address": "214 Congress"}
    return calls.queue_message(place=place, number=number, template=template, facts=facts, key=key, call_id=None)


# ---- tickets --------------------------------------------------------------------------------------------


def test_one_cause_makes_one_ticket(in_bella: Any) -> None:
    made = [calls.open_ticket(type="callback", summary="Call.", key="call:1:callback", now=NOW) for _ in range(2)]
    assert made[0] == made[1]
    assert (made[0].due_at, made[0].assignee, made[0].status) == (NOW, "Ana", "open")
    calls.open_ticket(type="callback", summary="Call.", key="call:2:callback", now=NOW, due_at=NOW + timedelta(hours=1))
    assert Ticket.objects.count() == 2


def test_long_keys_that_differ_at_their_end_make_two_tickets(in_bella: Any) -> None:
    for end in ("a", "b", "b"):
        calls.open_ticket(type="other", summary="!", key="user:" + "x" * 150 + end, now=NOW)
    assert Ticket.objects.count() == 2


def test_a_type_nobody_knows_is_refused_by_code_and_by_the_database(in_bella: Any) -> None:
    with pytest.raises(calls.Refusal, match="no ticket of type party"):
        calls.open_ticket(type="party", summary="!", key="k", now=NOW)
    calls.open_ticket(type="other", summary="!", key="k", now=NOW)
    for constraint, change in (
        ("tickets_type", "type = 'party'"),
        ("tickets_status", "status = 'lost'"),
        ("tickets_number_e164", "callback_number = '5550101'"),
    ):
        with pytest.raises(DatabaseError, match=constraint), transaction.atomic():
            connection.cursor().execute(f"UPDATE tickets SET {change}")


# ---- hand-overs -----------------------------------------------------------------------------------------


def test_a_reason_rings_its_contact_else_a_general_one_else_the_restaurant(in_bella: Any) -> None:
    StaffContact.objects.create(name="Chef", number="+15125550166", reasons=["allergy"])
    StaffContact.objects.create(name="Away", number="+15125550165", reasons=["allergy"], active=False)
    allergy, other = calls.transfer_target(reason="allergy"), calls.transfer_target(reason="complaint")
    assert allergy is not None
    assert other is not None
    assert (allergy.label, allergy.number) == ("Chef", "+15125550166")
    assert other.label == "Ana"
    StaffContact.objects.all().delete()
    assert calls.transfer_target(reason="allergy") == calls.Target("the restaurant", "+15125550191", 25)
    RestaurantSettings.objects.update(transfer_number="")
    assert calls.transfer_target(reason="allergy") is None


# ---- messages -------------------------------------------------------------------------------------------


def test_before_the_registration_is_recorded_a_text_is_disabled_and_no_work_waits(in_bella: Any) -> None:
    sent = text(in_bella)
    assert sent is not None
    assert sent.status == "disabled"
    assert not Work.objects.filter(kind="sms.send").exists()


def test_a_registered_restaurant_queues_a_text_once_per_cause_template_and_number(in_bella: Any) -> None:
    register(in_bella)
    first, again = text(in_bella), text(in_bella)
    assert first is not None
    assert first == again
    assert (first.status, first.text, first.segments) == ("queued", "Bella Napoli: see you soon at 214 Congress.", 1)
    text(in_bella, "address")
    text(in_bella, key="call:2")
    text(in_bella, number="+15125550177")
    assert Message.objects.count() == Work.objects.filter(kind="sms.send", restaurant_id=in_bella.id).count() == 4


def test_who_asked_for_no_more_texts_gets_none_from_this_restaurant(in_bella: Any, sakura: Any) -> None:
    from apps.tenants import scope

    register(in_bella)
    register(sakura)
    Suppression.objects.create(number=NUMBER)
    suppressed = text(in_bella)
    with scope.enter(sakura):
        elsewhere = text(sakura)
    assert suppressed is not None
    assert elsewhere is not None
    assert (suppressed.status, elsewhere.status) == ("suppressed", "queued")
    assert not Work.objects.filter(kind="sms.send", restaurant_id=in_bella.id).exists()
    assert NUMBER not in str(Suppression.objects.get())


def test_a_template_of_the_restaurants_own_fills_in_facts_and_nothing_else(in_bella: Any) -> None:
    sly = "{name} {nothing} {name.__class__} {0} { {address}"
    RestaurantSettings.objects.update(sms_templates={"hours": sly})
    sent = text(in_bella)
    assert sent is not None
    assert sent.text == "Bella Napoli  {name.__class__}  { 214 Congress"
    assert text(in_bella, "jokes") is None


def test_a_placed_order_is_texted_once_however_often_the_work_is_done(in_bella: Any) -> None:
    register(in_bella)
    version = quote(in_bella, customer_number=NUMBER).version
    commit(in_bella, version)
    commit(in_bella, version)
    for _ in range(2):
        Work.objects.filter(kind="order.placed").update(state="waiting", done_at=None, due_at=NOW - timedelta(days=900))
        outbox.sweep(limit=1)
    assert Work.objects.get(kind="order.placed").last_error == ""
    assert list(Message.objects.values_list("number", "template", "status")) == [(NUMBER, "order", "queued")]


@pytest.mark.parametrize(
    ("words", "segments"),
    [
        ("", 1),
        ("x" * 160, 1),
        ("x" * 161, 2),
        ("x" * 306, 2),
        ("x" * 307, 3),
        ("é" * 160, 1),  # in the telephone's alphabet
        ("ê" * 70, 1),  # not in it
        ("ê" * 71, 2),
        ("€" * 80, 1),  # takes two places
        ("€" * 81, 2),
        ("`" * 71, 2),  # ASCII, and not in the telephone's alphabet
        ("🍕" * 35, 1),  # two units each
        ("🍕" * 36, 2),
    ],
)
def test_segments_are_counted_as_the_carrier_bills_them(words: str, segments: int) -> None:
    assert calls.segments(words) == segments


@given(st.text(max_size=300))
def test_a_key_fits_and_short_ones_stay_as_they_are(key: str) -> None:
    assert len(calls.fitting(key)) <= 120
    assert calls.fitting(key[:120]) == key[:120]
