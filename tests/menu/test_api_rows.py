"""Categories, groups, options, dayparts, upsells and overrides over REST."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from apps.accounts.models import AuditEntry
from apps.menu import editions
from apps.menu import services as menu
from apps.menu.models import (
    Category,
    Daypart,
    ItemVariant,
    MenuItem,
    MenuModifier,
    MenuModifierGroup,
    MenuOverride,
    UpsellPair,
)
from apps.tenants import scope
from apps.tenants.models import Owner, Restaurant
from tests.menu.menus import MENU, errors, item, names, path_of
from tests.orders.people import dish, quote
from tests.signed_in import Person

NOBODY = "0b6a5c3e-3d0a-4f4e-9a3e-2f8f5c1f7a10"
NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


@pytest.fixture
def ana(signed_in: Callable[..., Person]) -> Person:
    return signed_in("ana@bella.test")


@pytest.fixture
def sam(signed_in: Callable[..., Person]) -> Person:
    return signed_in("sam@bella.test")


# ---- categories ----------------------------------------------------------------------------------------


def test_a_category_is_made_last_renamed_and_deleted_when_it_is_empty(in_bella: Any, ana: Person) -> None:
    made = ana.post(f"{MENU}/categories", {"name": "Brunch"})
    assert made.status_code == 201, made.content
    assert names(ana.get(f"{MENU}/categories"))[-1] == "Brunch"
    path = f"{MENU}/categories/{made.json()['id']}"
    assert ana.patch(path, {"name": "Late brunch"}, headers={"If-Match": made["ETag"]}).json()["name"] == "Late brunch"
    assert ana.patch(path, {"name": "Later"}, headers={"If-Match": made["ETag"]}).status_code == 412
    assert "name" in errors(ana.patch(path, {"name": "Pizza"}))
    assert ana.delete(path).status_code == 204
    full = ana.delete(path_of(Category.objects.get(name="Pasta")))
    assert full.status_code == 409
    assert "“Pasta” is still needed: it holds" in full.json()["detail"]
    assert "Lasagna" in full.json()["detail"]
    assert names(ana.get(f"{MENU}/categories", search="past")) == ["Pasta"]


# ---- groups and options --------------------------------------------------------------------------------


def test_a_group_with_options_is_made_offered_and_asked_for(in_bella: Any, ana: Person) -> None:
    sent = {"name": "Cheese", "min": 1, "max": 2, "free": 1, "options": [
        {"name": "pecorino", "price": "1.00"}, {"name": "ricotta", "price": "0.50", "synonyms": ["soft"]}]}  # fmt: skip
    made = ana.post(f"{MENU}/groups", sent)
    assert made.status_code == 201, made.content
    group = made.json()
    assert (group["min"], group["max"], group["free"], group["parent"]) == (1, 2, 1, None)
    assert [option["name"] for option in group["options"]] == ["pecorino", "ricotta"]
    lasagna = item("Lasagna")
    assert ana.patch(path_of(lasagna), {"groups": [group["id"]]}).json()["groups"] == [group["id"]]
    assert ana.get(f"{MENU}/groups/{group['id']}").json()["items"] == [str(lasagna.pk)]
    assert names(ana.get(f"{MENU}/groups", item=str(lasagna.pk))) == ["Cheese"]
    assert quote(in_bella, dish("Lasagna", "pecorino", "ricotta")).quote.subtotal == Decimal("16.00")
    refused = ana.delete(f"{MENU}/groups/{group['id']}")
    assert (refused.status_code, "offered by Lasagna" in refused.json()["detail"]) == (409, True)
    assert ana.patch(path_of(lasagna), {"groups": []}).status_code == 200
    assert ana.delete(f"{MENU}/groups/{group['id']}").status_code == 204
    assert not MenuModifier.objects.filter(name="pecorino").exists()


def test_a_group_nests_below_an_option_and_never_below_itself(in_bella: Any, ana: Person) -> None:
    ham = MenuModifier.objects.get(group__name="Toppings", name="ham")
    cut = ana.post(f"{MENU}/groups", {"name": "Cut", "parent": str(ham.pk), "options": [{"name": "thick"}]}).json()
    assert ana.get(path_of(ham)).json()["groups"] == [cut["id"]]
    assert names(ana.get(f"{MENU}/groups", nested="true", parent=str(ham.pk))) == ["Cut"]
    thick = cut["options"][0]["id"]
    toppings = MenuModifierGroup.objects.get(name="Toppings")
    for group, parent in ((str(toppings.pk), thick), (str(toppings.pk), str(ham.pk)), (cut["id"], thick)):
        assert "parent" in errors(ana.patch(f"{MENU}/groups/{group}", {"parent": parent}))
    refused = ana.delete(path_of(ham))
    assert (refused.status_code, "below it opens Cut" in refused.json()["detail"]) == (409, True)
    assert ana.patch(f"{MENU}/groups/{cut['id']}", {"parent": None}).json()["parent"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"min": 3}, "max"),
        ({"max": 0}, "max"),
        ({"min": -1}, "min"),
        ({"min": 2**40}, "min"),
        ({"parent": NOBODY}, "parent"),
        ({"items": []}, "items"),
        ({"name": "\x00"}, "name"),
    ],
)
def test_limits_that_contradict_each_other_are_refused(in_bella: Any, ana: Person, body: Any, field: str) -> None:
    crust = MenuModifierGroup.objects.get(name="Crust")
    assert field in errors(ana.patch(path_of(crust), body))
    crust.refresh_from_db()
    assert (crust.minimum, crust.maximum) == (1, 1)


def test_an_options_price_is_in_the_next_quote(in_bella: Any, ana: Person) -> None:
    pizza = dish("Margherita", "thin crust", "mushrooms", size="large")
    mushrooms = MenuModifier.objects.get(name="mushrooms", group__name="Toppings")
    before = quote(in_bella, pizza).quote.subtotal
    assert ana.patch(path_of(mushrooms), {"price": str(mushrooms.price + 1)}).status_code == 200
    assert quote(in_bella, pizza).quote.subtotal == before + 1
    group = str(mushrooms.group_id)
    listed = ana.get(f"{MENU}/modifiers", group=group, page_size=200).json()["results"]
    assert [row["position"] for row in listed] == sorted(row["position"] for row in listed)
    made = ana.post(f"{MENU}/modifiers", {"group": group, "name": "capers"})
    assert (made.status_code, made.json()["position"]) == (201, listed[-1]["position"] + 1)
    assert ana.post(f"{MENU}/modifiers", {"group": group, "name": "capers"}).status_code == 400
    assert "group" in errors(ana.post(f"{MENU}/modifiers", {"group": NOBODY, "name": "capers"}))
    order = [made.json()["id"], listed[0]["id"]]
    assert ana.post(f"{MENU}/modifiers/order", {"ids": order}).json()["ids"][:2] == order
    assert ana.delete(f"{MENU}/modifiers/{made.json()['id']}").status_code == 204


# ---- dayparts and upsells --------------------------------------------------------------------------------


def test_a_daypart_takes_dishes_off_outside_its_hours(in_bella: Any, ana: Person) -> None:
    lasagna = str(item("Lasagna").pk)
    sent = {"name": "Lunch", "weekdays": [4, 0, 0], "opens": "11:00", "closes": "15:00", "items": [lasagna]}
    made = ana.post(f"{MENU}/dayparts", sent)
    assert made.status_code == 201, made.content
    assert (made.json()["weekdays"], made.json()["items"]) == ([0, 4], [lasagna])
    card = menu.read_card(now=datetime(2026, 11, 23, 23, 0, tzinfo=UTC))
    assert not card.by_id[lasagna].available
    path = f"{MENU}/dayparts/{made.json()['id']}"
    assert ana.patch(path, {"closes": "23:30"}).json()["closes"] == "23:30:00"
    assert menu.read_card(now=datetime(2026, 11, 23, 23, 0, tzinfo=UTC)).by_id[lasagna].available
    assert names(ana.get(f"{MENU}/dayparts", item=lasagna)) == ["Lunch"]
    for body, field in (
        ({"weekdays": [7]}, "weekdays"),
        ({"weekdays": []}, "weekdays"),
        ({"opens": "25:00"}, "opens"),
        ({"first_day": "2026-05-01", "last_day": "2026-04-01"}, "last_day"),
        ({"items": [NOBODY]}, "items"),
        ({"name": ""}, "name"),
    ):
        assert field in errors(ana.patch(path, body))
    assert Daypart.objects.get(name="Lunch").items.count() == 1
    assert ana.delete(path).status_code == 204


def test_an_upsell_is_with_an_item_or_a_category_and_never_with_itself(in_bella: Any, ana: Person) -> None:
    lasagna, tiramisu = str(item("Lasagna").pk), str(item("Tiramisu").pk)
    made = ana.post(f"{MENU}/upsells", {"item": lasagna, "offer": tiramisu, "words": "And something sweet?"})
    assert made.status_code == 201, made.content
    path = f"{MENU}/upsells/{made.json()['id']}"
    pizza = str(Category.objects.get(name="Pizza").pk)
    for body, field in (
        ({"category": pizza}, "item"),
        ({"item": None}, "item"),
        ({"offer": lasagna}, "offer"),
        ({"offer": NOBODY}, "offer"),
        ({"words": "x" * 201}, "words"),
    ):
        assert field in errors(ana.patch(path, body))
    assert ana.patch(path, {"item": None, "category": pizza}).json()["category"] == pizza
    found = ana.get(f"{MENU}/upsells", offer=tiramisu, category=pizza).json()["results"]
    assert [row["words"] for row in found] == ["And something sweet?"]
    assert ana.delete(path).status_code == 204
    assert not UpsellPair.objects.filter(pk=made.json()["id"]).exists()


# ---- overrides -------------------------------------------------------------------------------------------


@pytest.fixture
def shared(bella: Any, sakura: Any) -> Any:
    """Bella takes over Sakura's menu."""
    owner = Owner.objects.create(name="Test")
    Restaurant.objects.filter(pk__in=[bella.id, sakura.id]).update(owner=owner)
    Restaurant.objects.filter(pk=bella.id).update(menu_from=sakura.id)
    with scope.enter(sakura):
        editions.keep(by="yuki", now=NOW)
    with scope.enter(bella):
        editions.receive(sakura.id, now=NOW)
    return bella


