"""A whole menu as somebody sends it: every row looked at before any of it may become a draft, every fault named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import models
from rest_framework import serializers

from apps.accounts.rest.taken import Taken
from apps.menu import document
from apps.menu.api_categories import CategoryTaken, DaypartTaken, UpsellTaken
from apps.menu.api_fields import Position, Price
from apps.menu.api_items import ItemPlain, VariantTaken
from apps.menu.api_modifiers import GroupPlain, OptionTaken
from apps.menu.document import Document

MOST_ROWS = 20_000
MOST_FAULTS = 100
Fault = dict[str, Any]


class _Category(CategoryTaken):
    id = serializers.UUIDField()
    position = Position(required=True)


class _Item(ItemPlain):
    id = serializers.UUIDField()
    category = serializers.UUIDField()
    position = Position(required=True)


class _Variant(VariantTaken):
    id = serializers.UUIDField()
    item = serializers.UUIDField()
    position = Position(required=True)


class _Group(GroupPlain):
    id = serializers.UUIDField()
    parent: Any = serializers.UUIDField(allow_null=True)  # fields have a `parent` of their own
    minimum = serializers.IntegerField(min_value=0, max_value=1000)
    maximum = serializers.IntegerField(min_value=1, max_value=1000, allow_null=True)
    position = Position(required=True)

    def validate(self, row: dict[str, Any]) -> dict[str, Any]:
        if row["maximum"] is not None and row["maximum"] < row["minimum"]:
            raise serializers.ValidationError({"maximum": ["It is less than the minimum."]})
        return row


class _Option(OptionTaken):
    id = serializers.UUIDField()
    group = serializers.UUIDField()
    price = Price()
    position = Position(required=True)


class _ItemGroup(Taken):
    id = serializers.IntegerField(min_value=1, max_value=2**53)
    item = serializers.UUIDField()
    group = serializers.UUIDField()
    position = Position(required=True)


class _Daypart(DaypartTaken):
    id = serializers.UUIDField()


class _Upsell(UpsellTaken):
    id = serializers.UUIDField()
    item = serializers.UUIDField(allow_null=True, source="item_id")
    category = serializers.UUIDField(allow_null=True, source="category_id")
    offer = serializers.UUIDField(source="offer_id")
    position = Position(required=True)


ROWS: Mapping[str, type[Taken]] = {
    "menu_categories": _Category,
    "menu_items": _Item,
    "menu_item_variants": _Variant,
    "menu_modifier_groups": _Group,
    "menu_modifiers": _Option,
    "menu_item_groups": _ItemGroup,
    "menu_dayparts": _Daypart,
    "menu_upsells": _Upsell,
}
assert list(ROWS) == [table._meta.db_table for table in document.TABLES]


def read(sent: Any) -> tuple[Document, list[Fault]]:
    """The menu that was sent, in one spelling, and what is wrong with it by part and row: nothing, or it is none."""
    why = document.fault(sent)
    if not why and any(not isinstance(rows, list) for rows in sent.values()):
        why = "Every part of a menu is a list of rows."
    if not why and sum(map(len, sent.values())) > MOST_ROWS:
        why = f"More than {MOST_ROWS} rows are no menu."
    if why:
        return {}, [_fault("", None, why)]
    checked = {part: ROWS[part](data=rows, many=True) for part, rows in sent.items()}
    faults = [
        _fault(part, place, errors)
        for part, rows in checked.items()
        if not rows.is_valid()
        for place, errors in _by_place(rows.errors)
    ]
    if faults:
        return {}, list(_first(iter(faults)))
    found: Document = {part: [dict(row) for row in rows.data] for part, rows in checked.items()}
    return found, list(_first(_between(found)))


def _by_place(errors: Any) -> Iterator[tuple[int | None, Any]]:
    """REST framework tells of a list's rows in order, good ones as empty."""
    if isinstance(errors, list):
        errors = dict(enumerate(errors))
    for place, each in errors.items():
        if each:
            yield (int(place), each) if str(place).isdigit() else (None, {place: each})


def _first(found: Iterator[Fault]) -> Iterator[Fault]:
    for count, fault in enumerate(found):
        if count == MOST_FAULTS:
            yield _fault("", None, "There is more that does not fit.")
            return
        yield fault


def _fault(part: str, row: int | None, errors: Any) -> Fault:
    return {"part": part, "row": row, "errors": errors}


def _between(sent: Document) -> Iterator[Fault]:
    """Ids and names that are there twice, references that lead nowhere, groups that open below themselves."""
    for table in document.TABLES:
        rows = sent.get(table._meta.db_table, [])
        for fields, some in _unique(table):
            yield from _twice(table, [row for row in rows if not some or row.get("default")], fields)
        for field in table._meta.concrete_fields:
            if isinstance(field, models.ForeignKey):
                yield from _nowhere(sent, table, field.name, field.related_model)
        for name in document.lists(table):
            yield from _nowhere(sent, table, name, table._meta.get_field(name).related_model)
    yield from _below_themselves(sent)


def _unique(table: type[models.Model]) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Which fields no two rows may share, and whether that holds among the default ones only."""
    for field in table._meta.concrete_fields:
        if field.unique:
            yield (field.name,), False
    for each in table._meta.constraints:
        if isinstance(each, models.UniqueConstraint):
            yield tuple(each.fields), each.condition is not None


def _twice(table: type[models.Model], rows: Iterable[Mapping[str, Any]], fields: tuple[str, ...]) -> Iterator[Fault]:
    counted = Counter(tuple(row.get(name) for name in fields) for row in rows)
    for values, times in counted.items():
        if times > 1:
            said = ", ".join(f"{name} {value}" for name, value in zip(fields, values, strict=True))
            yield _fault(table._meta.db_table, None, {fields[-1]: [f"{said}: there {times} times."]})


def _nowhere(sent: Document, table: type[models.Model], name: str, to: Any) -> Iterator[Fault]:
    known = {row["id"] for row in sent.get(to._meta.db_table, [])}
    for place, row in enumerate(sent.get(table._meta.db_table, [])):
        value = row.get(name)
        for key in value if isinstance(value, list) else [value]:
            if key is not None and key not in known:
                yield _fault(table._meta.db_table, place, {name: [f"There is no {key} in {to._meta.db_table}."]})


def _below_themselves(sent: Document) -> Iterator[Fault]:
    holder = {row["id"]: row["group"] for row in sent.get("menu_modifiers", [])}
    groups = sent.get("menu_modifier_groups", [])
    above = {row["id"]: holder.get(row["parent"]) for row in groups}
    for place, row in enumerate(groups):
        start, at, steps = row["id"], above[row["id"]], 0
        while at is not None and at != start and steps <= len(groups):
            at, steps = above.get(at), steps + 1
        if at is not None:
            yield _fault("menu_modifier_groups", place, {"parent": ["It would open below itself."]})
