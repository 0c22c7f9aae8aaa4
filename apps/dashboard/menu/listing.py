"""The menu as a table that is edited in place: categories with their items, sizes as columns, and what is not live."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.dashboard.menu import states
from apps.dashboard.menu.desk import Desk, mark
from apps.dashboard.menu.states import State
from apps.menu import differing, document, editions
from apps.menu import services as menu
from apps.menu.differing import Difference
from apps.menu.document import Document
from apps.menu.models import Category, ItemVariant, MenuItem

MOST_COLUMNS = 3
"""So many sizes stand in columns; a category with more has them below each other."""
MOST_FOUND = 100
"""Rows that a search shows; who sees so many writes another word."""
KNOWN = ("contains", "may_contain")


@dataclass(slots=True)
class Price:
    """A field of a row: an item's price, or that of a size."""

    name: str
    """Of the form's field."""
    value: str
    label: str
    size: str = ""
    column: int = 0
    written: str = ""
    """What was written into it and could not be taken."""
    error: str = ""


@dataclass(slots=True)
class Line:
    """An item as the table shows it."""

    id: str
    name: str
    description: str
    prices: list[Price]
    contains: str
    is_unknown: bool
    state: State
    differs: str = ""
    """new or changed: what the draft has otherwise than the served menu."""
    seen: str = ""
    written: str = ""
    error: str = ""
    cells: list[list[Price]] = field(default_factory=list)


