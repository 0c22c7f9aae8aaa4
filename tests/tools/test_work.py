"""The tools over HTTP at work: orders, bookings, texts, hand-overs and tickets, in the contract's JSON."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from apps.accounts.models import AuditEntry
from apps.calls.models import Call, Message, Suppression, Ticket
from apps.orders.models import Cart, Order
from apps.outbox.models import Work
from apps.reservations.models import DiningTable, Reservation
from apps.restaurant.models import RestaurantSettings, StaffContact
from apps.tenants import scope
from apps.tenants.models import PhoneNumber
from tests.tools.callers import NUMBER, Caller, evening, pizza, quote

# ---- ordering -------------------------------------------------------------------------------------------


def test_an_order_is_quoted_and_placed_with_the_keys_of_the_contract(ana: Caller, bella: Any) -> None:
    quoted = quote(ana, customer_number="512 555 0188")
    assert list(quoted) == [
        "status", "cart_version", "lines", "subtotal", "tax", "total", "ready_at", "read_back",
    ]  # fmt: skip
    assert (quoted["status"], quoted["subtotal"], quoted["tax"], quoted["total"]) == (
        "quoted",
        "34.00",
        "2.81",
        "36.81",
    )
    assert list(quoted["lines"][0]) == ["item", "variant", "quantity", "modifiers", "note", "total"]
    placed = ana.ask("create_order", confirm_version=quoted["cart_version"])
    assert list(placed) == ["status", "number", "total", "ready_at"]
    assert (placed["status"], placed["total"]) == ("placed", "36.81")
    assert ana.ask("create_order", confirm_version=quoted["cart_version"]) == placed
    with scope.enter(bella):
        order = Order.objects.get()
        assert (order.confirmed_by, order.confirmed_at_ms, order.customer_number) == ("ana@bella.test", None, NUMBER)
        assert Work.objects.filter(kind="order.placed", restaurant_id=bella.id).count() == 1
    entry = AuditEntry.objects.filter(action="tools.create_order").first()
    assert entry is not None
    assert (entry.actor, entry.restaurant_id, entry.after) == ("ana@bella.test", bella.id, {"status": "placed"})
    status = ana.ask("order_status", number=placed["number"], name="Bush")
    assert list(status) == ["number", "status", "ready_at", "words", "lines"]
    assert status["status"] == "new"


def test_refusals_of_an_order_are_sentences_and_leave_nothing(ana: Caller, bella: Any) -> None:
    line = pizza(ana)
    assert ana.refusal("create_order") == "What would you like to order?"
    assert ana.refusal("create_order", lines=[line]) == "What name should I put the order under?"
    assert "Which crust" in ana.refusal("create_order", lines=[{**line, "modifiers": []}], customer_name="Kate")
    assert "whole phone number" in ana.refusal(
        "create_order", lines=[line], customer_name="Kate", customer_number="five five"
    )
    assert "has changed since" in ana.refusal("create_order", confirm_version=7)
    assert ana.refusal("order_status", number=1, name="Kate").startswith("I can't find")
    with scope.enter(bella):
        assert not Order.objects.exists()
        assert not Cart.objects.filter(version__gt=0).exists()


def test_each_user_has_a_cart_of_their_own(ana: Caller, sam: Caller) -> None:
    version = quote(ana)["cart_version"]
    sam.refusal("create_order", confirm_version=version)
    assert ana.ask("create_order", confirm_version=version)["status"] == "placed"


def test_more_than_the_caps_is_refused_and_staff_are_told(ana: Caller, bella: Any) -> None:
    said = ana.refusal("create_order", lines=[pizza(ana, quantity=18_000)], customer_name="Kate")
    assert said.endswith("Let me have someone call you back.")
    with scope.enter(bella):
        ticket = Ticket.objects.get()
        assert (ticket.type, ticket.status) == ("large_order", "open")
        assert not Order.objects.exists()


def test_a_call_that_is_named_is_linked_when_it_is_this_restaurants(ana: Caller, bella: Any, sakura: Any) -> None:
    with scope.enter(bella):
        call = Call.objects.create(carrier_sid="CA1", from_number=NUMBER, to_number="+15125550101")
    with scope.enter(sakura):
        foreign = Call.objects.create(carrier_sid="CA2", from_number="+15125550177", to_number="+15125550102")
    for call_id in (call.pk, foreign.pk, uuid4()):
        version = quote(ana, call_id=str(call_id))["cart_version"]
        ana.ask("create_order", confirm_version=version, call_id=str(call_id))
    with scope.enter(bella):
        linked = {(order.call_id, order.customer_number) for order in Order.objects.all()}
    assert linked == {(call.pk, NUMBER), (None, "")}


# ---- booking --------------------------------------------------------------------------------------------


def hold(caller: Caller, **more: Any) -> dict[str, Any]:
    when = evening().replace(tzinfo=None).isoformat()
    return caller.ask("create_reservation", **{"party_size": 4, "starts_at": when, "name": "Kate Bush", **more})


def test_a_table_is_held_and_booked_with_the_keys_of_the_contract(ana: Caller, bella: Any) -> None:
    held = hold(ana)
    assert list(held) == ["status", "version", "starts_at", "until", "read_back"]
    assert held["status"] == "held"
    assert datetime.fromisoformat(held["starts_at"]) == evening()
    assert held["read_back"].startswith("A table for four people on ")
    assert held["read_back"].endswith("at seven p m, under Kate Bush. Shall I book it?")
    booked = ana.ask("create_reservation", confirm_version=held["version"])
    assert list(booked) == ["status", "reference", "starts_at", "party_size"]
    assert (booked["status"], booked["party_size"]) == ("booked", 4)
    with scope.enter(bella):
        assert Reservation.objects.get().confirmed_by == "ana@bella.test"

    day = str(evening().date())
    row = ana.ask("find_reservation", name="bush", date=day)["reservations"][0]
    assert list(row) == ["reference", "starts_at", "party_size", "status"]
    later = evening(hour=20).replace(tzinfo=None).isoformat()
    moved = ana.ask("change_reservation", name="Bush", date=day, starts_at=later)
    assert moved["status"] == "held"
    gone = ana.ask("cancel_reservation", name="Bush", date=day)
    assert gone == {"status": "cancelled", "reference": booked["reference"]}
    assert "can't find" in ana.refusal("cancel_reservation", name="Bush", date=day)
    assert "can't find" in ana.refusal("change_reservation", name="Bush", date=day)


def test_refusals_of_a_booking_are_sentences(ana: Caller) -> None:
    assert "For how many" in ana.refusal("create_reservation", name="Kate")
    past = (timezone.now() - timedelta(days=1)).isoformat()
    assert "already passed" in ana.refusal("create_reservation", party_size=2, starts_at=past, name="Kate")
    assert "which name" in ana.refusal("create_reservation", party_size=2, starts_at=evening().isoformat())
    assert "nothing to confirm" in ana.refusal("create_reservation", confirm_version=1)
    held = hold(ana)["version"]
    assert "changed since" in ana.refusal("create_reservation", confirm_version=held + 1)


def test_several_bookings_under_a_name_go_to_a_person(ana: Caller, bella: Any) -> None:
    for _ in range(2):
        ana.ask("create_reservation", confirm_version=hold(ana)["version"])
    assert "call you back" in ana.refusal("cancel_reservation", name="Bush", date=str(evening().date()))
    with scope.enter(bella):
        assert Ticket.objects.get().type == "callback"


def test_above_the_largest_party_staff_get_a_lead(ana: Caller, bella: Any) -> None:
    answer = hold(ana, party_size=12, number="512 555 0188")
    assert (answer["status"], list(answer)) == ("lead", ["status", "reason"])
    with scope.enter(bella):
        ticket = Ticket.objects.get()
        assert (ticket.type, ticket.callback_number, ticket.assignee) == ("lead", NUMBER, "Ana")
        assert "12" in ticket.summary
        assert not Reservation.objects.exists()


def test_a_full_house_offers_the_waitlist(ana: Caller, bella: Any) -> None:
    with scope.enter(bella):
        DiningTable.objects.update(active=False)
    assert hold(ana)["status"] == "waitlist_offered"
    when = evening().replace(tzinfo=None).isoformat()
    assert ana.ask("join_waitlist", party_size=4, wanted_at=when, name="Kate")["status"] == "waiting"
    assert "whole phone number" in ana.refusal(
        "join_waitlist", party_size=4, wanted_at=when, name="Kate", number="five"
    )


def test_free_tables_have_the_keys_of_the_contract(ana: Caller) -> None:
    day = str(evening().date())
    answer = ana.ask("get_availability", party_size=2, date=day, time="19:00")
    assert list(answer) == ["available", "slots", "alternatives", "reason"]
    assert (answer["available"], answer["alternatives"], answer["reason"]) == (True, [], "")
    assert datetime.fromisoformat(answer["slots"][0]) == evening()
    assert "someone from the restaurant" in ana.ask("get_availability", party_size=20, date=day)["reason"]


def test_a_time_that_does_not_exist_is_refused(ana: Caller) -> None:
    """03:00 follows 02:00 at once on the second Sunday of March."""
    march = datetime(timezone.now().year + 1, 3, 8)
    sunday = march + timedelta(days=(6 - march.weekday()) % 7)
    night = sunday.replace(hour=2, minute=30)
    said = "That time doesn't exist that night, the clocks change. Which time would you like?"
    assert ana.refusal("create_reservation", party_size=2, starts_at=night.isoformat(), name="Kate") == said
    assert ana.refusal("get_availability", party_size=2, date=str(night.date()), time="02:30") == said


# ---- messages, hand-overs, tickets ----------------------------------------------------------------------


def test_a_text_is_disabled_before_the_registration_then_queued_then_suppressed(ana: Caller, bella: Any) -> None:
    answer = ana.ask("send_sms", template="hours", to=NUMBER)
    assert list(answer) == ["status", "message_id", "segments"]
    assert answer["status"] == "disabled"
    PhoneNumber.objects.filter(restaurant_id=bella.id).update(sms_registered_at=timezone.now())
    assert ana.ask("send_sms", template="hours", to=NUMBER)["status"] == "queued"
    with scope.enter(bella):
        Suppression.objects.create(number=NUMBER)
    assert ana.ask("send_sms", template="hours", to=NUMBER)["status"] == "suppressed"
    assert Work.objects.filter(kind="sms.send", restaurant_id=bella.id).count() == 1


def test_the_same_request_sent_again_sends_one_text(ana: Caller, bella: Any) -> None:
    once = {"Idempotency-Key": "abc"}
    ids = {ana.post("send_sms", once, template="hours", to=NUMBER).json()["message_id"] for _ in range(2)}
    assert len(ids) == 1
    other = ana.post("send_sms", once, template="hours", to="+15125550177").json()["message_id"]
    assert other not in ids
    with scope.enter(bella):
        assert Message.objects.count() == 2


def test_refusals_of_a_text(ana: Caller, bella: Any) -> None:
    assert ana.refusal("send_sms", template="hours") == "To which number shall I send it?"
    assert "do not fit" in ana.refusal("send_sms", 400, template="unacknowledged", to=NUMBER)
    assert "during the call" in ana.refusal("send_sms", template="order", to=NUMBER)
    assert "whole phone number" in ana.refusal("send_sms", template="hours", to="five")
    with scope.enter(bella):
        call = Call.objects.create(carrier_sid="CA1", from_number=NUMBER, to_number="+15125550101")
    assert ana.ask("send_sms", template="hours", call_id=str(call.pk))["segments"] == 1
    assert ana.refusal("send_sms", template="hours", to="+15125550177", call_id=str(call.pk)) == (
        "I can only text the number you are calling from."
    )
    assert "no order yet" in ana.refusal("send_sms", template="order", call_id=str(call.pk))
    assert "no booking yet" in ana.refusal("send_sms", template="reservation", call_id=str(call.pk))


def test_a_transfer_names_a_label_never_a_number_and_without_a_call_leaves_a_ticket(ana: Caller, bella: Any) -> None:
    answer = ana.ask("transfer_call", reason="complaint")
    assert list(answer) == ["status", "to", "fallback"]
    assert answer["status"] == "unavailable"
    with scope.enter(bella):
        assert Ticket.objects.get().type == "callback"
        call = Call.objects.create(carrier_sid="CA1", from_number=NUMBER, to_number="+15125550101")
    answer = ana.ask("transfer_call", reason="complaint", call_id=str(call.pk))
    assert (answer["status"], answer["to"]) == ("transferring", "Ana")
    assert "+1" not in str(answer)
    with scope.enter(bella):
        StaffContact.objects.all().delete()
        RestaurantSettings.objects.update(transfer_number="")
    assert ana.ask("transfer_call", reason="complaint", call_id=str(call.pk))["status"] == "unavailable"


def test_a_ticket_has_the_keys_of_the_contract_and_each_request_is_its_own(ana: Caller, bella: Any) -> None:
    asked = {"type": "complaint", "summary": "Cold soup.", "callback_number": "512 555 0188"}
    first = ana.ask("create_ticket", **asked)
    assert list(first) == ["id", "type", "due_at", "assignee", "say"]
    assert first["say"] == "I'm very sorry about that. I'll get you a person."
    assert (first["type"], first["assignee"]) == ("complaint", "Ana")
    assert ana.ask("create_ticket", **asked)["id"] != first["id"]
    once = {"Idempotency-Key": "x" * 200}
    assert len({ana.post("create_ticket", once, **asked).json()["id"] for _ in range(2)}) == 1
    noon = evening(30, hour=12)
    due = ana.ask("create_ticket", **asked, due_at=noon.replace(tzinfo=None).isoformat())["due_at"]
    assert datetime.fromisoformat(due) == noon
    with scope.enter(bella):
        assert set(Ticket.objects.values_list("callback_number", flat=True)) == {NUMBER}
