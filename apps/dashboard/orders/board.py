"""An order as a ticket on the kitchen's board: its column, its clock, its lines. Pure but for the rows it is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from apps.dashboard import written
from apps.language import phones
from apps.orders import allergy

COLUMNS = {"approval": "new", "new": "new", "accepted": "prep", "preparing": "prep", "ready": "ready"}
"""Where an order hangs, by its status; the others are later, or gone."""
NEXT = {
    "approval": ("new", __("Approve")),
    "new": ("accepted", __("Acknowledge")),
    "accepted": ("ready", __("Ready")),
    "preparing": ("ready", __("Ready")),
    "ready": ("picked_up", __("Picked up")),
}
"""The one wide button: the step it takes, and its word."""
_AMOUNTS = {"none": __("NO"), "light": __("light"), "extra": __("+ extra"), "regular": ""}
_SIDES = {"left": __("Left: "), "right": __("Right: "), "whole": ""}


@dataclass(frozen=True, slots=True)
class Change:
    name: str
    is_no: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    quantity: int
    item: str
    size: str
    item_id: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the board shows of an order. Moments are aware; `clock` counts up from it, or down to it."""

    id: str
    number: int
    guest: str
    masked: str
    total: str
    due: str
    due_at: datetime
    state: str
    """new, prep, late or ready: shape and word go with it (dashboard.css)."""
    column: str
    clock: datetime
    counts_down: bool
    word: str
    lines: tuple[Line, ...]
    allergy: str
    check_id: bool
    revision: int
    prints: int
    is_unprinted: bool
    """The last print did not come out."""
    step: str
    verb: str | Promise
    is_approval: bool


def ticket(order: Any, *, now: datetime, zone: ZoneInfo) -> Ticket:
    """Of an order with `lines`, their `modifiers`, `since` (when it came to its step) and `last_print`."""
    column = COLUMNS[order.status]
    state, clock, word = _clock(column, order, now)
    step, verb = NEXT[order.status]
    notes = (order.note, *(line.note for line in order.lines.all()))
    return Ticket(
        id=str(order.pk),
        number=order.number,
        guest=order.customer_name,
        masked=phones.mask(order.customer_number),
        total=written.money(order.total, order.currency),
        due=written.clock(order.ready_at, zone),
        due_at=order.ready_at.astimezone(UTC),
        state=state,
        column=column,
        clock=clock,
        counts_down=state == "prep",
        word=word,
        lines=tuple(_lines(order)),
        allergy=next((note for note in notes if note and allergy.mentions((note,))), ""),
        check_id="CHECK ID" in order.banners,
        revision=order.revision,
        prints=order.prints,
        is_unprinted=(order.last_print or "").startswith("not printed"),
        step=step,
        verb=verb,
        is_approval=order.status == "approval",
    )


def _clock(column: str, order: Any, now: datetime) -> tuple[str, datetime, str]:
    since = order.since or order.created_at
    if column == "new":
        return "new", since, _("ringing")
    if column == "ready":
        return "ready", since, _("waiting")
    return ("late", order.ready_at, _("late")) if now > order.ready_at else ("prep", order.ready_at, _("left"))


def _lines(order: Any) -> Iterator[Line]:
    for line in order.lines.all():
        changes = [change(each) for each in line.modifiers.all()]
        if line.note:
            changes.append(Change(line.note))
        yield Line(line.quantity, line.item, line.variant, str(line.item_id), tuple(changes))


def change(modifier: Any) -> Change:
    """An option of a line, as a kitchen reads it."""
    side, amount = _SIDES[modifier.side], _AMOUNTS[modifier.amount]
    if modifier.amount == "none":
        return Change(f"{side}{modifier.name}", is_no=True)
    return Change(f"{side}{amount} {modifier.name}".strip() if amount else f"{side}{modifier.name}")


def columns(tickets: Iterable[Ticket]) -> dict[str, list[Ticket]]:
    """New as they came, then what is due first."""
    found: dict[str, list[Ticket]] = {"new": [], "prep": [], "ready": []}
    for each in tickets:
        found[each.column].append(each)
    return found
