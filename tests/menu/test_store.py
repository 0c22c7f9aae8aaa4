"""Imported menus as rows: all or nothing, again without effect, and out again as they came in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.menu import services
from apps.menu.card import Card
from apps.menu.imports import sheet, store
from apps.menu.models import ItemVariant, MenuItem, MenuModifier, MenuVersion
from apps.tenants import scope
from apps.tenants.scope import Place
from tests.menu.test_imports import nameless

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def card() -> Card:
    return services.read_card(now=NOW)


def version() -> int:
    return MenuVersion.objects.filter(pk=1).values_list("number", flat=True).first() or 0


@pytest.mark.parametrize("slug", ["bella-napoli", "sakura"])
def test_a_menu_moves_to_another_restaurant_by_file_unchanged(
    open_restaurant: Callable[..., Place], slug: str, bella: Place, sakura: Place
) -> None:
    with scope.enter(bella if slug == "bella-napoli" else sakura):
        theirs = card()
    with scope.enter(open_restaurant()):
        changes = store.write(sheet.read(sheet.write(theirs)).items)
        ours = card()
    assert len(changes.added) == len(theirs.items)
    assert nameless(ours.items) == nameless(theirs.items)


def test_the_same_file_again_changes_nothing(in_bella: Place) -> None:
    before, counted = card(), version()
    changes = store.write(sheet.read(sheet.write(before)).items)
    assert (changes.added, changes.changed, changes.missing) == ([], [], [])
    assert len(changes.unchanged) == len(before.items)
    assert (card(), version()) == (before, counted)


def test_a_dry_run_says_what_would_change_and_changes_nothing(in_bella: Place) -> None:
    before, counted = card(), version()
    table = "category,item,price\nPizza,Margherita,99\nPizza,Quattro Stagioni,15\n"
    changes = store.write(sheet.read(table).items, replace=True, dry_run=True)
    assert (changes.added, changes.changed) == (["Quattro Stagioni"], ["Margherita"])
    assert len(changes.missing) == len(before.items) - 1
    assert (card(), version()) == (before, counted)


def test_an_import_changes_counts_the_version_and_keeps_what_is_sold_out(in_bella: Place) -> None:
    margherita = MenuItem.objects.get(name="Margherita")
    services.eighty_six(margherita, reason="no basil")
    counted = version()
    store.write(sheet.read("category,item,size,price\nPizza,Margherita,small,13\nPizza,Margherita,large,19\n").items)
    ours = next(item for item in card().items if item.name == "Margherita")
    assert [(size.name, str(size.price)) for size in ours.variants] == [("small", "13.00"), ("large", "19.00")]
    assert not ours.available
    assert ours.id == str(margherita.pk)
    assert version() > counted


def test_without_replace_nothing_leaves_the_menu_and_with_it_the_rest_does(in_bella: Place) -> None:
    one = sheet.read("category,item,price\nPizza,Margherita,12\n").items
    there = len(card().items)
    store.write(one)
    assert len(card().items) == there
    store.write(one, replace=True)
    assert [item.name for item in card().items] == ["Margherita"]


def test_a_group_the_file_only_names_is_the_restaurants_own(in_bella: Place) -> None:
    table = "category,item,price,modifier_groups\nPizza,Quattro,15,Toppings | Sauces nobody has\n"
    changes = store.write(sheet.read(table).items)
    ours = next(item for item in card().items if item.name == "Quattro")
    assert [group.name for group in ours.groups] == ["Toppings"]
    assert ours.groups[0].options
    assert changes.warnings == ["The group “Sauces nobody has” has no options in the file; it is left out."]


def test_an_error_half_way_leaves_everything_as_it_was(in_bella: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    before = card()

    def fails(*args: Any, **kwargs: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(ItemVariant.objects, "create", fails)
    with pytest.raises(OSError, match="disk full"):
        store.write(sheet.read("category,item,size,price\nA,B,,1\nA,C,big,2\n").items)
    assert card() == before


def test_the_command_names_every_bad_row_and_changes_nothing(in_bella: Place, tmp_path: Path) -> None:
    before = card()
    file = tmp_path / "menu.csv"
    file.write_text("category,item,price\nPizza,Margherita,12\nPizza,Free lunch,\nPizza,Odd,x\n")
    with pytest.raises(CommandError) as refused:
        call_command("import_menu", str(file), restaurant="bella-napoli")
    assert "2 problems" in str(refused.value)
    assert "row 3: “Free lunch” has no price." in str(refused.value)
    assert "row 4: “x” is not a price." in str(refused.value)
    assert card() == before


def test_the_commands_export_and_import_the_same_menu(in_bella: Place, tmp_path: Path) -> None:
    file, said = tmp_path / "menu.csv", StringIO()
    call_command("export_menu", str(file), restaurant="bella-napoli", stdout=said)
    call_command("import_menu", str(file), restaurant="bella-napoli", dry_run=True, stdout=said)
    assert "0 added" in said.getvalue()
    assert "0 changed" in said.getvalue()
    assert MenuModifier.objects.exists()
