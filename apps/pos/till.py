"""What Loman asks of any point of sale, in values that know none of them. Pure.

One vendor, one file: `square` is the first. A vendor reads prices and taxes from its own catalogue where we
know what an item is called there; everything else goes as a line with a name and our price.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, Protocol

from apps.menu.imports.reading import Reading

AMOUNTS = {"none": "NO ", "light": "LIGHT ", "extra": "EXTRA ", "regular": ""}
SIDES = {"left": "LEFT: ", "right": "RIGHT: ", "whole": ""}


class Unavailable(Exception):
    """It did not answer, or not in its own language: to be asked again."""


class Busy(Unavailable):
    """It said when to come again."""

    def __init__(self, why: str, *, seconds: float) -> None:
        super().__init__(why)
        self.seconds = seconds


class Denied(Unavailable):
    """It does not take our key: somebody has to give us another."""


class Refused(Exception):
    """It will not do this, however often it is asked. Why, in its words."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen on a line."""

    name: str
    price: Decimal
    amount: str = "regular"
    side: str = "whole"
    external_id: str = ""

    @property
    def in_words(self) -> str:
        return f"{SIDES[self.side]}{AMOUNTS[self.amount]}{self.name}"

    @property
    def catalogued(self) -> bool:
        """Whether the vendor's own modifier says the same: a half or a light one it does not know."""
        return bool(self.external_id) and self.amount == "regular" and self.side == "whole"


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    quantity: int
    each: Decimal
    """What the guest was told for one, choices included."""
    base: Decimal | None = None
    """What the dish costs on our menu today in that size; None when it is not on it any more."""
    choices: tuple[Choice, ...] = ()
    note: str = ""
    external_id: str = ""
    tax_percent: Decimal = Decimal(0)

    @property
    def catalogued(self) -> bool:
        """Whether the vendor can price it: it knows the dish, and the price is the sum of its parts. A pizza in halves
        is not, nor is one whose price has changed since: they go with the price the guest said yes to."""
        if not self.external_id or self.base is None:
            return False
        return self.base + sum((choice.price for choice in self.choices), Decimal(0)) == self.each


@dataclass(frozen=True, slots=True)
class Docket:
    """An order as a till gets it."""

    key: str
    """The same for every attempt: the till makes one order of it."""
    reference: str
    number: int
    customer_name: str
    customer_number: str
    ready_at: datetime
    lines: tuple[Line, ...]
    total: Decimal
    currency: str
    tax_included: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """What something of the catalogue is called on the menu that was read from it."""

    external_id: str
    kind: Literal["item", "size", "option"]
    owner: str
    """The item of a size, the group of an option; for an item its own name."""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Catalog:
    reading: Reading
    names: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """An order as the till has it."""

    external_id: str
    total: Decimal


class Till(Protocol):
    """A point of sale of one restaurant. Every method asks a server: `Unavailable` or `Refused`."""

    def pull_catalog(self) -> Catalog: ...

    def request(self, docket: Docket) -> dict[str, object]:
        """The order as this vendor wants it. Made once and kept: every attempt must send the same."""
        ...

    def quote(self, request: dict[str, object], *, currency: str) -> Decimal:
        """What the till would charge for it, without making anything."""
        ...

    def push_order(self, request: dict[str, object], *, key: str, currency: str) -> Taken:
        """Make the order; with a key that was used before, find it."""
        ...

    def cancel_order(self, external_id: str, *, key: str) -> None:
        """Take it back; one that is taken back already is fine."""
        ...
