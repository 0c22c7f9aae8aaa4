"""A menu that was read, written into the restaurant that was entered: all of it or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import models, transaction

from apps.menu.card import Group, Item, Option, Variant
from apps.menu.models import Category, ItemGroup, ItemVariant, MenuItem, MenuModifier, MenuModifierGroup
from apps.outbox import live


@dataclass(slots=True)
class Changes:
    """What an import did, or would do, by the names of items."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """On the restaurant's menu, not in the file: left as they are, or taken off the menu by `replace`."""
    warnings: list[str] = field(default_factory=list)


def write(items: Sequence[Item], *, replace: bool = False, dry_run: bool = False) -> Changes:
    """Bring the menu to what was read. Items are the same when category and name are; what is sold out today
    stays so. With `replace`, items the file does not have leave the menu (orders keep theirs)."""
    with transaction.atomic():
        changes = _Writing(items).run(replace=replace)
        live.touched("menu")
        if dry_run:
            transaction.set_rollback(True)
    return changes


class _Writing:
    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items
        self._changes = Changes()
        self._top: dict[str, list[MenuModifierGroup]] = defaultdict(list)
        for row in MenuModifierGroup.objects.filter(parent=None).order_by("position", "id"):
            self._top[row.name].append(row)
        self._written: dict[str, tuple[MenuModifierGroup, bool]] = {}
        """By its key in the file: each group's row, and whether it is other than it was."""

    def run(self, *, replace: bool) -> Changes:
        before = {(row.category.name, row.name): row for row in MenuItem.objects.select_related("category")}
        categories = self._categories()
        for place, item in enumerate(self._items):
            row = before.pop((item.category, item.name), None)
            self._item(item, row, category=categories[item.category], place=place)
        left = [row for row in before.values() if row.active]
        self._changes.missing = [row.name for row in left]
        if replace:
            MenuItem.objects.filter(pk__in=[row.pk for row in left]).update(active=False)
        return self._changes

    def _categories(self) -> dict[str, Category]:
        rows = {row.name: row for row in Category.objects.all()}
        last = max((row.position for row in rows.values()), default=-1)
        for name in dict.fromkeys(item.category for item in self._items):
            if name not in rows:
                last += 1
                rows[name] = Category.objects.create(name=name, position=last)
        return rows

    def _item(self, item: Item, row: MenuItem | None, *, category: Category, place: int) -> None:
        wanted = {
            "price": item.price, "description": item.description, "tax_class": item.tax_class,
            "alcohol": item.alcohol, "allergens": dict(item.allergens), "dietary": list(item.dietary),
            "synonyms": list(item.synonyms), "pronunciation": item.pronunciation, "active": True,
        }  # fmt: skip
        new = row is None
        if row is None:
            row = MenuItem.objects.create(category=category, name=item.name, position=place, **wanted)
        changed = _bring(row, wanted)
        changed |= self._sizes(row, item.variants)
        changed |= self._offers(row, item.groups)
        names = self._changes.added if new else self._changes.changed if changed else self._changes.unchanged
        names.append(item.name)

    def _sizes(self, row: MenuItem, sizes: Sequence[Variant]) -> bool:
        before = {size.name: size for size in row.variants.all()}
        gone = [size.pk for name, size in before.items() if name not in {each.name for each in sizes}]
        changed = bool(gone)
        ItemVariant.objects.filter(pk__in=gone).delete()
        defaults = {size.name for size in sizes if size.default}
        for known in before.values():  # at most one default at a time, says the database
            if known.default and known.name not in defaults and known.pk not in gone:
                changed |= _bring(known, {"default": False})
        for place, size in enumerate(sizes):
            wanted = {
                "price": size.price, "position": place, "default": size.default, "synonyms": list(size.synonyms),
            }  # fmt: skip
            if size.name in before:
                changed |= _bring(before[size.name], wanted)
            else:
                ItemVariant.objects.create(item=row, name=size.name, **wanted)
                changed = True
        return changed

    def _offers(self, row: MenuItem, groups: Sequence[Group]) -> bool:
        """The groups of an item, in order. A group that is in nobody's file stays as it is in the restaurant."""
        rows, changed = [], False
        before = list(ItemGroup.objects.filter(item=row).values_list("group_id", flat=True))
        for group in groups:
            found = self._group(group, offered=before)
            if found is not None:
                rows.append(found[0])
                changed |= found[1]
        after = list(dict.fromkeys(each.pk for each in rows))
        if before == after:
            return changed
        ItemGroup.objects.filter(item=row).delete()
        ItemGroup.objects.bulk_create(
            ItemGroup(item=row, group_id=each, position=place) for place, each in enumerate(after)
        )
        return True

    def _group(self, group: Group, *, offered: Sequence[UUID]) -> tuple[MenuModifierGroup, bool] | None:
        """The row of a group that items share, written once however many offer it."""
        if group.id in self._written:
            return self._written[group.id]
        if not group.options:
            known = self._top[group.name][:1]
            if not known:
                self._changes.warnings.append(f"The group “{group.name}” has no options in the file; it is left out.")
                return None
            self._written[group.id] = known[0], False
            return self._written[group.id]
        alike = self._top[group.name]
        row = next((each for each in alike if each.pk in offered), alike[0] if alike else None)
        if row is not None:
            alike.remove(row)
        self._written[group.id] = self._bring_group(group, row, parent=None)
        return self._written[group.id]

    def _bring_group(
        self, group: Group, row: MenuModifierGroup | None, *, parent: MenuModifier | None
    ) -> tuple[MenuModifierGroup, bool]:
        wanted = {"minimum": group.minimum, "maximum": group.maximum, "free": group.free}
        changed = row is None
        if row is None:
            last = MenuModifierGroup.objects.aggregate(last=models.Max("position"))["last"]
            place = 0 if last is None else last + 1
            row = MenuModifierGroup.objects.create(name=group.name, parent=parent, position=place, **wanted)
        changed |= _bring(row, wanted)
        changed |= self._options(row, group.options)
        return row, changed

    def _options(self, row: MenuModifierGroup, options: Sequence[Option]) -> bool:
        before = {option.name: option for option in row.options.all()}
        gone = [option.pk for name, option in before.items() if name not in {each.name for each in options}]
        changed = bool(gone)
        MenuModifier.objects.filter(pk__in=gone).delete()
        for place, option in enumerate(options):
            wanted = {
                "price": option.price, "default": option.default, "position": place,
                "synonyms": list(option.synonyms), "pronunciation": option.pronunciation,
            }  # fmt: skip
            known = before.get(option.name)
            if known is None:
                known = MenuModifier.objects.create(group=row, name=option.name, **wanted)
                changed = True
            else:
                changed |= _bring(known, wanted)
            changed |= self._below(known, option.groups)
        return changed

    def _below(self, option: MenuModifier, groups: Sequence[Group]) -> bool:
        before = {row.name: row for row in option.groups.all()}
        gone = _ids(row for name, row in before.items() if name not in {group.name for group in groups})
        MenuModifierGroup.objects.filter(pk__in=gone).delete()
        changed = bool(gone)
        for group in groups:
            if group.options:
                changed |= self._bring_group(group, before.get(group.name), parent=option)[1]
        return changed


def _ids(rows: Iterable[MenuModifierGroup]) -> list[UUID]:
    return [row.pk for row in rows]


def _bring(row: models.Model, wanted: dict[str, Any]) -> bool:
    """Set what is different; whether anything was."""
    different = [name for name, value in wanted.items() if getattr(row, name) != value]
    for name in different:
        setattr(row, name, wanted[name])
    if different:
        row.save(update_fields=different)
    return bool(different)
