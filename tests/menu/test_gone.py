"""What a removal takes away, and the menu as it was when it is put back: pure, on documents."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from apps.menu import document

IDS = some.sampled_from("abcdefgh")
ROWS = some.lists(
    some.fixed_dictionaries({"id": IDS, "name": some.text(max_size=3)}), unique_by=lambda row: row["id"], max_size=6
)
MENUS = some.fixed_dictionaries({"menu_items": ROWS, "menu_dayparts": ROWS})


def without(menu: document.Document, ids: set[str]) -> document.Document:
    return {table: [row for row in rows if row["id"] not in ids] for table, rows in menu.items()}


def by_id(menu: document.Document) -> dict[str, dict[str, Any]]:
    return {table: {row["id"]: row for row in rows} for table, rows in menu.items()}


@given(MENUS, some.sets(IDS))
def test_put_back_at_once_the_menu_is_as_it_was(menu: document.Document, ids: set[str]) -> None:
    left = without(menu, ids)
    assert by_id(document.with_back(left, document.gone(menu, left))) == by_id(menu)


@given(MENUS, some.sets(IDS))
def test_put_back_twice_is_put_back_once(menu: document.Document, ids: set[str]) -> None:
    left = without(menu, ids)
    back = document.gone(menu, left)
    once = document.with_back(left, back)
    assert document.with_back(once, back) == once


@given(MENUS, some.sets(IDS), some.sets(IDS))
def test_what_somebody_changed_meanwhile_stays_as_they_left_it(
    menu: document.Document, ids: set[str], later: set[str]
) -> None:
    left = without(menu, ids)
    changed = {table: [{**row, "name": "theirs"} for row in rows] for table, rows in without(left, later).items()}
    found = by_id(document.with_back(changed, document.gone(menu, left)))
    for table, rows in changed.items():
        assert all(found[table][row["id"]] == row for row in rows)
        assert not {row["id"] for row in left[table]} & later & found[table].keys(), (
            "gone since: not ours to bring back"
        )
