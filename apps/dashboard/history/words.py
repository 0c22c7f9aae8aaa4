"""What reasons, outcomes and moments of calls are called, and the one line a call is in every list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily

from apps.calls.models import Call
from apps.dashboard import written
from apps.dashboard.shell import Here
from apps.language import phones
from loman import observability

REASONS: dict[str, str | Promise] = {
    "order": lazily("To order"),
    "order_change": lazily("To change an order"),
    "order_status": lazily("Asked after an order"),
    "reservation": lazily("To book a table"),
    "reservation_change": lazily("To change a booking"),
    "question": lazily("A question"),
    "person": lazily("Wanted a person"),
    "complaint": lazily("Complaint"),
    "catering": lazily("Catering"),
    "large_order": lazily("A very large order"),
    "delivery": lazily("Delivery"),
    "callback": lazily("Wanted a call back"),
    "lead": lazily("A large party"),
    "allergy": lazily("Allergy"),
    "lost_item": lazily("Something left behind"),
    "job": lazily("A job"),
    "vendor": lazily("Selling something"),
    "press": lazily("Press"),
    "emergency": lazily("Emergency"),
    "unwanted": lazily("Unwanted"),
    "other": lazily("Something else"),
}
OUTCOMES: dict[str, str | Promise] = {
    "order": lazily("Order placed"),
    "reservation": lazily("Table booked"),
    "ticket": lazily("Left for staff"),
    "transfer": lazily("Handed over"),
    "none": lazily("Nothing to do"),
    "silence": lazily("Nobody spoke"),
    "robocall": lazily("Robot"),
    "abuse": lazily("Abuse"),
    "turned away": lazily("No line free"),
    "blocked": lazily("Blocked"),
    "forwarding loop": lazily("Forwarded in a circle"),
}
SHAPES = {"order": ("ready", "done"), "reservation": ("ready", "done"), "ticket": ("prep", "tasks"),
          "transfer": ("prep", "forward")}  # fmt: skip
"""How an outcome's pill looks, and its icon; the others have neither."""


def reason(call: Call) -> str:
    return str(REASONS.get(call.reason) or call.reason.replace("_", " "))


def outcome(call: Call) -> dict[str, str]:
    """Its word, and how that looks."""
    is_on = call.state != Call.State.ENDED
    word = OUTCOMES.get(call.outcome) or call.outcome.replace("_", " ")
    looks, icon = SHAPES.get(call.outcome, ("", ""))
    return {"word": str(word or (_("On the line") if is_on else _("Not known"))), "is": looks, "icon": icon}


def when(call: Call, here: Here, *, now: datetime) -> str:
    local, today = call.started_at.astimezone(here.zone), now.astimezone(here.zone).date()
    said = written.clock(call.started_at, here.zone)
    past = (today - local.date()).days
    if past in (0, 1):
        return (_("Today, %(time)s") if past == 0 else _("Yesterday, %(time)s")) % {"time": said}
    year = "" if local.year == today.year else f" {local.year}"
    return f"{date_format(local, 'D')} {local.day} {date_format(local, 'M')}{year}, {said}"


def clock(milliseconds: int) -> str:
    """As the clock of a recording: 1:05."""
    return f"{milliseconds // 60_000}:{milliseconds // 1000 % 60:02}"


def row(call: Call, here: Here, *, now: datetime) -> dict[str, Any]:
    is_on = call.state != Call.State.ENDED
    seconds = call.duration_seconds
    return {
        "id": str(call.pk),
        "when": when(call, here, now=now),
        "masked": phones.mask(call.from_number) or _("number withheld"),
        "length": "" if seconds is None or is_on else clock(seconds * 1000),
        "since": (call.answered_at or call.started_at) if is_on else None,
        "reason": reason(call),
        "outcome": outcome(call),
        "summary": observability.masked(call.summary),
    }
