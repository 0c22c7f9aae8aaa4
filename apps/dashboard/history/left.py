"""What a call left: its order as a bill, bookings, tickets, texts, whom it was handed to, and each yes as proof."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily

from apps.calls.models import Call
from apps.dashboard import written
from apps.dashboard.history import talk, words
from apps.dashboard.orders import board
from apps.dashboard.shell import Here
from apps.language.redaction import mask_numbers

JSON = dict[str, Any]
BY_CALLER = "caller"
ORDER_WORDS = {
    "approval": (lazily("Wants approval"), "need", "bell"),
    "scheduled": (lazily("Later"), "off", "clock"),
    "unpaid": (lazily("Not paid yet"), "off", "clock"),
    "new": (lazily("New"), "new", "bell"),
    "accepted": (lazily("Making"), "prep", "half"),
    "preparing": (lazily("Making"), "prep", "half"),
    "ready": (lazily("Ready"), "ready", "done"),
    "picked_up": (lazily("Picked up"), "ready", "done"),
    "cancelled": (lazily("Cancelled"), "off", "x"),
}
BOOKING_WORDS = {
    "booked": (lazily("Booked"), "ready", "done"),
    "confirmed": (lazily("Confirmed"), "ready", "done"),
    "seated": (lazily("Seated"), "prep", "half"),
    "finished": (lazily("Finished"), "", ""),
    "no_show": (lazily("Did not come"), "late", "alert"),
    "cancelled": (lazily("Cancelled"), "off", "x"),
}


def orders(call: Call) -> list[JSON]:
    return [_bill(order) for order in call.orders.prefetch_related("lines__modifiers").order_by("created_at")]


def _bill(order: Any) -> JSON:
    word, looks, icon = ORDER_WORDS.get(order.status, (order.status, "", ""))
    return {
        "id": str(order.pk),
        "number": order.number,
        "word": word,
        "is": looks,
        "icon": icon,
        "lines": [_line(line, order.currency) for line in order.lines.all()],
        "note": mask_numbers(order.note),
        "subtotal": written.money(order.subtotal, order.currency),
        "tax": written.money(order.tax, order.currency),
        "total": written.money(order.total, order.currency),
    }


def _line(line: Any, currency: str) -> JSON:
    changes = [board.change(each) for each in line.modifiers.all() if not each.from_menu]
    return {
        "quantity": line.quantity,
        "item": line.item,
        "size": line.variant,
        "changes": changes,
        "note": mask_numbers(line.note),
        "total": written.money(line.total, currency),
    }


def bookings(report: JSON, here: Here) -> list[JSON]:
    found = []
    for row in report["reservations"]:
        word, looks, icon = BOOKING_WORDS.get(row["status"], (row["status"], "", ""))
        local = datetime.fromisoformat(row["starts_at"]).astimezone(here.zone)
        found.append(
            {
                **row,
                "word": word,
                "is": looks,
                "icon": icon,
                "when": f"{date_format(local, 'l')} {local.day} {date_format(local, 'F')}, "
                f"{written.clock(local, here.zone)}",
                "tables": ", ".join(row["tables"]),
            }
        )
    return found


def notes(report: JSON) -> list[JSON]:
    """Tickets, texts and hand-overs, a line each."""
    found: list[JSON] = [
        {
            "icon": "tasks",
            "what": one["summary"],
            "more": _("Ticket, %(kind)s, %(status)s")
            % {"kind": one["type"].replace("_", " "), "status": _("open") if one["status"] == "open" else _("closed")},
        }
        for one in report["tickets"]
    ]
    found += [
        {
            "icon": "say",
            "what": _("Text to the guest") if one["direction"] == "out" else _("Text from the guest"),
            "more": ", ".join(filter(None, (one["template"].replace("_", " "), one["status"]))),
        }
        for one in report["messages"]
    ]
    return found + [_hand_over(tool) for tool in report["tools"] if tool["name"] == "transfer_call"]


def _hand_over(tool: JSON) -> JSON:
    result = tool["result"] if isinstance(tool["result"], dict) else {}
    if result.get("status") == "transferring":
        what = _("Handed over to %(who)s") % {"who": result.get("to") or _("the restaurant")}
    else:
        what = _("Wanted a person, nobody could be reached")
    given = tool["arguments"] if isinstance(tool["arguments"], dict) else {}
    return {"icon": "forward", "what": what, "more": str(given.get("reason", "")).replace("_", " ")}


def proofs(call: Call, turns: list[JSON], moments: JSON) -> list[JSON]:
    """What the caller said yes to, and the seconds in which they did; a yes of staff has none."""
    found = []
    for order in call.orders.order_by("created_at"):
        total = written.money(order.total, order.currency)
        title = _("The guest said yes to order %(number)s") % {"number": order.number}
        what = _("to cart %(version)s, %(total)s, after the whole read-back was heard") % {
            "version": order.cart_version,
            "total": total,
        }
        short = _("The yes to cart %(version)s, %(total)s.") % {"version": order.cart_version, "total": total}
        found.append(_proof(order, turns, moments, title=title, what=what, short=short))
    for booking in call.reservations.order_by("created_at"):
        title = _("The guest said yes to booking %(reference)s") % {"reference": booking.reference}
        what = _("to a table for %(party)s, after the whole read-back was heard") % {"party": booking.party_size}
        short = _("The yes to a table for %(party)s.") % {"party": booking.party_size}
        found.append(_proof(booking, turns, moments, title=title, what=what, short=short))
    return [each for each in found if each is not None]


def _proof(row: Any, turns: list[JSON], moments: JSON, **said: str) -> JSON | None:
    if row.confirmed_by != BY_CALLER or row.confirmed_at_ms is None:
        return None
    from_ms = row.confirmed_at_ms
    place = talk.turn_at(turns, from_ms)
    noted = next((each for each in moments.get("yes", ()) if each["from_ms"] == from_ms), None)
    turn = turns[place] if place is not None else None
    to_ms = noted["to_ms"] if noted else turn["ended_ms"] if turn else from_ms + 1500
    to_ms = max(to_ms, from_ms + 500)
    return {
        **said,
        "turn": place,
        "words": turn["text"] if turn else "",
        "from_ms": from_ms,
        "to_ms": to_ms,
        "at": words.clock(from_ms),
        "until": words.clock(to_ms + 999),
    }
