"""Why a table cannot be had, as sentences the caller may hear."""

from __future__ import annotations


class Refusal(Exception):
    """Why it cannot be."""


class ForStaff(Refusal):
    """A lead for staff, never a booking: a party above the largest, a number that often did not come."""


class Full(Refusal):
    """No table at that time; the waitlist may be offered."""