def test_a_location_has_another_price_at_once_and_the_shared_one_when_that_is_lifted(shared: Any, ana: Person) -> None:
    with scope.enter(shared):
        row = MenuItem.objects.filter(variants=None).order_by("name")[0]
        theirs = row.price
        made = ana.post(f"{MENU}/overrides", {"id": str(row.pk), "price": "99.00", "active": True})
        assert made.status_code == 201, made.content
        assert made.json() == {"id": str(row.pk), "name": row.name, "price": "99.00", "active": True}
        assert MenuItem.objects.get(pk=row.pk).price == Decimal("99.00")
        path = f"{MENU}/overrides/{row.pk}"
        assert ana.patch(path, {"price": None, "active": False}).status_code == 200
        assert MenuItem.objects.filter(pk=row.pk).values_list("price", "active").get() == (theirs, False)
        assert ana.post(f"{MENU}/overrides", {"id": str(row.pk), "price": "1"}).status_code == 409
        assert ana.get(f"{MENU}/overrides").json()["count"] == 1
        assert "price" in errors(ana.patch(path, {"active": None}))
        assert ana.delete(path).status_code == 204
        assert MenuItem.objects.get(pk=row.pk).active
        assert not MenuOverride.objects.exists()
        size = ItemVariant.objects.order_by("id")[0] if ItemVariant.objects.exists() else None
        if size is not None:
            refused = ana.post(f"{MENU}/overrides", {"id": str(size.pk), "active": False})
            assert "active" in errors(refused)
        assert "id" in errors(ana.post(f"{MENU}/overrides", {"id": NOBODY, "price": "1"}))


