"""Editions of the menu: kept, compared, drafted beside what is served, brought back, and shared between houses."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DataError, connections, transaction

from apps.menu import document, editions, tasks
from apps.menu import services as menu
from apps.menu.card import Card
from apps.menu.models import (
    Category,
    Daypart,
    ItemVariant,
    MenuDraft,
    MenuEdition,
    MenuItem,
    MenuModifier,
    MenuOverride,
    UpsellPair,
)
from apps.outbox.models import Work
from apps.tenants import scope
from apps.tenants.models import Owner, Restaurant

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def card() -> Card:
    return menu.read_card(now=NOW)


def served(name: str) -> Any:
    return next((item for item in card().items if item.name == name), None)


def reprice(name: str, price: str) -> None:
    MenuItem.objects.filter(name=name).update(price=Decimal(price))


def edit(dice: random.Random) -> None:
    """Something that people do to menus."""
    rows = list(MenuItem.objects.all())
    match dice.randrange(7):
        case 0:
            MenuItem.objects.filter(pk=dice.choice(rows).pk).update(price=Decimal(dice.randint(100, 3000)) / 100)
        case 1:
            dice.choice(rows).delete()
        case 2:
            MenuItem.objects.create(
                category=dice.choice(list(Category.objects.all())), name=f"New {dice.random()}", price=5
            )
        case 3:
            one, other = dice.sample(rows, 2)  # the names of two dishes change places
            names = one.name, other.name
            MenuItem.objects.filter(pk=one.pk).update(name="in between")
            MenuItem.objects.filter(pk=other.pk).update(name=names[0])
            MenuItem.objects.filter(pk=one.pk).update(name=names[1])
        case 4:
            dice.choice(list(MenuModifier.objects.all())).delete()
        case 5:
            made = Daypart.objects.create(name=f"{dice.random()}", weekdays=[1, 2], opens="08:00", closes="11:00")
            made.items.add(dice.choice(rows))
        case _:
            UpsellPair.objects.create(item=dice.choice(rows), offer=dice.choice(rows), words="?")


@pytest.mark.parametrize("seed", range(8))
def test_going_back_restores_a_menu_exactly(in_bella: Any, seed: int) -> None:
    dice = random.Random(seed)
    first, before = editions.keep(by="ana", now=NOW), card()
    for _ in range(12):
        edit(dice)
    changed = document.read()
    back = editions.roll_back(to=first.number, by="ana", now=NOW)
    assert back.document == document.read() == first.document
    assert {**vars(card()), "version": 0, "by_id": 0} == {**vars(before), "version": 0, "by_id": 0}
    in_between = MenuEdition.objects.get(number=back.number - 1)
    assert in_between.document == changed, "what stood until then is kept"
    editions.roll_back(to=in_between.number, by="ana", now=NOW)
    assert document.read() == changed


def test_an_edition_is_made_only_when_something_differs_and_says_what(in_bella: Any) -> None:
    first = editions.keep(by="ana", now=NOW)
    assert editions.keep(by="sam", now=NOW) == first
    reprice("Lasagna", "17.00")
    ItemVariant.objects.filter(item__name="Margherita", name="small").update(price=12)
    MenuItem.objects.get(name="Tiramisu").delete()
    MenuItem.objects.create(category=Category.objects.first(), name="Calzone", price=9)
    MenuItem.objects.filter(name="Gnocchi").update(description="With sage.")
    second = editions.keep(by="ana", note="autumn", now=NOW)
    assert second.number == first.number + 1
    assert second.differs == {
        "added": ["Calzone"],
        "removed": ["Tiramisu"],
        "repriced": ["Lasagna", "Margherita"],
        "changed": ["Gnocchi"],
    }


def test_what_is_sold_out_today_stays_so_through_an_edition(in_bella: Any) -> None:
    first = editions.keep(by="ana", now=NOW)
    menu.eighty_six(MenuItem.objects.get(name="Lasagna"), reason="sold out")
    menu.eighty_six(MenuModifier.objects.get(name="ranch"), reason="no more")
    reprice("Gnocchi", "20")
    editions.roll_back(to=first.number, by="ana", now=NOW)
    assert not served("Lasagna").available
    assert MenuModifier.objects.get(name="ranch").sold_out_reason == "no more"
    assert served("Gnocchi").price == Decimal("14.50")


def test_an_edition_that_never_was_is_refused(in_bella: Any) -> None:
    with pytest.raises(editions.Refusal, match="no edition 7"):
        editions.roll_back(to=7, by="ana", now=NOW)
    assert not MenuEdition.objects.exists()


# ---- drafts ---------------------------------------------------------------------------------------------


def test_a_draft_changes_nothing_until_it_is_published(in_bella: Any) -> None:
    with editions.drafting(by="ana", now=NOW):
        reprice("Lasagna", "99.00")
        assert served("Lasagna").price == 99
    assert served("Lasagna").price == Decimal("15.50")
    assert editions.draft_differences()["repriced"] == ["Lasagna"]
    with editions.drafting(by="sam", now=NOW):
        assert served("Lasagna").price == 99, "a draft goes on where it was left"
        reprice("Gnocchi", "98.00")
    edition = editions.publish_draft(by="ana", note="winter", now=NOW)
    assert (served("Lasagna").price, served("Gnocchi").price) == (99, 98)
    assert (edition.note, edition.differs["repriced"]) == ("winter", ["Gnocchi", "Lasagna"])
    assert not MenuDraft.objects.exists()
    with pytest.raises(editions.Refusal, match="no draft"):
        editions.publish_draft(by="ana", now=NOW)


def test_a_stale_draft_is_refused_and_touches_nothing(in_bella: Any) -> None:
    with editions.drafting(by="ana", now=NOW):
        reprice("Lasagna", "99.00")
    reprice("Gnocchi", "20.00")
    with pytest.raises(editions.Refusal, match="has changed since"):
        editions.publish_draft(by="ana", now=NOW)
    with pytest.raises(editions.Refusal, match="has changed since"), editions.drafting(by="ana", now=NOW):
        reprice("Lasagna", "1.00")
    assert (served("Lasagna").price, served("Gnocchi").price) == (Decimal("15.50"), Decimal(20))
    editions.discard_draft()
    assert editions.draft_differences() == {}


def test_a_draft_that_breaks_leaves_the_one_before(in_bella: Any) -> None:
    with editions.drafting(by="ana", now=NOW):
        reprice("Lasagna", "99.00")
    with pytest.raises(DataError), editions.drafting(by="ana", now=NOW):
        reprice("Lasagna", "1" * 12)
    assert served("Lasagna").price == Decimal("15.50")
    editions.publish_draft(by="ana", now=NOW)
    assert served("Lasagna").price == 99


def test_publishers_at_once_make_editions_one_after_the_other(open_restaurant: Callable[..., Any]) -> None:
    place = open_restaurant(like="bella-napoli")
    start, failures = threading.Barrier(6), list[Exception]()

    def publish(number: int) -> None:
        start.wait()
        try:
            with scope.enter(place), transaction.atomic():
                reprice("Lasagna", f"{20 + number}.00")
                editions.keep(by=f"u{number}", now=NOW)
        except Exception as error:  # told below
            failures.append(error)
        connections.close_all()

    people = [threading.Thread(target=publish, args=(number,)) for number in range(6)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert failures == []
    with scope.enter(place):
        assert list(MenuEdition.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


# ---- several houses -------------------------------------------------------------------------------------


@pytest.fixture
def houses(open_restaurant: Callable[..., Any]) -> Any:
    """Two houses of one owner, the second with the menu of the first; and a stranger."""
    first, second, stranger = (open_restaurant(like="bella-napoli") for _ in range(3))
    owner = Owner.objects.create(name=f"Owner of {first.slug}")
    Restaurant.objects.filter(pk__in=[first.id, second.id]).update(owner=owner)
    Restaurant.objects.filter(pk=second.id).update(menu_from=first.id)
    yield first, second, stranger
    Work.objects.filter(restaurant_id__in=[first.id, second.id, stranger.id]).delete()
    Restaurant.objects.filter(owner=owner).update(menu_from=None, owner=None)
    owner.delete()


def publish(place: Any, price: str) -> MenuEdition:
    with scope.enter(place):
        reprice("Lasagna", price)
        return editions.keep(by="ana", now=NOW)


def take_over(place: Any, source: Any) -> None:
    with scope.enter(place):
        tasks.receive({"from": str(source.id)})


def price_at(place: Any) -> Decimal:
    with scope.enter(place):
        price: Decimal = served("Lasagna").price
        return price


def test_an_edition_is_work_for_the_houses_that_share_the_menu_and_nobody_else(houses: Any) -> None:
    first, second, _ = houses
    edition = publish(first, "21.00")
    work = Work.objects.filter(kind="menu.receive")
    assert [(row.restaurant_id, row.key) for row in work] == [
        (second.id, f"menu.receive:{second.id}:{first.id}:{edition.number}")
    ]
    for _ in range(2):
        take_over(second, first)
    assert price_at(second) == Decimal("21.00")
    with scope.enter(second):
        assert list(MenuEdition.objects.values_list("from_edition", flat=True)) == [edition.number]


def test_what_a_house_has_otherwise_stays_through_every_edition(houses: Any) -> None:
    first, second, _ = houses
    publish(first, "21.00")
    with scope.enter(first):
        lasagna, gnocchi = MenuItem.objects.get(name="Lasagna"), MenuItem.objects.get(name="Gnocchi")
        small = ItemVariant.objects.get(item__name="Margherita", name="small")
    with scope.enter(second):
        MenuOverride.objects.create(row_id=lasagna.pk, price="25.00")
        MenuOverride.objects.create(row_id=gnocchi.pk, active=False)
        MenuOverride.objects.create(row_id=small.pk, price="13.00")
    take_over(second, first)
    publish(first, "22.00")
    take_over(second, first)
    assert (price_at(first), price_at(second)) == (Decimal(22), Decimal(25))
    with scope.enter(second):
        assert served("Gnocchi") is None
        assert served("Margherita").variants[0].price == 13


def test_a_stranger_never_takes_over_a_menu(houses: Any) -> None:
    first, second, stranger = houses
    publish(first, "21.00")
    take_over(stranger, first)
    assert price_at(stranger) == Decimal("15.50")
    Restaurant.objects.filter(pk=second.id).update(menu_from=None)
    take_over(second, first)
    assert price_at(second) == Decimal("15.50"), "it does not share the menu any more"
    take_over(first, second)
    assert price_at(first) == Decimal(21)


# ---- the commands ---------------------------------------------------------------------------------------


def test_a_file_goes_into_the_draft_or_is_an_edition_of_its_own(in_bella: Any, tmp_path: Any, capsys: Any) -> None:
    file = tmp_path / "menu.csv"
    file.write_text("category,item,price\nPasta,Lasagna,18.00\n")
    call_command("import_menu", str(file), restaurant="bella-napoli", draft=True)
    assert served("Lasagna").price == Decimal("15.50")
    call_command("menu", "--restaurant", "bella-napoli", "publish", "--note", "spring")
    assert served("Lasagna").price == 18
    file.write_text("category,item,price\nPasta,Lasagna,19.00\n")
    call_command("import_menu", str(file), restaurant="bella-napoli")
    assert served("Lasagna").price == 19
    capsys.readouterr()
    call_command("menu", "--restaurant", "bella-napoli", "list")
    listed = capsys.readouterr().out
    assert "import of menu.csv" in listed
    assert "spring" in listed
    call_command("menu", "--restaurant", "bella-napoli", "rollback", "1")
    assert served("Lasagna").price == Decimal("15.50")
    with pytest.raises(CommandError, match="no edition 99"):
        call_command("menu", "--restaurant", "bella-napoli", "rollback", "99")
