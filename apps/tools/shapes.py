"""What goes into tools and comes out: lines as a model names them, times and numbers as callers give them,
items and lines as CONTRACT.md shows them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from apps.language import phones
from apps.llm.messages import JSON
from apps.menu.card import Amount, Group, Item, Side, every_group
from apps.orders.models import OrderLine
from apps.orders.pricing import Choice, Line, Wanted
from apps.restaurant import hours
from apps.tools.registry import ToolContext, ToolError

Kind = Literal[
    "callback", "complaint", "catering", "delivery", "job", "vendor", "lead", "large_order", "allergy", "lost_item",
    "press", "emergency", "other",
]  # fmt: skip
REACH = timedelta(days=800)
"""Days further away than this are slips of the tongue; calendars end somewhere behind them."""


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


def wanted(line: LineWanted) -> Wanted:
    choices = tuple(Choice(each.option_id, each.amount, each.side) for each in line.modifiers)
    return Wanted(line.item_id, line.quantity, line.variant_id, choices, line.note)


def number(text: str) -> str:
    """E.164, or nothing when none was given."""
    if not text.strip():
        return ""
    found = phones.normalise(text) or phones.normalise(phones.heard(text))
    if found is None:
        raise ToolError("That doesn't sound like a whole phone number. Could you say it again?")
    return found


def reachable(day: date, context: ToolContext) -> date:
    """A day that a caller can mean."""
    if abs(day - context.now.date()) > REACH:
        raise ToolError("That day is too far away. Which day did you mean?")
    return day


def aware(moment: datetime, context: ToolContext) -> datetime:
    """A time without a zone is the restaurant's local time; one that does not exist is refused."""
    reachable(moment.date(), context)
    if moment.tzinfo is not None:
        return moment
    made = hours.local(moment.date(), moment.time(), timezone=context.place.timezone)
    if made.replace(tzinfo=None) != moment:
        raise ToolError("That time doesn't exist that night, the clocks change. Which time would you like?")
    return made


def local(moment: datetime, context: ToolContext) -> str:
    return moment.astimezone(ZoneInfo(context.place.timezone)).isoformat(timespec="minutes")


def item_json(item: Item) -> JSON:
    return {
        "id": item.id,
        "name": item.name,
        "category": item.category,
        "description": item.description,
        "variants": [{"id": one.id, "name": one.name, "price": str(one.price)} for one in item.variants]
        or [{"id": None, "name": "", "price": str(item.price)}],
        "modifier_groups": [group_json(group) for group in item.groups],
        "allergens": dict(item.allergens),
        "available": item.available,
        "unavailable_reason": item.unavailable_reason or None,
    }


def group_json(group: Group) -> JSON:
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
                **({"modifier_groups": [group_json(below) for below in one.groups]} if one.groups else {}),
            }
            for one in group.options
        ],
    }


def line_as_wanted(line: OrderLine, item: Item | None) -> JSON | None:
    """A placed line as it would be asked for again; None when the menu no longer has all of it."""
    if item is None:
        return None
    sizes = {variant.name: variant.id for variant in item.variants}
    choices = {option.name: option.id for group in every_group(item.groups) for option in group.options}
    chosen = [one for one in line.modifiers.all() if not one.from_menu]
    if (line.variant and line.variant not in sizes) or any(one.name not in choices for one in chosen):
        return None
    return {
        "item_id": item.id,
        "variant_id": sizes.get(line.variant),
        "quantity": line.quantity,
        "modifiers": [{"option_id": choices[one.name], "amount": one.amount, "side": one.side} for one in chosen],
        "note": line.note,
    }


def line_json(line: Line) -> JSON:
    return {
        "item": line.item.name,
        "variant": line.variant.name if line.variant else None,
        "quantity": line.quantity,
        "modifiers": [{"name": one.option.name, "amount": one.amount, "side": one.side} for one in line.picked],
        "note": line.note,
        "total": str(line.total),
    }
