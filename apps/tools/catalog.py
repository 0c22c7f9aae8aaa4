"""Everything a model may do, top to bottom, with ids and quantities: prices and restaurants are the server's."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from apps.calls import messages
from apps.calls import services as calls
from apps.language.redaction import redact_cards
from apps.llm.messages import JSON
from apps.orders import lifecycle
from apps.orders import services as orders
from apps.reservations import services as reservations
from apps.tools import doing, shapes
from apps.tools.registry import ToolContext, ToolError, tool

Text = Annotated[str, Field(max_length=300)]
Note = Annotated[str, Field(max_length=300, description="for the kitchen: every allergy, in the caller's words")]
Name = Annotated[str, Field(max_length=120)]
Number = Annotated[str, Field(max_length=120, description="a phone number, as it was said")]
Party = Annotated[int, Field(ge=1, le=500, description="How many people")]


@tool(effect="read", permission="restaurant.view")
def get_context(context: ToolContext) -> JSON:
    """Name, address, opening hours, policies and services of the restaurant, and the time there now."""
    return doing.known(context).facts(now=context.now)


@tool(effect="read", permission="menu.view")
def search_menu(
    context: ToolContext,
    *,
    query: Annotated[str, Field(max_length=200, description="the caller's words for it")],
    category: Text | None = None,
    dietary: Annotated[tuple[str, ...], Field(max_length=10, description="vegetarian, vegan, …")] = (),
    max_price: Annotated[Decimal, Field(ge=0), WithJsonSchema({"type": "number", "minimum": 0})] | None = None,
    limit: Annotated[int, Field(ge=1, le=50)] = 5,
) -> JSON:
    """Find dishes and drinks with their ids, sizes, choices, prices, allergens, and whether they can be had."""
    found = doing.known(context).index.search(
        query, category=category or "", dietary=dietary, max_price=max_price, limit=limit
    )
    return {"items": [{**shapes.item_json(one.item), "score": round(one.score, 3)} for one in found]}


@tool(effect="write", permission="orders.create", service="pickup")
def create_order(
    context: ToolContext,
    *,
    lines: Annotated[
        tuple[shapes.LineWanted, ...], Field(max_length=60, description="the whole order, every time")
    ] = (),
    customer_name: Name = "",
    customer_number: Number = "",
    pickup_at: Annotated[datetime | None, Field(description="empty: as soon as possible")] = None,
    note: Note = "",
    suggested_item_id: Annotated[
        str, Field(max_length=64, description="what you suggested to go with it, taken or not")
    ] = "",
    confirm_version: Annotated[int | None, Field(description="cart_version the caller said yes to")] = None,
) -> JSON:
    """Quote a pickup order, then place it.

    First with all `lines` and `customer_name`: answers prices and the read_back. After the caller's yes, again
    with only `confirm_version`. Every change is a new call with all lines.
    """
    try:
        if confirm_version is not None:
            return doing.place(context, confirm_version)
        return doing.quote(context, lines, customer_name, customer_number, pickup_at, note, suggested_item_id)
    except orders.TooMuch as refusal:
        doing.tell_staff(context, "large_order", f"{customer_name or 'A caller'} asked for more than the caps allow.")
        raise ToolError(str(refusal)) from None
    except orders.Refusal as refusal:
        raise ToolError(str(refusal)) from None


@tool(effect="read", permission="reservations.view", service="reservations")
def get_availability(
    context: ToolContext,
    *,
    party_size: Party,
    date: Annotated[date, Field(description="YYYY-MM-DD")],
    time: Annotated[time | None, Field(description="HH:MM, 24 hours")] = None,
) -> JSON:
    """Whether a table is free, and near times when it is not."""
    if time is not None:
        shapes.aware(datetime.combine(date, time.replace(tzinfo=None)), context)
    shapes.reachable(date, context)
    found = reservations.find_slots(context.place, party_size=party_size, day=date, clock=time, now=context.now)
    return {
        "available": found.available,
        "slots": [shapes.local(moment, context) for moment in found.slots],
        "alternatives": [shapes.local(moment, context) for moment in found.alternatives],
        "reason": found.reason,
    }


@tool(effect="write", permission="reservations.create", service="reservations")
def create_reservation(
    context: ToolContext,
    *,
    party_size: Party | None = None,
    starts_at: Annotated[datetime | None, Field(description="local time of the restaurant")] = None,
    name: Name = "",
    number: Number = "",
    notes: Text = "",
    confirm_version: Annotated[int | None, Field(description="version the caller said yes to")] = None,
) -> JSON:
    """Hold a table, then book it: first with party_size, starts_at and name, after the yes with confirm_version."""
    try:
        if confirm_version is not None:
            return doing.book(context, confirm_version)
        if party_size is None or starts_at is None:
            raise ToolError("For how many people, on which day and at what time?")
        return doing.hold(context, party_size, shapes.aware(starts_at, context), name, number, notes)
    except reservations.ForStaff as refusal:
        return doing.lead(context, party_size or 0, starts_at, name, number, str(refusal))
    except reservations.Full as refusal:
        return {"status": "waitlist_offered", "reason": str(refusal)}
    except reservations.Refusal as refusal:
        raise ToolError(str(refusal)) from None


@tool(effect="write", permission="messages.send")
def send_sms(
    context: ToolContext,
    *,
    template: Literal["order", "reservation", "address", "hours"],
    to: Annotated[str, Field(max_length=40, description="empty: the caller")] = "",
) -> JSON:
    """Send the caller a text message from a template. It may be disabled: promise nothing before it says queued."""
    number = shapes.number(to) or context.caller_number
    if not number:
        raise ToolError("To which number shall I send it?")
    if number != context.caller_number and context.call_id is not None:
        raise ToolError("I can only text the number you are calling from.")
    cause, about = doing.text_about(context, template)
    sent = messages.queue(
        place=context.place, number=number, template=template, facts=about, key=cause, call_id=context.call_id
    )
    if sent is None:
        raise ToolError("I can't send that by text.")
    return {"status": sent.status, "message_id": str(sent.pk), "segments": sent.segments}


@tool(effect="terminal", permission="calls.transfer")
def transfer_call(
    context: ToolContext,
    *,
    reason: Annotated[str, Field(max_length=40, description="person, complaint, allergy, large_order, …")],
) -> JSON:
    """Hand the call to a person. The number is the restaurant's to know; nothing can be dialled by name."""
    plan = calls.plan_hand_over(reason=reason, caller=context.caller_number, place=context.place, now=context.now)
    if not plan.targets or context.call_id is None:
        made = calls.open_ticket(
            type="callback",
            summary=f"The caller wanted a person ({reason}), and nobody could be reached.",
            callback_number=context.caller_number,
            key=f"{context.event}:transfer",
            call_id=context.call_id,
            now=context.now,
        )
        return {"status": "unavailable", "to": "", "fallback": f"callback ticket {made.pk}"}
    fallback = {"message": "a message is taken", "ticket": "staff call back", "hang_up": "the call ends"}
    return {"status": "transferring", "to": plan.targets[0].label, "fallback": fallback[plan.fallback]}


