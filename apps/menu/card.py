"""The menu as plain frozen values: what callers may order, read once and passed around without a database.

Everything that only needs to *know* the menu (search, pricing, the models, the recogniser) works on a
`Card`. `apps.menu.services.read_card` makes one from the rows; nothing here imports Django.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Literal

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


@dataclass(frozen=True)
class Card:
    """A restaurant's whole menu at one moment."""

    items: tuple[Item, ...] = ()
    currency: str = "USD"
    version: int = 0
    changes_at: datetime | None = None
    """When it changes by itself: the first moment at which something that is sold out comes back."""
    languages: tuple[str, ...] = field(default=("en",))

    @cached_property
    def by_id(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}


def every_group(groups: tuple[Group, ...]) -> Iterator[Group]:
    """These groups and all that are nested in their options, outermost first."""
    for group in groups:
        yield group
        for option in group.options:
            yield from every_group(option.groups)
