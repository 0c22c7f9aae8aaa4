"""What a restaurant lacks before it can go live, and what it can still do without. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

MUST = {
    "phone_number": "No phone line rings for it.",
    "administrator": "Nobody can sign in as its administrator.",
    "hours": "It has no opening hours.",
    "menu": "It has no menu.",
    "prices": "Nothing on its menu has a price.",
    "tax_rates": "It has no tax rate.",
    "person_to_ring": "Nobody is rung when a caller wants a person.",
    "tables": "It takes reservations and has no tables.",
}
"""Without these it does not go live."""
SHOULD = {
    "sms_registration": "No A2P registration is recorded, so it sends no texts.",
    "test_call": "No call was answered yet, so nobody has heard its greeting and notice.",
}
"""What can follow."""


@dataclass(frozen=True, slots=True)
class Facts:
    """How a restaurant is set up."""

    has_line: bool
    has_administrator: bool
    has_hours: bool
    has_menu: bool
    has_prices: bool
    has_tax_rates: bool
    rings_somebody: bool
    services: Collection[str]
    has_tables: bool
    may_text: bool
    was_heard: bool


def missing(facts: Facts) -> list[str]:
    """Keys of `MUST`, in its order."""
    lacks = dict(_must(facts))
    return [what for what in MUST if lacks[what]]


def advised(facts: Facts) -> list[str]:
    """Keys of `SHOULD`, in its order."""
    lacks = {"sms_registration": facts.has_line and not facts.may_text, "test_call": not facts.was_heard}
    return [what for what in SHOULD if lacks[what]]


def _must(facts: Facts) -> Iterator[tuple[str, bool]]:
    yield "phone_number", not facts.has_line
    yield "administrator", not facts.has_administrator
    yield "hours", not facts.has_hours
    yield "menu", not facts.has_menu
    yield "prices", facts.has_menu and not facts.has_prices
    yield "tax_rates", not facts.has_tax_rates
    yield "person_to_ring", not facts.rings_somebody
    yield "tables", "reservations" in facts.services and not facts.has_tables