def test_a_menu_of_its_own_has_nothing_to_override(in_bella: Any, ana: Person) -> None:
    refused = ana.post(f"{MENU}/overrides", {"id": str(item("Lasagna").pk), "price": "1"})
    assert (refused.status_code, "its own" in refused.json()["detail"]) == (409, True)


# ---- who may -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("noun", ["categories", "groups", "modifiers", "dayparts", "upsells", "overrides"])
def test_staff_see_what_admins_change_and_other_restaurants_see_nothing_of_it(
    in_bella: Any, sam: Person, signed_in: Callable[..., Person], noun: str
) -> None:
    Daypart.objects.create(name="Lunch", weekdays=[1], opens="11:00", closes="15:00")
    UpsellPair.objects.create(item=item("Gnocchi"), offer=item("Lasagna"))
    MenuOverride.objects.create(row_id=item("Lasagna").pk, price=1)
    yuki = signed_in("yuki@sakura.test")
    listed = sam.get(f"{MENU}/{noun}", page_size=200)
    assert listed.json()["count"] > 0
    key = UUID(listed.json()["results"][0]["id"])
    path = f"{MENU}/{noun}/{key}"
    one = sam.get(path)
    assert one.json() == listed.json()["results"][0]
    assert sam.get(path, headers={"If-None-Match": one["ETag"]}).status_code == 304
    for ask in (sam.post(f"{MENU}/{noun}", {}), sam.patch(path, {}), sam.delete(path)):
        assert ask.status_code == 403
    yukis = [yuki.get(path), *([] if noun == "overrides" else [yuki.patch(path, {}), yuki.delete(path)])]
    assert {ask.status_code for ask in yukis} == {404}
    theirs = {row["id"] for row in yuki.get(f"{MENU}/{noun}", page_size=200).json()["results"]}
    assert theirs.isdisjoint(row["id"] for row in listed.json()["results"])
    assert not AuditEntry.objects.filter(action__startswith=f"menu/{noun}").exists()
