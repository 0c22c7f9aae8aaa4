"""Many items at once over REST: all or none, each bad row named, and the order of rows."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import AuditEntry
from apps.menu import items
from apps.menu.models import Category, MenuItem, MenuModifierGroup, MenuVersion
from tests.menu.menus import MENU, errors, item, names, path_of
from tests.orders.people import dish, quote
from tests.signed_in import Person

ITEMS = f"{MENU}/items"


@pytest.fixture
def ana(signed_in: Callable[..., Person]) -> Person:
    return signed_in("ana@bella.test")


def test_many_items_are_changed_at_once_with_one_entry_on_record(in_bella: Any, ana: Person) -> None:
    lasagna, gnocchi = item("Lasagna"), item("Gnocchi")
    rows = [{"id": str(lasagna.pk), "price": "16.50"}, {"id": str(gnocchi.pk), "active": False, "dietary": ["vegan"]}]
    answer = ana.patch(ITEMS, rows)
    assert answer.status_code == 200, answer.content
    assert [row["name"] for row in answer.json()["results"]] == ["Lasagna", "Gnocchi"]
    assert quote(in_bella, dish("Lasagna")).quote.subtotal == Decimal("16.50")
    assert not item("Gnocchi").active
    (entry,) = AuditEntry.objects.filter(action="menu/items.change_many")
    assert entry.after == {
        "count": 2, "fields": ["active", "dietary", "price"], "ids": [str(lasagna.pk), str(gnocchi.pk)],
    }  # fmt: skip


def test_one_bad_row_and_nothing_is_changed_and_each_is_named_by_place_and_id(in_bella: Any, ana: Person) -> None:
    lasagna, gnocchi = item("Lasagna"), item("Gnocchi")
    missing = "0b6a5c3e-3d0a-4f4e-9a3e-2f8f5c1f7a10"
    good = {"id": str(lasagna.pk), "price": "16.50"}
    bad = errors(ana.patch(ITEMS, [good, {"id": str(gnocchi.pk), "price": "-1"}, 5, {"price": "1"}]))
    assert [(row["position"], row["id"]) for row in bad] == [(1, str(gnocchi.pk)), (2, None), (3, None)]
    assert list(bad[0]["errors"]) == ["price"]
    assert errors(ana.patch(ITEMS, [good, {"id": missing}])) == [
        {"position": 1, "id": missing, "errors": {"id": ["There is no such item."]}}
    ]
    assert errors(ana.patch(ITEMS, [good, {"id": str(gnocchi.pk), "name": "Lasagna"}]))[0]["position"] == 1
    assert [row["position"] for row in errors(ana.patch(ITEMS, [good, good]))] == [0, 1]
    assert item("Lasagna").price == Decimal("15.50")
    assert not AuditEntry.objects.filter(action="menu/items.change_many").exists()


@pytest.mark.parametrize("body", [{}, [], [{"id": "x"}] * 501])
def test_a_bulk_edit_is_a_list_of_1_to_500(in_bella: Any, ana: Person, body: Any) -> None:
    errors(ana.patch(ITEMS, body))


def test_two_dishes_change_names_in_one_edit(in_bella: Any, ana: Person) -> None:
    lasagna, gnocchi = item("Lasagna"), item("Gnocchi")
    rows = [{"id": str(lasagna.pk), "name": "Gnocchi"}, {"id": str(gnocchi.pk), "name": "Lasagna"}]
    assert ana.patch(ITEMS, rows).status_code == 200
    assert (item("Gnocchi").pk, item("Lasagna").pk) == (lasagna.pk, gnocchi.pk)


@pytest.mark.parametrize("how", ["etag", "updated_at"])
def test_a_row_that_was_changed_since_it_was_seen_stops_all_of_them(in_bella: Any, ana: Person, how: str) -> None:
    lasagna, gnocchi = item("Lasagna"), item("Gnocchi")
    seen = ana.get(path_of(lasagna))
    saw = seen["ETag"] if how == "etag" else seen.json()["updated_at"]
    rows = [{"id": str(gnocchi.pk), "price": "1.00"}, {"id": str(lasagna.pk), "price": "16.00", how: saw}]
    assert ana.patch(ITEMS, rows).status_code == 200
    rows[0]["price"] = "2.00"
    late = ana.patch(ITEMS, rows)
    assert late.status_code == 412
    assert "Lasagna (row 1)" in late.json()["detail"]
    assert item("Gnocchi").price == Decimal("1.00")


def test_five_hundred_items_are_written_in_a_handful_of_statements(in_bella: Any, ana: Person) -> None:
    category = Category.objects.create(name="Many", position=99)
    made = MenuItem.objects.bulk_create(
        MenuItem(category=category, name=f"Dish {number}", price=1) for number in range(500)
    )
    group = str(MenuModifierGroup.objects.get(name="Crust").pk)
    rows = [
        {"id": str(row.pk), "price": "2.50", "position": place, "groups": [group],
         "variants": [{"name": "S", "price": "2.50"}]}
        for place, row in enumerate(made)
    ]  # fmt: skip
    before = MenuVersion.objects.get().number
    with CaptureQueriesContext(connection) as queries:
        assert ana.patch(ITEMS, rows).json()["count"] == 500
    assert len(queries) < 50
    assert MenuVersion.objects.get().number - before < 10
    assert set(MenuItem.objects.filter(category=category).values_list("price", flat=True)) == {Decimal("2.50")}


def test_prices_rise_by_per_cent_sizes_too_and_a_dry_run_changes_nothing(in_bella: Any, ana: Person) -> None:
    pizza = Category.objects.get(name="Pizza")
    body = {"filter": {"category": str(pizza.pk)}, "percent": "5", "round_to": "0.05"}
    rehearsed = ana.post(f"{ITEMS}/prices", {**body, "dry_run": True}).json()
    assert quote(in_bella, dish("Margherita", "thin crust", size="large")).quote.subtotal == Decimal("17.00")
    done = ana.post(f"{ITEMS}/prices", body).json()
    assert done == {**rehearsed, "dry_run": False}
    assert done["count"] == MenuItem.objects.filter(category=pizza).count()
    assert quote(in_bella, dish("Margherita", "thin crust", size="large")).quote.subtotal == Decimal("17.85")
    assert item("Lasagna").price == Decimal("15.50")
    (entry,) = AuditEntry.objects.filter(action="menu/items.reprice")
    assert (entry.after["percent"], entry.after["count"]) == ("5.00", done["count"])
    assert "percent" in errors(ana.post(f"{ITEMS}/prices", {"filter": {}, "percent": "-101"}))
    assert "filter" in errors(ana.post(f"{ITEMS}/prices", {"filter": {"catgory": 1}, "percent": "1"}))


@pytest.mark.parametrize(
    ("price", "percent", "round_to", "after"),
    [
        ("12.00", "5", "0.05", "12.60"),
        ("9.99", "5", "0.05", "10.50"),
        ("9.99", "-10", "0.01", "8.99"),
        ("0.25", "10", "0.05", "0.30"),
        ("7.00", "-100", "0.05", "0.00"),
    ],
)
def test_a_price_is_rounded_to_the_nearest_step_half_up(price: str, percent: str, round_to: str, after: str) -> None:
    raised = items.raised(Decimal(price), percent=Decimal(percent), round_to=Decimal(round_to))
    assert str(raised) == after


def test_rows_are_put_in_order_and_the_others_follow(in_bella: Any, ana: Person) -> None:
    before = names(ana.get(f"{MENU}/categories"))
    ids = {row.name: str(row.pk) for row in Category.objects.all()}
    first = [before[2], before[0]]
    assert ana.post(f"{MENU}/categories/order", {"ids": [ids[name] for name in first]}).status_code == 200
    rest = [name for name in before if name not in first]
    assert names(ana.get(f"{MENU}/categories")) == first + rest
    other = item("Margherita")
    wrong = ana.post(f"{ITEMS}/order", {"ids": [str(item("Lasagna").pk), str(other.pk)]})
    assert "is not one of them" in errors(wrong)["ids"][0]
    assert "ids" in errors(ana.post(f"{ITEMS}/order", {"ids": [str(other.pk)] * 2}))
