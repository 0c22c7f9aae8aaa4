"""A call as staff and programs see it: CONTRACT.md's report with what stands today, its cost and its stages."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import datetime
from typing import Any

from apps.calls.models import Call
from apps.language import redaction
from apps.llm import usage
from apps.orders import shown as orders
from apps.reservations import services as reservations
from loman import observability

JSON = dict[str, Any]
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_TURN = ("speaker", "text", "heard", "started_ms", "ended_ms", "interrupted", "latency_ms")


def report(call: Call) -> JSON:
    """The call with whole phone numbers. Orders and bookings are as they stand now, not as they stood when it ended;
    turns, tools and stages are there when it has ended."""
    kept, spent = call.report, usage.of_call(call.pk)
    return {
        "call_id": str(call.pk),
        "from": call.from_number,
        "to": call.to_number,
        "state": call.state,
        "started_at": _moment(call.started_at),
        "answered_at": _moment(call.answered_at),
        "ended_at": _moment(call.ended_at),
        "ended_by": call.ended_by,
        "duration_ms": kept.get("duration_ms", (call.duration_seconds or 0) * 1000),
        "reason": call.reason,
        "outcome": call.outcome,
        "summary": call.summary,
        "turns": kept.get("turns", []),
        "tools": kept.get("tools", []),
        "stages": kept.get("stages", []),
        "orders": [orders.as_json(row) for row in call.orders.all()],
        "reservations": [reservations.as_json(row) for row in call.reservations.all()],
        "messages": list(call.messages.values("id", "direction", "status", "template")),
        "tickets": list(call.tickets.values("id", "type", "summary", "status")),
        "recording": recording(call),
        "cost": {**asdict(spent), "cost": None if spent.cost is None else f"{spent.cost:f}", "currency": "USD"},
    }


def transcript(call: Call) -> JSON:
    """What was said, turn by turn."""
    return {"call_id": str(call.pk), "turns": list(call.transcript.order_by("position").values(*_TURN))}


def recording(call: Call) -> str | None:
    """Where its sound is asked for; where it lies is nobody's business."""
    return f"/api/v1/calls/{call.pk}/recording" if call.recording_url else None


def without_numbers(shown: JSON) -> JSON:
    """The same with every phone number masked: in fields, in what tools were told, in what was said. The restaurant's
    own line is no secret."""
    said = [
        {**turn, "text": redaction.mask_numbers(turn["text"]), "heard": redaction.mask_numbers(turn["heard"] or "")}
        for turn in shown["turns"]
    ]
    masked: JSON = observability.masked({name: value for name, value in shown.items() if name not in ("turns", "to")})
    return {name: said if name == "turns" else masked.get(name, shown[name]) for name in shown}


def numbers_in(shown: JSON) -> set[str]:
    """Every whole number that it shows in E.164, but for the restaurant's own line."""
    return set(_E164.findall(str({name: value for name, value in shown.items() if name != "to"})))


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
