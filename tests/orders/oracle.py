"""What an order costs, worked out slowly and in another way than the product does: half by half, in fractions
of a cent. `None` means that it has to be refused."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from apps.menu.card import Card, Group, Item, Option
from apps.orders.pricing import Choice, Rules, Wanted

TIMES = {"none": 0, "light": 1, "regular": 1, "extra": 2}


class No(Exception):
    """Refused."""


def to_cent(amount: Fraction, rules: Rules) -> Fraction:
    cents = amount * 100
    below = math.floor(cents)
    rest = cents - below
    half, odd = Fraction(1, 2), below % 2 == 1
    up = rest > half or (rest == half and (rules.rounding == "half_up" or odd))
    return Fraction(below + up, 100)


def halves_of(side: str) -> set[str]:
    return {"left", "right"} if side == "whole" else {side}


def total(card: Card, cart: Sequence[Wanted], rules: Rules) -> tuple[Fraction, Fraction, Fraction] | None:
    """Subtotal, tax and total."""
    try:
        return add_up(card, cart, rules)
    except No:
        return None


def add_up(card: Card, cart: Sequence[Wanted], rules: Rules) -> tuple[Fraction, Fraction, Fraction]:
    if not cart:
        raise No
    lines = [(line(card, one, rules), one) for one in cart]
    pieces: dict[str, int] = {}
    for _, one in lines:
        pieces[one.item_id] = pieces.get(one.item_id, 0) + one.quantity
    if max(pieces.values()) > rules.most_of_one_item or sum(pieces.values()) > rules.most_items:
        raise No
    taxed = [(next(item.tax_class for item in card.items if item.id == one.item_id), amount) for amount, one in lines]
    if rules.tax_mode == "order":
        taxed = [(name, sum(amount for other, amount in taxed if other == name)) for name in {n for n, _ in taxed}]
    tax = sum((to_cent(share(amount, name, rules), rules) for name, amount in taxed), Fraction(0))
    subtotal = sum((amount for amount, _ in lines), Fraction(0))
    whole = subtotal if rules.prices_include_tax else subtotal + tax
    if whole > Fraction(rules.most_total):
        raise No
    return subtotal, tax, whole


def share(amount: Fraction, name: str, rules: Rules) -> Fraction:
    per_cent = Fraction(rules.tax_rates.get(name, rules.tax_rates.get("standard", 0)))
    return amount - amount * 100 / (100 + per_cent) if rules.prices_include_tax else amount * per_cent / 100


def line(card: Card, one: Wanted, rules: Rules) -> Fraction:
    item = next((item for item in card.items if item.id == one.item_id), None)
    if item is None or not item.available or one.quantity < 1 or (item.alcohol and not rules.alcohol_sold):
        raise No
    base = size(item, one.variant_id)
    said = list(one.choices)
    paid: list[tuple[str, Fraction]] = []
    for group in item.groups:
        visit(group, said, paid, {"left", "right"})
    if said:
        raise No  # something is left that belongs nowhere
    left, right = (base + sum(cost for side, cost in paid if half in halves_of(side)) for half in ("left", "right"))
    if all(side == "whole" for side, _ in paid):
        return left * one.quantity
    joined = (left + right) / 2 if rules.half_pricing == "average" else max(left, right)
    return to_cent(joined + Fraction(rules.half_surcharge), rules) * one.quantity


def size(item: Item, variant_id: str | None) -> Fraction:
    if not item.variants:
        if variant_id:
            raise No
        return Fraction(item.price)
    for variant in item.variants:
        if variant.id == variant_id or (not variant_id and variant.default):
            return Fraction(variant.price)
    raise No


def visit(group: Group, said: list[Choice], paid: list[tuple[str, Fraction]], open_halves: set[str]) -> None:
    on: list[tuple[Option, str, str]] = []
    for option in group.options:
        mine = [choice for choice in said if choice.option_id == option.id]
        said[:] = [choice for choice in said if choice.option_id != option.id]
        spoken = set().union(*(halves_of(choice.side) for choice in mine)) if mine else set()
        refused = set().union(*(halves_of(choice.side) for choice in mine if choice.amount == "none"), set())
        if any(choice.amount != "none" and halves_of(choice.side) & refused for choice in mine):
            raise No  # with and without
        if any(choice.amount != "none" for choice in mine) and not option.available:
            raise No
        on += [(option, choice.amount, choice.side) for choice in mine]
        stays = option.default and all(choice.amount != "regular" for choice in mine)
        amount = "regular" if option.available else "none"
        if stays and not mine:
            on.append((option, amount, "whole"))
        elif stays:
            on += [(option, amount, half) for half in ("left", "right") if half not in spoken]
    for half in open_halves:
        count = sum(amount != "none" and half in halves_of(side) for _, amount, side in on)
        if count < group.minimum or (group.maximum is not None and count > group.maximum):
            raise No
    free = group.free
    for option, amount, side in on:
        times = TIMES[amount]
        if times and option.default:
            times -= 1
        elif times and free:
            times, free = times - 1, free - 1
        paid.append((side, Fraction(option.price) * times))
    for option in group.options:
        covered = [halves_of(side) for other, amount, side in on if other is option and amount != "none"]
        for below in option.groups if covered else ():
            visit(below, said, paid, open_halves & set().union(*covered))
