"""Whatever is taken off the menu can be put back as it was, with all that went with it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from apps.accounts.models import AuditEntry
from apps.menu import document
from apps.menu.models import Category, Daypart, ItemGroup, MenuItem, MenuModifierGroup, UpsellPair
from apps.tenants import scope
from apps.tenants.scope import Place
from tests.dashboard.menu import PAGE, option, path, post, row, told, undo, words


@pytest.fixture(autouse=True)
def nothing_removed_yet() -> None:
    cache.clear()


def menu(place: Place) -> Any:
    with scope.enter(place):
        return document.read()


@pytest.fixture
def rich(bella: Place) -> Place:
    """Margherita is served at lunch and offered with soups; nothing holds the soups, nobody offers the group."""
    with scope.enter(bella):
        margherita = MenuItem.objects.get(name="Margherita")
        soups = Category.objects.create(name="Soups", position=99)
        lunch = Daypart.objects.create(name="Lunch", weekdays=[0, 1], opens="11:00", closes="15:00")
        lunch.items.add(margherita)
        UpsellPair.objects.create(item=margherita, offer=MenuItem.objects.get(name="Lasagna"), words="Or a lasagna?")
        UpsellPair.objects.create(category=Category.objects.get(name="Pasta"), offer=margherita)
        group = MenuModifierGroup.objects.create(name="Spare")
        group.options.create(name="basil", price=1, position=0)
        assert soups.pk
        assert ItemGroup.objects.filter(item=margherita).count() > 1
    return bella


def gone_to(answer: Any) -> str:
    return str(answer["HX-Redirect"])


def test_a_category_hours_an_offer_and_an_option_come_back_by_undo(ana: Client, rich: Place) -> None:
    before = menu(rich)
    with scope.enter(rich):
        pair, lunch = UpsellPair.objects.exclude(words="").get(), Daypart.objects.get(name="Lunch")
    for to in (
        path(row(rich, "Soups", Category)),
        f"{PAGE}hours/{lunch.pk}/do",
        f"{PAGE}offers/{pair.pk}/do",
        path(option(rich, "basil", "Spare")),
    ):
        said = told(post(ana, to, deed="remove"))
        assert not said["failed"], said
        assert menu(rich) != before, "it is gone"
        assert undo(ana, said)["HX-Refresh"] == "true"
        assert menu(rich) == before, to


def test_an_item_comes_back_from_the_page_one_is_led_to(ana: Client, rich: Place) -> None:
    with scope.enter(rich):
        UpsellPair.objects.all().delete()  # else it is still needed
        Daypart.objects.all().delete()
    before = menu(rich)
    to = gone_to(post(ana, path(row(rich, "Margherita")), deed="remove"))
    page = ana.get(to)
    assert "Margherita removed Undo" in words(page)
    assert menu(rich) != before
    token = to.partition("removed=")[2]
    assert ana.post(f"{PAGE}put-back", {"removed": token}).status_code == 302, "without scripts too"
    assert menu(rich) == before
    assert "Margherita removed" not in words(ana.get(to)), "once"
    with scope.enter(rich):
        assert AuditEntry.objects.filter(action="menu/put_back").exists()


def test_a_group_comes_back_with_its_options(ana: Client, rich: Place) -> None:
    before = menu(rich)
    to = gone_to(post(ana, path(row(rich, "Spare", MenuModifierGroup)), deed="remove"))
    assert "Spare removed Undo" in words(ana.get(to))
    ana.post(f"{PAGE}put-back", {"removed": to.partition("removed=")[2]}, headers={"HX-Request": "true"})
    assert menu(rich) == before


def test_what_somebody_did_meanwhile_stays_and_a_name_taken_meanwhile_is_said(ana: Client, rich: Place) -> None:
    said = told(post(ana, path(row(rich, "Soups", Category)), deed="remove"))
    with scope.enter(rich):
        MenuItem.objects.filter(name="Lasagna").update(price=99)
        Category.objects.create(name="Soups", position=98)
    now = menu(rich)
    answer = told(undo(ana, said))
    assert (answer["failed"], "Somebody else" in answer["text"]) == (True, True)
    assert menu(rich) == now
    with scope.enter(rich):
        Category.objects.filter(name="Soups").delete()
    assert undo(ana, said)["HX-Refresh"] == "true"
    assert str(row(rich, "Lasagna").price) == "99.00"


def test_in_a_draft_it_comes_back_in_the_draft(ana: Client, rich: Place) -> None:
    served = menu(rich)
    said = told(post(ana, path(row(rich, "Soups", Category)), deed="remove", **{"in": "draft"}))
    assert "Soups" not in words(ana.get(f"{PAGE}?in=draft"))
    undo(ana, said)
    assert "Soups" in words(ana.get(f"{PAGE}?in=draft"))
    assert menu(rich) == served


@pytest.mark.parametrize("token", ["", "unknown", "\x00", "a" * 5000])
def test_what_nobody_removed_is_not_brought_back(ana: Client, rich: Place, token: str) -> None:
    before = menu(rich)
    answer = told(post(ana, f"{PAGE}put-back", removed=token))
    assert (answer["text"], answer["failed"]) == ("There is nothing to bring back any more.", True)
    assert menu(rich) == before


def test_another_house_cannot_bring_it_back(ana: Client, rich: Place, sakura: Place, signed_in: Any) -> None:
    said = told(post(ana, path(row(rich, "Soups", Category)), deed="remove"))
    before = menu(sakura)
    to = said["undo"]["to"].replace("bella-napoli", "sakura")
    assert ana.post(to, said["undo"]["fields"]).status_code in (403, 404)
    assert menu(sakura) == before
