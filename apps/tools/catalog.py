"""Everything a model may do, top to bottom. Tools take ids and quantities: never prices, discounts, restaurant
ids or numbers to dial; those are the server's."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from apps.calls import services as calls
from apps.language import numbers, phones
from apps.llm.messages import JSON
from apps.menu.card import Amount, Group, Item, Side
from apps.orders import services as orders
from apps.orders.pricing import Choice, Line, Wanted
from apps.reservations import services as reservations
from apps.restaurant import hours
from apps.tools import snapshot
from apps.tools.registry import ToolContext, ToolError, tool

Text = Annotated[str, Field(max_length=300)]
Party = Annotated[int, Field(ge=1, le=500, description="How many people")]


class ModifierWanted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    option_id: Annotated[str, Field(max_length=64, description="id of an option from search_menu")]
    amount: Annotated[Amount, Field(description="none leaves off what comes with the dish")] = "regular"
    side: Annotated[Side, Field(description="left or right for half of a pizza")] = "whole"


class LineWanted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    item_id: Annotated[str, Field(max_length=64, description="id of an item from search_menu")]
    variant_id: Annotated[str | None, Field(max_length=64, description="id of its size")] = None
    quantity: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    modifiers: Annotated[list[ModifierWanted], Field(max_length=40)] = []
    note: Annotated[str, Field(max_length=200, description="only what no option says")] = ""


@tool(effect="read", permission="restaurant.view")
def get_context(context: ToolContext) -> JSON:
    """Name, address, opening hours, policies and services of the restaurant, and the time there now."""
    return _snapshot(context).facts(now=context.now)


@tool(effect="read", permission="menu.view")
def search_menu(
    context: ToolContext,
    *,
    query: Annotated[str, Field(max_length=200, description="the caller's words for it")],
    category: Text | None = None,
    dietary: Annotated[list[str], Field(max_length=10, description="vegetarian, vegan, …")] = [],  # noqa: B006
    max_price: Annotated[Decimal | None, Field(ge=0)] = None,
    limit: Annotated[int, Field(ge=1, le=50)] = 5,
) -> JSON:
    """Find dishes and drinks with their ids, sizes, choices, prices, allergens, and whether they can be had."""
    found = _snapshot(context).index.search(
        query, category=category or "", dietary=dietary, max_price=max_price, limit=limit
    )
    return {"items": [{**_item_json(one.item), "score": round(one.score, 3)} for one in found]}


@tool(effect="write", permission="orders.create")
def create_order(
    context: ToolContext,
    *,
    lines: Annotated[list[LineWanted], Field(max_length=60, description="the whole order, every time")] = [],  # noqa: B006
    customer_name: Text = "",
    customer_number: Annotated[str, Field(max_length=20)] = "",
    pickup_at: Annotated[datetime | None, Field(description="empty: as soon as possible")] = None,
    confirm_version: Annotated[int | None, Field(description="cart_version the caller said yes to")] = None,
) -> JSON:
    """Quote a pickup order, then place it.

    First with all `lines` and `customer_name`: answers prices and the read_back. After the caller's yes, again
    with only `confirm_version`. Every change is a new call with all lines.
    """
    try:
        if confirm_version is not None:
            return _place(context, confirm_version)
        return _quote(context, lines, customer_name, customer_number, pickup_at)
    except orders.Refusal as refusal:
        raise ToolError(str(refusal)) from None


@tool(effect="read", permission="reservations.view")
def get_availability(
    context: ToolContext,
    *,
    party_size: Party,
    date: Annotated[date, Field(description="YYYY-MM-DD")],
    time: Annotated[time | None, Field(description="HH:MM, 24 hours")] = None,
) -> JSON:
    """Whether a table is free, and near times when it is not."""
    found = reservations.find_slots(context.place, party_size=party_size, day=date, clock=time, now=context.now)
    return {
        "available": found.available,
        "slots": [_local(moment, context) for moment in found.slots],
        "alternatives": [_local(moment, context) for moment in found.alternatives],
        "reason": found.reason,
    }


@tool(effect="write", permission="reservations.create")
def create_reservation(
    context: ToolContext,
    *,
    party_size: Party | None = None,
    starts_at: Annotated[datetime | None, Field(description="local time of the restaurant")] = None,
    name: Text = "",
    number: Annotated[str, Field(max_length=20)] = "",
    notes: Text = "",
    confirm_version: Annotated[int | None, Field(description="version the caller said yes to")] = None,
) -> JSON:
    """Hold a table, then book it: first with party_size, starts_at and name, after the yes with confirm_version."""
    try:
        if confirm_version is not None:
            return _book(context, confirm_version)
        if party_size is None or starts_at is None:
            raise ToolError("For how many people, on which day and at what time?")
        return _hold(context, party_size, _aware(starts_at, context), name, number, notes)
    except reservations.AboveLargestParty as refusal:
        return _lead(context, party_size or 0, starts_at, name, str(refusal))
    except reservations.Full as refusal:
        return {"status": "waitlist_offered", "reason": str(refusal)}
    except reservations.Refusal as refusal:
        raise ToolError(str(refusal)) from None


@tool(effect="write", permission="messages.send")
def send_sms(
    context: ToolContext,
    *,
    template: Annotated[str, Field(max_length=40, description="order, reservation, address or hours")],
    to: Annotated[str, Field(max_length=20, description="empty: the caller")] = "",
) -> JSON:
    """Send the caller a text message from a template. It may be disabled: promise nothing before it says queued."""
    number = _number(to) or context.caller_number
    if not number:
        raise ToolError("To which number shall I send it?")
    if number != context.caller_number and context.call_id is not None:
        raise ToolError("I can only text the number you are calling from.")
    facts = _snapshot(context).facts(now=context.now)
    sent = calls.queue_message(
        place=context.place,
        number=number,
        template=template,
        facts=facts,
        key=context.key,
        call_id=context.call_id,
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
    target = calls.transfer_target(reason=reason)
    if target is None or context.call_id is None:
        made = calls.open_ticket(
            type="callback",
            summary=f"The caller wanted a person ({reason}), and nobody could be reached.",
            callback_number=context.caller_number,
            key=f"{context.key}:transfer",
            call_id=context.call_id,
            now=context.now,
        )
        return {"status": "unavailable", "to": "", "fallback": f"callback ticket {made.pk}"}
    return {"status": "transferring", "to": target.label, "fallback": "a message is taken"}


@tool(effect="write", permission="tickets.create")
def create_ticket(
    context: ToolContext,
    *,
    type: Annotated[str, Field(max_length=20, description="callback, complaint, catering, lead, job, vendor, other")],
    summary: Text,
    callback_number: Annotated[str, Field(max_length=20)] = "",
    due_at: datetime | None = None,
) -> JSON:
    """Leave staff something to do: a callback, a complaint, a lead."""
    due = _aware(due_at, context) if due_at else context.now + timedelta(hours=2)
    number = _number(callback_number) or context.caller_number
    try:
        made = calls.open_ticket(
            type=type, summary=summary, callback_number=number, key=f"{context.key}:{type}:{summary[:60]}",
            call_id=context.call_id, now=context.now, due_at=due,
        )  # fmt: skip
    except calls.Refusal as refusal:
        raise ToolError(str(refusal)) from None
    return {
        "id": str(made.pk),
        "type": made.type,
        "due_at": made.due_at.isoformat() if made.due_at else None,
        "assignee": made.assignee,
    }


@tool(effect="read", permission="reservations.view")
def find_reservation(context: ToolContext, *, name: Text, date: date) -> JSON:
    """Find a booking by name and date. Both are needed."""
    rows = reservations.find(name=name, day=date, place=context.place)
    return {
        "reservations": [
            {
                "reference": row.reference,
                "starts_at": _local(row.starts_at, context),
                "party_size": row.party_size,
                "status": row.status,
            }
            for row in rows
        ]
    }


@tool(effect="write", permission="reservations.cancel")
def cancel_reservation(context: ToolContext, *, name: Text, date: date, reason: Text = "") -> JSON:
    """Cancel the booking under this name on this date."""
    row = _the_one(context, name, date)
    try:
        reservations.cancel(row, reason=reason or "the guest called")
    except reservations.Refusal as refusal:
        raise ToolError(str(refusal)) from None
    return {"status": "cancelled", "reference": row.reference}


@tool(effect="write", permission="reservations.change")
def change_reservation(
    context: ToolContext,
    *,
    name: Text,
    date: date,
    starts_at: datetime | None = None,
    party_size: Party | None = None,
) -> JSON:
    """Move a booking: holds the new time, to be confirmed with create_reservation's confirm_version; the old one
    stands until somebody cancels it."""
    row = _the_one(context, name, date)
    wanted = _aware(starts_at, context) if starts_at else row.starts_at
    try:
        return _hold(context, party_size or row.party_size, wanted, row.name, row.number, row.notes)
    except reservations.Refusal as refusal:
        raise ToolError(str(refusal)) from None


@tool(effect="write", permission="reservations.create")
def join_waitlist(
    context: ToolContext, *, party_size: Party, wanted_at: datetime, name: Text, number: str = ""
) -> JSON:
    """Put the caller on the waitlist for a time that is full."""
    entry = reservations.join_waitlist(
        key=f"{context.key}:{wanted_at.isoformat()}",
        party_size=party_size,
        wanted_at=_aware(wanted_at, context),
        name=name,
        number=_number(number) or context.caller_number,
        call_id=context.call_id,
    )
    return {"status": "waiting", "id": str(entry.pk)}


@tool(effect="read", permission="orders.view")
def order_status(context: ToolContext, *, number: int, name: Text) -> JSON:
    """Where an order is, by its number and the name it was placed under. Both are needed."""
    today = hours.business_day(_snapshot(context).week, context.now)
    row = orders.find(number=number, day=today, name=name)
    if row is None:
        raise ToolError("I can't find an order with that number and name.")
    return {"number": row.number, "status": row.status, "ready_at": _local(row.ready_at, context)}


@tool(effect="terminal", permission="calls.transfer", live_only=True)
def end_call(
    context: ToolContext, *, reason: Annotated[Literal["goodbye", "abuse", "robocall"], Field()] = "goodbye"
) -> JSON:
    """Hang up, once the last sentence was heard. Say goodbye in the same answer."""
    return {"status": "ending", "reason": reason}


# ---- how they do it ------------------------------------------------------------------------------------


def _snapshot(context: ToolContext) -> snapshot.Snapshot:
    return context.snapshot or snapshot.take(context.place, now=context.now)


def _quote(context: ToolContext, lines: list[LineWanted], name: str, number: str, pickup_at: datetime | None) -> JSON:
    if not lines:
        raise ToolError("What would you like to order?")
    if not name.strip():
        raise ToolError("What name should I put the order under?")
    quoted = orders.quote(
        context.place,
        key=context.key,
        wanted=[_wanted(line) for line in lines],
        customer_name=name.strip(),
        customer_number=_number(number) or context.caller_number,
        pickup_at=_aware(pickup_at, context) if pickup_at else None,
        call_id=context.call_id,
        now=context.now,
    )
    return {
        "status": "quoted",
        "cart_version": quoted.version,
        "lines": [_line_json(line) for line in quoted.quote.lines],
        "subtotal": str(quoted.quote.subtotal),
        "tax": str(quoted.quote.tax),
        "total": str(quoted.quote.total),
        "ready_at": _local(quoted.ready_at, context),
        "read_back": quoted.read_back,
    }


def _place(context: ToolContext, version: int) -> JSON:
    yes = context.yes
    said = orders.Yes(version=yes.version, by=yes.by, said_at_ms=yes.said_at_ms) if yes else None
    order = orders.place(context.place, key=context.key, version=version, yes=said, now=context.now)
    return {
        "status": "placed",
        "number": order.number,
        "total": str(order.total),
        "ready_at": _local(order.ready_at, context),
    }


def _hold(context: ToolContext, party_size: int, starts_at: datetime, name: str, number: str, notes: str) -> JSON:
    held = reservations.hold(
        context.place,
        key=context.key,
        party_size=party_size,
        starts_at=starts_at,
        name=name,
        number=_number(number) or context.caller_number,
        notes=notes,
        call_id=context.call_id,
        now=context.now,
    )
    assert held.until is not None
    when = reservations.say_moment(starts_at, place=context.place)
    people = "one person" if party_size == 1 else f"{numbers.say(party_size)} people"
    return {
        "status": "held",
        "version": held.version,
        "starts_at": _local(starts_at, context),
        "until": _local(held.until, context),
        "read_back": f"A table for {people} on {when}, under {held.name}. Shall I book it?",
    }


def _book(context: ToolContext, version: int) -> JSON:
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
        "starts_at": _local(row.starts_at, context),
        "party_size": row.party_size,
    }


def _lead(context: ToolContext, party_size: int, starts_at: datetime | None, name: str, why: str) -> JSON:
    when = _local(_aware(starts_at, context), context) if starts_at else "a time to be agreed"
    calls.open_ticket(
        type="lead",
        summary=f"A table for {party_size} on {when}, under {name or 'no name'}.",
        callback_number=context.caller_number,
        key=f"{context.key}:lead",
        call_id=context.call_id,
        now=context.now,
        due_at=context.now + timedelta(hours=2),
    )
    return {"status": "lead", "reason": why}


def _the_one(context: ToolContext, name: str, day: date) -> reservations.Reservation:
    rows = reservations.find(name=name, day=day, place=context.place)
    if not rows:
        raise ToolError("I can't find a booking under that name on that day.")
    if len(rows) > 1:
        raise ToolError("There are several bookings under that name that day. Someone will call you back.")
    return rows[0]


def _wanted(line: LineWanted) -> Wanted:
    choices = tuple(Choice(each.option_id, each.amount, each.side) for each in line.modifiers)
    return Wanted(line.item_id, line.quantity, line.variant_id, choices, line.note)


def _number(text: str) -> str:
    """E.164, or nothing when none was given."""
    if not text.strip():
        return ""
    number = phones.normalise(text) or phones.normalise(phones.heard(text))
    if number is None:
        raise ToolError("That doesn't sound like a whole phone number. Could you say it again?")
    return number


def _aware(moment: datetime, context: ToolContext) -> datetime:
    """A time without a zone is the restaurant's local time; one that does not exist is refused."""
    if moment.tzinfo is not None:
        return moment
    made = hours.local(moment.date(), moment.time(), timezone=context.place.timezone)
    if made.replace(tzinfo=None) != moment:
        raise ToolError("That time doesn't exist that night, the clocks change. Which time would you like?")
    return made


