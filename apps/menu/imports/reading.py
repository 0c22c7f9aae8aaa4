"""A menu as it is read from somebody's file: what it says, and what is wrong with it, by row. Pure.

Every format has a reader of its own (`sheet`, `square`, `schema_org`); each tells a `Draft` what it finds, with
the place in the file where it found it, and the draft makes `Item`s of it, or problems.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from apps.menu.card import Group, Item, Option, Variant

LONGEST_NAME = 120
LONGEST_CATEGORY = LONGEST_OPTION = 80
LONGEST_TAX_CLASS = 20
MOST_CHOICES = 10_000
LONGEST_SIZE = 60
DEAREST = Decimal("99999999.99")
CENT = Decimal("0.01")
UNSORTED = "Other"
"""The category of what has none."""
_PRICE = re.compile(r"[^\d,.+-]{0,4}\s*(\d{1,3}(?:,\d{3})+|\d+)(?:[.,](\d{1,2}))?\s*[^\d,.]{0,4}")
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
"""What neither PostgreSQL nor UTF-8 can keep: NUL, and halves of characters."""
_ALLERGEN_STATES = ("contains", "may_contain", "unknown")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the file. A warning is told; an error stops the whole import."""

    where: str
    """The row or the object it is about: "row 12"."""
    text: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.where}: {self.text}" if self.where else self.text


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says. The ids of its items are names within the file."""

    items: tuple[Item, ...]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "warning")


@dataclass(slots=True)
class _Group:
    where: str
    name: str
    minimum: int
    maximum: int | None
    free: int
    options: dict[str, _Option] = field(default_factory=dict)


@dataclass(slots=True)
class _Option:
    where: str
    name: str
    price: Decimal
    below: tuple[str, ...]
    rest: dict[str, Any]


@dataclass(slots=True)
class _Item:
    where: str
    category: str
    name: str
    price: Decimal | None
    groups: tuple[str, ...]
    rest: dict[str, Any]
    sizes: dict[str, Variant] = field(default_factory=dict)


class Draft:
    """Collects a menu piece by piece, with the problems of each."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._items: dict[tuple[str, str], _Item] = {}
        self._groups: dict[str, _Group] = {}

    def wrong(self, where: str, text: str) -> None:
        self.problems.append(Problem(where, text))

    def warn(self, where: str, text: str) -> None:
        self.problems.append(Problem(where, text, "warning"))

    def item(
        self,
        where: str,
        *,
        category: str,
        name: str,
        price: Decimal | None,
        groups: tuple[str, ...] = (),
        **rest: Any,
    ) -> None:
        """A dish or drink. `price` may be missing only where sizes bring theirs."""
        category = category or UNSORTED
        if not self._is_name(where, category, what="category", longest=LONGEST_CATEGORY):
            return
        if not self._is_name(where, name, what="item", longest=LONGEST_NAME) or not self._fits(where, rest):
            return
        known = self._items.get((category, name))
        if known is not None:
            self.wrong(where, f"“{name}” is in {category} twice (first: {known.where}).")
            return
        self._items[category, name] = _Item(where, category, name, price, groups, rest)

    def has_item(self, category: str, name: str) -> bool:
        return (category or UNSORTED, name) in self._items

    def size(
        self,
        where: str,
        *,
        category: str,
        item: str,
        name: str,
        price: Decimal,
        default: bool = False,
        synonyms: tuple[str, ...] = (),
    ) -> None:
        """A size of an item that was told of before."""
        owner, rest = self._items.get((category or UNSORTED, item)), {"synonyms": synonyms}
        if owner is None:
            self.wrong(where, f"the size “{name}” belongs to “{item}”, which is not in {category or UNSORTED}.")
        elif not (self._is_name(where, name, what="size", longest=LONGEST_SIZE) and self._fits(where, rest)):
            return
        elif name in owner.sizes:
            self.wrong(where, f"“{item}” has the size “{name}” twice.")
        else:
            owner.sizes[name] = Variant(name, name, price, synonyms, default)

    def group(
        self, where: str, key: str, *, name: str = "", minimum: int = 0, maximum: int | None = None, free: int = 0
    ) -> None:
        if key in self._groups:
            self.wrong(where, f"the group “{key}” is there twice (first: {self._groups[key].where}).")
            return
        if not self._is_name(where, name or key, what="group", longest=LONGEST_OPTION):
            return
        if not all(0 <= each <= MOST_CHOICES for each in (minimum, maximum or 0, free)):
            self.wrong(where, f"the group “{key}” counts its choices beyond {MOST_CHOICES}.")
            return
        if maximum is not None and (maximum < 1 or maximum < minimum):
            self.wrong(where, f"the group “{key}” needs at least {minimum} choices and allows {maximum}.")
        self._groups[key] = _Group(where, name or key, minimum, maximum, free)

    def option(
        self, where: str, group: str, *, name: str, price: Decimal, below: tuple[str, ...] = (), **rest: Any
    ) -> None:
        """A choice of a group that was told of before; `below` names the groups that open under it."""
        owner = self._groups.get(group)
        if owner is None:
            self.wrong(where, f"the option “{name}” belongs to the group “{group}”, which is not in the file.")
        elif not self._is_name(where, name, what="option", longest=LONGEST_OPTION) or not self._fits(where, rest):
            return
        elif name in owner.options:
            self.wrong(where, f"the group “{group}” has “{name}” twice.")
        else:
            owner.options[name] = _Option(where, name, price, below, rest)

    def _is_name(self, where: str, name: str, *, what: str, longest: int) -> bool:
        if not name:
            self.wrong(where, f"the {what} has no name.")
        elif len(name) > longest:
            self.wrong(where, f"the {what}'s name “{name[:30]}…” is longer than {longest} characters.")
        elif _UNWRITABLE.search(name):
            self.wrong(where, f"the {what}'s name holds a character that is none.")
            return False
        return 0 < len(name) <= longest

    def _fits(self, where: str, rest: dict[str, Any]) -> bool:
        """Whether everything else of a row can be kept."""
        for name, longest in (("tax_class", LONGEST_TAX_CLASS), ("pronunciation", LONGEST_NAME)):
            if len(rest.get(name, "")) > longest:
                self.wrong(where, f"{name}: longer than {longest} characters.")
                return False
        odd = [name for name, value in rest.items() if any(map(_UNWRITABLE.search, _texts(value)))]
        for name in odd:
            self.wrong(where, f"{name}: it holds a character that is none.")
        return not odd

    # ---- putting it together -------------------------------------------------------------------------

    def finish(self) -> Reading:
        items = tuple(made for one in self._items.values() if (made := self._made(one)) is not None)
        return Reading(items, tuple(self.problems))

    def _made(self, one: _Item) -> Item | None:
        sizes = tuple(one.sizes.values())
        price = one.price if one.price is not None else min((size.price for size in sizes), default=None)
        if price is None:
            self.wrong(one.where, f"“{one.name}” has no price.")
            return None
        if sum(size.default for size in sizes) > 1:
            self.wrong(one.where, f"“{one.name}” has more than one size that is the default.")
        for allergen, state in one.rest.get("allergens", ()):
            if state not in _ALLERGEN_STATES:
                self.wrong(one.where, f"{allergen}: “{state}” is none of {', '.join(_ALLERGEN_STATES)}.")
        groups = tuple(self._opened(key, where=one.where, above=()) for key in dict.fromkeys(one.groups))
        return Item(
            f"{one.category}/{one.name}", one.name, one.category, price, variants=sizes, groups=groups, **one.rest
        )

    def _opened(self, key: str, *, where: str, above: tuple[str, ...]) -> Group:
        """The group of this key with all that opens below it. One that the file does not tell of stays empty:
        it may be one that the restaurant has."""
        group = self._groups.get(key)
        if group is None:
            return Group(key, key)
        options = []
        for option in group.options.values():
            if key in option.below or set(option.below) & set(above):
                self.wrong(option.where, f"below “{option.name}” its own group would open again.")
                continue
            below = tuple(self._opened(one, where=option.where, above=(*above, key)) for one in option.below)
            options.append(Option(f"{key}/{option.name}", option.name, option.price, groups=below, **option.rest))
        if group.minimum > len(options):
            text = f"the group “{key}” needs {group.minimum} choices and has {len(options)}."
            if Problem(group.where, text) not in self.problems:
                self.wrong(group.where, text)
        return Group(key, group.name, group.minimum, group.maximum, tuple(options), group.free)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _texts(each)


def price(text: str) -> Decimal | None:
    """An amount as people write it: "4", "$4.50", "4,50 €", "1,200.00". None when it is none."""
    found = _PRICE.fullmatch(text.strip())
    if found is None or "-" in text:
        return None
    whole, cents = found[1].replace(",", ""), (found[2] or "").ljust(2, "0")
    amount = Decimal(f"{whole}.{cents}")
    return amount if amount <= DEAREST else None


def from_cents(cents: object) -> Decimal | None:
    """An amount in the currency's hundredths, as Square and others have it."""
    if isinstance(cents, bool) or not isinstance(cents, int) or not 0 <= cents <= int(DEAREST * 100):
        return None
    return (Decimal(cents) * CENT).quantize(CENT)
