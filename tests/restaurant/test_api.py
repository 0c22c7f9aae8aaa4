"""Hours, special days, the kitchen's evening and who is rung, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from apps.accounts.models import AuditEntry
from apps.calls import services as calls
from apps.orders.refusals import Refusal
from apps.restaurant.models import OpeningHours, RestaurantSettings, SpecialDay, StaffContact, TransferRule
from tests.orders.people import quote
from tests.signed_in import Person

NUMBER = "+15125550177"
CHRISTMAS = str(date(timezone.now().year + 1, 12, 25))


@pytest.fixture
def ana(signed_in: Callable[..., Person]) -> Person:
    return signed_in("ana@bella.test")


@pytest.fixture
def sam(signed_in: Callable[..., Person]) -> Person:
    return signed_in("sam@bella.test")


# ---- hours ---------------------------------------------------------------------------------------------


def test_the_week_is_taken_as_spans_or_as_openstreetmap_writes_it(in_bella: Any, ana: Person, sam: Person) -> None:
    week = [
        {"day": "Monday", "opens": "11:00", "closes": "14:00"},
        {"day": "Monday", "opens": "17:00", "closes": "01:00"},
    ]
    assert sam.put("/api/v1/hours", {"weekly": week}).status_code == 403
    assert ana.put("/api/v1/hours", {"weekly": week}).json()["weekly"] == week
    assert sam.get("/api/v1/hours").json() == {"timezone": "America/Chicago", "weekly": week}
    (entry,) = AuditEntry.objects.filter(action="hours.change")
    assert entry.after == {"weekly": week}
    assert len(ana.put("/api/v1/hours", {"osm": "Mo-Th 11:00-22:00; Fr,Sa 11:00-24:00; Su off"}).json()["weekly"]) == 6


@pytest.mark.parametrize(
    ("spans", "begins"),
    [
        ([("Monday", "11:00", "15:00"), ("Monday", "14:00", "22:00")], "14:00"),
        ([("Monday", "18:00", "02:00"), ("Tuesday", "01:00", "10:00")], "01:00"),
        ([("Sunday", "18:00", "02:00"), ("Monday", "01:00", "10:00")], "01:00"),
        ([("Monday", "11:00", "15:00"), ("Monday", "11:00", "12:00")], "11:00"),
    ],
)
def test_hours_that_overlap_are_refused_and_the_old_ones_stay(
    in_bella: Any, ana: Person, spans: list[tuple[str, str, str]], begins: str
) -> None:
    before = ana.get("/api/v1/hours").json()
    body = [{"day": day, "opens": opens, "closes": closes} for day, opens, closes in spans]
    answer = ana.put("/api/v1/hours", {"weekly": body})
    assert answer.status_code == 409
    assert answer.json()["detail"] == f"The hours from {begins} begin while others still last."
    assert ana.get("/api/v1/hours").json() == before


@pytest.mark.parametrize(
    "body",
    [{}, {"weekly": [], "osm": "Mo 10:00-12:00"}, {"osm": "whenever"}, {"osm": "PH off"}, {"weekly": "all"},
     {"osm": "\x00"},
     {"weekly": [{"day": "Moonday", "opens": "10:00", "closes": "12:00"}]}, {"week": []},
     {"weekly": [{"day": "Monday", "opens": "10:00:30", "closes": "12:00"}]},
     {"weekly": [{"day": "Monday", "opens": "10:00", "closes": "12:00"}] * 71}],
)  # fmt: skip
def test_what_are_no_hours_is_refused(in_bella: Any, ana: Person, body: dict[str, Any]) -> None:
    answer = ana.put("/api/v1/hours", body)
    assert answer.status_code == 400, answer.content
    assert OpeningHours.objects.count() == 7


def test_hours_decided_on_an_older_week_are_refused(in_bella: Any, ana: Person) -> None:
    seen = {"If-Match": ana.get("/api/v1/hours")["ETag"]}
    week = {"weekly": [{"day": "Monday", "opens": "11:00", "closes": "14:00"}]}
    assert ana.put("/api/v1/hours", week, headers=seen).status_code == 200
    assert ana.put("/api/v1/hours", {"weekly": []}, headers=seen).status_code == 412


def test_a_date_is_closed_or_has_hours_and_never_both(in_bella: Any, ana: Person, sam: Person) -> None:
    path = "/api/v1/special-days"
    closed = ana.post(path, {"date": CHRISTMAS, "note": "Christmas"})
    assert (closed.status_code, closed.json()["opens"]) == (201, None)
    assert ana.post(path, {"date": CHRISTMAS}).status_code == 409
    assert ana.post(path, {"date": CHRISTMAS, "opens": "10:00", "closes": "12:00"}).status_code == 409
    assert ana.patch(closed["Location"], {"opens": "10:00"}).status_code == 400
    assert ana.patch(closed["Location"], {"opens": "10:00", "closes": "14:00"}).json()["closes"] == "14:00"
    assert ana.post(path, {"date": CHRISTMAS, "opens": "13:00", "closes": "15:00"}).status_code == 409
    assert ana.post(path, {"date": CHRISTMAS, "opens": "17:00", "closes": "22:00"}).status_code == 201
    assert sam.get(path, date=CHRISTMAS).json()["count"] == 2
    assert sam.delete(closed["Location"]).status_code == 403
    assert ana.delete(closed["Location"]).status_code == 204
    assert SpecialDay.objects.get().note == ""
    assert ana.get(f"{path}/99999999999999999999").status_code == 404


# ---- the kitchen tonight -------------------------------------------------------------------------------


def test_ordering_paused_over_rest_is_heard_by_the_next_caller_and_resumed(
    in_bella: Any, ana: Person, sam: Person
) -> None:
    quote(in_bella, now=timezone.now())
    assert sam.put("/api/v1/ordering/pause", {"minutes": 30}).status_code == 403
    paused = ana.put("/api/v1/ordering/pause", {"minutes": 30}).json()["paused_until"]
    assert timedelta(minutes=29) < datetime.fromisoformat(paused) - timezone.now() <= timedelta(minutes=30)
    with pytest.raises(Refusal):
        quote(in_bella, now=timezone.now())
    assert sam.get("/api/v1/ordering").json()["paused_until"] == paused
    assert ana.delete("/api/v1/ordering/pause").json()["paused_until"] is None
    quote(in_bella, now=timezone.now())
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"ordering.pause", "ordering.resume"}


def test_the_rest_of_the_day_ends_with_the_day(in_bella: Any, ana: Person) -> None:
    until = datetime.fromisoformat(ana.put("/api/v1/ordering/pause", {"until": "rest_of_day"}).json()["paused_until"])
    assert timezone.now() < until <= timezone.now() + timedelta(hours=24)


@pytest.mark.parametrize(
    "body",
    [{}, {"minutes": 20}, {"minutes": 30, "until": "rest_of_day"}, {"until": "2020-01-01T00:00:00Z"},
     {"until": "later"},
     {"until": "9999-01-01T00:00:00Z"}, {"minuets": 30}],
)  # fmt: skip
def test_what_is_no_pause_is_refused(in_bella: Any, ana: Person, body: dict[str, Any]) -> None:
    assert ana.put("/api/v1/ordering/pause", body).status_code == 400
    assert ana.get("/api/v1/ordering").json()["paused_until"] is None


def test_a_slow_night_is_quoted_until_it_is_over(in_bella: Any, ana: Person) -> None:
    now = timezone.now()
    usual = quote(in_bella, now=now).ready_at
    ana.put("/api/v1/ordering/prep-time", {"minutes": 60, "until": "rest_of_day"})
    assert quote(in_bella, now=now).ready_at == usual + timedelta(minutes=40)
    ana.delete("/api/v1/ordering/prep-time")
    assert quote(in_bella, now=now).ready_at == usual
    assert ana.put("/api/v1/ordering/prep-time", {"minutes": 60}).status_code == 400


# ---- who is rung ---------------------------------------------------------------------------------------


def test_a_contact_added_over_rest_is_rung_for_its_reasons(in_bella: Any, ana: Person, sam: Person) -> None:
    path = "/api/v1/staff-contacts"
    made = ana.post(path, {"name": "Marco", "number": "(512) 555-0177", "reasons": ["allergy"]})
    assert (made.status_code, made.json()["number"]) == (201, "••• 0177")
    assert calls.staff_for("allergy")[0].number == NUMBER
    assert ana.get(made["Location"]).json()["number"] == NUMBER
    assert AuditEntry.objects.filter(action="numbers.view", number_last4="0177").exists()
    assert NUMBER not in json.dumps(ana.get(path).json())
    assert sam.get(path).status_code == 403
    for wrong in (
        {"number": "12"},
        {"reasons": [""]},
        {"reasons": "all"},
        {"position": -1},
        {"nmae": "x"},
        {"name": ""},
    ):
        assert ana.patch(made["Location"], wrong).status_code == 400
    assert ana.patch(made["Location"], {"active": False}).json()["active"] is False
    entries = json.dumps([entry.after for entry in AuditEntry.objects.all()])
    assert NUMBER not in entries


def test_a_contact_whom_a_rule_rings_is_not_removed_unseen(in_bella: Any, ana: Person) -> None:
    contact = StaffContact.objects.get()
    rule = ana.post("/api/v1/transfer-rules", {"reason": "complaint", "contact": str(contact.pk), "ring_seconds": 30})
    assert (rule.status_code, rule.json()["contact_name"]) == (201, contact.name)
    refused = ana.delete(f"/api/v1/staff-contacts/{contact.pk}")
    assert (refused.status_code, refused.json()["detail"]) == (
        409, "1 transfer rule rings them: change those first.",
    )  # fmt: skip
    assert ana.patch(rule["Location"], {"contact": None, "fallback": "ticket"}).json()["contact"] is None
    assert ana.delete(f"/api/v1/staff-contacts/{contact.pk}").status_code == 204
    assert ana.delete(rule["Location"]).status_code == 204


@pytest.mark.parametrize(
    "body",
    [{"ring_seconds": 4}, {"ring_seconds": 10**10}, {"hours": "never"}, {"fallback": "panic"},
     {"contact": str(uuid4())},
     {"contact": "x"}, {"reason": "x" * 41}, {"position": 2**40}, {"whom": 1}],
)  # fmt: skip
def test_what_makes_no_rule_is_refused(in_bella: Any, ana: Person, body: dict[str, Any]) -> None:
    assert ana.post("/api/v1/transfer-rules", body).status_code == 400
    assert not TransferRule.objects.exists()


def test_another_restaurants_staff_and_days_are_not_there(
    in_bella: Any, ana: Person, signed_in: Callable[..., Person]
) -> None:
    contact = StaffContact.objects.get()
    day = ana.post("/api/v1/special-days", {"date": CHRISTMAS})["Location"]
    yuki = signed_in("yuki@sakura.test")
    one = f"/api/v1/staff-contacts/{contact.pk}"
    for answer in (yuki.get(one), yuki.patch(one, {"name": "Mine"}), yuki.delete(one), yuki.delete(day)):
        assert answer.status_code == 404
    assert yuki.post("/api/v1/transfer-rules", {"contact": str(contact.pk)}).status_code == 400
    yuki.put("/api/v1/ordering/pause", {"minutes": 60})
    assert RestaurantSettings.objects.get().ordering_paused_until is None
    assert SpecialDay.objects.count() == 1
