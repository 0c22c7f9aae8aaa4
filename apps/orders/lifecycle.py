"""What becomes of a placed order: forward step by step, later, or cancelled with a reason.

Steps can be skipped and repeated, never taken back: two screens that are clicked at once end where the one
further on is. Only a guest's change makes an order new again. Every step leaves a row of who took it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.accounts import audit
from apps.language.redaction import redact_cards
from apps.orders.models import Order, OrderEvent
from apps.outbox import events, live
from apps.outbox import services as outbox
from apps.restaurant import services as restaurant
from apps.tenants.scope import Place

STEPS = ("approval", "unpaid", "scheduled", "new", "accepted", "preparing", "ready", "picked_up")
FINAL = ("picked_up", "cancelled")
GUEST_MAY_CANCEL = ("approval", "unpaid", "scheduled", "new", "accepted")
"""Before the kitchen has begun."""
ACKNOWLEDGED_WITHIN = timedelta(minutes=3)
LONGEST_DELAY_MINUTES = 240
BY_US = "loman"


class Refusal(Exception):
    """Why it cannot be, as a sentence."""


def first_step(order: Order, *, approval: bool, now: datetime) -> str:
    """Where an order begins: with staff's approval, waiting for its money or its time, or in the kitchen at once."""
    if approval:
        return "approval"
    if order.payment == "asked" and order.pays_first:
        return "unpaid"
    return "scheduled" if order.fires_at is not None and order.fires_at > now else "new"


def guest_may_change(status: str, *, until: str) -> bool:
    """Whether an order at this step can still be changed by phone, where the restaurant allows it up to `until`."""
    return status in STEPS and STEPS.index(status) <= STEPS.index(until)


def begin(order: Order, *, place: Place, by: str, now: datetime, note: str = "") -> None:
    """At a new step, within its transaction: its row, and the work that waits for it to fire or be acknowledged."""
    record(order, by=by, now=now, note=note)
    if order.status == "scheduled" and order.fires_at is not None:
        mark = order.fires_at.astimezone(UTC).isoformat()
        _later("order.fire", order, place, mark=mark, at=order.fires_at)
    elif order.status == "unpaid":
        patience = timedelta(minutes=restaurant.settings().pay_minutes)
        _later("order.unpaid", order, place, mark=str(order.revision), at=now + patience)
    elif order.status == "new":
        _later("order.unacknowledged", order, place, mark=str(order.revision), at=now + ACKNOWLEDGED_WITHIN)
    if order.payment == "asked" and order.status != "approval":
        _tell("pay.link", order, place, mark=str(order.revision))


def begin_again(order: Order, *, place: Place, by: str, now: datetime) -> None:
    """After a guest's change, within its transaction: the kitchen is told, and the guest once."""
    begin(order, place=place, by=by, now=now, note=f"changed, revision {order.revision}")
    _tell("order.changed", order, place, mark=f"revision {order.revision}")


@transaction.atomic
def advance(
    order_id: UUID, *, to: str, by: str, place: Place, now: datetime, seen_revision: int | None = None
) -> Order:
    """One or more steps forward. Where it is there already, nothing happens. Who says which revision was on the screen
    is refused when the guest has changed it since."""
    order = _locked(order_id)
    if seen_revision is not None and seen_revision != order.revision:
        raise Refusal(_("Order %(number)s has just been changed. Please look at it again.") % {"number": order.number})
    if to not in STEPS or to == "unpaid":
        raise Refusal(_("There is no step called %(step)s.") % {"step": to})
    if order.status == to:
        return order
    if order.status in FINAL or STEPS.index(to) < STEPS.index(order.status):
        raise Refusal(_already(order))
    if order.status == "unpaid":
        order.pays_first = False  # it was paid, or staff let it be made all the same
    waited = order.status in ("approval", "unpaid") and to == "new"
    order.status = first_step(order, approval=False, now=now) if waited else to
    order.save(update_fields=["status", "pays_first"])
    begin(order, place=place, by=by, now=now)
    _tell("order.changed", order, place, mark=order.status)
    events.announce("order.changed", order.pk, mark=order.status)
    return order


