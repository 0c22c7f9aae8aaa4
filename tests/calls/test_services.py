"""Tickets and hand-overs: once per cause, only to numbers that may be reached, told by labels."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from hypothesis import given
from hypothesis import strategies as st

from apps.calls import duty
from apps.calls import services as calls
from apps.calls.models import TICKET_TYPES, Ticket
from apps.outbox.models import Work
from apps.restaurant.hours import Week
from apps.restaurant.models import OpeningHours, RestaurantSettings, StaffContact, TransferRule

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
NUMBER = "+15125550188"


# ---- tickets --------------------------------------------------------------------------------------------


def test_one_cause_makes_one_ticket(in_bella: Any) -> None:
    made = [calls.open_ticket(type="callback", summary="Call.", key="call:1:callback", now=NOW) for _ in range(2)]
    assert made[0] == made[1]
    assert (made[0].due_at, made[0].assignee, made[0].status) == (NOW + timedelta(minutes=30), "Ana", "open")
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


def test_a_ticket_is_due_in_opening_hours_and_an_emergency_at_once(in_bella: Any) -> None:
    OpeningHours.objects.all().delete()
    for weekday in range(7):
        OpeningHours.objects.create(weekday=weekday, opens="11:00", closes="22:00")
    night = datetime(2026, 11, 24, 4, 30, tzinfo=UTC)  # 22:30 in Chicago
    tomorrow = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
    RestaurantSettings.objects.update(ticket_minutes={"complaint": 5})
    dues = {
        kind: calls.open_ticket(type=kind, summary="!", key=kind, now=night).due_at
        for kind in ("emergency", "callback", "complaint")
    }
    assert dues == {
        "emergency": night,
        "callback": tomorrow + timedelta(minutes=30),
        "complaint": tomorrow + timedelta(minutes=5),
    }


def test_every_type_of_ticket_has_a_time_and_one_that_never_opens_counts_from_now() -> None:
    shut = Week("America/Chicago")
    for kind in TICKET_TYPES:
        minutes = duty.MINUTES.get(kind, duty.MINUTES["other"])
        assert duty.due_at(kind, now=NOW, week=shut, own={}) == NOW + timedelta(minutes=minutes)


def test_a_ticket_is_taken_on_closed_and_opened_again_once_each(in_bella: Any) -> None:
    ticket = calls.open_ticket(type="callback", summary="Call.", key="k", now=NOW)
    for minutes, by in ((1, "sam"), (2, "ana")):
        calls.acknowledge(ticket.pk, by=by, now=NOW + timedelta(minutes=minutes))
        calls.close(ticket.pk, reason=f"done by {by}", by=by, now=NOW + timedelta(minutes=minutes))
    row = Ticket.objects.get()
    assert (row.acknowledged_by, row.closed_by, row.closed_reason) == ("sam", "sam", "done by sam")
    assert row.closed_at == NOW + timedelta(minutes=1)
    again = calls.reopen(ticket.pk, now=NOW + timedelta(hours=1))
    assert (again.status, again.acknowledged_at, again.closed_at, again.closed_by) == ("open", None, None, "")
    assert again.due_at == NOW + timedelta(hours=1, minutes=30)
    assert calls.reopen(ticket.pk, now=NOW + timedelta(hours=2)).due_at == again.due_at, "it is open: nothing to do"
    assert Work.objects.filter(kind="ticket.due").count() == 2
    assert calls.assign(ticket.pk, to="Chef").assignee == "Chef"


# ---- hand-overs -----------------------------------------------------------------------------------------


def labels(place: Any, reason: str, *, caller: str = NUMBER, now: datetime = NOW) -> list[str]:
    plan = calls.plan_hand_over(reason=reason, caller=caller, place=place, now=now)
    return [target.label for target in plan.targets]


def test_a_reason_rings_its_contact_then_a_general_one_then_the_restaurant(in_bella: Any) -> None:
    StaffContact.objects.create(name="Chef", number="+15125550166", reasons=["allergy"])
    StaffContact.objects.create(name="Away", number="+15125550165", reasons=["allergy"], active=False)
    assert labels(in_bella, "allergy") == ["Chef", "Ana", "the restaurant"]
    assert labels(in_bella, "complaint") == ["Ana", "the restaurant"]
    StaffContact.objects.all().delete()
    assert labels(in_bella, "allergy") == ["the restaurant"]
    RestaurantSettings.objects.update(transfer_number="")
    assert labels(in_bella, "allergy") == []


def test_rules_by_reason_and_hours_take_the_place_of_that(in_bella: Any) -> None:
    chef = StaffContact.objects.create(name="Chef", number="+15125550166", active=True)
    ana = StaffContact.objects.get(name="Ana")
    TransferRule.objects.create(reason="allergy", hours="open", contact=chef, ring_seconds=10, position=1)
    TransferRule.objects.create(reason="allergy", hours="open", contact=ana, position=2, fallback="ticket")
    TransferRule.objects.create(reason="allergy", hours="closed", contact=None, fallback="hang_up", position=3)
    plan = calls.plan_hand_over(reason="allergy", caller=NUMBER, place=in_bella, now=NOW)
    assert [(one.label, one.ring_seconds) for one in plan.targets] == [("Chef", 10), ("Ana", 25)]
    assert plan.fallback == "ticket"
    OpeningHours.objects.all().delete()
    closed = calls.plan_hand_over(reason="allergy", caller=NUMBER, place=in_bella, now=NOW)
    assert (closed.targets, closed.fallback) == ((), "hang_up")
    chef.active = False
    chef.save()
    assert "Chef" not in labels(in_bella, "allergy")


def test_nobody_is_rung_who_is_the_caller_or_one_of_our_own_lines(in_bella: Any) -> None:
    StaffContact.objects.create(name="Loop", number="+15125550102", position=0)  # the other restaurant's line
    assert labels(in_bella, "person") == ["Ana", "the restaurant"]
    assert labels(in_bella, "person", caller="+15125550192") == ["the restaurant"]


def test_staff_choose_among_contacts_and_the_restaurants_telephone_alone(in_bella: Any) -> None:
    StaffContact.objects.create(name="Away", number="+15125550165", active=False)
    abroad = StaffContact.objects.create(name="Abroad", number="+881612345678")
    choices = calls.choices()
    assert sorted(one.label for one in choices.values()) == ["Ana", "the restaurant"]
    assert str(abroad.pk) not in choices
    ana = str(StaffContact.objects.get(name="Ana").pk)
    for to, first in ((ana, "Ana"), ("house", "the restaurant"), (str(abroad.pk), "Ana"), ("", "Ana")):
        plan = calls.plan_hand_over(reason="staff", caller=NUMBER, place=in_bella, now=NOW, to=to)
        assert next(one.label for one in plan.targets) == first
        assert len({one.number for one in plan.targets}) == len(plan.targets) == 2


# ---- keys -----------------------------------------------------------------------------------------------


@given(st.text(max_size=300))
def test_a_key_fits_and_short_ones_stay_as_they_are(key: str) -> None:
    assert len(calls.fitting(key)) <= 120
    assert calls.fitting(key[:120]) == key[:120]
