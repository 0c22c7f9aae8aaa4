"""`/api/v1/menu/items`: what is listed and found, what may be written, and what running carts make of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import AuditEntry
from apps.menu import services as menu
from apps.menu.models import Category, Daypart, ItemVariant, MenuItem, MenuModifierGroup, MenuVersion, UpsellPair
from tests.menu.menus import MENU, errors, item, names, path_of
from tests.orders.people import dish, quote
from tests.signed_in import Person

ITEMS = f"{MENU}/items"


@pytest.fixture
def ana(signed_in: Callable[..., Person]) -> Person:
    return signed_in("ana@bella.test")


@pytest.fixture
def sam(signed_in: Callable[..., Person]) -> Person:
    return signed_in("sam@bella.test")


@pytest.fixture
def yuki(signed_in: Callable[..., Person]) -> Person:
    return signed_in("yuki@sakura.test")


def test_an_item_is_shown_with_sizes_groups_allergens_and_words(in_bella: Any, sam: Person) -> None:
    shown = sam.get(path_of(item("Margherita"))).json()
    assert [(size["name"], size["price"]) for size in shown["variants"]] == [
        ("small", "11.00"), ("medium", "14.00"), ("large", "17.00"),
    ]  # fmt: skip
    groups = [MenuModifierGroup.objects.get(pk=key).name for key in shown["groups"]]
    assert groups == ["Crust", "Toppings"]
    assert shown["allergens"] == {"gluten": "contains", "milk": "contains"}
    assert "cheese pizza" in shown["synonyms"]
    assert (shown["available"], shown["tax_class"], shown["category_name"]) == (True, "standard", "Pizza")
    listed = next(row for row in sam.get(ITEMS, page_size=200).json()["results"] if row["id"] == shown["id"])
    assert listed == shown


def test_the_list_is_in_the_menus_order_and_comes_in_pages(in_bella: Any, sam: Person) -> None:
    rows = MenuItem.objects.order_by("category__position", "category__name", "position", "name", "id")
    expected = list(rows.values_list("name", flat=True))
    seen, link = [], f"{ITEMS}?page_size=7"
    while link:
        page = sam.get(link.removeprefix("http://testserver"))
        seen += names(page)
        link = page.json()["next"]
    assert seen == expected
    assert names(sam.get(ITEMS, ordering="name", page_size=200)) == sorted(expected)


def test_filters_of_the_list(in_bella: Any, sam: Person) -> None:
    MenuItem.objects.filter(name="Gnocchi").update(active=False)
    menu.eighty_six(item("Lasagna"))
    pasta = Category.objects.get(name="Pasta")
    MenuItem.objects.filter(name="Tiramisu").update(
        allergens={"egg": "may_contain", "nuts": "unknown"}, dietary=["halal"]
    )
    assert names(sam.get(ITEMS, category=str(pasta.pk), active="false")) == ["Gnocchi"]
    assert names(sam.get(ITEMS, sold_out="true")) == ["Lasagna"]
    assert "Tiramisu" not in names(sam.get(ITEMS, allergen="nuts")), "unknown is no answer"
    assert "Tiramisu" in names(sam.get(ITEMS, allergen="egg", page_size=200))
    assert names(sam.get(ITEMS, dietary="halal")) == ["Tiramisu"]
    assert all(row["alcohol"] for row in sam.get(ITEMS, alcohol="true").json()["results"])
    cheap = names(sam.get(ITEMS, max_price="11.00", page_size=200))
    assert "Margherita" in cheap, "its smallest size counts"
    assert "Lasagna" not in cheap
    assert "Margherita" not in names(sam.get(ITEMS, min_price="11.01", page_size=200))


def test_search_understands_what_callers_say_and_finds_what_is_off_the_menu_by_name(in_bella: Any, sam: Person) -> None:
    assert names(sam.get(ITEMS, search="margarita pizza"))[0] == "Margherita"
    MenuItem.objects.filter(name="Gnocchi").update(active=False)
    assert names(sam.get(ITEMS, search="gnocchi")) == ["Gnocchi"]


@pytest.mark.parametrize(
    "query",
    ["categroy=x", "category=1", "sold_out=perhaps&min_price=x", "search=%00", "max_price=NaN", "ordering=&page=x"],
)
def test_what_a_filter_cannot_mean_is_refused(in_bella: Any, sam: Person, query: str) -> None:
    assert sam.get(f"{ITEMS}?{query}").status_code in (400, 404)


def test_a_thousand_items_are_listed_in_as_many_queries_as_ten_and_in_time(in_bella: Any, ana: Person) -> None:
    category = Category.objects.create(name="Many", position=99)
    group = MenuModifierGroup.objects.get(name="Crust")
    made = MenuItem.objects.bulk_create(
        MenuItem(category=category, name=f"Dish {number}", price=1) for number in range(1000)
    )
    ItemVariant.objects.bulk_create(ItemVariant(item=row, name=size, price=2) for row in made for size in "SL")
    group.items.add(*made)

    def asked(size: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert len(names(ana.get(ITEMS, category=str(category.pk), page_size=size))) == size
        return len(queries)

    asked(1)
    before = time.perf_counter()
    assert asked(10) == asked(200)
    assert time.perf_counter() - before < 2
    found = ana.get(ITEMS, search="dish 999", page_size=5)
    assert names(found)[0] == "Dish 999"


# ---- writing --------------------------------------------------------------------------------------------


def test_a_new_item_with_sizes_and_groups_is_on_the_menu_at_once(in_bella: Any, ana: Person) -> None:
    pizza, crust = Category.objects.get(name="Pizza"), MenuModifierGroup.objects.get(name="Crust")
    sent = {
        "category": str(pizza.pk), "name": "Calzone", "price": "12", "description": "Folded.",
        "variants": [{"name": "small", "price": "12.00", "default": True}, {"name": "large", "price": "16.00"}],
        "groups": [str(crust.pk)], "allergens": {"milk": "contains"}, "dietary": ["vegetarian"],
        "synonyms": ["folded pizza"], "pronunciation": "cal-TSO-nay", "tax_class": "standard", "alcohol": False,
    }  # fmt: skip
    answer = ana.post(ITEMS, sent)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert answer["Location"].endswith(f"{ITEMS}/{made['id']}")
    again = ana.get(answer["Location"].removeprefix("http://testserver"))
    assert (again.json(), again["ETag"]) == (made, answer["ETag"])
    assert made["position"] == MenuItem.objects.filter(category=pizza).count() - 1
    quoted = quote(in_bella, dish("Calzone", "thin crust", size="large"))
    assert quoted.quote.subtotal == Decimal("16.00")
    (entry,) = AuditEntry.objects.filter(action="menu/items.create")
    assert (entry.actor, entry.after["name"]) == ("ana@bella.test", "Calzone")


def test_a_price_changed_over_rest_is_in_the_next_quote(in_bella: Any, ana: Person) -> None:
    assert quote(in_bella, dish("Lasagna")).quote.subtotal == Decimal("15.50")
    before = MenuVersion.objects.get().number
    assert ana.patch(path_of(item("Lasagna")), {"price": "17.25"}).json()["price"] == "17.25"
    assert quote(in_bella, dish("Lasagna")).quote.subtotal == Decimal("17.25")
    assert MenuVersion.objects.get().number > before
    (entry,) = AuditEntry.objects.filter(action="menu/items.change")
    assert (entry.before["price"], entry.after["price"]) == ("15.50", "17.25")


def test_sizes_keep_their_ids_so_that_a_running_cart_still_has_them(in_bella: Any, ana: Person) -> None:
    pizza = item("Margherita")
    large = pizza.variants.get(name="large")
    wanted = dish("Margherita", "thin crust", size="large")
    sizes = [{"name": "large", "price": "18.00"}, {"id": str(pizza.variants.get(name="small").pk), "name": "tiny",
             "price": "9.00", "default": True}]  # fmt: skip
    shown = ana.patch(path_of(pizza), {"variants": sizes}).json()["variants"]
    assert [(size["name"], size["price"], size["default"]) for size in shown] == [
        ("large", "18.00", False), ("tiny", "9.00", True),
    ]  # fmt: skip
    assert shown[0]["id"] == str(large.pk)
    assert quote(in_bella, wanted).quote.subtotal == Decimal("18.00")
    assert ana.patch(path_of(pizza), {"variants": None}).json()["variants"] == []


BAD = [
    ({"price": "-0.01"}, "price"),
    ({"price": "1.005"}, "price"),
    ({"price": "100000000.00"}, "price"),
    ({"price": "NaN"}, "price"),
    ({"name": ""}, "name"),
    ({"name": "x" * 121}, "name"),
    ({"name": "a\x00b"}, "name"),
    ({"name": "a\ud800b"}, "name"),
    ({"nmae": "x"}, "nmae"),
    ({"name": "Gnocchi"}, "name"),
    ({"category": "0b6a5c3e-3d0a-4f4e-9a3e-2f8f5c1f7a10"}, "category"),
    ({"groups": ["0b6a5c3e-3d0a-4f4e-9a3e-2f8f5c1f7a10"]}, "groups"),
    ({"allergens": {"milk": "free"}}, "allergens"),
    ({"allergens": {"mi\x00lk": "contains"}}, "allergens"),
    ({"allergens": {"mi\ud800lk": "\ud800"}}, "allergens"),
    ({"allergens": ["milk"]}, "allergens"),
    ({"dietary": ["a\x00"]}, "dietary"),
    ({"synonyms": "pasta"}, "synonyms"),
    ({"variants": []}, "variants"),
    ({"variants": [{"name": "S"}]}, "variants"),
    ({"variants": [{"name": "S", "price": "1"}, {"name": "S", "price": "2"}]}, "variants"),
    ({"variants": [{"name": n, "price": "1", "default": True} for n in "SL"]}, "variants"),
    ({"variants": [{"id": "0b6a5c3e-3d0a-4f4e-9a3e-2f8f5c1f7a10", "name": "S", "price": "1"}]}, "variants"),
    ({"position": 10**12}, "position"),
    ({"tax_class": "x" * 21}, "tax_class"),
]


@pytest.mark.parametrize(("body", "field"), BAD)
def test_what_does_not_fit_an_item_is_named_and_touches_nothing(
    in_bella: Any, ana: Person, body: Any, field: str
) -> None:
    before = MenuItem.objects.filter(name="Lasagna").values().get()
    assert field in errors(ana.patch(path_of(item("Lasagna")), body))
    assert MenuItem.objects.filter(name="Lasagna").values().get() == before


@pytest.mark.parametrize("body", [[], "x", None, 5, {}])
def test_an_item_needs_a_category_a_name_and_a_price(in_bella: Any, ana: Person, body: Any) -> None:
    assert ana.ask("POST", ITEMS, data=json.dumps(body),
                   content_type="application/json").status_code == 400  # fmt: skip


def test_an_empty_change_changes_nothing(in_bella: Any, ana: Person) -> None:
    first = ana.get(path_of(item("Lasagna")))
    again = ana.patch(path_of(item("Lasagna")), {})
    assert (again.status_code, again["ETag"]) == (200, first["ETag"])
    assert ana.patch(path_of(item("Lasagna")), {"price": "15.50"})["ETag"] == first["ETag"]
    assert not AuditEntry.objects.filter(action="menu/items.change").exists()


def test_a_change_decided_on_an_older_version_is_refused(in_bella: Any, ana: Person) -> None:
    path = path_of(item("Lasagna"))
    seen = ana.get(path)["ETag"]
    assert ana.patch(path, {"price": "16.00"}, headers={"If-Match": seen}).status_code == 200
    assert ana.patch(path, {"price": "17.00"}, headers={"If-Match": seen}).status_code == 412
    assert ana.delete(path, headers={"If-Match": seen}).status_code == 412
    assert item("Lasagna").price == Decimal("16.00")


def test_an_item_that_others_need_is_not_deleted_and_it_is_said_why(in_bella: Any, ana: Person) -> None:
    lasagna = item("Lasagna")
    UpsellPair.objects.all().delete()
    UpsellPair.objects.create(item=item("Gnocchi"), offer=lasagna)
    Daypart.objects.create(name="Lunch", weekdays=[1], opens="11:00", closes="15:00").items.add(lasagna)
    refused = ana.delete(path_of(lasagna))
    assert refused.status_code == 409
    assert "offered with Gnocchi" in refused.json()["detail"]
    assert "in the daypart Lunch" in refused.json()["detail"]
    UpsellPair.objects.all().delete()
    Daypart.objects.all().delete()
    assert ana.delete(path_of(lasagna)).status_code == 204
    assert ana.get(path_of(lasagna)).status_code == 404
    (entry,) = AuditEntry.objects.filter(action="menu/items.delete")
    assert (entry.subject, entry.before["name"]) == (f"menu/items/{lasagna.pk}", "Lasagna")


def test_an_item_outside_its_window_is_not_to_be_had_and_says_so(in_bella: Any, ana: Person) -> None:
    window = Daypart.objects.create(
        name="Never", weekdays=[0], opens="11:00", closes="15:00", first_day="2001-01-01", last_day="2001-01-02"
    )
    window.items.add(item("Lasagna"))
    shown = ana.get(path_of(item("Lasagna"))).json()
    assert (shown["available"], shown["sold_out"]) == (False, False)
    assert shown["unavailable_reason"].startswith("only served from eleven")


def test_who_may_not_change_the_menu_is_refused_and_another_restaurants_items_are_not_there(
    in_bella: Any, sam: Person, yuki: Person
) -> None:
    lasagna = item("Lasagna")
    path = path_of(lasagna)
    for ask in (sam.patch(path, {"price": "1"}), sam.delete(path), sam.post(ITEMS, {}), sam.patch(ITEMS, []),
                sam.post(f"{ITEMS}/prices", {}), sam.post(f"{ITEMS}/order", {})):  # fmt: skip
        assert ask.status_code == 403
    for ask in (yuki.get(path), yuki.patch(path, {"price": "1"}), yuki.delete(path),
                yuki.post(f"{path}/eighty-six"), yuki.delete(f"{path}/eighty-six")):  # fmt: skip
        assert ask.status_code == 404
    assert "Lasagna" not in names(yuki.get(ITEMS, page_size=200))
    assert errors(yuki.patch(ITEMS, [{"id": str(lasagna.pk), "price": "1"}]))[0]["errors"] == {
        "id": ["There is no such item."]
    }
    assert item("Lasagna").price == Decimal("15.50")
