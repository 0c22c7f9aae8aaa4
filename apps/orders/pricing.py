"""What an order costs and whether it can be made, from the menu's card alone. Pure, Decimal, no database.

Prices come from the card and nowhere else: a line carries ids and quantities. Tax follows the restaurant's
settings: per order or per line, half up or half to even, on top of prices or contained in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Literal

from apps.language import numbers
from apps.language.redaction import redact_cards
from apps.menu.card import Amount, Card, Group, Item, Option, Side, Variant, every_group

CENT = Decimal("0.01")
HUNDRED = Decimal(100)
HALVES: tuple[Side, Side] = ("left", "right")
AMOUNT_FACTOR: Mapping[Amount, int] = {"none": 0, "light": 1, "regular": 1, "extra": 2}
"""Extra of something costs twice; a light amount costs what the regular one does."""


class Unorderable(Exception):
    """Why these lines cannot be ordered, as a sentence the caller may hear."""


class TooMuch(Unorderable):
    """Above a cap: nothing is placed and staff are told."""


class SoldOut(Unorderable):
    """It has run out; the sentence offers something that has not, where there is such a thing."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One option as the caller wants it."""

    option_id: str
    amount: Amount = "regular"
    side: Side = "whole"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line as the caller wants it: ids and quantities, never prices."""

    item_id: str
    quantity: int = 1
    variant_id: str | None = None
    choices: tuple[Choice, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """The restaurant's settings that pricing follows."""

    tax_rates: Mapping[str, Decimal] = field(default_factory=dict)
    """Per cent, by tax class."""
    tax_mode: Literal["order", "line"] = "order"
    rounding: Literal["half_up", "half_even"] = "half_up"
    prices_include_tax: bool = False
    half_pricing: Literal["average", "higher_half"] = "higher_half"
    half_surcharge: Decimal = Decimal(0)
    most_of_one_item: int = 25
    most_items: int = 60
    most_total: Decimal = Decimal(1000)
    alcohol_sold: bool = False


@dataclass(frozen=True, slots=True)
class Picked:
    """One option of a priced line."""

    option: Option
    group: Group
    amount: Amount
    side: Side
    price: Decimal
    """For one piece of the line's item, after free choices."""


@dataclass(frozen=True, slots=True)
class Line:
    """A priced line."""

    item: Item
    variant: Variant | None
    quantity: int
    picked: tuple[Picked, ...]
    note: str
    each: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class Quote:
    lines: tuple[Line, ...]
    subtotal: Decimal
    """Sum of the lines, as the prices stand on the menu."""
    tax: Decimal
    total: Decimal


def price(card: Card, wanted: Sequence[Wanted], *, rules: Rules) -> Quote:
    """Check every line against the card and the caps, and add it all up. `Unorderable` says what is wrong."""
    if not wanted:
        raise Unorderable("There is nothing in the order yet.")
    lines = tuple(_line(card, one, rules) for one in wanted)
    _check_caps(lines, rules)
    subtotal = sum((line.total for line in lines), Decimal(0))
    tax = tax_of(lines, rules)
    total = subtotal if rules.prices_include_tax else subtotal + tax
    if total > rules.most_total:
        raise TooMuch("That is more than we can take over the phone. Let me have someone call you back.")
    return Quote(lines, subtotal, tax, total)


def tax_of(lines: Sequence[Line], rules: Rules) -> Decimal:
    """The tax in or on these lines. Per order, each tax class is rounded once; per line, every line is."""
    if rules.tax_mode == "line":
        taxes = [_tax(line.total, _rate(line.item.tax_class, rules), rules) for line in lines]
        return sum(taxes, Decimal(0))
    by_class: dict[str, Decimal] = {}
    for line in lines:
        by_class[line.item.tax_class] = by_class.get(line.item.tax_class, Decimal(0)) + line.total
    return sum((_tax(amount, _rate(name, rules), rules) for name, amount in by_class.items()), Decimal(0))


