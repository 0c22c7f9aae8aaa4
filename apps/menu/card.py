"""The menu as plain frozen values: what callers may order, read once and passed around without a database.

Everything that only needs to *know* the menu (search, pricing, the models, the recogniser) works on a
`Card`. `apps.menu.services.read_card` makes one from the rows; nothing here imports Django.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Literal

from apps.menu import dayparts
from apps.menu.dayparts import Window

Amount = Literal["none", "light", "regular", "extra"]
Side = Literal["whole", "left", "right"]
AllergenStatus = Literal["contains", "may_contain", "unknown"]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice within a group: "extra cheese", "oat milk"."""

    id: str
    name: str
    price: Decimal = Decimal(0)
    """Added to the line for a regular amount, in the restaurant's currency."""
    default: bool = False
    """Comes with the dish unless the caller refuses it."""
    available: bool = True
    unavailable_reason: str = ""
    synonyms: tuple[str, ...] = ()
    pronunciation: str = ""
    groups: tuple[Group, ...] = ()
    """Groups that open only once this option is chosen (nesting)."""


@dataclass(frozen=True, slots=True)
class Group:
    """Choices that belong together, with how many of them a line needs."""

    id: str
    name: str
    minimum: int = 0
    maximum: int | None = None
    """None: as many as the caller likes."""
    options: tuple[Option, ...] = ()
    free: int = 0
    """How many of the chosen options cost nothing before prices apply: the first ones in the menu's order."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A size of an item with a price of its own."""

    id: str
    name: str
    price: Decimal
    synonyms: tuple[str, ...] = ()
    default: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    id: str
    name: str
    category: str
    price: Decimal
    """Used when the item has no variants."""
    description: str = ""
    variants: tuple[Variant, ...] = ()
    groups: tuple[Group, ...] = ()
    synonyms: tuple[str, ...] = ()
    pronunciation: str = ""
    allergens: tuple[tuple[str, AllergenStatus], ...] = ()
    dietary: tuple[str, ...] = ()
    tax_class: str = "standard"
    alcohol: bool = False
    available: bool = True
    unavailable_reason: str = ""
    sold_out: bool = False
    """It has run out, or is not sold at all; not only off at this time of day."""
    windows: tuple[Window, ...] = ()
    """When it is on the menu (any of them); none: always."""
    sale_hours: tuple[Window, ...] = ()
    """When it may be sold besides (alcohol)."""

    @property
    def off_hours(self) -> bool:
        """It cannot be had at this time of day, and can at another."""
        return not self.available and not self.sold_out and bool(self.windows or self.sale_hours)

    def at(self, moment: datetime, *, handed_over: datetime, timezone: str) -> Item:
        """The dish as it is to be had when the kitchen begins at that moment, and sold when it is handed over."""
        if self.sold_out or not (self.windows or self.sale_hours):
            return self
        for windows, when in ((self.windows, moment), (self.sale_hours, handed_over)):
            if not dayparts.hold(windows, when, timezone=timezone):
                return replace(self, available=False, unavailable_reason=dayparts.say(windows))
        return replace(self, available=True, unavailable_reason="")


@dataclass(frozen=True, slots=True)
class Pair:
    """Something that goes well with an item, or with all of a category."""

    offer_id: str
    item_id: str = ""
    category: str = ""
    words: str = ""


@dataclass(frozen=True)
class Card:
    """A restaurant's whole menu at one moment."""

    items: tuple[Item, ...] = ()
    currency: str = "USD"
    version: int = 0
    changes_at: datetime | None = None
    """When it changes by itself: something that is sold out comes back, a window opens or closes."""
    languages: tuple[str, ...] = field(default=("en",))
    timezone: str = "UTC"
    upsells: tuple[Pair, ...] = ()
    keyterms: tuple[str, ...] = ()
    """What callers of this restaurant say besides: for who hears them."""

    @cached_property
    def by_id(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}

    def at(self, moment: datetime, *, handed_over: datetime | None = None) -> Card:
        """The menu as it is at another moment of the day: what an order for tomorrow noon may hold."""
        if not any(item.windows or item.sale_hours for item in self.items):
            return self
        then = handed_over or moment
        items = (item.at(moment, handed_over=then, timezone=self.timezone) for item in self.items)
        return replace(self, items=tuple(items))


def every_group(groups: tuple[Group, ...]) -> Iterator[Group]:
    """These groups and all that are nested in their options, outermost first."""
    for group in groups:
        yield group
        for option in group.options:
            yield from every_group(option.groups)
