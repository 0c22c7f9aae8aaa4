"""`/api/v1/reservations`: what the book shows, and what staff do with it over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import AuditEntry
from apps.outbox.models import Work
from apps.reservations.models import BlackoutDate, DiningTable, Reservation, ReservationEvent, WaitlistEntry
from tests.reservations.test_reservations import CHICAGO, only_tables, set_up
from tests.signed_in import Person

NUMBER = "+15125550188"
BOOK = "/api/v1/reservations"
TOMORROW = (timezone.now() + timedelta(days=1)).replace(hour=23, minute=0, second=0, microsecond=0)
"""Early evening in Austin, whose day it is in both zones."""


@pytest.fixture
def ana(signed_in: Callable[..., Person]) -> Person:
    return signed_in("ana@bella.test")


@pytest.fixture
def sam(signed_in: Callable[..., Person]) -> Person:
    return signed_in("sam@bella.test")


def wanted(**more: Any) -> dict[str, Any]:
    return {"party_size": 2, "starts_at": TOMORROW.isoformat(), "name": "Kate Bush", "number": NUMBER, **more}


def booked(by: Person, **more: Any) -> dict[str, Any]:
    answer = by.post(BOOK, wanted(**more))
    assert answer.status_code == 201, answer.content
    made: dict[str, Any] = answer.json()
    return made


# ---- the list ------------------------------------------------------------------------------------------


def test_the_list_shows_bookings_as_the_contract_has_them_with_masked_numbers(in_bella: Any, sam: Person) -> None:
    only_tables(2)
    made = booked(sam, notes="window")
    page = sam.get(BOOK).json()
    assert (page["count"], page["next"], page["previous"]) == (1, None, None)
    (row,) = page["results"]
    assert row == made
    assert row["number"] == "••• 0188"
    assert {"reference", "status", "name", "party_size", "starts_at", "ends_at", "tables", "notes", "call_id"} < set(
        row
    )
    assert (row["tables"], row["notes"], row["call_id"]) == (["t0"], "window", None)


def test_filters_search_and_order_of_the_book(in_bella: Any, ana: Person) -> None:
    first = booked(ana, name="Björk")
    second = booked(ana, name="Kate Bush", party_size=4, starts_at=(TOMORROW + timedelta(minutes=30)).isoformat())
    ana.post(f"{BOOK}/{second['id']}/seat")
    local = TOMORROW.astimezone(CHICAGO).date()

    def names(query: str) -> list[str]:
        answer = ana.get(f"{BOOK}{query}")
        assert answer.status_code == 200, answer.content
        return [each["name"] for each in answer.json()["results"]]

    assert names("") == ["Björk", "Kate Bush"]
    assert names("?ordering=-starts_at") == ["Kate Bush", "Björk"]
    assert names("?ordering=party_size") == ["Björk", "Kate Bush"]
    assert names("?status=seated") == ["Kate Bush"]
    assert names("?search=björk") == ["Björk"]
    assert names(f"?search={second['reference'].lower()}") == ["Kate Bush"]
    assert names("?party_size=2") == ["Björk"]
    assert names("?party_size_min=3") == ["Kate Bush"]
    assert names(f"?day={local}") == ["Björk", "Kate Bush"]
    assert names(f"?day={local + timedelta(days=1)}") == []
    assert names(f"?starts_after={(TOMORROW + timedelta(minutes=1)):%Y-%m-%dT%H:%M:%SZ}") == ["Kate Bush"]
    table = DiningTable.objects.get(name=first["tables"][0])
    assert names(f"?table={table.pk}") == ["Björk"]


def test_an_offset_that_only_iso_knows_is_taken(in_bella: Any, sam: Person) -> None:
    booked(sam)
    assert sam.get(f"{BOOK}?starts_after=1019-03-25T20:08:15-18:11").json()["count"] == 1
    assert sam.get(f"{BOOK}?starts_after=0001-01-01T00:00:00%2B14:00").status_code == 400


@pytest.mark.parametrize(
    "query",
    ["status=eaten", "day=9999-12-31", "day=0001-01-01", "party_size=0", "table=x", "starts_afer=2026-01-01",
     "party_size=1e99", "search=%00"],
)  # fmt: skip
def test_what_a_filter_cannot_mean_is_refused(in_bella: Any, sam: Person, query: str) -> None:
    answer = sam.get(f"{BOOK}?{query}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_a_longer_book_takes_no_more_queries(in_bella: Any, sam: Person) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert sam.get(BOOK).status_code == 200
        return len(captured)

    booked(sam)
    few = queries()
    for hours in range(1, 5):
        booked(sam, starts_at=(TOMORROW + timedelta(hours=hours)).isoformat())
    assert queries() == few


# ---- one booking ---------------------------------------------------------------------------------------


def test_a_booking_is_found_by_id_and_by_the_guests_reference_and_the_whole_number_is_on_record(
    in_bella: Any, ana: Person, sam: Person
) -> None:
    made = booked(sam)
    assert sam.get(f"{BOOK}/{made['id']}").json()["number"] == "••• 0188"
    assert not AuditEntry.objects.filter(action="numbers.view").exists()
    assert ana.get(f"{BOOK}/{made['reference'].lower()}").json()["number"] == NUMBER
    (entry,) = AuditEntry.objects.filter(action="numbers.view")
    assert (entry.actor, entry.subject, entry.number_last4) == ("ana@bella.test", f"reservations/{made['id']}", "0188")
    for nothing in (uuid4(), "NOBODY", "%00", "é"):
        assert sam.get(f"{BOOK}/{nothing}").status_code == 404


def test_a_booking_by_hand_has_the_signed_in_user_for_its_yes(in_bella: Any, sam: Person) -> None:
    answer = sam.post(BOOK, wanted())
    made = answer.json()
    assert answer["Location"] == f"http://testserver{BOOK}/{made['id']}"
    assert sam.get(answer["Location"], headers={"If-None-Match": answer["ETag"]}).status_code == 304
    row = Reservation.objects.get(pk=made["id"])
    assert (row.confirmed_by, row.confirmed_at_ms) == ("sam@bella.test", None)
    assert Work.objects.filter(kind="reservation.booked").count() == 1
    (entry,) = AuditEntry.objects.filter(action="reservations.create")
    assert NUMBER not in json.dumps(entry.after)


def test_the_same_key_sent_again_books_once(in_bella: Any, sam: Person, ana: Person) -> None:
    again = {"Idempotency-Key": "the-phone-of-table-9"}
    first, second = (sam.post(BOOK, wanted(), headers=again).json() for _ in range(2))
    assert first == second
    assert ana.post(BOOK, wanted(), headers=again).json()["id"] != first["id"], "the key is the user's own"
    assert Reservation.objects.count() == 2


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"party_size": 0}, "party_size"), ({"party_size": 10**30}, "party_size"), ({"name": ""}, "name"),
        ({"name": "a\x00b"}, "name"), ({"name": "x" * 121}, "name"), ({"number": "12"}, "number"),
        ({"starts_at": "yesterday"}, "starts_at"), ({"starts_at": "9999-12-31T23:59:59Z"}, "starts_at"),
        ({"starts_at": "0001-01-01T00:00:00Z"}, "starts_at"), ({"stars_at": "x"}, "stars_at"),
        ({"notes": "\ud800"}, "notes"),
    ],
)  # fmt: skip
def test_what_makes_no_booking_is_named_and_nothing_is_kept(
    in_bella: Any, sam: Person, more: dict[str, Any], field: str
) -> None:
    answer = sam.post(BOOK, wanted(**more))
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert not Reservation.objects.exists()


def test_a_full_house_and_a_party_too_large_are_refused_with_the_sentence(in_bella: Any, sam: Person) -> None:
    only_tables(2)
    booked(sam)
    full = sam.post(BOOK, wanted())
    assert (full.status_code, full.json()["detail"]) == (409, "There is no table free at that time.")
    large = sam.post(BOOK, wanted(party_size=30))
    assert (large.status_code, large.json()["status"]) == (409, 409)
    assert Reservation.objects.count() == 1


def test_it_moves_in_place_under_its_reference(in_bella: Any, sam: Person) -> None:
    only_tables(2)
    made = booked(sam)
    later = TOMORROW + timedelta(minutes=30)  # only its own table stands in the way
    moved = sam.patch(f"{BOOK}/{made['id']}", {"starts_at": later.isoformat()})
    assert moved.status_code == 200, moved.content
    assert (moved.json()["id"], moved.json()["reference"]) == (made["id"], made["reference"])
    assert Reservation.objects.get().starts_at == later
    (entry,) = AuditEntry.objects.filter(action="reservations.change")
    assert entry.before is not None
    assert entry.before["starts_at"] == made["starts_at"]


def test_a_move_to_where_no_table_is_leaves_everything_as_it_was(in_bella: Any, sam: Person) -> None:
    only_tables(2)
    made, later = booked(sam), TOMORROW + timedelta(hours=3)
    booked(sam, starts_at=later.isoformat())
    answer = sam.patch(f"{BOOK}/{made['id']}", {"starts_at": later.isoformat(), "name": "Else"})
    assert answer.status_code == 409
    assert sam.get(f"{BOOK}/{made['id']}").json() == made


def test_a_name_is_written_without_asking_for_a_table_and_told_to_calendars(in_bella: Any, sam: Person) -> None:
    made = booked(sam)
    set_up(booking_days_ahead=0)  # no table could be had any more
    changed = sam.patch(f"{BOOK}/{made['id']}", {"name": "Catherine", "notes": "birthday"}).json()
    assert (changed["name"], changed["notes"], changed["revision"]) == ("Catherine", "birthday", 2)
    assert changed["starts_at"] == made["starts_at"]
    assert ReservationEvent.objects.filter(note="changed: name, notes", by="sam@bella.test").exists()
    assert sam.patch(f"{BOOK}/{made['id']}", {}).json()["revision"] == 2, "nothing changes nothing"
    assert sam.patch(f"{BOOK}/{made['id']}", {"nmae": "x"}).status_code == 400


def test_a_change_decided_on_an_older_version_is_refused(in_bella: Any, sam: Person) -> None:
    made = booked(sam)
    path = f"{BOOK}/{made['id']}"
    seen = sam.get(path)["ETag"]
    assert sam.patch(path, {"name": "First"}, headers={"If-Match": seen}).status_code == 200
    assert sam.patch(path, {"name": "Second"}, headers={"If-Match": seen}).status_code == 412
    assert sam.get(path).json()["name"] == "First"


def test_an_evening_goes_forward_step_by_step_and_never_back(in_bella: Any, sam: Person) -> None:
    path = f"{BOOK}/{booked(sam)['id']}"
    for step, status in (("confirm", "confirmed"), ("seat", "seated"), ("finish", "finished")):
        assert sam.post(f"{path}/{step}").json()["status"] == status
    back = sam.post(f"{path}/seat")
    assert (back.status_code, back.json()["detail"]) == (409, "That booking does not stand any more.")
    assert sam.post(f"{BOOK}/{booked(sam)['id']}/no-show").json()["status"] == "no_show"
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"reservations.seat", "reservations.no_show"}


def test_only_admins_cancel_and_say_why(in_bella: Any, ana: Person, sam: Person) -> None:
    path = f"{BOOK}/{booked(sam)['id']}/cancel"
    assert sam.post(path, {"reason": "Burst pipe"}).status_code == 403
    assert ana.post(path, {}).status_code == 400
    assert ana.post(path, {"reason": "Burst pipe"}).json()["status"] == "cancelled"
    assert Reservation.objects.get().cancelled_reason == "Burst pipe"
    assert sam.patch(path.removesuffix("/cancel"), {"name": "Else"}).status_code == 409


# ---- the day -------------------------------------------------------------------------------------------


def test_free_times_and_near_ones_when_the_wanted_one_is_not(in_bella: Any, sam: Person) -> None:
    only_tables(2)
    booked(sam)
    local = TOMORROW.astimezone(CHICAGO)
    found = sam.get(f"{BOOK}/availability", party_size=2, date=str(local.date())).json()
    assert found["available"]
    assert TOMORROW.strftime("%Y-%m-%dT%H:%M:%SZ") not in found["slots"]
    for wrong in ({"party_size": 2}, {"party_size": 0, "date": "2026-12-01"}, {"party_size": 2, "date": "0001-01-01"},
                  {"party_size": 2, "date": str(local.date()), "tme": "19:00"}):  # fmt: skip
        assert sam.get(f"{BOOK}/availability", **wrong).status_code == 400


def test_the_days_book_has_every_table_who_sits_there_and_the_guests_by_quarter(in_bella: Any, sam: Person) -> None:
    only_tables(2, 4)
    set_up(pacing_covers=20)
    here = booked(sam)
    gone = booked(sam, party_size=3)
    sam.post(f"{BOOK}/{gone['id']}/no-show")
    day = TOMORROW.astimezone(CHICAGO).date()
    BlackoutDate.objects.create(first_day=day, last_day=day, opens="08:00", closes="09:00", reason="for cleaning")
    sheet = sam.get(f"{BOOK}/day", date=str(day)).json()
    at = {each["name"]: [one["id"] for one in each["bookings"]] for each in sheet["tables"]}
    assert at == {"t0": [here["id"]], "t1": []}
    assert [one["id"] for one in sheet["off_tables"]] == [gone["id"]]
    assert sheet["covers"] == [{"starts_at": here["starts_at"], "covers": 2}]
    assert (sheet["pacing_covers"], sheet["blackouts"][0]["reason"]) == (20, "for cleaning")
    assert NUMBER not in json.dumps(sheet)
    assert sam.get(f"{BOOK}/day").status_code == 400


def test_the_calendar_feed_opens_under_a_new_address_and_closes(in_bella: Any, ana: Person, sam: Person) -> None:
    path = f"{BOOK}/feed"
    assert sam.post(path).status_code == 403
    first = ana.post(path).json()["url"].removeprefix("http://testserver")
    assert Client().get(first).status_code == 200
    second = ana.post(path).json()["url"].removeprefix("http://testserver")
    assert (Client().get(first).status_code, Client().get(second).status_code) == (404, 200)
    assert ana.get(path).json() == {"open": True}, "its secret is not shown again"
    assert ana.delete(path).status_code == 204
    assert Client().get(second).status_code == 404


# ---- who waits -----------------------------------------------------------------------------------------


def test_somebody_is_put_on_the_waitlist_offered_a_table_and_taken_off(in_bella: Any, ana: Person, sam: Person) -> None:
    path = f"{BOOK}/waitlist"
    asked = {"party_size": 2, "wanted_at": TOMORROW.isoformat(), "name": "Kate", "number": NUMBER}
    made = sam.post(path, asked)
    assert (made.status_code, made.json()["number"]) == (201, "••• 0188")
    one = made["Location"]
    assert ana.get(one).json()["number"] == NUMBER
    assert sam.get(path, status="waiting").json()["count"] == 1
    assert sam.post(f"{one}/offer").json()["status"] == "offered"
    again = sam.post(f"{one}/offer")
    assert (again.status_code, again.json()["detail"]) == (409, "They do not wait any more.")
    assert sam.delete(one).status_code == 204
    assert not WaitlistEntry.objects.exists()


def test_no_table_no_offer(in_bella: Any, sam: Person) -> None:
    only_tables(2)
    booked(sam)
    asked = {"party_size": 2, "wanted_at": TOMORROW.isoformat(), "name": "Kate"}
    one = sam.post(f"{BOOK}/waitlist", asked)["Location"]
    assert sam.post(f"{one}/offer").json()["detail"] == "There is no table free at that time."
    assert WaitlistEntry.objects.get().status == "waiting"


# ---- tables --------------------------------------------------------------------------------------------


def test_tables_are_added_changed_and_removed_by_admins(in_bella: Any, ana: Person, sam: Person) -> None:
    assert sam.get("/api/v1/tables", search="2-1").json()["count"] == 1
    assert sam.post("/api/v1/tables", {"name": "x", "seats": 2}).status_code == 403
    made = ana.post("/api/v1/tables", {"name": "terrace 1", "seats": 3})
    assert made.status_code == 201
    assert ana.post("/api/v1/tables", {"name": "terrace 1", "seats": 2}).status_code == 400
    for wrong in ({"seats": 0}, {"seats": 10**12}, {"name": "x" * 41}, {"seets": 3}, {"name": "a\x00"}):
        assert ana.patch(made["Location"], wrong).status_code == 400
    assert ana.patch(made["Location"], {"active": False}).json()["active"] is False
    assert ana.delete(made["Location"], headers={"If-Match": made["ETag"]}).status_code == 412
    assert ana.delete(made["Location"]).status_code == 204
    assert ana.get(made["Location"]).status_code == 404


def test_a_table_that_is_booked_is_not_removed(in_bella: Any, ana: Person) -> None:
    only_tables(2)
    booked(ana)
    table = DiningTable.objects.get()
    assert ana.delete(f"/api/v1/tables/{table.pk}").status_code == 409
    assert not AuditEntry.objects.filter(action="tables.delete").exists()


def test_tables_are_pushed_together_and_a_larger_party_can_book(in_bella: Any, ana: Person) -> None:
    only_tables(2, 2)
    assert ana.post(BOOK, wanted(party_size=4)).status_code == 409
    ids = [str(each.pk) for each in DiningTable.objects.all()]
    path = "/api/v1/table-combinations"
    assert ana.post(path, {"name": "both", "tables": ids[:1], "seats": 4}).status_code == 400
    assert ana.post(path, {"name": "both", "tables": [*ids, str(uuid4())], "seats": 4}).status_code == 400
    made = ana.post(path, {"name": "both", "tables": ids, "seats": 4})
    assert {each["id"] for each in made.json()["tables"]} == set(ids)
    assert ana.post(BOOK, wanted(party_size=4)).json()["tables"] == ["t0", "t1"]
    assert ana.patch(made["Location"], {"seats": 5}).json()["seats"] == 5
    assert ana.delete(made["Location"]).status_code == 204
    assert DiningTable.objects.count() == 2


def test_a_blackout_set_over_rest_is_why_the_next_booking_is_refused(in_bella: Any, ana: Person) -> None:
    day = str(TOMORROW.astimezone(CHICAGO).date())
    path = "/api/v1/blackouts"
    for wrong in ({"last_day": "2020-01-01"}, {"opens": "10:00"}, {"opens": "10:00", "closes": "09:00"}):
        assert ana.post(path, {"first_day": day, "last_day": day, **wrong}).status_code == 400
    made = ana.post(path, {"first_day": day, "last_day": day, "reason": "for a private party"})
    assert "for a private party" in ana.post(BOOK, wanted()).json()["detail"]
    assert ana.get(path, on=day).json()["count"] == 1
    assert ana.patch(made["Location"], {"opens": "10:00"}).status_code == 400
    assert ana.delete(made["Location"]).status_code == 204
    assert ana.post(BOOK, wanted()).status_code == 201


def test_another_restaurants_book_is_not_there(in_bella: Any, ana: Person, signed_in: Callable[..., Person]) -> None:
    made = booked(ana)
    table = DiningTable.objects.first()
    assert table is not None
    yuki = signed_in("yuki@sakura.test")
    for answer in (
        yuki.get(f"{BOOK}/{made['id']}"),
        yuki.get(f"{BOOK}/{made['reference']}"),
        yuki.patch(f"{BOOK}/{made['id']}", {"name": "Mine"}),
        yuki.post(f"{BOOK}/{made['id']}/cancel", {"reason": "Mine"}),
        yuki.patch(f"/api/v1/tables/{table.pk}", {"seats": 1}),
        yuki.delete(f"/api/v1/tables/{table.pk}"),
    ):
        assert answer.status_code == 404
    mine = {"name": "theirs", "tables": [str(table.pk), str(table.pk)], "seats": 9}
    assert yuki.post("/api/v1/table-combinations", mine).status_code == 400
    assert yuki.get(BOOK).json()["count"] == 0
    assert ana.get(f"{BOOK}/{made['id']}").json()["name"] == "Kate Bush"
