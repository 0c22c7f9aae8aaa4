"""An item, a group, hours and offers on pages of their own; the later of two is told."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Any

from django.test import Client
from django.utils import timezone

from apps.menu import editions
from apps.menu.models import (
    Category,
    Daypart,
    ItemGroup,
    MenuEdition,
    MenuItem,
    MenuModifier,
    MenuModifierGroup,
    MenuOverride,
    UpsellPair,
)
from apps.tenants import scope
from apps.tenants.models import Owner, Restaurant
from apps.tenants.scope import Place
from tests.dashboard.menu import PAGE, option, path, post, row, seen, told, undo, words


def form(place: Place, item: MenuItem, **more: str) -> dict[str, str]:
    """What the page of an item sends when it is saved as it was opened."""
    with scope.enter(place):
        sizes = list(item.variants.order_by("position"))
        sent = {
            "category": str(item.category_id), "name": item.name, "description": item.description, "active": "on",
            "price": str(item.price), "tax_class": item.tax_class, "synonyms": ", ".join(item.synonyms),
            "dietary": ", ".join(item.dietary), "pronunciation": item.pronunciation, "usual": "",
        }  # fmt: skip
        for number, size in enumerate(sizes):
            sent |= {f"size-{number}-{name}": str(getattr(size, name)) for name in ("id", "name", "price")}
        sent |= {f"allergen-{name}": state for name, state in item.allergens.items()}
    return sent | more


# ---- an item -------------------------------------------------------------------------------------------


def test_an_item_is_saved_whole_and_sizes_keep_their_ids(ana: Client, bella: Place) -> None:
    margherita = row(bella, "Margherita")
    sent = form(
        bella, margherita, description="With buffalo mozzarella", synonyms="plain pie, cheese pizza",
        pronunciation="mar-geh-REE-ta", alcohol="on", usual="1", **{"size-1-price": "15",
        "allergen-nuts": "may_contain", "size-3-name": "party", "size-3-price": "30", "size-0-remove": "on"},
    )  # fmt: skip
    with scope.enter(bella):
        before = dict(margherita.variants.values_list("name", "pk"))
    assert told(post(ana, path(margherita, "save"), **sent))["text"] == "Margherita saved"
    saved = row(bella, "Margherita")
    assert (saved.description, saved.synonyms) == ("With buffalo mozzarella", ["plain pie", "cheese pizza"])
    assert (saved.pronunciation, saved.alcohol) == ("mar-geh-REE-ta", True)
    assert saved.allergens == {"gluten": "contains", "milk": "contains", "nuts": "may_contain"}
    with scope.enter(bella):
        sizes = {size.name: size for size in saved.variants.all()}
        assert list(sizes) == ["medium", "large", "party"]
        assert sizes["medium"].pk == before["medium"]
        assert (sizes["medium"].price, sizes["medium"].default) == (Decimal("15.00"), True)


def test_what_does_not_fit_is_said_at_its_field_and_stays_written(ana: Client, bella: Place) -> None:
    lasagna = row(bella, "Lasagna")
    answer = post(ana, path(lasagna, "save"), **form(bella, lasagna, name="", price="cheap"))
    assert told(answer)["failed"]
    page = answer.content.decode()
    assert 'id="i-name-e"' in page
    assert 'value="cheap"' in page
    assert "Give a price like 12.50." in page
    answer = ana.post(path(lasagna, "save"), form(bella, lasagna, **{"size-0-name": "half", "size-0-price": "dear"}))
    assert "Give a price like 12.50." in words(answer), "without scripts too"
    assert row(bella, "Lasagna").price == Decimal("15.50")


def test_of_two_who_save_an_item_the_later_is_told(ana: Client, bella: Place) -> None:
    lasagna = row(bella, "Lasagna")
    mark = seen(ana.get(path(lasagna, "")))
    sent = form(bella, lasagna, description="Six layers", seen=mark)
    assert not told(post(ana, path(lasagna, "save"), **sent))["failed"]
    answer = post(ana, path(lasagna, "save"), **form(bella, lasagna, description="Seven layers", seen=mark))
    assert "Somebody else has changed this meanwhile" in words(answer)
    assert row(bella, "Lasagna").description == "Six layers"


def test_a_new_item_is_made_and_opened(ana: Client, bella: Place) -> None:
    pasta = row(bella, "Pasta", Category)
    assert f'value="{pasta.pk}" selected' in ana.get(f"{PAGE}items/new", {"category": str(pasta.pk)}).content.decode()
    sent = {"category": str(pasta.pk), "name": "Orecchiette", "price": "13,5", "active": "on"}
    answer = ana.post(f"{PAGE}items/new", sent)
    made = row(bella, "Orecchiette")
    assert answer["Location"] == path(made, "")
    assert made.price == Decimal("13.50")
    assert "another item of this name" in words(ana.post(f"{PAGE}items/new", sent))


def test_an_item_offers_groups_in_its_own_order(ana: Client, bella: Place) -> None:
    lasagna, parts = row(bella, "Lasagna"), path(row(bella, "Lasagna"), "parts")
    crust, toppings = (row(bella, name, MenuModifierGroup) for name in ("Crust", "Toppings"))
    for group in (crust, toppings):
        assert told(post(ana, parts, deed="offer", group=str(group.pk)))["text"] == f"{group.name} is offered"
    post(ana, parts, deed="up", group=str(toppings.pk))
    with scope.enter(bella):
        offered = ItemGroup.objects.filter(item=lasagna).order_by("position").values_list("group__name", flat=True)
        assert list(offered)[-2:] == ["Toppings", "Crust"]
    post(ana, parts, deed="withdraw", group=str(crust.pk))
    assert "Crust" not in words(post(ana, parts, deed="withdraw", group=str(toppings.pk))).split("Offer another")[0]
    assert post(ana, parts, deed="offer", group="none").status_code == 404


# ---- choices -------------------------------------------------------------------------------------------


def test_options_are_edited_in_place_and_taken_back(ana: Client, bella: Place) -> None:
    olives = option(bella, "olives")
    said = told(post(ana, path(olives), deed="fields", price="1.75", was="1.50"))
    assert option(bella, "olives").price == Decimal("1.75")
    undo(ana, said)
    assert option(bella, "olives").price == Decimal("1.50")
    told(post(ana, path(olives), deed="fields", default="on", was=""))
    told(post(ana, path(olives), deed="fields", synonyms="black ones, kalamata", was="black olives"))
    changed = option(bella, "olives")
    assert (changed.default, changed.synonyms) == (True, ["black ones", "kalamata"])
    answer = post(ana, path(olives), deed="fields", price="dear", was="1.50")
    assert "Give a price like 12.50." in words(answer)
    later = told(post(ana, path(olives), deed="fields", synonyms="green ones", was="black olives"))
    assert later["text"].startswith("Somebody else made it black ones, kalamata meanwhile")


def test_an_option_row_is_changed_without_scripts(ana: Client, bella: Place) -> None:
    olives = option(bella, "olives")
    mark = seen(ana.get(path(olives, "row")))
    sent = {"deed": "fields", "name": "olives", "price": "2", "synonyms": "", "pronunciation": "", "seen": mark}
    assert ana.post(path(olives), sent).status_code == 302
    assert option(bella, "olives").price == Decimal("2.00")
    ana.post(path(olives), {**sent, "price": "3"})
    assert option(bella, "olives").price == Decimal("2.00"), "the row was another by then"


def test_options_are_added_moved_and_removed_with_undo(ana: Client, bella: Place) -> None:
    toppings = row(bella, "Toppings", MenuModifierGroup)
    assert "capers added" in told(post(ana, path(toppings, "options"), name="capers", price="1"))["text"]
    assert told(post(ana, path(toppings, "options"), name="capers", price="1"))["failed"], "twice"
    capers = option(bella, "capers")
    post(ana, path(capers), deed="up")
    with scope.enter(bella):
        assert list(toppings.options.values_list("name", flat=True))[-2] == "capers"
    said = told(post(ana, path(capers), deed="remove"))
    assert said["text"] == "capers removed"
    undo(ana, said)
    assert option(bella, "capers").price == Decimal("1.00")


def test_a_group_says_how_many_it_takes_and_refuses_what_cannot_be(ana: Client, bella: Place) -> None:
    toppings = row(bella, "Toppings", MenuModifierGroup)
    page = words(ana.get(path(toppings, "")))
    assert "Choose up to 6" in page
    assert "Where it is used" in page
    assert "Margherita" in page
    sent = {"deed": "save", "name": "Toppings", "min": "1", "max": "3", "free": "2"}
    told(post(ana, path(toppings), **sent))
    assert "Choose 1 to 3, the first 2 free" in words(ana.get(path(toppings, "")))
    answer = post(ana, path(toppings), **{**sent, "min": "5"})
    assert "At least 5" in words(answer)
    assert 'id="g-max-e"' in answer.content.decode()
    with scope.enter(bella):
        inner = toppings.options.all()[0]
    assert "open below itself" in words(post(ana, path(toppings), **sent, parent=str(inner.pk)))
    assert "it is offered by" in words(post(ana, path(toppings), deed="remove"))


def test_a_new_group_opens_below_an_option(ana: Client, bella: Place) -> None:
    to = post(ana, f"{PAGE}choices/new", name="Doneness")["HX-Redirect"]
    made, deep = row(bella, "Doneness", MenuModifierGroup), option(bella, "deep dish", "Crust")
    assert to == path(made, "")
    told(post(ana, path(made), deed="save", name="Doneness", parent=str(deep.pk)))
    assert "Opens below deep dish of Crust" in words(ana.get(path(made, "")))
    assert "Opens below deep dish of Crust" in words(ana.get(f"{PAGE}choices/"))
    assert "below it opens Doneness" in told(post(ana, path(deep), deed="remove"))["text"]
    post(ana, path(made), deed="up")
    assert post(ana, path(made), deed="remove")["HX-Redirect"].startswith(f"{PAGE}choices/?removed=")
    assert told(post(ana, f"{PAGE}choices/new", name=""))["failed"]


# ---- hours and offers ----------------------------------------------------------------------------------


def test_hours_are_made_changed_and_removed(ana: Client, bella: Place) -> None:
    pasta = row(bella, "Pasta", Category)
    sent: dict[str, Any] = {"name": "Lunch", "weekdays": ["0", "1", "2"], "opens": "11:00", "closes": "15:00"}
    answer = post(ana, f"{PAGE}hours/new", **sent, categories=[str(pasta.pk)])
    assert "Mon – Wed, 11:00 am – 3:00 pm Pasta" in words(answer)
    lunch = row(bella, "Lunch", Daypart)
    to = f"{PAGE}hours/{lunch.pk}/do"
    mark = seen(ana.get(f"{PAGE}hours/"))
    told(post(ana, to, deed="save", **{**sent, "closes": "16:00", "first_day": "2026-04-01"}, seen=mark))
    lunch = row(bella, "Lunch", Daypart)
    assert (lunch.closes, lunch.first_day is not None) == (time(16), True)
    assert told(post(ana, to, deed="save", **sent, seen=mark))["failed"], "the later of two"
    answer = post(ana, to, deed="save", **{**sent, "weekdays": [], "opens": ""})
    assert 'aria-describedby="woe-' in answer.content.decode()
    lasagna = row(bella, "Lasagna")
    assert "Lunch" in words(post(ana, path(lasagna, "parts"), deed="serve", window=str(lunch.pk)))
    assert "Lasagna" in words(ana.get(f"{PAGE}hours/"))
    post(ana, path(lasagna, "parts"), deed="release", window=str(lunch.pk))
    told(post(ana, to, deed="remove"))
    assert "Everything is on the menu always" in words(ana.get(f"{PAGE}hours/"))


def test_offers_are_made_put_in_order_and_said_in_words(ana: Client, bella: Place) -> None:
    pasta, bread, tiramisu = row(bella, "Pasta", Category), row(bella, "Garlic Bread"), row(bella, "Tiramisu")
    told(post(ana, f"{PAGE}offers/new", **{"with": f"category:{pasta.pk}"}, offer=str(bread.pk), words="Some bread?"))
    told(post(ana, f"{PAGE}offers/new", **{"with": f"item:{bread.pk}"}, offer=str(tiramisu.pk)))
    assert told(post(ana, f"{PAGE}offers/new", offer=str(tiramisu.pk)))["text"] == "Name either an item or a category."
    same = post(ana, f"{PAGE}offers/new", **{"with": f"item:{bread.pk}"}, offer=str(bread.pk))
    assert "not offered with itself" in words(same)
    second = _pair(bella, tiramisu)
    to = f"{PAGE}offers/{second.pk}/do"
    told(post(ana, to, deed="up"))
    assert _pair(bella, tiramisu).position == 0
    said = told(post(ana, to, deed="fields", words="A tiramisu?", was=""))
    undo(ana, said)
    assert _pair(bella, tiramisu).words == ""
    told(post(ana, to, deed="remove"))
    with scope.enter(bella):
        assert UpsellPair.objects.count() == 1


def _pair(place: Place, offer: MenuItem) -> UpsellPair:
    with scope.enter(place):
        return UpsellPair.objects.get(offer=offer)


# ---- a menu that is shared -----------------------------------------------------------------------------


def share(bella: Place, sakura: Place) -> None:
    """Sakura takes its menu from Bella's."""
    with scope.enter(bella):
        edition = editions.keep(by="ana@bella.test", note="", now=timezone.now())
    with scope.public():
        owner = Owner.objects.create(name="Test")
        Restaurant.objects.filter(pk__in=[bella.id, sakura.id]).update(owner=owner)
        Restaurant.objects.filter(pk=sakura.id).update(menu_from_id=bella.id)
    with scope.enter(sakura):
        MenuEdition.objects.all().delete()
        editions.receive(bella.id, now=timezone.now())
        assert MenuEdition.objects.get().from_edition == edition.number