@tool(effect="write", permission="tickets.create")
def create_ticket(
    context: ToolContext,
    *,
    type: shapes.Kind,
    summary: Text,
    callback_number: Number = "",
    due_at: datetime | None = None,
) -> JSON:
    """Leave staff something to do: a callback, a complaint, a lead."""
    due = shapes.aware(due_at, context) if due_at else None
    made = calls.open_ticket(
        type=type,
        summary=summary,
        callback_number=shapes.number(callback_number) or context.caller_number,
        key=f"{context.event}:{type}:{redact_cards(summary)}",
        call_id=context.call_id,
        now=context.now,
        due_at=due,
    )
    return {
        "id": str(made.pk),
        "type": made.type,
        "due_at": made.due_at.isoformat() if made.due_at else None,
        "assignee": made.assignee,
        "say": doing.said_about(context, type),
    }


@tool(effect="read", permission="reservations.view")
def find_reservation(context: ToolContext, *, name: Name, date: date) -> JSON:
    """Find a booking by name and date. Both are needed."""
    rows = reservations.find(name=name, day=shapes.reachable(date, context), place=context.place)
    return {
        "reservations": [
            {
                "reference": row.reference,
                "starts_at": shapes.local(row.starts_at, context),
                "party_size": row.party_size,
                "status": row.status,
            }
            for row in rows
        ]
    }