def _rate(tax_class: str, rules: Rules) -> Decimal:
    return rules.tax_rates.get(tax_class, rules.tax_rates.get("standard", Decimal(0)))


def _tax(amount: Decimal, rate: Decimal, rules: Rules) -> Decimal:
    share = rate / (HUNDRED + rate) if rules.prices_include_tax else rate / HUNDRED
    return rounded(amount * share, rules)


def rounded(amount: Decimal, rules: Rules) -> Decimal:
    """To the cent, the restaurant's way."""
    return amount.quantize(CENT, ROUND_HALF_UP if rules.rounding == "half_up" else ROUND_HALF_EVEN)


def _check_caps(lines: Sequence[Line], rules: Rules) -> None:
    by_item: dict[str, int] = {}
    for line in lines:
        count = by_item[line.item.id] = by_item.get(line.item.id, 0) + line.quantity
        if count > rules.most_of_one_item:
            raise TooMuch(
                f"{numbers.say(count).capitalize()} of {line.item.name} is more than we can take over the phone. "
                "Let me have someone call you back."
            )
    if sum(by_item.values()) > rules.most_items:
        raise TooMuch("That is a very large order. Let me have someone call you back about it.")


def _line(card: Card, wanted: Wanted, rules: Rules) -> Line:
    item = card.by_id.get(wanted.item_id)
    if item is None:
        raise Unorderable("One of these is not on our menu.")
    if item.alcohol and not rules.alcohol_sold:
        raise Unorderable(f"I'm sorry, we can't sell {item.name} over the phone.")
    if not item.available:
        for_now = "" if item.off_hours else " right now"
        raise SoldOut(_sold_out(item.name, item.unavailable_reason, instead=alternative(card, item), for_now=for_now))
    if wanted.quantity < 1:
        raise Unorderable(f"How many {item.name} would you like?")
    variant = _variant(item, wanted.variant_id)
    picked = _pick(item, wanted.choices)
    each = _each(item, variant, picked, rules)
    return Line(item, variant, wanted.quantity, picked, redact_cards(wanted.note), each, each * wanted.quantity)


def alternative(card: Card, item: Item) -> str:
    """The name of what can be had instead of a dish that has run out: same category, nearest price."""
    alike = [other for other in card.items if other.category == item.category and other.available and not other.alcohol]
    return min(alike, key=lambda other: abs(_from(other) - _from(item))).name if alike else ""


def _from(item: Item) -> Decimal:
    return min((variant.price for variant in item.variants), default=item.price)


def _sold_out(name: str, why: str, *, instead: str, for_now: str = " right now") -> str:
    offer = f" We do have {instead}." if instead else ""
    return f"I'm sorry, {name} is {why or 'not available'}{for_now}.{offer}"


def _variant(item: Item, variant_id: str | None) -> Variant | None:
    if not item.variants:
        if variant_id:
            raise Unorderable(f"{item.name} comes in one size only.")
        return None
    for variant in item.variants:
        if variant.id == variant_id or (not variant_id and variant.default):
            return variant
    names = _either([variant.name for variant in item.variants])
    raise Unorderable(f"Which size of {item.name} would you like: {names}?")


def _pick(item: Item, choices: Sequence[Choice]) -> tuple[Picked, ...]:
    """The choices in their groups; those of a nested group count only below a chosen option."""
    left: dict[str, list[Choice]] = {}
    for choice in choices:
        left.setdefault(choice.option_id, []).append(choice)
    picked: list[Picked] = []
    for group in item.groups:
        _pick_group(item, group, left, picked, sides=HALVES)
    for option_id in left:
        raise Unorderable(_misplaced(item, option_id))
    return tuple(picked)


def _misplaced(item: Item, option_id: str) -> str:
    """A choice was left over: it belongs below an option nobody chose, or to another dish altogether."""
    for above in every_group(item.groups):
        for parent in above.options:
            for group in parent.groups:
                if any(option.id == option_id for option in group.options):
                    return f"{group.name} on the {item.name} goes only with {parent.name}."
    return f"One of the choices does not go with {item.name}."


