"""A menu as a table (CSV): read as restaurants keep theirs, and written so that it comes back as it was. Pure.

One row a dish, its sizes on rows of their own; rows whose `kind` is `group` or `option` say what may be chosen.
Plain tables without `kind` (category, item, description, size, price, modifier_groups) are read as well.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from apps.menu.card import Card, Group, Item, Option, every_group
from apps.menu.imports.reading import Draft, Reading, from_cents, price

COLUMNS = (
    "kind", "category", "name", "size", "price", "description", "groups", "group", "label", "min", "max", "free",
    "default", "synonyms", "pronunciation", "tax_class", "alcohol", "allergens", "dietary",
)  # fmt: skip
_OTHER_NAMES = {"item": "name", "modifier_groups": "groups", "title": "name", "section": "category"}
_KINDS = ("", "item", "size", "group", "option")
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""What a spreadsheet would run as a formula when somebody opens the file."""
_YES = frozenset({"yes", "true", "1", "y", "x"})
_NO = frozenset({"", "no", "false", "0", "n"})
MOST_ROWS = 20_000


def read(text: str) -> Reading:
    """What the table says. Rows are named by the line they end on, as editors count."""
    draft = Draft()
    reader = csv.reader(io.StringIO(text, newline=""), dialect=_dialect(text), strict=True)
    try:
        header = [_column(cell) for cell in next(reader, [])]
        if "name" not in header or not {"price", "price_cents"} & set(header):
            draft.wrong("row 1", "the table needs at least the columns name (or item) and price.")
            return draft.finish()
        for number, cells in enumerate(reader):
            if number >= MOST_ROWS:
                draft.wrong(f"row {reader.line_num}", f"more than {MOST_ROWS} rows are no menu.")
                break
            if any(cell.strip() for cell in cells):
                _Row(f"row {reader.line_num}", header, cells, draft).tell()
    except csv.Error as error:
        draft.wrong(f"row {reader.line_num}", f"the table cannot be read here: {error}.")
    return draft.finish()


def _dialect(text: str) -> type[csv.Dialect]:
    """Comma, semicolon or tab: whichever the first line has most of."""
    first = text.partition("\n")[0]

    class Found(csv.excel):
        delimiter = max(",;\t", key=first.count)

    return Found


def _column(cell: str) -> str:
    name = cell.strip().lower().replace(" ", "_")
    return _OTHER_NAMES.get(name, name)


class _Row:
    """One line of the table."""

    def __init__(self, where: str, header: list[str], cells: list[str], draft: Draft) -> None:
        self.where, self.draft = where, draft
        self.cells: Mapping[str, str] = dict(zip(header, map(_plain, cells), strict=False))
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            draft.wrong(where, f"the row has {len(cells)} cells, the header {len(header)}.")

    def tell(self) -> None:
        kind = self.get("kind").lower()
        match kind:
            case "group":
                self._group()
            case "option":
                self._option()
            case "size":
                self._size()
            case "" | "item":
                self._item()
            case _:
                self.draft.wrong(self.where, f"“{kind}” is none of {', '.join(filter(None, _KINDS))}.")

    def get(self, column: str) -> str:
        return self.cells.get(column, "").strip()

    def _item(self) -> None:
        size, amount = self.get("size"), self._price()
        if size and amount is None:
            if not self._bad_price():
                self.draft.wrong(self.where, f"“{self.get('name')}” has no price.")
            return
        if self._bad_price():
            return
        category, name = self.get("category"), self.get("name")
        if not size or not self.draft.has_item(category, name):
            self.draft.item(
                self.where,
                category=category,
                name=name,
                price=amount,
                groups=self._list("groups"),
                description=self.cells.get("description", "").strip(),
                synonyms=self._list("synonyms"),
                pronunciation=self.get("pronunciation"),
                tax_class=self.get("tax_class") or "standard",
                alcohol=self._flag("alcohol"),
                allergens=tuple(sorted(self._pairs("allergens"))),
                dietary=self._list("dietary"),
            )
        if size:
            self._size_of(category, name, size, amount)

    def _size(self) -> None:
        amount = self._price()
        if amount is None:
            self.draft.wrong(self.where, f"the size “{self.get('size')}” has no price.")
            return
        self._size_of(self.get("category"), self.get("name"), self.get("size"), amount)

    def _size_of(self, category: str, item: str, size: str, amount: Decimal | None) -> None:
        assert amount is not None
        self.draft.size(
            self.where,
            category=category,
            item=item,
            name=size,
            price=amount,
            default=self._flag("default"),
            synonyms=self._list("synonyms") if self.get("kind") == "size" else (),
        )

    def _group(self) -> None:
        self.draft.group(
            self.where,
            self.get("group") or self.get("name"),
            name=self.get("label"),
            minimum=self._number("min") or 0,
            maximum=self._number("max"),
            free=self._number("free") or 0,
        )

    def _option(self) -> None:
        if self._bad_price():
            return
        self.draft.option(
            self.where,
            self.get("group"),
            name=self.get("name"),
            price=self._price() or Decimal(0),
            below=self._list("groups"),
            default=self._flag("default"),
            synonyms=self._list("synonyms"),
            pronunciation=self.get("pronunciation"),
        )

    # ---- cells ---------------------------------------------------------------------------------------

    def _price(self) -> Decimal | None:
        if self.get("price_cents").isdigit():
            return from_cents(int(self.get("price_cents")))
        return price(self.get("price")) if self.get("price") else None

    def _bad_price(self) -> bool:
        written = self.get("price") or self.get("price_cents")
        if written and self._price() is None:
            self.draft.wrong(self.where, f"“{written}” is not a price.")
            return True
        return False

    def _number(self, column: str) -> int | None:
        written = self.get(column)
        if written and not (written.isascii() and written.isdigit() and len(written) < 5):
            self.draft.wrong(self.where, f"{column}: “{written}” is not a whole number.")
            return None
        return int(written) if written else None

    def _flag(self, column: str) -> bool:
        written = self.get(column).lower()
        if written not in _YES | _NO:
            self.draft.wrong(self.where, f"{column}: “{written}” is neither yes nor no.")
        return written in _YES

    def _list(self, column: str) -> tuple[str, ...]:
        return tuple(_split(self.cells.get(column, "")))

    def _pairs(self, column: str) -> Iterator[tuple[str, str]]:
        for part in self._list(column):
            name, _, state = part.rpartition(":")
            yield (name or part, state if name else "contains")