def _local(moment: datetime, context: ToolContext) -> str:
    return moment.astimezone(ZoneInfo(context.place.timezone)).isoformat(timespec="minutes")


def _item_json(item: Item) -> JSON:
    return {
        "id": item.id,
        "name": item.name,
        "category": item.category,
        "description": item.description,
        "variants": [{"id": one.id, "name": one.name, "price": str(one.price)} for one in item.variants]
        or [{"id": None, "name": "", "price": str(item.price)}],
        "modifier_groups": [_group_json(group) for group in item.groups],
        "allergens": dict(item.allergens),
        "available": item.available,
        "unavailable_reason": item.unavailable_reason or None,
    }


def _group_json(group: Group) -> JSON:
    return {
        "id": group.id,
        "name": group.name,
        "min": group.minimum,
        "max": group.maximum,
        "options": [
            {
                "id": one.id,
                "name": one.name,
                "price": str(one.price),
                "default": one.default,
                "available": one.available,
                **({"modifier_groups": [_group_json(below) for below in one.groups]} if one.groups else {}),
            }
            for one in group.options
        ],
    }


def _line_json(line: Line) -> JSON:
    return {
        "item": line.item.name,
        "variant": line.variant.name if line.variant else None,
        "quantity": line.quantity,
        "modifiers": [{"name": one.option.name, "amount": one.amount, "side": one.side} for one in line.picked],
        "note": line.note,
        "total": str(line.total),
    }