def _pick_group(
    item: Item, group: Group, left: dict[str, list[Choice]], picked: list[Picked], *, sides: Sequence[Side]
) -> None:
    mine = [(option, choice) for option in group.options for choice in _wishes(item, option, left)]
    taken = [(option, choice) for option, choice in mine if choice.amount != "none"]
    _check_group(item, group, taken, sides=sides)
    free = group.free
    for option, choice in mine:
        costs = option.price * AMOUNT_FACTOR[choice.amount]
        if choice.amount != "none" and option.default:
            costs -= option.price  # what comes with the dish is in its price
        elif choice.amount != "none" and free > 0:
            free, costs = free - 1, costs - option.price
        picked.append(Picked(option, group, choice.amount, choice.side, costs))
    for option in dict.fromkeys(option for option, _ in taken):  # once, also when it is on both halves
        mine_here = [choice.side for chosen, choice in taken if chosen is option]
        for below in option.groups:
            _pick_group(item, below, left, picked, sides=[side for side in sides if _covers(mine_here, side)])


def _wishes(item: Item, option: Option, left: dict[str, list[Choice]]) -> list[Choice]:
    """What was said about an option, or what happens to it when nothing was said."""
    said = left.pop(option.id, [])
    refused = [choice.side for choice in said if choice.amount == "none"]
    for choice in said:
        if choice.amount != "none" and refused and (choice.side == "whole" or _covers(refused, choice.side)):
            raise Unorderable(f"Would you like the {item.name} with {option.name} or without?")
    if said and option.default and all(choice.amount != "regular" for choice in said):
        # "Extra on the left", "none on the left": the other half stays as it comes.
        rest: Amount = "regular" if option.available else "none"
        spoken = [choice.side for choice in said]
        return [*said, *(Choice(option.id, rest, side) for side in HALVES if not _covers(spoken, side))]
    if said or not option.default:
        return said
    # It has run out and nobody asked for it: left off, and read back as left off.
    return [Choice(option.id)] if option.available else [Choice(option.id, "none")]


def _check_group(item: Item, group: Group, taken: Sequence[tuple[Option, Choice]], *, sides: Sequence[Side]) -> None:
    others = [option.name for option in group.options if option.available]
    for option, _ in taken:
        if not option.available:
            instead = _either(others) if group.minimum else ""
            raise SoldOut(_sold_out(option.name, option.unavailable_reason, instead=instead))
    chosen = [choice.side for _, choice in taken]
    for side in sides:
        count = sum(one in ("whole", side) for one in chosen)
        if group.maximum is not None and count > group.maximum:
            most = "just one" if group.maximum == 1 else f"at most {group.maximum}"
            raise Unorderable(f"For {group.name} on the {item.name} you can have {most}.")
        if count < group.minimum:
            raise Unorderable(f"Which {group.name.lower()} would you like for the {item.name}: {_either(others)}?")


def _covers(sides: Sequence[Side], side: Side) -> bool:
    return "whole" in sides or side in sides


def _each(item: Item, variant: Variant | None, picked: Sequence[Picked], rules: Rules) -> Decimal:
    """One piece. Where the halves differ, the restaurant's policy decides what the toppings cost."""
    base = variant.price if variant else item.price
    whole = sum((one.price for one in picked if one.side == "whole"), Decimal(0))
    left, right = (sum((one.price for one in picked if one.side == side), Decimal(0)) for side in HALVES)
    halved = any(one.side != "whole" for one in picked)
    if not halved:
        return base + whole
    return halves(base + whole + left, base + whole + right, rules=rules)


def halves(left: Decimal, right: Decimal, *, rules: Rules) -> Decimal:
    """What two different halves cost together: $9 and $11 with a $1 surcharge are $11 or $12."""
    joined = (left + right) / 2 if rules.half_pricing == "average" else max(left, right)
    return rounded(joined + rules.half_surcharge, rules)


def _either(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} or {names[-1]}"
