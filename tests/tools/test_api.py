"""The tools over HTTP, shape by shape as CONTRACT.md has them, and every refusal as a problem document."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from apps.accounts.models import AuditEntry
from apps.calls.models import Call, Message, Suppression, Ticket
from apps.menu import services as menu
from apps.menu.models import MenuItem
from apps.orders.models import Cart, Order
from apps.outbox.models import Work
from apps.reservations.models import DiningTable, Reservation
from apps.restaurant.models import RestaurantSettings, StaffContact
from apps.tenants import scope
from apps.tenants.models import PhoneNumber

CHICAGO = ZoneInfo("America/Chicago")
NUMBER = "+15125550188"


class Caller:
    """A signed-in user who calls tools."""

    def __init__(self, email: str, **more: str) -> None:
        self.client = Client()
        body = {"email": email, "password": "loman-demo", **more}
        answer = self.client.post("/api/v1/auth/token", body, content_type="application/json")
        self.token = answer.json()["access"]

    def post(self, tool: str, headers: dict[str, str] | None = None, **arguments: Any) -> Any:
        return self.client.post(
            f"/tools/{tool}",
            arguments,
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.token}", **(headers or {})},
        )

    def ask(self, tool: str, **arguments: Any) -> dict[str, Any]:
        answer = self.post(tool, **arguments)
        assert answer.status_code == 200, answer.content
        found: dict[str, Any] = answer.json()
        return found

    def refusal(self, tool: str, status: int = 409, **arguments: Any) -> str:
        answer = self.post(tool, **arguments)
        assert answer.status_code == status, answer.content
        assert answer["Content-Type"] == "application/problem+json"
        problem = answer.json()
        assert list(problem) == ["type", "title", "status", "detail", "errors"]
        assert problem["status"] == status
        assert problem["detail"][-1] in ".?"
        return str(problem["detail"])


@pytest.fixture
def ana(bella: Any) -> Caller:
    cache.clear()
    return Caller("ana@bella.test")


@pytest.fixture
def sam(bella: Any) -> Caller:
    cache.clear()
    return Caller("sam@bella.test")


def found(caller: Caller, query: str) -> dict[str, Any]:
    item: dict[str, Any] = caller.ask("search_menu", query=query, limit=1)["items"][0]
    return item


def pizza(caller: Caller, **more: Any) -> dict[str, Any]:
    item = found(caller, "margherita")
    crust = item["modifier_groups"][0]["options"][0]["id"]
    size = next(each["id"] for each in item["variants"] if each["name"] == "large")
    return {"item_id": item["id"], "variant_id": size, "quantity": 2, "modifiers": [{"option_id": crust}], **more}


def evening(days: int = 3, hour: int = 19) -> datetime:
    return (timezone.now().astimezone(CHICAGO) + timedelta(days=days)).replace(
        hour=hour, minute=0, second=0, microsecond=0
    )


# ---- who may ------------------------------------------------------------------------------------------

EVERY = {
    "get_context": {},
    "search_menu": {"query": "pizza"},
    "create_order": {},
    "get_availability": {"party_size": 2, "date": "2027-01-05"},
    "create_reservation": {},
    "send_sms": {"template": "hours"},
    "transfer_call": {"reason": "person"},
    "create_ticket": {"type": "callback", "summary": "Call back."},
    "find_reservation": {"name": "Kate", "date": "2027-01-05"},
    "change_reservation": {"name": "Kate", "date": "2027-01-05"},
    "cancel_reservation": {"name": "Kate", "date": "2027-01-05"},
    "join_waitlist": {"party_size": 2, "wanted_at": "2027-01-05T19:00", "name": "Kate"},
    "order_status": {"number": 1, "name": "Kate"},
}
ADMINS_ONLY = {"send_sms", "cancel_reservation"}


def test_who_is_not_signed_in_reaches_no_tool(bella: Any) -> None:
    for tool, arguments in EVERY.items():
        answer = Client().post(f"/tools/{tool}", arguments, content_type="application/json")
        assert answer.status_code == 401, tool
        assert answer["Content-Type"] == "application/problem+json"
    assert Client().get("/tools/get_context").status_code in (401, 405)


def test_a_viewer_does_the_shifts_work_and_nothing_beyond(sam: Caller, ana: Caller) -> None:
    for tool, arguments in EVERY.items():
        expected = 403 if tool in ADMINS_ONLY else (200, 409)
        status = sam.post(tool, **arguments).status_code
        assert status == expected if isinstance(expected, int) else status in expected, tool
        assert ana.post(tool, **arguments).status_code in (200, 409), tool


def test_a_super_admin_has_to_name_the_restaurant_when_signing_in(bella: Any) -> None:
    cache.clear()
    assert Caller("super@loman.test").post("get_context").status_code == 403
    assert Caller("super@loman.test", restaurant="sakura").ask("get_context")["name"] == "Sakura"


def test_another_restaurants_ids_are_refused_and_nothing_leaks(ana: Caller, sakura: Any) -> None:
    line = pizza(ana)
    yuki = Caller("yuki@sakura.test")
    said = yuki.refusal("create_order", lines=[line], customer_name="Yuki")
    assert said == "One of these is not on our menu."
    assert "Margherita" not in str(yuki.ask("search_menu", query="margherita", limit=50))
    number = place_order(ana)["number"]
    assert yuki.refusal("order_status", number=number, name="Kate") == (
        "I can't find an order with that number and name."
    )
    yuki.refusal("create_order", confirm_version=1)
    yuki.refusal("create_order", status=400, lines=[line], customer_name="Yuki", restaurant="bella-napoli")


# ---- malformed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tool", EVERY)
def test_an_argument_nobody_declared_is_malformed(ana: Caller, tool: str) -> None:
    answer = ana.post(tool, **EVERY[tool], price="0.01")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["loc"] == ["price"]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("search_menu", {}),
        ("search_menu", {"query": "a\u0000b"}),
        ("search_menu", {"query": "pizza", "limit": 51}),
        ("create_order", {"lines": "a pizza"}),
        ("create_order", {"lines": [{"item_id": "x", "quantity": 0}]}),
        ("create_order", {"lines": [{"item_id": "x", "price": "0.01"}]}),
        ("create_order", {"lines": [{"item_id": "x", "modifiers": [{"option_id": "y", "amount": "plenty"}]}]}),
        ("create_order", {"lines": [], "customer_name": "x" * 121}),
        ("create_order", {"confirm_version": "first"}),
        ("get_availability", {"party_size": 0, "date": "2027-01-05"}),
        ("get_availability", {"party_size": 2, "date": "someday"}),
        ("create_reservation", {"party_size": 2, "starts_at": "seven"}),
        ("create_ticket", {"type": "party", "summary": "!"}),
        ("order_status", {"number": "twelve", "name": "Kate"}),
        ("get_context", {"call_id": "not a uuid"}),
    ],
)
def test_malformed_arguments_are_a_problem_with_their_place(ana: Caller, tool: str, arguments: dict[str, Any]) -> None:
    answer = ana.post(tool, **arguments)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"]
    assert "input" not in answer.json()["errors"][0]


def test_arguments_are_an_object_of_json(ana: Caller) -> None:
    for body, kind in (("[]", "application/json"), ("{", "application/json"), ('"x"', "application/json")):
        answer = ana.client.post(
            "/tools/get_context", body, content_type=kind, headers={"Authorization": f"Bearer {ana.token}"}
        )
        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("when", ["9999-12-31T23:59:59", "0001-01-01T00:00:00", "9999-12-31T23:59:59-12:00"])
def test_a_day_at_the_end_of_time_is_refused_in_a_sentence(ana: Caller, when: str) -> None:
    day = when[:10]
    far = "That day is too far away. Which day did you mean?"
    assert ana.refusal("create_reservation", party_size=2, starts_at=when, name="Kate") == far
    assert ana.refusal("create_order", lines=[pizza(ana)], customer_name="Kate", pickup_at=when) == far
    assert ana.refusal("get_availability", party_size=2, date=day) == far
    assert ana.refusal("get_availability", party_size=2, date=day, time="19:00") == far
    assert ana.refusal("find_reservation", name="Kate", date=day) == far
    assert ana.refusal("cancel_reservation", name="Kate", date=day) == far
    assert ana.refusal("join_waitlist", party_size=2, wanted_at=when, name="Kate") == far
    assert ana.refusal("create_ticket", type="callback", summary="Later.", due_at=when) == far
    assert ana.refusal("order_status", number=10**30, name="Kate").startswith("I can't find")


# ---- reading --------------------------------------------------------------------------------------------


def test_get_context_has_the_keys_of_the_contract(ana: Caller) -> None:
    facts = ana.ask("get_context")
    assert list(facts) == [
        "name", "address", "phone", "timezone", "now", "open_now", "hours", "special_days", "services", "policies",
        "prep_minutes", "max_party", "languages",
    ]  # fmt: skip
    assert facts["hours"][0] == {"day": "Monday", "opens": "00:00", "closes": "00:00"}
    assert (facts["name"], facts["timezone"], facts["open_now"]) == ("Bella Napoli", "America/Chicago", True)
    assert datetime.fromisoformat(facts["now"]).utcoffset() in (timedelta(hours=-6), timedelta(hours=-5))


def test_search_menu_has_the_keys_of_the_contract(ana: Caller, bella: Any) -> None:
    item = found(ana, "margarita")
    assert list(item) == [
        "id", "name", "category", "description", "variants", "modifier_groups", "allergens", "available",
        "unavailable_reason", "score",
    ]  # fmt: skip
    assert list(item["variants"][0]) == ["id", "name", "price"]
    assert list(item["modifier_groups"][0]) == ["id", "name", "min", "max", "options"]
    assert list(item["modifier_groups"][0]["options"][0])[:4] == ["id", "name", "price", "default"]
    assert item["allergens"] == {"gluten": "contains", "milk": "contains"}
    assert (item["available"], item["unavailable_reason"]) == (True, None)
    with scope.enter(bella):
        menu.eighty_six(MenuItem.objects.get(name="Margherita"), reason="out of dough")
    item = found(ana, "margherita")
    assert (item["available"], item["unavailable_reason"]) == (False, "out of dough")
    assert ana.ask("search_menu", query="wheelbarrow")["items"] == []


# ---- ordering -------------------------------------------------------------------------------------------


def quote(caller: Caller, **more: Any) -> dict[str, Any]:
    return caller.ask("create_order", **{"lines": [pizza(caller)], "customer_name": "Kate Bush", **more})


def place_order(caller: Caller, **more: Any) -> dict[str, Any]:
    return caller.ask("create_order", confirm_version=quote(caller, **more)["cart_version"])


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
    assert list(status) == ["number", "status", "ready_at"]
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
    assert ana.refusal("send_sms", template="jokes", to=NUMBER) == "I can't send that by text."
    assert "whole phone number" in ana.refusal("send_sms", template="hours", to="five")
    with scope.enter(bella):
        call = Call.objects.create(carrier_sid="CA1", from_number=NUMBER, to_number="+15125550101")
    assert ana.ask("send_sms", template="hours", call_id=str(call.pk))["segments"] == 1
    assert ana.refusal("send_sms", template="hours", to="+15125550177", call_id=str(call.pk)) == (
        "I can only text the number you are calling from."
    )


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
    assert list(first) == ["id", "type", "due_at", "assignee"]
    assert (first["type"], first["assignee"]) == ("complaint", "Ana")
    assert ana.ask("create_ticket", **asked)["id"] != first["id"]
    once = {"Idempotency-Key": "x" * 200}
    assert len({ana.post("create_ticket", once, **asked).json()["id"] for _ in range(2)}) == 1
    noon = evening(30, hour=12)
    due = ana.ask("create_ticket", **asked, due_at=noon.replace(tzinfo=None).isoformat())["due_at"]
    assert datetime.fromisoformat(due) == noon
    with scope.enter(bella):
        assert set(Ticket.objects.values_list("callback_number", flat=True)) == {NUMBER}
