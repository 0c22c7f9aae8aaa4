"""Groups of choices: which there are, how many of each a caller takes, where they open, and who offers them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.dashboard.menu import listing, states
from apps.dashboard.menu.desk import Desk, mark
from apps.dashboard.menu.states import State
from apps.menu import document
from apps.menu.document import Document
from apps.menu.models import ItemGroup, MenuItem, MenuModifier, MenuModifierGroup

TABLES = (MenuModifierGroup, MenuModifier, ItemGroup, MenuItem)


@dataclass(slots=True)
class OptionLine:
    """An option as a row of its group."""

    id: str
    name: str
    price: str
    default: bool
    synonyms: str
    pronunciation: str
    state: State
    seen: str
    opens: list[str] = field(default_factory=list)
    """Groups that open below it."""
    written: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class GroupCard:
    id: str
    name: str
    takes: str
    row: Mapping[str, Any]
    options: list[OptionLine]
    used_by: list[Mapping[str, Any]]
    below: str
    below_group: str
    seen: str


@dataclass(frozen=True)
class Groups:
    """One reading of the choices of the menu that is on the desk."""

    desk: Desk

    @cached_property
    def rows(self) -> Document:
        return self.desk.read(*TABLES)

    @cached_property
    def _states(self) -> Mapping[str, State]:
        gone = MenuModifier.objects.filter(sold_out=True)
        here, now = self.desk.here, self.desk.now
        return {str(row.pk): states.of_option(row, here=here, now=now) for row in gone}

    @cached_property
    def _options(self) -> Mapping[str, list[Mapping[str, Any]]]:
        found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in sorted(self.rows["menu_modifiers"], key=listing.place):
            found[row["group"]].append(row)
        return found

    @cached_property
    def _by_id(self) -> Mapping[str, Mapping[str, Any]]:
        return {row["id"]: row for table in ("menu_modifiers", "menu_modifier_groups") for row in self.rows[table]}

    @cached_property
    def _used(self) -> Mapping[str, list[Mapping[str, Any]]]:
        items = {row["id"]: row for row in self.rows["menu_items"]}
        found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for link in self.rows["menu_item_groups"]:
            if link["item"] in items:
                found[link["group"]].append(items[link["item"]])
        return found

    @cached_property
    def _below(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for row in self.rows["menu_modifier_groups"]:
            if row["parent"]:
                found[row["parent"]].append(row["name"])
        return found

    def cards(self) -> list[GroupCard]:
        return [self._card(row) for row in sorted(self.rows["menu_modifier_groups"], key=listing.place)]

    def card(self, key: str) -> GroupCard | None:
        row = self._by_id.get(key)
        return self._card(row) if row is not None and "minimum" in row else None

    def option(self, key: str) -> OptionLine | None:
        row = self._by_id.get(key)
        return self._line(row) if row is not None and "group" in row else None

    def group_of(self, option: str) -> str:
        return str(self._by_id[option]["group"])

    def parents(self, group: str) -> list[tuple[str, str]]:
        """Options below which a group can open: not its own."""
        found = []
        for holder in sorted(self.rows["menu_modifier_groups"], key=listing.place):
            if holder["id"] != group:
                found += [(row["id"], f"{holder['name']}: {row['name']}") for row in self._options[holder["id"]]]
        return found

    def _card(self, row: Mapping[str, Any]) -> GroupCard:
        parent = self._by_id.get(row["parent"] or "")
        return GroupCard(
            id=row["id"],
            name=row["name"],
            takes=takes(row),
            row=row,
            options=[self._line(option) for option in self._options[row["id"]]],
            used_by=sorted(self._used[row["id"]], key=lambda item: str(item["name"])),
            below=parent["name"] if parent else "",
            below_group=self._by_id[parent["group"]]["name"] if parent else "",
            seen=mark(row),
        )

    def _line(self, row: Mapping[str, Any]) -> OptionLine:
        return OptionLine(
            id=row["id"],
            name=row["name"],
            price=row["price"],
            default=row["default"],
            synonyms=", ".join(row["synonyms"]),
            pronunciation=row["pronunciation"],
            state=self._states.get(row["id"], State("on", _("On"))),
            seen=mark(row),
            opens=self._below[row["id"]],
        )


def takes(row: Mapping[str, Any]) -> str:
    """ "choose exactly 1", "up to 4, the first 2 free" """
    least, most, free = row["minimum"], row["maximum"], row["free"]
    if most is None:
        said = _("as many as they like") if not least else _("at least %(least)s") % {"least": least}
    elif least == most:
        said = _("exactly %(most)s") % {"most": most}
    elif not least:
        said = _("up to %(most)s") % {"most": most}
    else:
        said = _("%(least)s to %(most)s") % {"least": least, "most": most}
    if free:
        said += ngettext(", the first one free", ", the first %(count)s free", free) % {"count": free}
    return said


def offered(rows: Document, item: str) -> list[dict[str, Any]]:
    """The groups an item offers, in its order, with their options."""
    groups = {row["id"]: row for row in rows["menu_modifier_groups"]}
    links = sorted((link for link in rows["menu_item_groups"] if link["item"] == item), key=lambda one: one["position"])
    options: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in sorted(rows["menu_modifiers"], key=listing.place):
        options[row["group"]].append(row)
    return [
        {"id": link["group"], "name": groups[link["group"]]["name"], "takes": takes(groups[link["group"]]),
         "options": options[link["group"]]}
        for link in links if link["group"] in groups
    ]  # fmt: skip


def others(rows: Document, item: str) -> list[Mapping[str, Any]]:
    """Groups that could be offered too; what opens below an option comes by itself."""
    has = {link["group"] for link in rows["menu_item_groups"] if link["item"] == item}
    left = [row for row in rows["menu_modifier_groups"] if row["id"] not in has and row["parent"] is None]
    return sorted(left, key=lambda row: str(row["name"]))


def seen_of(row: MenuModifier | MenuModifierGroup) -> str:
    return mark(document.row_of(row))
