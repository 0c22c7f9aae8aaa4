"""Blocked callers on their page: masked, on record, taken back, and limits that only one may lift."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import AuditEntry, User
from apps.calls import blocking
from apps.calls.models import BlockedNumber
from apps.restaurant import services as restaurant
from apps.tenants import scope
from apps.tenants.scope import Place
from tests.dashboard.forms import WITH_SCRIPTS, filled, said, send

PAGE = "/r/bella-napoli/settings/blocked/"
GUEST = "+15125550134"


@pytest.fixture
def runs_it(bella: Place) -> Client:
    client = Client()
    client.force_login(User.objects.get(email="super@loman.test"))
    return client


def is_blocked(place: Place) -> bool:
    with scope.enter(place):
        return blocking.is_blocked(GUEST, now=timezone.now())


def undo(client: Client, answer: Any) -> Any:
    back = json.loads(said(answer))["said"]["undo"]
    return client.post(back["to"], back["fields"], headers=WITH_SCRIPTS)


def test_blocking_and_lifting_can_each_be_taken_back_and_are_on_record(ana: Client, bella: Place) -> None:
    answer = send(ana, PAGE, "add", number="(512) 555-0134", reason="Pranks", lasts="7")
    page = ana.get(PAGE).content.decode()
    assert "••• 0134" in page
    assert "Pranks" in page
    assert GUEST not in page
    undo(ana, answer)
    assert not is_blocked(bella)
    send(ana, PAGE, "add", number=GUEST, reason="Pranks", lasts="7")
    with scope.enter(bella):
        before = BlockedNumber.objects.get()
    answer = send(ana, PAGE, "lift", of={"id": str(before.pk)})
    assert not is_blocked(bella)
    undo(ana, answer)
    with scope.enter(bella):
        back = BlockedNumber.objects.get()
    assert (back.digest, back.last4, back.reason, back.by, back.until) == (
        before.digest, "0134", "Pranks", "ana@bella.test", before.until,
    )  # fmt: skip
    actions = AuditEntry.objects.filter(action__startswith="caller.").order_by("position")
    assert [one.action.partition(".")[2] for one in actions] == [
        "blocked", "unblocked", "blocked", "unblocked", "blocked",
    ]  # fmt: skip


@pytest.mark.parametrize("number", ["", "Bob", "555"])
def test_what_is_no_number_is_refused_at_its_field(ana: Client, bella: Place, number: str) -> None:
    page = send(ana, PAGE, "add", number=number, reason="Pranks").content.decode()
    assert "This is no phone number." in page or "This field may not be blank." in page
    assert 'value="Pranks"' in page
    with scope.enter(bella):
        assert not BlockedNumber.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"longest_call_minutes": 0}, "Ensure this value is greater than or equal to 1."),
        ({"block_abusers_after": "often"}, "A valid integer is required."),
    ],
)
def test_what_cannot_be_set_is_refused_at_its_field(
    ana: Client, bella: Place, changes: dict[str, Any], sentence: str
) -> None:
    assert sentence in send(ana, PAGE, "settings", **changes).content.decode()


def test_limits_are_shown_to_managers_and_set_by_whoever_runs_it(ana: Client, runs_it: Client, bella: Place) -> None:
    assert "minutes_a_day" not in ana.get(PAGE).content.decode()
    forged = {"deed": "limits", "minutes_a_day": "9999", "seen": filled(runs_it, PAGE, "limits")["seen"][0]}
    assert ana.post(PAGE, forged, headers=WITH_SCRIPTS).status_code == 403
    send(runs_it, PAGE, "limits", minutes_a_day=90, dial_countries="us, ca")
    with scope.enter(bella):
        assert (restaurant.settings().minutes_a_day, restaurant.settings().dial_countries) == (90, ["US", "CA"])
    page = ana.get(PAGE).content.decode()
    assert "<dd>90</dd>" in page
    assert "<dd>US CA</dd>" in page
    assert "XX" in send(runs_it, PAGE, "limits", dial_countries="XX").content.decode()


def test_who_comes_second_is_told(ana: Client, runs_it: Client, bella: Place) -> None:
    old, limits = filled(ana, PAGE, "settings"), filled(runs_it, PAGE, "limits")
    send(ana, PAGE, "settings", longest_call_minutes=20)
    send(runs_it, PAGE, "limits", most_calls=3)
    for client, sent in ((ana, old), (runs_it, limits)):
        assert "Somebody else has just changed this" in client.post(PAGE, sent, headers=WITH_SCRIPTS).content.decode()


def test_staff_see_none_of_it(sam: Client) -> None:
    assert sam.get(PAGE).status_code == 403
    assert sam.post(PAGE, {"deed": "add", "number": GUEST}).status_code == 403


def test_many_of_them_cost_no_more_queries(ana: Client, bella: Place, django_assert_max_num_queries: Any) -> None:
    with scope.enter(bella):
        BlockedNumber.objects.bulk_create(BlockedNumber(digest=f"d{n}", last4="0134") for n in range(250))
    with django_assert_max_num_queries(40):
        assert "The newest 200 of 250." in ana.get(PAGE).content.decode()
