"""What differs between two menus, row by row and field by field, for people to read. Pure.

A menu is a document as `apps.menu.document` reads it: every row of its tables, by table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Row = Mapping[str, Any]
Document = Mapping[str, Sequence[Row]]
Kind = Literal["new", "changed", "gone"]
Noun = Literal["category", "item", "group", "option", "window", "pair"]
_FIELDS: dict[str, tuple[str, ...]] = {
    "menu_items": (
        "name", "price", "description", "active", "tax_class", "alcohol", "allergens", "dietary", "synonyms",
        "pronunciation",
    ),
    "menu_item_variants": ("name", "price", "default", "synonyms"),
    "menu_modifier_groups": ("name", "minimum", "maximum", "free"),
    "menu_modifiers": ("name", "price", "default", "synonyms", "pronunciation"),
    "menu_dayparts": ("name", "weekdays", "opens", "closes", "first_day", "last_day", "for_alcohol"),
    "menu_upsells": ("words",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One field that is otherwise: `size` says of which size it is. None: it was not there, or is not any more."""

    field: str
    before: Any
    after: Any
    size: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    kind: Kind
    noun: Noun
    id: str
    name: str
    where: str = ""
    """The category of an item, the group of an option."""
    parts: tuple[Part, ...] = ()


def tell(before: Document, after: Document) -> tuple[Difference, ...]:
    """Items first, in the menu's order; what is the same is not there."""
    old, new = _Menu(before), _Menu(after)
    return (
        *_told("item", "menu_items", old, new),
        *_told("option", "menu_modifiers", old, new),
        *_told("group", "menu_modifier_groups", old, new),
        *_told("category", "menu_categories", old, new),
        *_told("window", "menu_dayparts", old, new),
        *_told("pair", "menu_upsells", old, new),
    )


class _Menu:
    """A document with its rows by id and what they are called."""

    def __init__(self, document: Document) -> None:
        self.rows: dict[str, dict[str, Row]] = defaultdict(dict)
        for table, rows in document.items():
            self.rows[table] = {str(row["id"]): row for row in rows}
        self.sizes: dict[str, dict[str, Row]] = defaultdict(dict)
        for row in document.get("menu_item_variants", ()):
            self.sizes[row["item"]][row["id"]] = row
        self.groups: dict[str, list[str]] = defaultdict(list)
        for link in sorted(document.get("menu_item_groups", ()), key=lambda link: link["position"]):
            self.groups[link["item"]].append(self.named("menu_modifier_groups", link["group"]))
        self.held = {
            "category": self._in_order("menu_items", "category"),
            "group": self._in_order("menu_modifiers", "group"),
        }

    def _in_order(self, table: str, holder: str) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for row in sorted(self.rows[table].values(), key=lambda row: (row["position"], row["name"])):
            found[row[holder]].append(row["id"])
        return found

    def named(self, table: str, key: str | None) -> str:
        row = self.rows[table].get(str(key)) if key else None
        return str(row["name"]) if row else ""

    def where(self, noun: Noun, row: Row) -> str:
        if noun == "item":
            return self.named("menu_categories", row["category"])
        return self.named("menu_modifier_groups", row["group"]) if noun == "option" else ""

    def name(self, noun: Noun, row: Row) -> str:
        return self.named("menu_items", row["offer"]) if noun == "pair" else str(row["name"])


def _told(noun: Noun, table: str, old: _Menu, new: _Menu) -> Iterator[Difference]:
    was, now = old.rows[table], new.rows[table]
    found = [Difference("new", noun, key, new.name(noun, now[key]), new.where(noun, now[key]))
             for key in now.keys() - was.keys()]  # fmt: skip
    found += [Difference("gone", noun, key, old.name(noun, was[key]), old.where(noun, was[key]))
              for key in was.keys() - now.keys()]  # fmt: skip
    for key in was.keys() & now.keys():
        parts = tuple(_parts(noun, table, was[key], now[key], old, new))
        if parts:
            found.append(Difference("changed", noun, key, new.name(noun, now[key]), new.where(noun, now[key]), parts))
    yield from sorted(found, key=lambda one: (one.where, one.name, one.id))


def _parts(noun: Noun, table: str, was: Row, now: Row, old: _Menu, new: _Menu) -> Iterator[Part]:
    for field in _FIELDS.get(table, ("name",)):
        if was[field] != now[field]:
            yield Part(field, was[field], now[field])
    match noun:
        case "item":
            yield from _of_item(was, now, old, new)
        case "group":
            before, after = (menu.named("menu_modifiers", row["parent"]) for menu, row in ((old, was), (new, now)))
            if was["parent"] != now["parent"]:
                yield Part("parent", before, after)
            yield from _order("group", now["id"], old, new)
        case "category":
            yield from _order("category", now["id"], old, new)
        case "window":
            yield from _held(was, now, old, new)
        case "pair":
            if (was["item"], was["category"]) != (now["item"], now["category"]):
                yield Part("with", _with(was, old), _with(now, new))


def _of_item(was: Row, now: Row, old: _Menu, new: _Menu) -> Iterator[Part]:
    if was["category"] != now["category"]:
        yield Part("category", old.where("item", was), new.where("item", now))
    before, after = old.sizes[was["id"]], new.sizes[now["id"]]
    for key in sorted(after, key=lambda key: after[key]["position"]):
        if key not in before:
            yield Part("price", None, after[key]["price"], size=after[key]["name"])
            continue
        for field in _FIELDS["menu_item_variants"]:
            if before[key][field] != after[key][field]:
                yield Part(field, before[key][field], after[key][field], size=after[key]["name"])
    for key in before.keys() - after.keys():
        yield Part("price", before[key]["price"], None, size=before[key]["name"])
    if old.groups[was["id"]] != new.groups[now["id"]]:
        yield Part("groups", old.groups[was["id"]], new.groups[now["id"]])


def _order(holder: str, key: str, old: _Menu, new: _Menu) -> Iterator[Part]:
    """Whether what stays stands in another order."""
    before, after = old.held[holder].get(key, []), new.held[holder].get(key, [])
    stays = set(before) & set(after)
    if [each for each in before if each in stays] != [each for each in after if each in stays]:
        yield Part("order", None, None)


def _held(was: Row, now: Row, old: _Menu, new: _Menu) -> Iterator[Part]:
    for field, table in (("categories", "menu_categories"), ("items", "menu_items")):
        if was[field] != now[field]:
            before = sorted(old.named(table, key) for key in was[field])
            yield Part(field, before, sorted(new.named(table, key) for key in now[field]))


def _with(row: Row, menu: _Menu) -> str:
    return menu.named("menu_items", row["item"]) or menu.named("menu_categories", row["category"])
