"""What happened, told to whoever listens: one row beside the cause, and from it one row for each listener.

The rooms above say what their nouns look like (`describes`) and what else is to be done (`listens`), so that
an order knows neither webhooks nor tills.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from apps.outbox import live, services, webhooks
from apps.tenants import scope

JSON = dict[str, Any]
Describer = Callable[[str], JSON]
_describers: dict[str, Describer] = {}
_listeners: dict[str, list[str]] = {}


SHOWN_AS = {"order": "orders", "reservation": "bookings", "call": "calls", "ticket": "tickets"}
"""What open pages call the nouns of events."""


def describes(noun: str) -> Callable[[Describer], Describer]:
    """Declare the function that gives the JSON (CONTRACT.md's, numbers whole) of an order, a call … by its id."""

    def register(function: Describer) -> Describer:
        if _describers.setdefault(noun, function) is not function:
            raise ValueError(f"Two functions want to describe {noun}.")
        return function

    return register


def listens(noun: str, *, kind: str) -> None:
    """Have work of this kind made for every event of the noun; its payload is the event's `type` and `subject`."""
    kinds = _listeners.setdefault(noun, [])
    if kind not in kinds:
        kinds.append(kind)


def announce(type: str, subject: UUID, *, mark: str = "") -> None:
    """Say within the cause's transaction that something happened to a subject; `mark` tells apart what may happen
    to it more than once. Saying it again changes nothing."""
    place = scope.here()
    if type not in webhooks.TYPES or place is None:
        raise LookupError(f"{type} is no event of a restaurant that was entered.")
    live.touched(SHOWN_AS[type.partition(".")[0]], subject)
    services.add(
        "event",
        key=f"event:{type}:{subject}:{mark}",
        payload={
            "type": type,
            "subject": str(subject),
            "id": f"msg_{uuid4().hex}",
            "at": timezone.now().isoformat(),
        },
        place=place,
    )


def spread(payload: JSON) -> None:
    """Make an event's rows: work for each listener, a delivery for each endpoint that wants it. What is sent is the
    subject as it stands now, moments after the event."""
    place = scope.here()
    assert place is not None, "an event has its restaurant"
    noun = payload["type"].partition(".")[0]
    for kind in _listeners.get(noun, ()):
        services.add(
            kind,
            key=f"{kind}:{payload['id']}",
            payload={"type": payload["type"], "subject": payload["subject"]},
            place=place,
        )
    endpoints = webhooks.wanting(payload["type"], place=place)
    if endpoints:
        described = _describers[noun](payload["subject"])
        webhooks.owe(endpoints, event_id=payload["id"], type=payload["type"], at=payload["at"], data=described)
    webhooks.forget_old(place=place, now=timezone.now())
