"""A draft brought up to date: what it changed, done again to the menu as it is now. Pure.

By row and field: where the draft has something otherwise than the menu it was begun from, the draft counts, everywhere
else the menu of now. A row that either of them removed is gone, and with it what belonged to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
Document = Mapping[str, Sequence[Row]]
REFERENCES: Mapping[str, Mapping[str, str]] = {
    "menu_categories": {},
    "menu_items": {"category": "menu_categories"},
    "menu_item_variants": {"item": "menu_items"},
    "menu_modifier_groups": {"parent": "menu_modifiers"},
    "menu_modifiers": {"group": "menu_modifier_groups"},
    "menu_item_groups": {"item": "menu_items", "group": "menu_modifier_groups"},
    "menu_dayparts": {},
    "menu_upsells": {"item": "menu_items", "category": "menu_categories", "offer": "menu_items"},
}
"""Which fields of a table name rows of another."""
LISTS = {"categories": "menu_categories", "items": "menu_items"}
"""Of windows: fields that name several."""


def merged(base: Document, mine: Document, theirs: Document) -> dict[str, list[dict[str, Any]]]:
    """`mine` is the draft, begun from `base`; `theirs` what is served now."""
    found = {table: _rows(table, *(each.get(table, ()) for each in (base, mine, theirs))) for table in REFERENCES}
    while any(_drop_what_hangs(table, found) for table in REFERENCES):
        pass
    for row in found["menu_dayparts"]:
        for name, table in LISTS.items():
            known = {each["id"] for each in found[table]}
            row[name] = [key for key in row[name] if key in known]
    return found


def _rows(table: str, base: Iterable[Row], mine: Iterable[Row], theirs: Iterable[Row]) -> list[dict[str, Any]]:
    was, draft, now = ({_key(table, row): row for row in rows} for rows in (base, mine, theirs))
    made = []
    for key in [*now, *(key for key in draft if key not in now)]:
        if key not in was:
            made.append(dict(now.get(key) or draft[key]))
        elif key in draft and key in now:
            made.append({name: _field(name, was[key], draft[key], now[key]) for name in now[key]})
    return made


def _key(table: str, row: Row) -> Any:
    """That an item offers a group is the same fact, whichever row says so."""
    return (row["item"], row["group"]) if table == "menu_item_groups" else row["id"]


def _field(name: str, was: Row, draft: Row, now: Row) -> Any:
    return draft[name] if draft.get(name) != was.get(name) else now[name]


def _drop_what_hangs(table: str, found: dict[str, list[dict[str, Any]]]) -> bool:
    """Rows that refer to what is gone; whether there were any."""
    known = {to: {row["id"] for row in found[to]} for to in REFERENCES[table].values()}
    kept = [
        row
        for row in found[table]
        if all(row[name] is None or row[name] in known[to] for name, to in REFERENCES[table].items())
    ]
    dropped = len(kept) < len(found[table])
    found[table] = kept
    return dropped