@transaction.atomic
def cancel(order_id: UUID, *, reason: str, by: str, place: Place, now: datetime) -> Order:
    """Take an order back. A guest may until the kitchen has begun; staff until it was picked up."""
    order = _locked(order_id)
    if order.status == "cancelled":
        return order
    if order.status == "picked_up":
        raise Refusal(_("Order %(number)s was already picked up.") % {"number": order.number})
    if by == "caller" and order.status not in GUEST_MAY_CANCEL:
        raise Refusal(f"Order {order.number} is already {in_words(order.status)}, so I can't cancel it any more.")
    if not reason.strip():
        raise Refusal(_("A cancelled order needs a reason."))
    before = order.status
    order.status, order.cancelled_reason = "cancelled", redact_cards(reason.strip())[:200]
    order.save(update_fields=["status", "cancelled_reason"])
    record(order, by=by, now=now, note=order.cancelled_reason)
    _tell("order.changed", order, place, mark="cancelled")
    events.announce("order.cancelled", order.pk)
    audit.record(
        "orders.cancel",
        actor=f"call:{order.call_id or ''}" if by == "caller" else by,
        place=place,
        subject=f"orders/{order.pk}",
        before={"status": before},
        after={"status": order.status, "reason": audit.masked(order.cancelled_reason), "number": order.number},
    )
    return order


@transaction.atomic
def delay(order_id: UUID, *, minutes: int, by: str, place: Place, now: datetime) -> Order:
    """Have it ready later, and tell the guest."""
    order = _locked(order_id)
    if not 0 < minutes <= LONGEST_DELAY_MINUTES:
        raise Refusal(_("A delay is between 1 and %(most)s minutes.") % {"most": LONGEST_DELAY_MINUTES})
    if order.status in (*FINAL, "ready"):
        raise Refusal(_already(order))
    order.ready_at += timedelta(minutes=minutes)
    order.save(update_fields=["ready_at"])
    record(order, by=by, now=now, note=f"{minutes} minutes later")
    _tell("order.delayed", order, place, mark=order.ready_at.isoformat())
    events.announce("order.changed", order.pk, mark=order.ready_at.isoformat())
    return order


@transaction.atomic
def printed(order_id: UUID) -> Order:
    """Count a print of the ticket; what is given back says whether it was the first."""
    order = _locked(order_id)
    order.prints += 1
    order.save(update_fields=["prints"])
    return order


def _already(order: Order) -> str:
    return _("Order %(number)s is already %(step)s.") % {"number": order.number, "step": _(in_words(order.status))}


def _locked(order_id: UUID) -> Order:
    return Order.objects.select_for_update().get(pk=order_id)


def record(order: Order, *, by: str, now: datetime, note: str = "") -> None:
    """A row about an order, at the step where it is."""
    OrderEvent.objects.create(order=order, status=order.status, by=by, note=note[:200], at=now)
    live.touched("orders", order.pk)


def _later(kind: str, order: Order, place: Place, *, mark: str, at: datetime) -> None:
    payload = {"order": str(order.pk), "mark": mark}
    outbox.add(kind, key=f"{kind}:{order.pk}:{mark}", payload=payload, place=place, due_at=at)


def _tell(kind: str, order: Order, place: Place, *, mark: str) -> None:
    outbox.add(kind, key=f"{kind}:{order.pk}:{mark}", payload={"order": str(order.pk), "mark": mark}, place=place)


_IN_WORDS = {
    "approval": gettext_noop("waiting for approval"),
    "unpaid": gettext_noop("waiting for its money"),
    "scheduled": gettext_noop("scheduled"),
    "new": gettext_noop("new"),
    "accepted": gettext_noop("accepted"),
    "preparing": gettext_noop("being made"),
    "ready": gettext_noop("ready"),
    "picked_up": gettext_noop("picked up"),
    "cancelled": gettext_noop("cancelled"),
}


def in_words(status: str) -> str:
    """As it is said: "being made"."""
    return _IN_WORDS[status]
