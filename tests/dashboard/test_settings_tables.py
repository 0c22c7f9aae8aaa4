"""Tables and pacing: rows that come, change and go, and can be put back; rules of bookings as REST has them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import AuditEntry
from apps.dashboard.settings import tables
from apps.reservations.models import BlackoutDate, DiningTable, TableCombination
from apps.restaurant import services as restaurant
from apps.tenants import scope
from apps.tenants.scope import Place
from tests.dashboard.test_settings import filled, save

TABLES = "/r/bella-napoli/settings/tables/"
ROWS = f"{TABLES}rows"
HTMX = {"HX-Request": "true"}
SOON = timezone.now().date() + timedelta(days=20)


def send(client: Client, what: str, deed: str, row: Any = None, **sent: Any) -> Any:
    known = {"what": what, "deed": deed}
    if row is not None:
        place = scope.find_by_slug("bella-napoli")
        assert place is not None
        with scope.enter(place):
            known |= {"id": str(row.pk), "seen": tables.KINDS[what].seen(row)}
    return client.post(ROWS, {**known, **sent}, headers=HTMX)


def add(client: Client, what: str, **sent: Any) -> Any:
    return send(client, what, "add", **sent)


def undo(client: Client, answer: Any) -> Any:
    undoing = json.loads(answer["HX-Trigger-After-Settle"])["said"]["undo"]
    return client.post(undoing["to"], undoing["fields"], headers=HTMX)


def test_all_rules_of_bookings_are_taken_and_are_on_record(ana: Client, bella: Place) -> None:
    wanted = {
        "max_party": 12, "booking_days_ahead": 30, "booking_notice_minutes": 45, "last_seating_minutes": 60,
        "pacing_covers": 20, "no_show_minutes": 20, "no_shows_allowed": 3,
    }  # fmt: skip
    rows = {"turn_minutes_key": ["4", "8", ""], "turn_minutes_value": ["95", "140", ""]}
    answer = save(ana, TABLES, **wanted, **rows)
    assert "saved" in answer["HX-Trigger-After-Settle"], answer.content.decode()
    expected = {**wanted, "turn_minutes": {"4": 95, "8": 140}}
    assert set(expected) == {each.name for each in tables.FORM.fields}
    with scope.enter(bella):
        row = restaurant.settings()
        assert AuditEntry.objects.get(action="settings.change").after["max_party"] == 12
    assert {name: getattr(row, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"max_party": 0}, "greater than or equal to 1"),
        ({"pacing_covers": "few"}, "A valid integer is required."),
        ({"turn_minutes_key": ["two"], "turn_minutes_value": ["75"]}, "is no size of a party"),
        ({"turn_minutes_key": ["2"], "turn_minutes_value": ["long"]}, "stays from 15 to 720 minutes"),
        ({"turn_minutes_key": ["2", "2"], "turn_minutes_value": ["60", "70"]}, "“2” stands there twice"),
    ],
)
def test_rules_that_cannot_be_are_refused_at_their_field(
    ana: Client, bella: Place, changes: dict[str, Any], sentence: str
) -> None:
    page = save(ana, TABLES, **{"no_show_minutes": 77, **changes}).content.decode()
    assert sentence in page
    assert 'value="77"' in page
    with scope.enter(bella):
        assert restaurant.settings().no_show_minutes is None


def test_a_table_is_added_changed_and_taken_away_and_put_back(ana: Client, bella: Place) -> None:
    said = add(ana, "tables", name="Window 1", seats=4, active="on")["HX-Trigger-After-Settle"]
    assert "Table Window 1 is added" in said
    with scope.enter(bella):
        row = DiningTable.objects.get(name="Window 1")
    send(ana, "tables", "change", row, name="Window 1", seats=5)
    with scope.enter(bella):
        row = DiningTable.objects.get(name="Window 1")
        assert (row.seats, row.active) == (5, False)
        together = TableCombination.objects.create(name="Long", seats=9)
        together.tables.set([row, DiningTable.objects.get(name="4-1")])
    gone = send(ana, "tables", "remove", row)
    with scope.enter(bella):
        assert not DiningTable.objects.filter(pk=row.pk).exists()
    assert "is added" in undo(ana, gone)["HX-Trigger-After-Settle"]
    with scope.enter(bella):
        back = DiningTable.objects.get(pk=row.pk)
        assert (back.name, back.seats, back.active) == ("Window 1", 5, False)
        assert together in back.combinations.all()
        deeds = AuditEntry.objects.filter(action__startswith="tables.").order_by("position")
        assert [entry.action for entry in deeds] == [
            "tables.create", "tables.change", "tables.delete", "tables.create",
        ]  # fmt: skip


def test_tables_are_pushed_together_and_apart(ana: Client, bella: Place) -> None:
    with scope.enter(bella):
        two = [str(table.pk) for table in DiningTable.objects.filter(name__in=("4-1", "4-2"))]
    add(ana, "combinations", name="Long", seats=8, active="on", tables=two)
    with scope.enter(bella):
        row = TableCombination.objects.get(name="Long")
    gone = send(ana, "combinations", "remove", row)
    with scope.enter(bella):
        assert not TableCombination.objects.exists()
    undo(ana, gone)
    with scope.enter(bella):
        back = TableCombination.objects.get(name="Long")
        assert {str(table.pk) for table in back.tables.all()} == set(two)


def test_days_without_bookings_are_kept_and_put_back(ana: Client, bella: Place) -> None:
    add(ana, "blackouts", first_day=str(SOON), opens="18:00", closes="22:00", reason="for a private party")
    with scope.enter(bella):
        row = BlackoutDate.objects.get()
        assert (row.first_day, row.last_day, str(row.opens)) == (SOON, SOON, "18:00:00")
    assert "6:00 pm to 10:00 pm" in ana.get(TABLES).content.decode()
    undo(ana, send(ana, "blackouts", "remove", row))
    with scope.enter(bella):
        assert BlackoutDate.objects.get().reason == "for a private party"


@pytest.mark.parametrize(
    ("what", "sent", "sentence"),
    [
        ("tables", {"name": "", "seats": 4}, "may not be blank"),
        ("tables", {"name": "4-1", "seats": 4}, "already exists"),
        ("tables", {"name": "New", "seats": 0}, "greater than or equal to 1"),
        ("combinations", {"name": "Long", "seats": 8}, "It takes two tables to push together."),
        ("blackouts", {"first_day": ""}, "wrong format"),
        ("blackouts", {"first_day": str(SOON), "last_day": "2026-01-01"}, "before the first"),
        ("blackouts", {"first_day": str(SOON), "opens": "18:00"}, "Give both times"),
    ],
)
def test_a_row_that_cannot_be_is_refused_in_its_form(
    ana: Client, bella: Place, what: str, sent: dict[str, Any], sentence: str
) -> None:
    with scope.enter(bella):
        before = [kind.rows().count() for kind in tables.KINDS.values()]
    assert sentence in add(ana, what, **sent).content.decode()
    with scope.enter(bella):
        assert [kind.rows().count() for kind in tables.KINDS.values()] == before


def test_who_comes_second_is_told(ana: Client, bella: Place) -> None:
    with scope.enter(bella):
        row = DiningTable.objects.get(name="4-1")
    send(ana, "tables", "change", row, name="4-1", seats=5, active="on")
    for deed in ("change", "remove"):
        page = send(ana, "tables", deed, row, name="4-1", seats=6, active="on").content.decode()
        assert "Somebody else has just changed this." in page
    with scope.enter(bella):
        assert DiningTable.objects.get(name="4-1").seats == 5


def test_without_scripts_rows_come_and_go_as_well(ana: Client, bella: Place) -> None:
    sent = {"what": "tables", "deed": "add", "name": "Bar", "seats": 2, "active": "on"}
    answer = ana.post(ROWS, sent)
    assert (answer.status_code, answer["Location"]) == (302, TABLES)
    page = ana.post(ROWS, sent).content.decode()
    assert "already exists" in page
    assert "<html" in page


def test_what_nobody_knows_is_not_found(ana: Client) -> None:
    assert send(ana, "chairs", "add").status_code == 404
    assert send(ana, "tables", "burn").status_code == 404
    for key in ("", "7", "0f0e2d3c-0000-0000-0000-000000000000"):
        assert ana.post(ROWS, {"what": "tables", "deed": "remove", "id": key}).status_code == 404


def test_staff_and_other_houses_have_no_way_in(sam: Client, ana: Client) -> None:
    assert sam.get(TABLES).status_code == 403
    assert sam.post(ROWS, {}).status_code == 403
    assert ana.post(ROWS.replace("bella-napoli", "sakura"), {}).status_code == 403


def test_a_page_of_many_tables_asks_little(ana: Client, bella: Place, django_assert_max_num_queries: Any) -> None:
    with scope.enter(bella):
        DiningTable.objects.bulk_create(DiningTable(name=f"T{n}", seats=4) for n in range(80))
        BlackoutDate.objects.bulk_create(
            BlackoutDate(first_day=date(2027, 1, 1), last_day=date(2027, 1, 2)) for _ in range(40)
        )
        for n in range(20):
            row = TableCombination.objects.create(name=f"C{n}", seats=8)
            row.tables.set(DiningTable.objects.filter(name__in=("T1", "T2")))
    assert filled(ana, TABLES)
    with django_assert_max_num_queries(35):
        ana.get(TABLES)
