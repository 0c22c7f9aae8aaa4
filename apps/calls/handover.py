"""Whom a call is handed to, one after the other, and what happens when nobody takes it. Pure.

Targets are the restaurant's own rows and nothing else: no number comes from a model, a caller or a request.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

Hours = Literal["any", "open", "closed"]
Fallback = Literal["message", "ticket", "hang_up"]
MOST_STEPS = 4
"""Nobody is left ringing through a whole staff list."""


@dataclass(frozen=True, slots=True)
class Target:
    """Who rings. The label may be spoken, the number never is."""

    label: str
    number: str
    ring_seconds: int


@dataclass(frozen=True, slots=True)
class Rule:
    """For this reason (empty: any) and at these hours, ring this target; without one, go straight to the fallback."""

    reason: str
    hours: Hours
    target: Target | None
    fallback: Fallback


@dataclass(frozen=True, slots=True)
class Plan:
    """Targets in the order in which they ring, then what happens."""

    targets: tuple[Target, ...]
    fallback: Fallback


def plan(
    *,
    reason: str,
    open_now: bool,
    rules: Sequence[Rule],
    usual: Sequence[Target],
    never: Collection[str],
    first: Target | None = None,
) -> Plan:
    """The restaurant's rules for this reason and hour in their order, else its rules for any reason, else the
    `usual` targets; before all of them the `first`, whom somebody chose. Numbers in `never` (our own lines, the
    caller's) are left out: they would ring in a circle."""
    now = ("any", "open" if open_now else "closed")
    fitting = [rule for rule in rules if rule.hours in now]
    named = [rule for rule in fitting if rule.reason == reason] or [rule for rule in fitting if not rule.reason]
    wanted = [rule.target for rule in named if rule.target is not None] if named else list(usual)
    fallback: Fallback = named[-1].fallback if named else "message"
    targets: list[Target] = []
    for target in [first, *wanted] if first is not None else wanted:
        if target.number not in never and target.number not in [one.number for one in targets]:
            targets.append(target)
    return Plan(tuple(targets[:MOST_STEPS]), fallback)