def test_a_house_that_shares_a_menu_has_its_own_prices_and_nothing_else(bella: Place, sakura: Place) -> None:
    from apps.accounts.models import User

    share(bella, sakura)
    yuki = Client()
    yuki.force_login(User.objects.get(email="yuki@sakura.test"))
    lasagna = row(sakura, "Lasagna")
    here = path(lasagna).replace("bella-napoli", "sakura")
    assert "This menu comes from Bella Napoli." in words(yuki.get(PAGE.replace("bella-napoli", "sakura")))
    refused = told(post(yuki, here, deed="fields", name="Lasagne", was="Lasagna"))
    assert refused["text"] == "This comes from the menu of Bella Napoli. Change it there."
    said = told(post(yuki, here, deed="fields", price="17", was="15.50"))
    assert row(sakura, "Lasagna").price == Decimal("17.00")
    told(post(yuki, here, deed="take_down"))
    with scope.enter(sakura):
        mine = MenuOverride.objects.get()
        assert (mine.price, mine.active) == (Decimal("17.00"), False)
    page = words(yuki.get("/r/sakura/menu/shared/"))
    assert "Lasagna Pasta 15.50 on the menu 17.00 off the menu" in page
    lifted = told(post(yuki, f"/r/sakura/menu/shared/{lasagna.pk}/do", deed="lift"))
    assert (row(sakura, "Lasagna").price, row(sakura, "Lasagna").active) == (Decimal("15.50"), True)
    undo(yuki, lifted)
    assert (row(sakura, "Lasagna").price, row(sakura, "Lasagna").active) == (Decimal("17.00"), False)
    assert row(bella, "Lasagna").price == Decimal("15.50")
    assert said["undo"]["fields"]["price"] == "15.50"
    olives = row(sakura, "olives", MenuModifier, group__name="Toppings")
    to = path(olives).replace("bella-napoli", "sakura")
    told(post(yuki, to, deed="fields", price="9", was="1.50"))
    assert row(sakura, "olives", MenuModifier, group__name="Toppings").price == Decimal("9.00")
    assert told(post(yuki, to, deed="fields", name="capers", was="olives"))["failed"]
