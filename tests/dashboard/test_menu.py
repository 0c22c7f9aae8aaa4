"""The table of the menu: fields in place, 86, order, what is not live; who may, and what callers hear then."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import AuditEntry
from apps.menu import editions, items, shelf
from apps.menu.models import Category, ItemVariant, MenuItem
from apps.orders.refusals import Refusal
from apps.tenants import scope
from apps.tenants.scope import Place
from tests.dashboard.menu import PAGE, option, path, post, row, seen, told, undo, words
from tests.orders.people import commit, dish, quote

QUERIES = 40
"""For the page with its frame, however many items there are."""


def actions(place: Place) -> list[str]:
    with scope.enter(place):
        return list(
            AuditEntry.objects.filter(action__startswith="menu").order_by("id").values_list("action", flat=True)
        )


def test_the_table_shows_each_size_and_what_cannot_be_had(ana: Client, bella: Place) -> None:
    with scope.enter(bella):
        MenuItem.objects.filter(name="Lasagna").update(sold_out=True, sold_out_reason="The oven is cold")
    page = ana.get(PAGE)
    assert "1 thing is 86 Lasagna 86 until changed, The oven is cold" in words(page)
    assert 'aria-label="Margherita, large, price"' in page.content.decode(), "the first category"
    pasta = row(bella, "Pasta", Category)
    assert 'aria-label="Lasagna, price"' in ana.get(PAGE, {"category": str(pasta.pk)}).content.decode()


def test_a_price_is_changed_in_place_taken_back_and_the_next_call_hears_it(ana: Client, bella: Place) -> None:
    lasagna = row(bella, "Lasagna")
    said = told(post(ana, path(lasagna), deed="fields", price="$16,25", was="15.50"))
    assert (said["text"], said["failed"]) == ("Lasagna: 15.50 is now 16.25", False)
    with scope.enter(bella):
        card = shelf.current(bella.id, now=timezone.now(), alcohol_sold=False).card
        assert card.by_id[str(lasagna.pk)].price == Decimal("16.25")
        assert quote(bella, dish("Lasagna")).quote.subtotal == Decimal("16.25")
    assert told(undo(ana, said))["text"] == "Lasagna: 16.25 is now 15.50"
    assert row(bella, "Lasagna").price == Decimal("15.50")
    assert actions(bella) == ["menu/items.change", "menu/items.change"]


def test_a_sizes_price_keeps_the_size_that_carts_hold(ana: Client, bella: Place) -> None:
    with scope.enter(bella):
        large = ItemVariant.objects.get(item__name="Margherita", name="large")
    said = told(post(ana, path(row(bella, "Margherita")), deed="fields", **{f"size-{large.pk}": "18", "was": "17.00"}))
    assert said["text"] == "Margherita: 17.00 is now 18.00"
    with scope.enter(bella):
        assert ItemVariant.objects.get(pk=large.pk).price == Decimal("18.00")


@pytest.mark.parametrize("price", ["", "cheap", "-1", "12.345", "1e3"])
def test_what_is_no_price_is_refused_at_its_field(ana: Client, bella: Place, price: str) -> None:
    answer = post(ana, path(row(bella, "Lasagna")), deed="fields", price=price, was="15.50")
    assert told(answer)["failed"]
    page = answer.content.decode()
    assert "Give a price like 12.50" in page
    assert f'value="{price}" data-was="15.50"' in page, "what was written stays"
    assert 'aria-invalid="true"' in page
    assert row(bella, "Lasagna").price == Decimal("15.50")


def test_two_items_of_a_category_are_not_called_the_same(ana: Client, bella: Place) -> None:
    answer = post(ana, path(row(bella, "Diavola")), deed="fields", name="Margherita", was="Diavola")
    assert told(answer)["text"] == "Pizza has another item of this name."
    assert 'value="Margherita" data-was="Diavola"' in answer.content.decode()
    assert "Blank" not in told(post(ana, path(row(bella, "Diavola")), deed="fields", name=" ", was="Diavola"))["text"]


def test_of_two_who_write_the_same_field_the_later_is_told(ana: Client, bella: Place) -> None:
    lasagna = row(bella, "Lasagna")
    post(ana, path(lasagna), deed="fields", price="16.00", was="15.50")
    answer = post(ana, path(lasagna), deed="fields", price="17.00", was="15.50")
    assert told(answer)["text"] == "Somebody else made it 16.00 meanwhile. Change it again."
    assert row(bella, "Lasagna").price == Decimal("16.00")
    assert told(post(ana, path(lasagna), deed="fields", price="16.00", was="15.50"))["text"] == "Nothing was changed"


def test_a_row_is_changed_without_scripts_and_an_old_one_refused(ana: Client, bella: Place) -> None:
    lasagna = row(bella, "Lasagna")
    mark = seen(ana.get(path(lasagna, "row")))
    sent = {"deed": "fields", "name": "Lasagna al forno", "price": "16.00", "seen": mark}
    answer = ana.post(path(lasagna), sent)
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"#item-{lasagna.pk}")
    changed = row(bella, "Lasagna al forno")
    assert changed.price == Decimal("16.00")
    ana.post(path(lasagna), {**sent, "name": "Lasagne"})
    assert row(bella, "Lasagna al forno").pk == lasagna.pk


# ---- 86 ------------------------------------------------------------------------------------------------


def test_86_counts_in_running_carts_and_is_taken_back(sam: Client, bella: Place) -> None:
    lasagna = row(bella, "Lasagna")
    with scope.enter(bella):
        quoted = quote(bella, dish("Lasagna"))
    said = told(post(sam, path(lasagna), deed="off", reason="The oven is cold"))
    assert said["text"].startswith("Lasagna is 86 until ")
    with scope.enter(bella):
        assert MenuItem.objects.get(pk=lasagna.pk).sold_out_reason == "The oven is cold"
        with pytest.raises(Refusal):
            commit(bella, quoted.version)
    assert told(undo(sam, said))["text"] == "Lasagna is back on"
    assert not row(bella, "Lasagna").sold_out
    assert actions(bella) == ["menu/items.eighty_six", "menu/items.bring_back"]


def test_86_until_changed_or_a_time_by_the_restaurants_clock(ana: Client, bella: Place) -> None:
    lasagna = row(bella, "Lasagna")
    assert told(post(ana, path(lasagna), deed="off", until="changed"))["text"] == "Lasagna is 86 until changed"
    local = (timezone.now() + timedelta(days=2)).astimezone(restaurant_zone(bella)).replace(second=0, microsecond=0)
    said = told(post(ana, path(lasagna), deed="off", until="time", at=f"{local:%Y-%m-%dT%H:%M}"))
    assert row(bella, "Lasagna").sold_out_until == local
    undo(ana, said)
    assert (row(bella, "Lasagna").sold_out, row(bella, "Lasagna").sold_out_until) == (True, None), "as it was before"
    for at in ("", "soon", "2001-01-01T10:00", "2026-02-30T10:00"):
        said = told(post(ana, path(lasagna), deed="off", until="time", at=at))
        assert said == {"text": "Give a day and a time within the next year", "failed": True}


def restaurant_zone(place: Place) -> Any:
    from zoneinfo import ZoneInfo

    return ZoneInfo(place.timezone)


def test_the_shift_takes_off_until_tomorrow_and_no_longer(ana: Client, sam: Client, bella: Place) -> None:
    lasagna, olives = row(bella, "Lasagna"), option(bella, "olives")
    for off in (lasagna, olives):
        assert told(post(sam, path(off), deed="off", until="changed"))["failed"]
        assert not told(post(sam, path(off), deed="off"))["failed"]
        assert not told(post(sam, path(off), deed="back"))["failed"]
        assert not told(post(ana, path(off), deed="off", until="changed"))["failed"]
        said = told(post(sam, path(off), deed="back"))
        assert said["text"] == "An admin took this off for longer than until tomorrow."


def test_an_option_is_86_from_its_group_and_back_from_the_menu(ana: Client, bella: Place) -> None:
    olives = option(bella, "olives")
    said = told(post(ana, path(olives), deed="off", until="changed", at_page="cards"))
    assert said["undo"]["target"] == f"#option-{olives.pk}"
    assert "olives Toppings 86 until changed" in words(ana.get(PAGE))
    answer = post(ana, path(olives), deed="back", at_page="list")
    assert 'id="off"' in answer.content.decode()
    assert "olives" not in words(answer)


# ---- order, on the menu or not, away -------------------------------------------------------------------


def names(place: Place, category: str = "Pizza") -> list[str]:
    with scope.enter(place):
        return list(MenuItem.objects.filter(category__name=category).values_list("name", flat=True))


def test_items_and_categories_move_up_and_down(ana: Client, bella: Place) -> None:
    first, second, *_rest = names(bella)
    answer = post(ana, path(row(bella, second)), deed="up")
    assert told(answer)["text"] == f"{second} moved up"
    assert "data-ordering" in answer.content.decode()
    assert names(bella)[:2] == [second, first]
    post(ana, path(row(bella, second)), deed="up")
    assert names(bella)[:2] == [second, first], "at the end it stays"
    pasta = row(bella, "Pasta", Category)
    post(ana, path(pasta), deed="up")
    with scope.enter(bella):
        assert Category.objects.first() == pasta


def test_an_item_is_taken_off_the_menu_and_put_on_again(ana: Client, bella: Place) -> None:
    lasagna = row(bella, "Lasagna")
    said = told(post(ana, path(lasagna), deed="take_down", at_page="item"))
    assert (said["text"], said["undo"]["target"]) == ("Lasagna is off the menu", "#state")
    assert not row(bella, "Lasagna").active
    assert told(undo(ana, said))["text"] == "Lasagna is on the menu"
    assert row(bella, "Lasagna").active


def test_an_item_is_duplicated_with_its_sizes_and_choices_and_removed(ana: Client, bella: Place) -> None:
    margherita = row(bella, "Margherita")
    to = post(ana, path(margherita), deed="copy")["HX-Redirect"]
    with scope.enter(bella):
        made = MenuItem.objects.get(name="Margherita, copy")
        assert not made.active, "nobody orders a copy before it has a name"
        assert [size.name for size in made.variants.all()] == [size.name for size in margherita.variants.all()]
        assert list(made.groups.values_list("name")) == list(margherita.groups.values_list("name"))
    assert str(made.pk) in to
    assert post(ana, path(made), deed="remove")["HX-Redirect"].startswith(f"{PAGE}?removed=")
    assert "Margherita, copy" not in names(bella)


def test_what_is_still_needed_says_by_whom(ana: Client, bella: Place) -> None:
    pizza = row(bella, "Pizza", Category)
    assert "it holds" in told(post(ana, path(pizza), deed="remove"))["text"]
    told(post(ana, f"{PAGE}categories/new", name="Soups"))
    assert told(post(ana, path(row(bella, "Soups", Category)), deed="remove"))["text"] == "Soups removed"


def test_categories_are_made_and_renamed_in_place(ana: Client, bella: Place) -> None:
    answer = post(ana, f"{PAGE}categories/new", name="Pizza")
    assert told(answer)["failed"]
    assert 'id="new-category-error"' in answer.content.decode()
    pizza = row(bella, "Pizza", Category)
    said = told(post(ana, path(pizza), deed="fields", name="Pizze", was="Pizza"))
    assert said["text"] == "Pizza is now called Pizze"
    assert told(post(ana, path(pizza), deed="fields", name="Pies", was="Pizza"))["text"].startswith("Somebody else")
    undo(ana, said)
    assert row(bella, "Pizza", Category).pk == pizza.pk
    assert told(post(ana, path(pizza), deed="fields", name="", was="Pizza"))["failed"]


# ---- finding, who may, how much ------------------------------------------------------------------------


def test_the_table_is_searched_and_filtered_without_scripts(ana: Client, bella: Place) -> None:
    post(ana, path(row(bella, "Lasagna")), deed="off")
    assert 'data-was="Gnocchi"' not in ana.get(PAGE, {"find": "lasa"}).content.decode()
    assert 'data-was="Lasagna"' in ana.get(PAGE, {"find": "pasta ragu"}).content.decode(), "by category and words"
    off = ana.get(PAGE, {"show": "gone"}).content.decode()
    assert 'data-was="Lasagna"' in off
    assert 'data-was="Gnocchi"' not in off
    assert "No item fits that" in words(ana.get(PAGE, {"find": "sushi"}))


def test_the_shift_sees_the_menu_and_changes_nothing_of_it(sam: Client, bella: Place) -> None:
    lasagna, olives, pizza = row(bella, "Lasagna"), option(bella, "olives"), row(bella, "Pizza", Category)
    page = sam.get(PAGE).content.decode()
    assert "data-was" not in page
    assert 'value="off"' in page
    for deed in ("fields", "up", "down", "put_on", "take_down", "copy", "remove"):
        assert post(sam, path(lasagna), deed=deed, price="1").status_code == 403
    assert post(sam, path(olives), deed="fields", price="1").status_code == 403
    assert post(sam, path(pizza), deed="up").status_code == 403
    assert "<fieldset disabled>" in sam.get(path(lasagna, "")).content.decode()
    assert row(bella, "Lasagna").price == Decimal("15.50")


def test_what_no_menu_knows_is_not_found(ana: Client, bella: Place) -> None:
    lasagna, nobody = row(bella, "Lasagna"), "0b6a5c3e-3d0a-4f4e-9a3e-2f8f5c1f7a10"
    assert post(ana, path(lasagna), deed="burn").status_code == 404
    assert post(ana, path(lasagna), deed="fields", **{f"size-{nobody}": "1"}).status_code == 404
    for deed in ("fields", "off", "back", "copy", "remove", "up"):
        assert post(ana, f"{PAGE}items/{nobody}/do", deed=deed, price="1").status_code == 404
    assert ana.get(f"{PAGE}items/{nobody}/").status_code == 404
    assert ana.get(f"{PAGE}items/{nobody}/row").status_code == 404


def test_another_restaurants_items_are_not_there(ana: Client, bella: Place, sakura: Place) -> None:
    with scope.enter(sakura):
        theirs = MenuItem.objects.all()[0]
    assert post(ana, path(theirs), deed="off").status_code == 404
    assert theirs.name not in ana.get(PAGE).content.decode()
    with scope.enter(sakura):
        assert not MenuItem.objects.get(pk=theirs.pk).sold_out


def test_the_list_is_asked_for_again_only_when_it_has_changed(ana: Client, bella: Place) -> None:
    import re

    stamp = re.search(r'data-stamp="([^"]+)"', ana.get(PAGE).content.decode())
    assert stamp is not None
    assert ana.get(f"{PAGE}list", {"stamp": stamp[1]}).status_code == 204
    post(ana, path(row(bella, "Lasagna")), deed="off")
    assert ana.get(f"{PAGE}list", {"stamp": stamp[1]}).status_code == 200


@pytest.mark.parametrize("drafted", [False, True])
def test_five_hundred_items_are_as_many_queries_as_thirty(
    ana: Client, bella: Place, django_assert_max_num_queries: Any, drafted: bool
) -> None:
    with scope.enter(bella):
        many(500)
        if drafted:
            with editions.drafting(by="ana@bella.test", now=timezone.now()):
                items.change_one(MenuItem.objects.all()[0], fields={"name": "Otherwise"}, now=timezone.now())
    with django_assert_max_num_queries(QUERIES):
        page = ana.get(PAGE, headers={"Accept-Encoding": "gzip"})
    assert len(page.content) < 40_000, "on the wire"
    assert "400 more fit" in words(ana.get(PAGE, {"find": "dish"}))
    lasagna = row(bella, "Lasagna")
    with django_assert_max_num_queries(QUERIES):
        ana.get(path(lasagna, "row"))
    for each in ("choices/", "hours/", "offers/", path(lasagna, "").removeprefix(PAGE)):
        with django_assert_max_num_queries(QUERIES):
            assert ana.get(f"{PAGE}{each}", headers={"Accept-Encoding": "gzip"}).status_code == 200


def many(count: int) -> None:
    """So many items in ten categories, each with two sizes."""
    kinds = Category.objects.bulk_create(Category(name=f"Kind {place}", position=50 + place) for place in range(10))
    made = MenuItem.objects.bulk_create(
        MenuItem(category=kinds[place % 10], name=f"Dish number {place}", description=f"With sauce {place}", price=9,
                 position=place, allergens={"milk": "contains"})
        for place in range(count)
    )  # fmt: skip
    ItemVariant.objects.bulk_create(
        ItemVariant(item=item, name=name, price=place + 9, position=place)
        for item in made
        for place, name in enumerate(("small", "large"))
    )
