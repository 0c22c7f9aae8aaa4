"""How the catalog's tools do what they say: between their arguments and the rooms that keep the books."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from apps.calls import outcomes
from apps.calls import services as calls
from apps.language.redaction import redact_cards
from apps.llm.messages import JSON
from apps.orders import allergy, changes, lookups, wording
from apps.orders import services as orders
from apps.orders.models import Order
from apps.reservations import services as reservations
from apps.reservations import wording as tables
from apps.reservations.models import Reservation
from apps.restaurant import hours
from apps.tools import shapes, snapshot
from apps.tools.registry import ToolContext, ToolError


def the_order(context: ToolContext, *, number: int, name: str) -> Order:
    """By number and name; neither alone is enough, and whoever guesses is offered a person."""
    today = hours.business_day(known(context).week, context.now)
    try:
        return lookups.find(key=calls.fitting(context.key), number=number, name=name, day=today, now=context.now)
    except lookups.Missed as missed:
        raise ToolError(str(missed)) from None


def known(context: ToolContext) -> snapshot.Snapshot:
    """What the call knows of its restaurant; read now where there is no call."""
    return context.snapshot or snapshot.take(context.place, now=context.now)


def quote(
    context: ToolContext,
    lines: Sequence[shapes.LineWanted],
    name: str,
    number: str,
    pickup_at: datetime | None,
    note: str,
    suggested: str,
) -> JSON:
    """Price the lines and give the words for the read-back."""
    if not lines:
        raise ToolError("What would you like to order?")
    if not name.strip():
        raise ToolError("What name should I put the order under?")
    quoted = orders.quote(
        context.place,
        key=context.key,
        wanted=[shapes.wanted(line) for line in lines],
        customer_name=name.strip(),
        customer_number=shapes.number(number) or context.caller_number,
        pickup_at=shapes.aware(pickup_at, context) if pickup_at else None,
        call_id=context.call_id,
        note=_note(context, lines, note),
        suggested=suggested,
        language=context.language,
        now=context.now,
    )
    return _quoted(context, quoted)


def change(
    context: ToolContext,
    row: Order,
    lines: Sequence[shapes.LineWanted],
    pickup_at: datetime | None,
    note: str,
) -> JSON:
    """Price a placed order anew, for the read-back. What cannot be changed any more, staff hear of."""
    if not lines:
        raise ToolError("What should the whole order be then?")
    try:
        quoted = changes.quote(
            row,
            place=context.place,
            key=context.key,
            wanted=[shapes.wanted(line) for line in lines],
            pickup_at=shapes.aware(pickup_at, context) if pickup_at else None,
            call_id=context.call_id,
            note=_note(context, lines, note),
            language=context.language,
            now=context.now,
        )
    except orders.TooLate as refusal:
        tell_staff(context, "callback", f"{row.customer_name} wants to change order {row.number}. {refusal}")
        raise
    except orders.TooMuch:
        tell_staff(
            context, "large_order", f"{row.customer_name} wants more for order {row.number} than the caps allow."
        )
        raise
    return _quoted(context, quoted)


def lines_of(context: ToolContext, row: Order) -> list[JSON]:
    """What stands on an order, as the tools take lines; nothing when the menu no longer has all of it."""
    card = known(context).card
    rows = row.lines.prefetch_related("modifiers")
    lines = [shapes.line_as_wanted(line, card.by_id.get(str(line.item_id))) for line in rows]
    return [line for line in lines if line] if all(lines) else []


def status_in_words(context: ToolContext, row: Order) -> str:
    """Where an order is, as the caller hears it."""
    zone = ZoneInfo(context.place.timezone)
    ready_at, now = row.ready_at.astimezone(zone), context.now.astimezone(zone)
    return wording.status_in_words(row.status, ready_at=ready_at, now=now, language=context.language)


def _note(context: ToolContext, lines: Sequence[shapes.LineWanted], note: str) -> str:
    """The note, with what the caller said of an allergy where the model left that out."""
    told = note.strip()
    if context.overheard and not allergy.mentions([told, *(line.note for line in lines)]):
        told = "; ".join(filter(None, (told, context.overheard.strip())))
    return told


def _quoted(context: ToolContext, quoted: orders.Quoted) -> JSON:
    return {
        "status": "quoted",
        "cart_version": quoted.version,
        "lines": [shapes.line_json(line) for line in quoted.quote.lines],
        "subtotal": str(quoted.quote.subtotal),
        "tax": str(quoted.quote.tax),
        "total": str(quoted.quote.total),
        "ready_at": shapes.local(quoted.ready_at, context),
        "read_back": quoted.read_back,
    }


def place(context: ToolContext, version: int) -> JSON:
    """Commit the version that the caller said yes to."""
    yes = context.yes
    said = orders.Yes(version=yes.version, by=yes.by, said_at_ms=yes.said_at_ms) if yes else None
    try:
        order = orders.place(context.place, key=context.key, version=version, yes=said, now=context.now)
    except orders.TooLate as refusal:
        tell_staff(context, "callback", f"A guest said yes to a change, too late. {refusal}")
        raise
    return {
        "status": "changed" if changes.made_by(context.key, version) else "placed",
        "number": order.number,
        "total": str(order.total),
        "ready_at": shapes.local(order.ready_at, context),
    }


def hold(
    context: ToolContext,
    party_size: int,
    starts_at: datetime,
    name: str,
    number: str,
    notes: str,
    *,
    moves: Reservation | None = None,
) -> JSON:
    """Keep a table and give the words for the read-back."""
    held = reservations.hold(
        context.place,
        key=context.key,
        party_size=party_size,
        starts_at=starts_at,
        name=name,
        number=shapes.number(number) or context.caller_number,
        notes=notes,
        call_id=context.call_id,
        moves=moves,
        now=context.now,
    )
    assert held.until is not None
    local = starts_at.astimezone(ZoneInfo(context.place.timezone))
    words = tables.read_back(party_size, local, name=held.name, moves=moves is not None, language=context.language)
    return {
        "status": "held",
        "version": held.version,
        "starts_at": shapes.local(starts_at, context),
        "until": shapes.local(held.until, context),
        "read_back": words,
    }


def book(context: ToolContext, version: int) -> JSON:
    """Turn the hold that the caller said yes to into a booking."""
    yes = context.yes
    row = reservations.book(
        context.place,
        key=context.key,
        version=version,
        yes_version=yes.version if yes else None,
        by=yes.by if yes else "",
        at_ms=yes.said_at_ms if yes else None,
        now=context.now,
    )
    return {
        "status": "booked",
        "reference": row.reference,
        "starts_at": shapes.local(row.starts_at, context),
        "party_size": row.party_size,
    }


def lead(context: ToolContext, party_size: int, starts_at: datetime | None, name: str, number: str, why: str) -> JSON:
    """A party that is too large for the book is passed on to staff."""
    when = shapes.local(shapes.aware(starts_at, context), context) if starts_at else ""
    summary = tables.lead(party_size, when, name=name)
    tell_staff(context, "lead", summary, number=shapes.number(number))
    return {"status": "lead", "reason": why}


def tell_staff(context: ToolContext, type: shapes.Kind, summary: str, *, number: str = "") -> None:
    """A ticket, once per call (or request) and matter."""
    calls.open_ticket(
        type=type,
        summary=summary,
        callback_number=number or context.caller_number,
        key=f"{context.event}:{type}:{redact_cards(summary)}",
        call_id=context.call_id,
        now=context.now,
    )


def the_booking(context: ToolContext, name: str, day: date) -> Reservation:
    """By name and day, if there is exactly one."""
    rows = reservations.find(name=name, day=shapes.reachable(day, context), place=context.place)
    if not rows:
        raise ToolError("I can't find a booking under that name on that day.")
    if len(rows) > 1:
        tell_staff(context, "callback", f"{name} has several bookings on {day} and wants to change one.")
        raise ToolError("There are several bookings under that name that day. Someone will call you back.")
    return rows[0]


def said_about(context: ToolContext, kind: str) -> str:
    """What callers of this kind are told, where something is stated for it."""
    stated = outcomes.outcome(kind, known(context).settings.outcomes)
    return stated.say if stated is not None else ""


def text_about(context: ToolContext, template: str) -> tuple[str, JSON]:
    """What a text is caused by, and what it may speak of: a confirmation that is asked for is the one that goes out by
    itself, so it comes once."""
    if context.call_id is not None and template == "order":
        order = Order.objects.filter(call_id=context.call_id).order_by("-created_at").first()
        if order is None:
            raise ToolError("There is no order yet that I could text you about.")
        return f"order:{order.pk}", orders.facts_for_text(order, place=context.place)
    if context.call_id is not None and template == "reservation":
        booking = Reservation.objects.filter(call_id=context.call_id).order_by("-created_at").first()
        if booking is None:
            raise ToolError("There is no booking yet that I could text you about.")
        facts = reservations.facts_for_text(booking, place=context.place)
        return f"reservation:{booking.pk}:{booking.key}", facts
    if template in ("order", "reservation"):
        raise ToolError("I can only text that during the call it was made in.")
    return context.event, {}
