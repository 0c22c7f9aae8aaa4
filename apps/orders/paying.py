"""What is asked of whoever takes the money, and what they tell us: the seam between orders and a provider. Pure.

Card numbers are between the guest and the provider; none passes through here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, Protocol


class Unreachable(Exception):
    """The provider did not do it, as a sentence for the log. Asked again later."""


class Forged(Exception):
    """A webhook that the provider did not send, or not now."""


@dataclass(frozen=True, slots=True)
class Link:
    """A page to pay on."""

    reference: str
    """The provider's id of it."""
    url: str


@dataclass(frozen=True, slots=True)
class News:
    """How a payment ended."""

    payment: str
    """Our id of it, as we gave it."""
    reference: str
    state: Literal["paid", "failed", "expired"]
    amount: Decimal
    currency: str


class Provider(Protocol):
    """One restaurant's account with somebody who takes money."""

    def make_link(
        self, *, payment: str, amount: Decimal, currency: str, about: str, return_url: str, until: datetime
    ) -> Link:
        """A page to pay this on, until then; asked again for the same payment it is the same page."""

    def withdraw(self, reference: str) -> None:
        """Let nobody pay on that page any more."""

    def look(self, reference: str) -> News | None:
        """How it stands; None while nothing has happened."""

    def read_webhook(self, *, body: bytes, headers: Mapping[str, str], now: datetime) -> News | None:
        """What a webhook says, if it is about a payment's end. `Forged` when the provider did not sign it."""
