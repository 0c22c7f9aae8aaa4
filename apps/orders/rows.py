"""What is wanted as a cart keeps it, and a priced cart as the lines of an order."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apps.language.redaction import redact_cards
from apps.orders import allergy, wording
from apps.orders.models import Order, OrderLine, OrderLineModifier, OrderSuggestion
from apps.orders.pricing import Choice, Quote, Wanted


def write_suggestion(order: Order, priced: Quote, *, item_id: str) -> None:
    """What was offered with the order and whether it was taken: how well a pair of the menu sells."""
    try:
        suggested = UUID(item_id)
    except ValueError:
        return
    accepted = any(line.item.id == item_id for line in priced.lines)
    OrderSuggestion.objects.create(order=order, item_id=suggested, accepted=accepted)


def banners(note: str, priced: Quote) -> list[str]:
    """What the kitchen must not miss about an order with this note and these lines."""
    harm = allergy.mentions([note, *(line.note for line in priced.lines)])
    return ["ALLERGY"] * harm + ["CHECK ID"] * any(line.item.alcohol for line in priced.lines)


def write_lines(order: Order, priced: Quote) -> None:
    """Lines and their choices, with names and prices as they are on the menu now."""
    for position, line in enumerate(priced.lines):
        row = OrderLine.objects.create(
            order=order,
            position=position,
            item_id=line.item.id,
            item=line.item.name,
            variant=line.variant.name if line.variant else "",
            quantity=line.quantity,
            note=line.note,
            alcohol=line.item.alcohol,
            each=line.each,
            total=line.total,
        )
        OrderLineModifier.objects.bulk_create(
            OrderLineModifier(
                line=row,
                position=place_in_line,
                name=picked.option.name,
                amount=picked.amount,
                side=picked.side,
                price=picked.price,
                from_menu=picked.option.default and picked.amount == "regular",
            )
            for place_in_line, picked in enumerate(line.picked)
        )


def as_wanted(one: Wanted) -> dict[str, Any]:
    """A line as it was asked for, for the cart."""
    return {
        "item_id": one.item_id,
        "variant_id": one.variant_id,
        "quantity": one.quantity,
        "choices": [[each.option_id, each.amount, each.side] for each in one.choices],
        "note": redact_cards(one.note),
    }


def wanted_of(one: dict[str, Any]) -> Wanted:
    """The line that `as_wanted` kept."""
    return Wanted(
        item_id=one["item_id"],
        quantity=one["quantity"],
        variant_id=one["variant_id"],
        choices=tuple(Choice(*each) for each in one["choices"]),
        note=one["note"],
    )


def as_read(priced: Quote) -> list[list[str]]:
    """What was read back, line by line with its price: the commit compares it, so that a yes fits its words."""
    return [[wording.line_in_words(line), str(line.each)] for line in priced.lines]
