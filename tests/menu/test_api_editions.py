"""Editions and the draft over REST: published, gone back to, edited beside what is served; files in and out."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.accounts.models import AuditEntry
from apps.menu import document, editions
from apps.menu.models import MenuDraft, MenuEdition, MenuItem
from tests.menu.menus import MENU, errors, item
from tests.orders.people import dish, quote
from tests.signed_in import Person

DRAFT, EDITIONS, IMPORTS = f"{MENU}/draft", f"{MENU}/editions", f"{MENU}/imports"
TABLE = "category,item,price\nPasta,Lasagna,18.00\nPizza,Calzone,12.00\n"


@pytest.fixture
def ana(signed_in: Callable[..., Person]) -> Person:
    return signed_in("ana@bella.test")


@pytest.fixture
def sam(signed_in: Callable[..., Person]) -> Person:
    return signed_in("sam@bella.test")


def test_an_edition_is_kept_listed_shown_and_gone_back_to(in_bella: Any, ana: Person, sam: Person) -> None:
    first = ana.post(EDITIONS, {"note": "autumn"})
    assert first.status_code == 201, first.content
    number = first.json()["number"]
    assert ana.post(EDITIONS, {"note": "again"}).json()["number"] == number, "nothing differs"
    MenuItem.objects.filter(name="Lasagna").update(price=20)
    back = ana.post(f"{EDITIONS}/{number}/rollback")
    assert back.status_code == 201, back.content
    assert (back.json()["number"], back.json()["differs"]["repriced"]) == (number + 2, ["Lasagna"])
    assert item("Lasagna").price == Decimal("15.50")
    listed = sam.get(EDITIONS).json()["results"]
    assert [row["number"] for row in listed] == [number + 2, number + 1, number]
    assert "document" not in listed[0]
    assert listed[2]["note"] == "autumn"
    one = sam.get(f"{EDITIONS}/{number}").json()
    assert one["document"] == MenuEdition.objects.get(number=number).document
    assert AuditEntry.objects.filter(action="menu/editions.roll_back").count() == 1
    assert sam.post(f"{EDITIONS}/{number}/rollback").status_code == 403
    for nowhere in (99, 10**30):
        assert ana.post(f"{EDITIONS}/{nowhere}/rollback").status_code == 404


def test_a_draft_is_edited_compared_and_published_and_only_then_served(in_bella: Any, ana: Person, sam: Person) -> None:
    assert ana.get(DRAFT).status_code == 404
    assert ana.post(f"{DRAFT}/publish").status_code == 404
    row = {"id": str(item("Lasagna").pk), "price": "17.00"}
    drafted = ana.patch(DRAFT, [row])
    assert drafted.status_code == 200, drafted.content
    assert drafted.json()["differs"]["repriced"] == ["Lasagna"]
    assert quote(in_bella, dish("Lasagna")).quote.subtotal == Decimal("15.50")
    assert ana.get(f"{DRAFT}/differences").json()["repriced"] == ["Lasagna"]
    assert sam.get(DRAFT)["ETag"] == drafted["ETag"]
    assert ana.patch(DRAFT, [{**row, "price": "17.50"}], headers={"If-Match": '"other"'}).status_code == 412
    assert errors(ana.patch(DRAFT, [{**row, "price": "-1"}]))[0]["id"] == row["id"]
    assert ana.patch(DRAFT, [{**row, "updated_at": "2026-01-01T00:00:00Z"}]).status_code == 400
    assert sam.post(f"{DRAFT}/publish").status_code == 403
    assert ana.post(f"{DRAFT}/publish", headers={"If-Match": '"99"'}).status_code == 412
    based_on = drafted.json()["based_on"]
    done = ana.post(f"{DRAFT}/publish", {"note": "winter"}, headers={"If-Match": f'"{based_on}"'})
    assert (done.status_code, done.json()["number"]) == (201, based_on + 1)
    assert quote(in_bella, dish("Lasagna")).quote.subtotal == Decimal("17.00")
    assert ana.get(DRAFT).status_code == 404
    actions = AuditEntry.objects.filter(action__startswith="menu/draft").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["menu/draft.change_many", "menu/draft.publish"]


def test_a_draft_of_a_menu_that_has_changed_since_is_stale_and_can_be_discarded(in_bella: Any, ana: Person) -> None:
    row = {"id": str(item("Lasagna").pk), "price": "17.00"}
    ana.patch(DRAFT, [row])
    ana.patch(f"{MENU}/items/{item('Gnocchi').pk}", {"price": "1.00"})
    assert ana.get(DRAFT).json()["stale"] is True
    for ask in (ana.post(f"{DRAFT}/publish"), ana.patch(DRAFT, [row])):
        assert (ask.status_code, ask.json()["detail"]) == (409, editions.STALE)
    assert ana.delete(DRAFT, headers={"If-Match": '"other"'}).status_code == 412
    assert ana.delete(DRAFT).status_code == 204
    assert not MenuDraft.objects.exists()
    assert item("Gnocchi").price == Decimal("1.00")


def test_a_whole_menu_that_was_read_can_be_sent_as_the_draft(in_bella: Any, ana: Person) -> None:
    number = ana.post(EDITIONS).json()["number"]
    whole = ana.get(f"{EDITIONS}/{number}").json()["document"]
    unchanged = ana.put(DRAFT, {"document": whole})
    assert unchanged.status_code == 200, unchanged.content
    assert not any(unchanged.json()["differs"].values())
    next(row for row in whole["menu_items"] if row["name"] == "Lasagna")["price"] = "19.00"
    assert ana.put(DRAFT, {"document": whole}).json()["differs"]["repriced"] == ["Lasagna"]
    assert item("Lasagna").price == Decimal("15.50")
    assert ana.post(f"{DRAFT}/publish").status_code == 201
    assert item("Lasagna").price == Decimal("19.00")


def test_a_menu_that_cannot_be_is_refused_with_every_fault_named(in_bella: Any, ana: Person) -> None:
    whole = json.loads(json.dumps(document.read()))

    def refused(**parts: Any) -> Any:
        found = errors(ana.put(DRAFT, {"document": {**whole, **parts}}))
        return [(fault["part"], fault["row"], list(fault["errors"])) for fault in found]

    items, options = whole["menu_items"], whole["menu_modifiers"]
    assert refused(menu_items=[{**items[0], "synonyms": 5}, *items[1:]]) == [("menu_items", 0, ["synonyms"])]
    assert refused(menu_items=[{**items[0], "price": "-1", "name": ""}, *items[1:]]) == [
        ("menu_items", 0, ["name", "price"])
    ]
    assert ("menu_items", None, ["id"]) in refused(menu_items=[*items, items[0]])
    assert ("menu_item_variants", 0, ["item"]) in refused(menu_items=items[:0])
    group = next(row for row in whole["menu_modifier_groups"] if row["id"] == options[0]["group"])
    looped = [{**row, "parent": options[0]["id"]} if row is group else row for row in whole["menu_modifier_groups"]]
    assert [fault[2] for fault in refused(menu_modifier_groups=looped)] == [["parent"]]
    assert (
        errors(ana.put(DRAFT, {"document": {"menu_items": [], "x": []}}))[0]["errors"] == "A menu has no part called x."
    )
    assert ana.put(DRAFT, {"document": {"menu_items": {}}}).status_code == 400
    assert ana.put(DRAFT, {"document": []}).status_code == 400
    assert not MenuDraft.objects.exists()


# ---- files ---------------------------------------------------------------------------------------------


def test_a_file_is_rehearsed_brought_into_the_draft_and_into_the_menu(in_bella: Any, ana: Person) -> None:
    told = ana.post(IMPORTS, {"format": "csv", "content": TABLE, "dry_run": True}).json()
    assert (told["added"], told["changed"], told["differs"]["repriced"]) == (["Calzone"], ["Lasagna"], ["Lasagna"])
    assert "Tiramisu" in told["missing"]
    assert not MenuEdition.objects.exists()
    assert ana.post(IMPORTS, {"content": TABLE, "target": "draft"}).json() == {
        **told, "dry_run": False, "target": "draft",
    }  # fmt: skip
    assert item("Lasagna").price == Decimal("15.50")
    assert MenuDraft.objects.exists()
    done = ana.post(IMPORTS, {"content": TABLE}).json()
    assert done == {**told, "dry_run": False}
    assert item("Lasagna").price == Decimal("18.00")
    assert MenuEdition.objects.first().note == "import over REST"  # type: ignore[union-attr]  # there is one
    assert ana.post(IMPORTS, {"content": TABLE, "target": "draft"}).status_code == 409, "the draft is stale now"
    entries = AuditEntry.objects.filter(action="menu.import").order_by("id")
    assert [entry.after["target"] for entry in entries] == ["draft", "menu"]


def test_a_file_is_sent_as_one_too(in_bella: Any, ana: Person) -> None:
    sent = {"file": SimpleUploadedFile("menu.csv", TABLE.encode()), "dry_run": "true"}
    answer = ana._client.post(IMPORTS, sent)
    assert answer.status_code == 200, answer.content
    assert answer.json()["added"] == ["Calzone"]


def test_every_bad_row_of_a_file_is_named_and_nothing_is_changed(in_bella: Any, ana: Person) -> None:
    before = document.read()
    content = "category,item,price\nPasta,Lasagna,cheap\nPasta,,1.00\nPizza,Calzone,12.00\n"
    found = errors(ana.post(IMPORTS, {"content": content}))["content"]
    assert [each["where"] for each in found] == ["row 2", "row 3"]
    assert document.read() == before


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"content": ""},
        {"content": 5},
        {"content": "a\ud800"},
        {"content": "{"},
        {"content": TABLE, "format": "square"},
        {"content": {"objects": 5}, "format": "square"},
        {"content": "[]", "format": "schema_org"},
        {"content": TABLE, "format": "xls"},
        {"content": TABLE, "target": "moon"},
        {"content": "category,item,price\nPasta,La\x00sagna,1.00\n"},
        {"content": f"category,item,price,tax_class\nPasta,Lasagna,1.00,{'x' * 21}\n"},
        {"content": f"category,item,price,pronunciation\nPasta,Lasagna,1.00,{'x' * 121}\n"},
        {"content": f"category,item,price\n{'x' * 81},Lasagna,1.00\n"},
    ],
)
def test_a_file_that_is_none_is_refused(in_bella: Any, ana: Person, body: Any) -> None:
    before = document.read()
    errors(ana.post(IMPORTS, body))
    assert document.read() == before


def test_what_is_exported_is_read_back_as_it_is_and_only_admins_take_it(
    in_bella: Any, ana: Person, sam: Person
) -> None:
    table = ana.get(f"{MENU}/export.csv")
    assert table["Content-Type"] == "text/csv; charset=utf-8"
    told = ana.post(IMPORTS, {"content": table.content.decode(), "format": "csv", "dry_run": True}).json()
    assert (told["added"], told["changed"], told["missing"]) == ([], [], [])
    assert sam.get(f"{MENU}/export.csv", headers={"Accept": "text/csv"}).json()["status"] == 403
    assert sam.post(IMPORTS, {"content": TABLE}).status_code == 403
    assert AuditEntry.objects.filter(action="menu.export").count() == 1


def test_another_restaurants_editions_and_draft_are_not_there(in_bella: Any, ana: Person, signed_in: Any) -> None:
    number = ana.post(EDITIONS).json()["number"]
    ana.patch(DRAFT, [{"id": str(item("Lasagna").pk), "price": "17.00"}])
    yuki = signed_in("yuki@sakura.test")
    for ask in (yuki.get(f"{EDITIONS}/{number}"), yuki.post(f"{EDITIONS}/{number}/rollback"), yuki.get(DRAFT),
                yuki.delete(DRAFT), yuki.post(f"{DRAFT}/publish")):  # fmt: skip
        assert ask.status_code == 404
    assert MenuDraft.objects.exists()