@tool(effect="write", permission="reservations.cancel")
def cancel_reservation(
    context: ToolContext, *, name: Name, date: date, reason: Annotated[str, Field(max_length=200)] = ""
) -> JSON:
    """Cancel the booking under this name on this date."""
    row = doing.the_booking(context, name, date)
    try:
        reservations.cancel(row, reason=reason or "the guest called", by=context.by, now=context.now)
    except reservations.Refusal as refusal:
        raise ToolError(str(refusal)) from None
    return {"status": "cancelled", "reference": row.reference}


@tool(effect="write", permission="reservations.change")
def change_reservation(
    context: ToolContext,
    *,
    name: Name,
    date: date,
    starts_at: datetime | None = None,
    party_size: Party | None = None,
) -> JSON:
    """Move a booking: holds the new time; create_reservation's confirm_version then moves it there, under its old
    reference. Until that yes the old time stands."""
    row = doing.the_booking(context, name, date)
    wanted = shapes.aware(starts_at, context) if starts_at else row.starts_at
    try:
        return doing.hold(context, party_size or row.party_size, wanted, row.name, row.number, row.notes, moves=row)
    except reservations.Refusal as refusal:
        raise ToolError(str(refusal)) from None


@tool(effect="write", permission="reservations.create", service="reservations")
def join_waitlist(
    context: ToolContext, *, party_size: Party, wanted_at: datetime, name: Name, number: Number = ""
) -> JSON:
    """Put the caller on the waitlist for a time that is full."""
    entry = reservations.join_waitlist(
        key=calls.fitting(f"{context.event}:{wanted_at.isoformat()}:{party_size}"),
        party_size=party_size,
        wanted_at=shapes.aware(wanted_at, context),
        name=name,
        number=shapes.number(number) or context.caller_number,
        call_id=context.call_id,
    )
    return {"status": "waiting", "id": str(entry.pk)}


@tool(effect="read", permission="orders.view")
def order_status(context: ToolContext, *, number: int, name: Name) -> JSON:
    """Where an order is, by its number and the name it was placed under. Both are needed. Say its `words`.

    `lines` are what stands on it, as change_order takes them; none when the menu no longer has all of that.
    """
    row = doing.the_order(context, number=number, name=name)
    return {
        "number": row.number,
        "status": row.status,
        "ready_at": shapes.local(row.ready_at, context),
        "words": doing.status_in_words(context, row),
        "lines": doing.lines_of(context, row),
    }


@tool(effect="write", permission="orders.change")
def change_order(
    context: ToolContext,
    *,
    number: int | None = None,
    name: Name = "",
    lines: Annotated[
        tuple[shapes.LineWanted, ...], Field(max_length=60, description="the whole order as it shall be")
    ] = (),
    pickup_at: Annotated[datetime | None, Field(description="empty: as it was")] = None,
    note: Note = "",
    confirm_version: Annotated[int | None, Field(description="cart_version the caller said yes to")] = None,
) -> JSON:
    """Change a placed order, until the kitchen has begun.

    First with its number, the name it was placed under and all `lines` as they shall be: answers prices and the
    read_back. After the caller's yes, again with only `confirm_version`. Until then the order stands as it is.
    """
    try:
        if confirm_version is not None:
            return doing.place(context, confirm_version)
        if number is None or not name.strip():
            raise ToolError("What is the number of the order, and the name it is under?")
        return doing.change(context, doing.the_order(context, number=number, name=name), lines, pickup_at, note)
    except orders.Refusal as refusal:
        raise ToolError(str(refusal)) from None


@tool(effect="write", permission="orders.cancel")
def cancel_order(context: ToolContext, *, number: int, name: Name) -> JSON:
    """Cancel an order, by its number and the name it was placed under, until the kitchen has begun."""
    row = doing.the_order(context, number=number, name=name)
    try:
        done = lifecycle.cancel(row.pk, reason="by the guest", by=context.by, place=context.place, now=context.now)
    except lifecycle.Refusal as refusal:
        raise ToolError(str(refusal)) from None
    return {"number": done.number, "status": done.status}


@tool(effect="terminal", permission="calls.transfer", live_only=True)
def end_call(
    context: ToolContext, *, reason: Annotated[Literal["goodbye", "abuse", "robocall"], Field()] = "goodbye"
) -> JSON:
    """Hang up, once the last sentence was heard. Say goodbye in the same answer."""
    return {"status": "ending", "reason": reason}