@dataclass(slots=True)
class Section:
    """A category."""

    id: str
    name: str
    lines: list[Line]
    columns: list[str]
    is_ordering: bool = False
    differs: str = ""
    error: str = ""
    written: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the table: a category, or what fits words and a filter in all of them."""

    category: str = ""
    words: str = ""
    show: str = ""
    ordering: bool = False

    @property
    def is_search(self) -> bool:
        return bool(self.words.strip() or self.show)


@dataclass(frozen=True)
class Listing:
    """One reading of the menu that is on the desk."""

    desk: Desk

    @cached_property
    def rows(self) -> Document:
        if self.desk.in_draft and self.desk.draft is not None:
            return self.desk.read()
        return {
            **document.read(Category),
            "menu_items": [document.row_of(item) for item in self._served],
        }

    @cached_property
    def _served(self) -> list[MenuItem]:
        return list(MenuItem.objects.all())

    @cached_property
    def _whole(self) -> Document:
        """Everything that is served, which only a draft is compared with."""
        return document.read()

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """What publishing the draft would change."""
        return differing.tell(self._whole, self.desk.draft.document) if self.desk.draft is not None else ()

    @cached_property
    def is_stale(self) -> bool:
        return self.desk.draft is not None and editions.is_stale(self.desk.draft, served=self._whole)

    @cached_property
    def touched(self) -> Mapping[str, str]:
        return {one.id: one.kind for one in self.differences}

    @cached_property
    def states(self) -> Mapping[str, State]:
        return states.of_items(self._served, here=self.desk.here, now=self.desk.now)

    @cached_property
    def categories(self) -> list[Mapping[str, Any]]:
        return sorted(self.rows["menu_categories"], key=place)

    @cached_property
    def held(self) -> Mapping[str, list[Mapping[str, Any]]]:
        """Items by category, in their order."""
        found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in sorted(self.rows["menu_items"], key=place):
            found[row["category"]].append(row)
        return found

    def sections(self, asked: Asked) -> list[Section]:
        """One category, or those in which something fits: of that no more than somebody reads."""
        left, found = MOST_FOUND, []
        for category in self.categories:
            rows = self.held.get(category["id"], [])
            if asked.is_search:
                rows = [row for row in rows if self._fits(row, category["name"], asked)][:left]
                left -= len(rows)
            if rows if asked.is_search else category["id"] == asked.category:
                found.append(self._section(category, rows, is_ordering=asked.ordering))
        return found

    def section(self, key: str, *, is_ordering: bool = False) -> Section | None:
        return next(iter(self.sections(Asked(category=key, ordering=is_ordering))), None)

    def line(self, key: str) -> tuple[Line, Section] | None:
        """One item in the columns of its category."""
        row = next((row for row in self.rows["menu_items"] if row["id"] == key), None)
        section = self.section(row["category"]) if row is not None else None
        if section is None:
            return None
        return next(line for line in section.lines if line.id == key), section

    def fitting(self, asked: Asked) -> int:
        """How many fit, shown or not."""
        names = {category["id"]: category["name"] for category in self.categories}
        return sum(self._fits(row, names[row["category"]], asked) for row in self.rows["menu_items"])

    def _fits(self, row: Mapping[str, Any], category: str, asked: Asked) -> bool:
        text = " ".join((row["name"], row["description"], category, *row["synonyms"], *row["allergens"])).casefold()
        state = self.states.get(row["id"])
        is_shown = {
            "gone": state is not None and state.kind == "gone",
            "draft": row["id"] in self.touched,
        }.get(asked.show, True)
        return is_shown and all(word in text for word in asked.words.casefold().split())

    def _section(self, category: Mapping[str, Any], rows: list[Mapping[str, Any]], *, is_ordering: bool) -> Section:
        sizes = self._sizes([row["id"] for row in rows])
        lines = [self._line(row, sizes.get(row["id"], [])) for row in rows]
        key = category["id"]
        made = Section(key, category["name"], lines, [], is_ordering, self.touched.get(key, ""))
        _columns(made)
        return made

    def _sizes(self, ids: list[str]) -> Mapping[str, list[Mapping[str, Any]]]:
        rows = self.rows.get("menu_item_variants")
        if rows is None:
            rows = [document.row_of(size) for size in ItemVariant.objects.filter(item__in=map(UUID, ids))]
        found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in sorted(rows, key=place):
            found[str(row["item"])].append(row)
        return found

    def _line(self, row: Mapping[str, Any], sizes: list[Mapping[str, Any]]) -> Line:
        prices = [
            Price(f"size-{size['id']}", size["price"], f"{row['name']}, {size['name']}", size["name"]) for size in sizes
        ]
        known = [name for name, status in row["allergens"].items() if status in KNOWN]
        now = self.states.get(row["id"], State("hidden", _("Not live yet")))
        return Line(
            id=row["id"],
            name=row["name"],
            description=row["description"],
            prices=prices or [Price("price", row["price"], row["name"])],
            contains=", ".join(sorted(known)),
            is_unknown=not known and not row["alcohol"],
            state=now if row["active"] or now.kind == "gone" else State("hidden", _("Not on the menu")),
            differs=self.touched.get(row["id"], ""),
            seen=mark(row, *sizes),
        )


def seen_of(item: MenuItem) -> str:
    """Within an edit: the mark of an item as the page would show it now."""
    sizes = [document.row_of(size) for size in item.variants.order_by("position", "price")]
    return mark(document.row_of(item), *sorted(sizes, key=place))


def place(row: Mapping[str, Any]) -> tuple[int, str, str]:
    return row["position"], row["name"], row["id"]


def _columns(section: Section) -> None:
    """Sizes of a category side by side where they are few; what has one price stands in the first column."""
    names = list(dict.fromkeys(price.size for line in section.lines for price in line.prices if price.size))
    section.columns = names if 0 < len(names) <= MOST_COLUMNS else [_("Price")]
    wide = len(names) <= MOST_COLUMNS
    for line in section.lines:
        line.cells = [[] for _column in section.columns]
        for price in line.prices:
            price.column = names.index(price.size) if wide and price.size else 0
            line.cells[price.column].append(price)


def stamp(desk: Desk) -> str:
    """Changes whenever the page would: what is served, what is 86, and the draft."""
    counted, _changed = menu.stamp()
    return f"{counted}.{desk.draft.updated_at.timestamp() if desk.draft else 0}"
