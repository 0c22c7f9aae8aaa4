"""The menu as one document: every row of its tables, by table, with their ids; and what differs between two. The
state of a day (what is sold out) is not part of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from apps.menu.models import (
    Category,
    Daypart,
    EightySixed,
    ItemGroup,
    ItemVariant,
    MenuItem,
    MenuModifier,
    MenuModifierGroup,
    MenuOverride,
    UpsellPair,
)
from apps.outbox import live

Document = dict[str, list[dict[str, Any]]]
TABLES: tuple[type[models.Model], ...] = (
    Category,
    MenuItem,
    ItemVariant,
    MenuModifierGroup,
    MenuModifier,
    ItemGroup,
    Daypart,
    UpsellPair,
)
"""In the order in which they are written; PostgreSQL checks what refers to what at the end."""
_ENCODE = DjangoJSONEncoder().default
OF_THE_DAY = {field.name for field in EightySixed._meta.get_fields()} | {"updated_at"}


def read(*tables: type[models.Model]) -> Document:
    """The menu of the restaurant that was entered; some of its tables only, where they are named."""
    found: Document = {}
    for table in tables or TABLES:
        plain = table._default_manager.order_by("pk").prefetch_related(*lists(table))
        found[table._meta.db_table] = [row_of(row) for row in plain]
    return found


def write(document: Document) -> None:
    """Make the menu what the document says, within the caller's transaction: rows keep their ids, what is sold out
    today stays so, and what this location has otherwise (`MenuOverride`) is put on top."""
    today = {
        row.pk: {name: getattr(row, name) for name in OF_THE_DAY if hasattr(row, name)}
        for table in (MenuItem, MenuModifier)
        for row in table._default_manager.all()
    }
    overrides = {row.row_id: row for row in MenuOverride.objects.all()}
    for table in reversed(TABLES):
        table._default_manager.all().delete()
    for table in TABLES:
        rows = document.get(table._meta.db_table, [])
        made = [_made(table, row) for row in rows]
        for row in made:
            for name, value in today.get(row.pk, {}).items():
                setattr(row, name, value)
            _override(row, overrides)
        table._default_manager.bulk_create(made)
        for row, values in zip(made, rows, strict=True):
            for name in lists(table):
                getattr(row, name).set(values.get(name, []))
    live.touched("menu")


def gone(before: Document, after: Document) -> Document:
    """The rows that are no more."""
    found = {}
    for table, rows in before.items():
        still = _by_id(after, table)
        found[table] = [row for row in rows if row["id"] not in still]
    return found


def with_back(document: Document, rows: Document) -> Document:
    """The document with these rows (`gone`) put back; those that are there again stay as they are."""
    there = {table: _by_id(document, table) for table in document}
    return {
        table: [*known, *(row for row in rows.get(table, ()) if row["id"] not in there[table])]
        for table, known in document.items()
    }


def differences(before: Document, after: Document) -> dict[str, list[str]]:
    """Names of items that were added, removed, repriced (with their sizes and options) or changed otherwise."""
    old, new = _by_id(before, "menu_items"), _by_id(after, "menu_items")
    shared = [(old[key], new[key]) for key in old.keys() & new.keys()]
    repriced = {one["name"] for was, one in shared if was["price"] != one["price"]} | _repriced_parts(before, after)
    changed = {one["name"] for was, one in shared if {**was, "price": 0} != {**one, "price": 0}}
    return {
        "added": sorted(new[key]["name"] for key in new.keys() - old.keys()),
        "removed": sorted(old[key]["name"] for key in old.keys() - new.keys()),
        "repriced": sorted(repriced),
        "changed": sorted(changed),
    }


def _repriced_parts(before: Document, after: Document) -> set[str]:
    """Items one of whose sizes costs something else, and options that do."""
    items, names = _by_id(after, "menu_items"), set()
    for table, owner in (("menu_item_variants", "item"), ("menu_modifiers", "")):
        old, new = _by_id(before, table), _by_id(after, table)
        for key in old.keys() & new.keys():
            if old[key]["price"] != new[key]["price"]:
                names.add(items[new[key][owner]]["name"] if owner else new[key]["name"])
    return names


def _by_id(document: Document, table: str) -> Mapping[str, dict[str, Any]]:
    return {row["id"]: row for row in document.get(table, [])}


def row_of(row: models.Model) -> dict[str, Any]:
    """One row as the document has it."""
    values: dict[str, Any] = {}
    for name, attribute in _columns(type(row)):
        value = getattr(row, attribute)
        values[name] = value if isinstance(value, bool | int | str | list | dict | None) else _ENCODE(value)
    for name in lists(type(row)):
        values[name] = sorted(str(each.pk) for each in getattr(row, name).all())
    return values


@cache
def _columns(table: type[models.Model]) -> tuple[tuple[str, str], ...]:
    fields = table._meta.concrete_fields
    return tuple((field.name, field.attname) for field in fields if field.name not in OF_THE_DAY)


@cache
def lists(table: type[models.Model]) -> tuple[str, ...]:
    """Its many-to-many fields that have no table of their own among `TABLES`."""
    return tuple(many.name for many in table._meta.many_to_many if many.remote_field.through not in TABLES)


def _made(table: type[models.Model], values: Mapping[str, Any]) -> models.Model:
    fields = {field.name: field for field in table._meta.concrete_fields}
    given = {fields[name].attname: fields[name].to_python(value) for name, value in values.items() if name in fields}
    return table(**given)


def _override(row: models.Model, overrides: Mapping[Any, MenuOverride]) -> None:
    mine = overrides.get(row.pk)
    if mine is None:
        return
    if mine.price is not None and isinstance(row, MenuItem | ItemVariant | MenuModifier):
        row.price = mine.price
    if mine.active is not None and isinstance(row, MenuItem):
        row.active = mine.active


def fault(document: Any) -> str:
    """Why this cannot be a menu, as a sentence; empty when it can."""
    if not isinstance(document, dict) or not isinstance(document.get("menu_items"), Sequence):
        return "This is no menu."
    unknown = sorted(set(document) - {table._meta.db_table for table in TABLES})
    return f"A menu has no part called {unknown[0]}." if unknown else ""
