"""An order's ticket for the kitchen: as text for any printer, and as a page for 80 mm paper. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from html import escape
from textwrap import wrap

from apps.orders import allergy

COLUMNS = 42
"""What fits on 80 mm paper in the printer's usual font."""
_AMOUNTS = {"none": "NO ", "light": "LIGHT ", "extra": "EXTRA ", "regular": ""}
_SIDES = {"left": "LEFT: ", "right": "RIGHT: ", "whole": ""}


@dataclass(frozen=True, slots=True)
class Change:
    """One choice on a line."""

    name: str
    amount: str = "regular"
    side: str = "whole"


@dataclass(frozen=True, slots=True)
class Line:
    quantity: int
    item: str
    variant: str = ""
    changes: tuple[Change, ...] = ()
    note: str = ""
    total: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Ticket:
    """What is printed. Moments are in the restaurant's own time."""

    restaurant: str
    number: int
    customer: str
    placed_at: datetime
    ready_at: datetime
    lines: tuple[Line, ...]
    total: Decimal
    currency: str
    note: str = ""
    check_id: bool = False
    scheduled: bool = False
    reprint: bool = False
    cancelled: bool = False
    changed: bool = False
    """It is not what an earlier ticket of this number said."""
    paid: bool = False

    @property
    def banners(self) -> tuple[str, ...]:
        """What nobody may overlook, the most serious first."""
        found = (
            ("CANCELLED", self.cancelled),
            ("CHANGED", self.changed),
            ("ALLERGY", allergy.mentions((self.note, *(line.note for line in self.lines)))),
            ("CHECK ID", self.check_id),
            ("SCHEDULED", self.scheduled),
            ("REPRINT", self.reprint),
        )
        return tuple(banner for banner, shown in found if shown)


def as_text(ticket: Ticket) -> str:
    """The ticket in lines of at most `COLUMNS` characters."""
    rows = [ticket.restaurant.center(COLUMNS), f"ORDER {ticket.number}".center(COLUMNS)]
    rows += [f"*** {banner} ***".center(COLUMNS) for banner in ticket.banners]
    rows += ["-" * COLUMNS]
    rows += _wrapped(f"for {ticket.customer}")
    rows += [f"ready {_when(ticket.ready_at, ticket.placed_at)}", "-" * COLUMNS]
    for line in ticket.lines:
        amount = f" {line.total}"
        head = wrap(_head(line), COLUMNS - len(amount)) or [""]
        rows += [head[0].ljust(COLUMNS - len(amount)) + amount, *(f"  {each}" for each in head[1:])]
        rows += [row for change in _changes(line) for row in _wrapped(change, indent="    ")]
    if ticket.note:
        rows += ["-" * COLUMNS, *_wrapped(ticket.note)]
    total = f"TOTAL {ticket.total} {ticket.currency}{' PAID' if ticket.paid else ''}"
    rows += ["-" * COLUMNS, total.rjust(COLUMNS), f"placed {ticket.placed_at:%Y-%m-%d %H:%M}"]
    return "\n".join(row[:COLUMNS].rstrip() for row in rows) + "\n"


def as_html(ticket: Ticket) -> str:
    """The ticket as a page that prints on 80 mm paper."""
    banners = "".join(f"<p class=banner>{escape(banner)}</p>" for banner in ticket.banners)
    lines = "".join(_html_line(line) for line in ticket.lines)
    note = f"<p class=note>{escape(ticket.note)}</p>" if ticket.note else ""
    paid = " PAID" if ticket.paid else ""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Order {ticket.number}</title><style>
@page {{ size: 80mm auto; margin: 3mm }}
body {{ width: 74mm; margin: 0; font: 14px/1.35 ui-monospace, monospace; color: #000; background: #fff }}
h1 {{ font-size: 26px; text-align: center; margin: 2mm 0 }} .restaurant {{ text-align: center; margin: 0 }}
.banner {{ font: bold 20px monospace; text-align: center; border: 2px solid #000; margin: 1mm 0; padding: 1mm }}
ul {{ list-style: none; margin: 0; padding: 0; border-top: 1px dashed #000; border-bottom: 1px dashed #000 }}
li {{ padding: 1.5mm 0; break-inside: avoid }} li b {{ font-size: 16px }}
li div {{ display: flex; justify-content: space-between; gap: 2mm }}
li p {{ margin: 0 0 0 6mm; overflow-wrap: anywhere }}
.note {{ border: 1px solid #000; padding: 1mm; overflow-wrap: anywhere }}
.total {{ text-align: right; font-size: 18px }}
</style></head><body><p class=restaurant>{escape(ticket.restaurant)}</p><h1>Order {ticket.number}</h1>{banners}
<p>for <b>{escape(ticket.customer)}</b><br>ready <b>{escape(_when(ticket.ready_at, ticket.placed_at))}</b></p>
<ul>{lines}</ul>{note}<p class=total>Total <b>{ticket.total} {escape(ticket.currency)}</b>{paid}</p>
<p>placed {ticket.placed_at:%Y-%m-%d %H:%M}</p></body></html>
"""


def _html_line(line: Line) -> str:
    changes = "".join(f"<p>{escape(change)}</p>" for change in _changes(line))
    return f"<li><div><b>{escape(_head(line))}</b><span>{line.total}</span></div>{changes}</li>"


def _head(line: Line) -> str:
    return f"{line.quantity} {line.variant + ' ' if line.variant else ''}{line.item}"


def _changes(line: Line) -> Iterator[str]:
    for change in line.changes:
        yield f"{_SIDES[change.side]}{_AMOUNTS[change.amount]}{change.name}"
    if line.note:
        yield f"! {line.note}"


def _when(ready_at: datetime, placed_at: datetime) -> str:
    day = "" if ready_at.date() == placed_at.date() else f"{ready_at:%a %Y-%m-%d} "
    return f"{day}{ready_at:%H:%M}"


def _wrapped(text: str, *, indent: str = "") -> list[str]:
    return [indent + each for each in wrap(text, COLUMNS - len(indent))]
