"""What was stored for a call, and whether it is what the caller asked for, to the cent. In the restaurant's schema."""

from __future__ import annotations

import time
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.calls.models import Call
from apps.menu.card import every_group
from apps.orders import pricing
from apps.orders.models import Order, OrderLine
from apps.orders.services import as_json, rules_of
from apps.restaurant import services as restaurant
from apps.voice.carrier.goals import Goal, Wish

Line = tuple[str, str, int, frozenset[tuple[str, str]]]
"""Item, size, quantity, and the choices that differ from the menu, each with its amount."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Empty `problems`: exactly one order, and the right one."""

    problems: tuple[str, ...]
    expected: tuple[Line, ...]
    stored: tuple[Line, ...]
    expected_total: Decimal
    stored_total: Decimal | None
    orders: tuple[dict[str, Any], ...] = ()
    """The call's orders in JSON."""


def wanted(wish: Wish) -> pricing.Wanted:
    """The line in ids, as pricing takes it."""
    return pricing.Wanted(
        item_id=wish.item.id,
        quantity=wish.quantity,
        variant_id=wish.variant.id if wish.variant else None,
        choices=(
            *(pricing.Choice(option.id) for option in wish.options),
            *(pricing.Choice(option.id, amount="none") for option in wish.refused),
        ),
    )


def judge(goal: Goal, *, call_sid: str) -> Verdict:
    """Compare what the restaurant's tables hold for this call with the caller's goal, priced from the menu."""
    quote = pricing.price(goal.card, [wanted(wish) for wish in goal.expected], rules=rules_of(restaurant.settings()))
    expected = tuple(sorted((line_of(wish) for wish in goal.expected), key=str))
    call = Call.objects.filter(carrier_sid=call_sid).first()
    orders = list(Order.objects.filter(call=call)) if call else []
    as_stored = tuple(as_json(order) for order in orders)
    problems = [] if call else ["there is no row for the call"]
    if len(orders) != 1:
        problems.append(f"{len(orders)} orders instead of one")
        return Verdict(tuple(problems), expected, (), quote.total, None, as_stored)
    stored = tuple(sorted((_row_line(goal, row) for row in orders[0].lines.all()), key=str))
    problems += [f"not asked for: {say(line)}" for line in stored if line not in expected]
    problems += [f"missing: {say(line)}" for line in expected if line not in stored]
    if len(stored) != len(expected) and not problems:
        problems.append("a line was stored twice")
    if orders[0].total != quote.total:
        problems.append(f"total {orders[0].total} instead of {quote.total}")
    if orders[0].customer_name.lower() != goal.name.lower():
        problems.append(f"name {orders[0].customer_name!r} instead of {goal.name!r}")
    return Verdict(tuple(problems), expected, stored, quote.total, orders[0].total, as_stored)


def report(*, call_sid: str, patience_seconds: float = 5.0) -> dict[str, Any]:
    """The report the server kept of a call. It is written after the line is gone, so it is waited for."""
    deadline = time.monotonic() + patience_seconds
    while True:
        call = Call.objects.filter(carrier_sid=call_sid).first()
        if call is not None and call.report:
            return dict(call.report)
        if call is None or time.monotonic() > deadline:
            return {}
        time.sleep(0.05)  # another process writes it, and has nothing to wake us by


def say(line: Line) -> str:
    item, size, quantity, choices = line
    told = ", ".join(sorted(f"no {name}" if amount == "none" else name for name, amount in choices))
    return " ".join(filter(None, (str(quantity), size, item, f"({told})" if told else "")))


def line_of(wish: Wish) -> Line:
    choices = {(o.name, "regular") for o in wish.options} | {(o.name, "none") for o in wish.refused}
    return wish.item.name, wish.variant.name if wish.variant else "", wish.quantity, frozenset(choices)


def _row_line(goal: Goal, row: OrderLine) -> Line:
    item = next((item for item in goal.card.items if item.name == row.item), None)
    given = {o.name for group in every_group(item.groups) for o in group.options if o.default} if item else set()
    choices = {
        (one.name, one.amount if one.side == "whole" else f"{one.amount} {one.side}")
        for one in row.modifiers.all()
        if not (one.amount == "regular" and one.side == "whole" and one.name in given)
        and not (one.amount == "none" and one.name not in given)
    }
    return row.item, row.variant, row.quantity, frozenset(choices)
