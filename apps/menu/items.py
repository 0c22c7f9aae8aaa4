"""Writing items with their sizes and groups, one or five hundred at once: all of them or none."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from apps.menu.editing import Wrong, last_position
from apps.menu.models import Category, ItemGroup, ItemVariant, MenuItem, MenuModifierGroup
from apps.outbox import live

CENT = Decimal("0.01")
DEAREST = Decimal("99999999.99")
LISTS = ("variants", "groups")
OF_THE_ROW = ("id", "updated_at", "sold_out", "sold_out_until", "sold_out_reason")
"""What a copy does not take over."""
Errors = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Change:
    """What one item shall have otherwise: plain fields by name, `variants` and `groups` as whole lists."""

    row: MenuItem
    fields: Mapping[str, Any]


def create(*, fields: Mapping[str, Any], now: datetime) -> MenuItem:
    """A new item, last in its category unless a position is given."""
    row = MenuItem(updated_at=now)
    change = Change(row, {"position": None, **fields})
    faults = _faults([change])
    if faults:
        raise Wrong(faults[0])
    _set_plain(change, now=now)
    if row.position is None:
        row.position = last_position(MenuItem.objects.filter(category_id=row.category_id))
    row.save(force_insert=True)
    _write_sizes([change])
    _write_groups([change])
    live.touched("menu")
    return row


def copy(row: MenuItem, *, name: str, now: datetime) -> MenuItem:
    """A second one like it, with its sizes, groups and windows, that is not on the menu yet."""
    plain = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    fields = {each: value for each, value in plain.items() if each not in (*OF_THE_ROW, "position")}
    sizes = [
        {"name": size.name, "price": size.price, "default": size.default, "synonyms": size.synonyms}
        for size in row.variants.order_by("position", "price")
    ]
    groups = list(ItemGroup.objects.filter(item=row).values_list("group_id", flat=True))
    made = create(fields={**fields, "name": name, "active": False, "variants": sizes, "groups": groups}, now=now)
    made.dayparts.set(row.dayparts.all())
    return made


def change(changes: Sequence[Change], *, now: datetime) -> None:
    """Write all of them in a handful of statements. `Wrong` by place in the sequence when one cannot be."""
    faults = _faults(changes)
    if faults:
        raise Wrong(faults)
    changes = [told for each in changes if (told := _differing(each)).fields]
    if not changes:
        return
    named = {name for each in changes for name in each.fields} - set(LISTS)
    renamed = [each.row for each in changes if {"name", "category_id"} & set(each.fields)]
    if len(renamed) > 1:  # names may change places, which a unique index sees row by row
        MenuItem.objects.bulk_update([MenuItem(pk=row.pk, name=str(row.pk)) for row in renamed], ["name"])
        named.add("name")
    for each in changes:
        _set_plain(each, now=now)
    MenuItem.objects.bulk_update([each.row for each in changes], sorted(named | {"updated_at"}))
    _write_sizes(changes)
    _write_groups(changes)
    live.touched("menu", changes[0].row.pk if len(changes) == 1 else None)


def change_one(row: MenuItem, *, fields: Mapping[str, Any], now: datetime) -> None:
    try:
        change([Change(row, fields)], now=now)
    except Wrong as wrong:
        raise Wrong(wrong.errors[0]) from None


def _differing(change: Change) -> Change:
    """Without what is so already."""
    fields = change.fields.items()
    return Change(
        change.row,
        {name: each for name, each in fields if name in LISTS or getattr(change.row, name) != each},
    )


def _set_plain(change: Change, *, now: datetime) -> None:
    for name, value in change.fields.items():
        if name not in LISTS:
            setattr(change.row, name, value)
    change.row.updated_at = now


def _write_sizes(changes: Sequence[Change]) -> None:
    """Sizes keep their ids where the input names them or their name is the same: carts hold them by id."""
    touched = [each for each in changes if "variants" in each.fields]
    if not touched:
        return
    known: dict[UUID, dict[str, UUID]] = defaultdict(dict)
    before = ItemVariant.objects.filter(item__in=[each.row for each in touched])
    for size in before:
        known[size.item_id][size.name] = size.pk
    made = []
    for each in touched:
        sizes = each.fields["variants"] or ()
        taken = {size["id"] for size in sizes if size.get("id")}
        for place, size in enumerate(sizes):
            alike = known[each.row.pk].get(size["name"])
            key = size.get("id") or (alike if alike not in taken else None) or uuid4()
            made.append(ItemVariant(**{**size, "id": key, "item": each.row, "position": place}))
    before.delete()
    ItemVariant.objects.bulk_create(made)


def _write_groups(changes: Sequence[Change]) -> None:
    touched = [each for each in changes if "groups" in each.fields]
    if not touched:
        return
    ItemGroup.objects.filter(item__in=[each.row for each in touched]).delete()
    ItemGroup.objects.bulk_create(
        ItemGroup(item=each.row, group_id=group, position=place)
        for each in touched
        for place, group in enumerate(each.fields["groups"])
    )


# ---- what cannot be ------------------------------------------------------------------------------------


def _faults(changes: Sequence[Change]) -> dict[int, Errors]:
    """By place in the sequence, what of a change does not fit the rest of the menu."""
    found: dict[int, Errors] = defaultdict(dict)
    categories = dict(Category.objects.values_list("pk", "name"))
    groups = set(MenuModifierGroup.objects.values_list("pk", flat=True))
    owners = _owners_of_sizes(changes)
    for place, each in enumerate(changes):
        if each.fields.get("category_id", each.row.category_id) not in categories:
            found[place]["category"] = ["There is no such category."]
        missing = [str(one) for one in each.fields.get("groups", ()) if one not in groups]
        if missing:
            found[place]["groups"] = [f"There is no group {missing[0]}."]
        sizes = each.fields.get("variants") or ()
        if any(size.get("id") and owners.get(size["id"]) != each.row.pk for size in sizes):
            found[place]["variants"] = ["One of these ids is not a size of this item."]
    for place, where in _names_taken(changes):
        found[place]["name"] = [f"{categories.get(where, 'This category')} has another item of this name."]
    return dict(found)


def _owners_of_sizes(changes: Sequence[Change]) -> dict[UUID, UUID]:
    ids = [size["id"] for each in changes for size in each.fields.get("variants") or () if size.get("id")]
    return dict(ItemVariant.objects.filter(pk__in=ids).values_list("pk", "item_id")) if ids else {}


def _names_taken(changes: Sequence[Change]) -> list[tuple[int, UUID]]:
    """Of the changes that end with a category and a name that another item has then too: place and category."""
    touched = [(place, each) for place, each in enumerate(changes) if {"name", "category_id"} & set(each.fields)]
    if not touched:
        return []
    standing = {
        key: (category, name) for key, category, name in MenuItem.objects.values_list("pk", "category_id", "name")
    }
    ends = {}
    for place, each in touched:
        row, fields = each.row, each.fields
        ends[place] = (fields.get("category_id", row.category_id), fields.get("name", row.name))
        standing[row.pk] = ends[place]
    counted = Counter(standing.values())
    return [(place, end[0]) for place, end in ends.items() if counted[end] > 1]


# ---- prices of many ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Repriced:
    """What an item cost and costs, its sizes behind it."""

    item: MenuItem
    before: tuple[Decimal, ...]
    after: tuple[Decimal, ...]


def reprice(rows: Sequence[MenuItem], *, percent: Decimal, round_to: Decimal, now: datetime) -> list[Repriced]:
    """Raise or lower prices of items and their sizes, each rounded to the nearest multiple, half up."""
    sizes: dict[UUID, list[ItemVariant]] = defaultdict(list)
    for size in ItemVariant.objects.filter(item__in=rows):
        sizes[size.item_id].append(size)
    told, changed = [], []
    for row in rows:
        parts: list[MenuItem | ItemVariant] = [row, *sizes[row.pk]]
        before = tuple(part.price for part in parts)
        for part in parts:
            part.price = raised(part.price, percent=percent, round_to=round_to)
        after = tuple(part.price for part in parts)
        if max(after) > DEAREST:
            raise Wrong(
                {"percent": [_("“%(item)s” would cost more than %(most)s.") % {"item": row.name, "most": DEAREST}]}
            )
        if before != after:
            row.updated_at = now
            told.append(Repriced(row, before, after))
            changed += sizes[row.pk]
    MenuItem.objects.bulk_update([one.item for one in told], ["price", "updated_at"])
    ItemVariant.objects.bulk_update(changed, ["price"])
    live.touched("menu")
    return told


def raised(price: Decimal, *, percent: Decimal, round_to: Decimal) -> Decimal:
    """12.00 and 5 % to the next 0.05 is 12.60."""
    steps = (price * (100 + percent) / 100 / round_to).quantize(Decimal(1), ROUND_HALF_UP)
    return (steps * round_to).quantize(CENT)
