"""What differs between two menus, and a draft brought up to date."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from apps.menu import differing, document, merging
from apps.menu.differing import Part

CARD: dict[str, list[dict[str, Any]]] = {
    "menu_categories": [{"id": "c1", "name": "Pizza", "position": 0}, {"id": "c2", "name": "Pasta", "position": 1}],
    "menu_items": [
        {
            "id": key, "category": "c1", "name": name, "description": "", "price": "9.00", "tax_class": "standard",
            "alcohol": False, "active": True, "position": place, "allergens": {}, "dietary": [], "synonyms": [],
            "pronunciation": "",
        }
        for place, (key, name) in enumerate((("i1", "Diavola"), ("i2", "Marinara")))
    ],
    "menu_item_variants": [
        {"id": "s1", "item": "i1", "name": "large", "price": "12.00", "position": 0, "default": False, "synonyms": []}
    ],
    "menu_modifier_groups": [
        {"id": "g1", "name": "Extras", "parent": None, "minimum": 0, "maximum": None, "free": 0, "position": 0}
    ],
    "menu_modifiers": [
        {"id": "o1", "group": "g1", "name": "olives", "price": "1.00", "default": False, "position": 0, "synonyms": [],
         "pronunciation": ""}
    ],
    "menu_item_groups": [{"id": 1, "item": "i1", "group": "g1", "position": 0}],
    "menu_dayparts": [],
    "menu_upsells": [],
}  # fmt: skip


def changed(**tables: Any) -> dict[str, list[dict[str, Any]]]:
    """A copy in which rows have other fields: `menu_items={"i1": {"price": "10.00"}}`; None takes one away."""
    made = deepcopy(CARD)
    for table, rows in tables.items():
        kept = []
        for each in made[table]:
            wanted = rows.get(each["id"], {})
            if wanted is not None:
                kept.append({**each, **wanted})
        made[table] = kept
    return made


def test_the_same_menu_differs_in_nothing() -> None:
    assert differing.tell(CARD, deepcopy(CARD)) == ()


def test_a_price_a_size_and_a_name_are_told_with_before_and_after() -> None:
    after = changed(
        menu_items={"i1": {"name": "Diavola forte"}},
        menu_item_variants={"s1": {"price": "13.00"}},
        menu_modifiers={"o1": {"price": "1.50"}},
    )
    item, option = differing.tell(CARD, after)
    assert (item.kind, item.name, item.where) == ("changed", "Diavola forte", "Pizza")
    assert item.parts == (Part("name", "Diavola", "Diavola forte"), Part("price", "12.00", "13.00", "large"))
    assert (option.noun, option.where, option.parts) == ("option", "Extras", (Part("price", "1.00", "1.50"),))


def test_what_is_new_gone_moved_and_put_in_another_order_is_told() -> None:
    after = changed(menu_items={"i1": {"position": 5}}, menu_item_groups={1: None}, menu_categories={"c2": None})
    told = {one.name: one for one in differing.tell(CARD, after)}
    assert told["Pasta"].kind == "gone"
    assert told["Pizza"].parts == (Part("order", None, None),)
    assert told["Diavola"].parts == (Part("groups", ["Extras"], []),)
    assert differing.tell(after, CARD)[0].kind in ("new", "changed")


def test_a_draft_keeps_its_changes_on_a_menu_that_changed_elsewhere() -> None:
    draft = changed(menu_items={"i1": {"price": "10.00"}})
    served = changed(menu_items={"i1": {"name": "Diavola forte"}, "i2": {"price": "8.00"}})
    made = {row["id"]: row for row in merging.merged(CARD, draft, served)["menu_items"]}
    assert (made["i1"]["name"], made["i1"]["price"], made["i2"]["price"]) == ("Diavola forte", "10.00", "8.00")


def test_what_either_removed_is_gone_with_all_that_hung_on_it() -> None:
    draft = changed(menu_item_variants={"s1": {"price": "13.00"}})
    served = changed(menu_items={"i1": None}, menu_item_variants={"s1": None}, menu_item_groups={1: None})
    draft["menu_item_variants"].append({**CARD["menu_item_variants"][0], "id": "s2", "name": "small"})
    made = merging.merged(CARD, draft, served)
    assert [row["id"] for row in made["menu_items"]] == ["i2"]
    assert made["menu_item_variants"] == []


def test_two_who_offer_the_same_group_offer_it_once() -> None:
    both = [deepcopy(CARD) for _each in range(2)]
    for number, each in enumerate(both):
        each["menu_item_groups"].append({"id": 50 + number, "item": "i2", "group": "g1", "position": 0})
    assert len(merging.merged(CARD, *both)["menu_item_groups"]) == 2


def test_every_reference_of_the_menu_is_known() -> None:
    from django.db import models

    found = {
        table._meta.db_table: {
            field.name: field.related_model._meta.db_table
            for field in table._meta.concrete_fields
            if isinstance(field, models.ForeignKey)
        }
        for table in document.TABLES
    }
    assert found == merging.REFERENCES
