"""Why an order cannot be, as sentences the caller may hear."""

from __future__ import annotations


class Refusal(Exception):
    """Why it cannot be, as a sentence the caller may hear."""


class TooMuch(Refusal):
    """Above a cap: whoever hears this tells staff."""


class NeedsYes(Refusal):
    """There is no yes to this version on record."""


class TooLate(Refusal):
    """The kitchen has begun, or money was paid: a person has to see to it, and staff are told."""
