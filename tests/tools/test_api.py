"""The tools over HTTP, shape by shape as CONTRACT.md has them, and every refusal as a problem document."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from apps.menu import services as menu
from apps.menu.models import MenuItem
from apps.tenants import scope
from tests.tools.callers import Caller, found, pizza, place_order

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
