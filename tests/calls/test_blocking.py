"""Callers who are not answered: blocked by hand, by what they did, or because they do not say who they are."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from apps.accounts import machine_keys
from apps.accounts.models import AuditEntry
from apps.accounts.permissions import Role
from apps.calls import blocking
from apps.calls.models import BlockedNumber, Call
from apps.restaurant.models import RestaurantSettings
from apps.tenants import scope
from apps.tenants.scope import Place

NOW = datetime(2026, 7, 4, 18, 0, tzinfo=UTC)
ROBOT = "+15125550134"
ADDRESS = "/api/v1/blocked-numbers"


def test_a_blocked_number_is_blocked_until_its_end_and_nowhere_else(in_bella: Place, sakura: Place) -> None:
    blocking.block(ROBOT, reason="robot", by="ana@bella.test", until=NOW + timedelta(hours=1))
    assert blocking.is_blocked(ROBOT, now=NOW)
    assert not blocking.is_blocked(ROBOT, now=NOW + timedelta(hours=1))
    assert not blocking.is_blocked("+15125550135", now=NOW)
    with scope.enter(sakura):
        assert not blocking.is_blocked(ROBOT, now=NOW)


def test_blocking_again_replaces_and_lifting_answers_again(in_bella: Place) -> None:
    first = blocking.block(ROBOT, reason="robot", by="ana@bella.test", until=NOW)
    second = blocking.block(ROBOT, reason="again", by="ana@bella.test")
    assert (first.pk, BlockedNumber.objects.count()) == (second.pk, 1)
    assert blocking.is_blocked(ROBOT, now=NOW + timedelta(days=9999))
    assert blocking.lift(second.pk)
    assert not blocking.lift(second.pk)
    assert not blocking.is_blocked(ROBOT, now=NOW)


def test_a_withheld_number_is_turned_away_where_the_restaurant_wants_it(in_bella: Place) -> None:
    assert not blocking.is_blocked("", now=NOW)
    RestaurantSettings.objects.update(refuse_withheld=True)
    assert blocking.is_blocked("", now=NOW)


def call(outcome: str, *, sid: str, at: datetime = NOW, number: str = ROBOT) -> Call:
    return Call.objects.create(
        carrier_sid=sid, from_number=number, to_number="+15125550101", outcome=outcome, started_at=at
    )


def test_who_rings_in_abuse_so_often_within_a_day_is_blocked_for_a_day(in_bella: Place) -> None:
    RestaurantSettings.objects.update(block_abusers_after=3)
    call("robocall", sid="old", at=NOW - timedelta(days=2))
    call("order", sid="fine")
    assert not blocking.block_abuser(call("silence", sid="1"), now=NOW)
    assert not blocking.block_abuser(call("abuse", sid="2"), now=NOW)
    assert blocking.block_abuser(call("robocall", sid="3"), now=NOW)
    row = BlockedNumber.objects.get()
    assert (row.last4, row.by, row.until) == ("0134", "loman", NOW + timedelta(days=1))


def test_nobody_is_blocked_for_an_order_or_without_the_setting_or_twice(in_bella: Place) -> None:
    assert not blocking.block_abuser(call("abuse", sid="1"), now=NOW)
    RestaurantSettings.objects.update(block_abusers_after=1)
    assert not blocking.block_abuser(call("order", sid="2"), now=NOW)
    assert not blocking.block_abuser(call("abuse", sid="3", number=""), now=NOW)
    blocking.block(ROBOT, reason="by hand", by="ana@bella.test")
    assert not blocking.block_abuser(call("abuse", sid="4"), now=NOW)
    assert BlockedNumber.objects.get().until is None


@pytest.fixture
def ana(client: Client, bella: Place) -> Any:
    return by_key(client, bella, Role.RESTAURANT_ADMIN)


def by_key(client: Client, place: Place, role: Role) -> Any:
    _, text = machine_keys.new(place, label=role.value, role=role, by=None)

    def ask(method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {text}"}
        sent = "" if body is None else json.dumps(body)
        return client.generic(method, path, sent, content_type="application/json", headers=headers)

    return ask


def test_a_number_is_blocked_listed_and_lifted_over_rest_and_all_of_it_is_on_record(ana: Any, bella: Place) -> None:
    made = ana("POST", ADDRESS, {"number": "(512) 555-0134", "reason": "robot"})
    assert made.status_code == 201
    assert made.json()["last4"] == "0134"
    assert "5550134" not in made.content.decode()
    listed = ana("GET", ADDRESS).json()
    assert (listed["count"], listed["results"][0]["id"]) == (1, made.json()["id"])
    with scope.enter(bella):
        assert blocking.is_blocked(ROBOT, now=NOW)
    assert ana("DELETE", f"{ADDRESS}/{made.json()['id']}").status_code == 204
    assert ana("DELETE", f"{ADDRESS}/{made.json()['id']}").status_code == 404
    actions = AuditEntry.objects.filter(action__startswith="caller.").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["caller.blocked", "caller.unblocked"]


def test_whoever_made_a_call_is_blocked_by_the_call(ana: Any, bella: Place, sakura: Place) -> None:
    with scope.enter(bella):
        theirs = call("abuse", sid="1")
        withheld = call("abuse", sid="2", number="")
    with scope.enter(sakura):
        elsewhere = call("abuse", sid="3")
    assert ana("POST", ADDRESS, {"call_id": str(theirs.pk)}).status_code == 201
    for other in (withheld, elsewhere):
        assert ana("POST", ADDRESS, {"call_id": str(other.pk)}).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"number": "12"},
        {"number": ROBOT, "call_id": "00000000-0000-0000-0000-000000000000"},
        {"number": ROBOT, "until": "2020-01-01T00:00:00Z"},
        {"call_id": "no id"},
        [],
    ],
)
def test_what_names_nobody_is_a_problem_and_blocks_nobody(ana: Any, bella: Place, body: Any) -> None:
    answer = ana("POST", ADDRESS, body)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    with scope.enter(bella):
        assert not BlockedNumber.objects.exists()


def test_staff_and_another_restaurant_lift_nothing(client: Client, ana: Any, bella: Place, sakura: Place) -> None:
    made = ana("POST", ADDRESS, {"number": ROBOT}).json()
    staff, other = by_key(client, bella, Role.STAFF_VIEWER), by_key(client, sakura, Role.RESTAURANT_ADMIN)
    assert staff("DELETE", f"{ADDRESS}/{made['id']}").status_code == 403
    assert staff("GET", ADDRESS).status_code == 403
    assert other("DELETE", f"{ADDRESS}/{made['id']}").status_code == 404
    assert other("GET", ADDRESS).json()["count"] == 0