# ---- writing -----------------------------------------------------------------------------------------


def write(card: Card) -> str:
    """The whole menu as a table that `read` reads back as it is; what is sold out today is not part of it."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    keys = _Keys(card)
    for row in _rows(card, keys):
        writer.writerow({column: _safe(cell) for column, cell in row.items()})
    return out.getvalue()


class _Keys:
    """A name for each group that no other group has: its own, with a number where others are called the same."""

    def __init__(self, card: Card) -> None:
        self.groups: dict[str, Group] = {}
        self.of: dict[str, str] = {}
        taken: set[str] = set()
        for item in card.items:
            for group in every_group(item.groups):
                if group.id in self.of:
                    continue
                key, number = group.name, 2
                while key in taken:
                    key, number = f"{group.name} {number}", number + 1
                taken.add(key)
                self.of[group.id], self.groups[key] = key, group

    def joined(self, groups: tuple[Group, ...]) -> str:
        return _joined(self.of[group.id] for group in groups)


def _rows(card: Card, keys: _Keys) -> Iterator[dict[str, str]]:
    for key, group in keys.groups.items():
        yield {
            "kind": "group", "group": key, "label": "" if group.name == key else group.name,
            "min": str(group.minimum or ""), "max": "" if group.maximum is None else str(group.maximum),
            "free": str(group.free or ""),
        }  # fmt: skip
        for option in group.options:
            yield _option_row(key, option, keys)
    for item in card.items:
        yield _item_row(item, keys)
        for size in item.variants:
            yield {
                "kind": "size", "category": item.category, "name": item.name, "size": size.name,
                "price": str(size.price), "default": _said(size.default), "synonyms": _joined(size.synonyms),
            }  # fmt: skip


def _option_row(key: str, option: Option, keys: _Keys) -> dict[str, str]:
    return {
        "kind": "option", "group": key, "name": option.name, "price": str(option.price),
        "default": _said(option.default), "synonyms": _joined(option.synonyms),
        "pronunciation": option.pronunciation, "groups": keys.joined(option.groups),
    }  # fmt: skip


def _item_row(item: Item, keys: _Keys) -> dict[str, str]:
    return {
        "kind": "item", "category": item.category, "name": item.name, "price": str(item.price),
        "description": item.description, "groups": keys.joined(item.groups), "synonyms": _joined(item.synonyms),
        "pronunciation": item.pronunciation, "tax_class": item.tax_class, "alcohol": _said(item.alcohol),
        "allergens": _joined(f"{name}:{state}" for name, state in item.allergens), "dietary": _joined(item.dietary),
    }  # fmt: skip


def _said(flag: bool) -> str:
    return "yes" if flag else ""


def _safe(cell: str) -> str:
    """With a ' in front of what a spreadsheet would take for a formula."""
    return "'" + cell if _FORMULA.match(cell) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _joined(parts: Iterable[str]) -> str:
    return " | ".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts)


def _split(cell: str) -> list[str]:
    parts = re.split(r"(?<!\\)((?:\\\\)*)\|", cell)
    whole = [parts[place] + (parts[place + 1] if place + 1 < len(parts) else "") for place in range(0, len(parts), 2)]
    return [part for each in whole if (part := re.sub(r"\\(.)", r"\1", each.strip()))]
