"""Prices of thousands of random carts, beside a slow oracle that shares no code with the rules."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.menu.card import Card, Group, Item, Option, Variant, every_group
from apps.orders.pricing import (
    Choice,
    Quote,
    Rules,
    Unorderable,
    Wanted,
    price,
)
from tests.orders import oracle

D = Decimal

cents = st.integers(0, 2500).map(lambda number: D(number) / 100)
mostly = st.sampled_from([True] * 9 + [False])


@st.composite
def groups(draw: st.DrawFn, name: str, *, depth: int = 1) -> Group:
    options = []
    for number in range(draw(st.integers(1, 4))):
        key = f"{name}o{number}"
        below = draw(st.booleans()) and draw(st.booleans()) if depth else False
        options.append(
            Option(
                id=key,
                name=f"Option {key}",
                price=draw(cents),
                default=draw(st.integers(0, 3)) == 0,
                available=draw(mostly),
                groups=(draw(groups(f"{key}n", depth=depth - 1)),) if below else (),
            )
        )
    minimum = draw(st.sampled_from([0, 0, 0, 1, 2]))
    maximum = draw(st.sampled_from([None, None, max(minimum, 1), minimum + 2]))
    return Group(name, f"Group {name}", minimum, maximum, tuple(options), draw(st.sampled_from([0, 0, 1, 2])))


@st.composite
def cards(draw: st.DrawFn) -> Card:
    items = []
    for number in range(draw(st.integers(1, 3))):
        key = f"i{number}"
        default = draw(st.booleans())
        variants = tuple(
            Variant(f"{key}v{size}", f"size {size}", draw(cents), default=default and size == 0)
            for size in range(draw(st.integers(0, 2)))
        )
        items.append(
            Item(
                id=key,
                name=f"Item {key}",
                category=draw(st.sampled_from(["a", "b"])),
                price=draw(cents),
                variants=variants,
                groups=tuple(draw(groups(f"{key}g{place}")) for place in range(draw(st.integers(0, 2)))),
                tax_class=draw(st.sampled_from(["standard", "drinks", "unheard of"])),
                alcohol=draw(st.integers(0, 9)) == 0,
                available=draw(mostly),
            )
        )
    return Card(tuple(items))


rules_of_any_kind = st.builds(
    Rules,
    tax_rates=st.sampled_from([{"standard": D("8.25")}, {"standard": D(5), "drinks": D("19")}, {"drinks": D(7)}, {}]),
    tax_mode=st.sampled_from(["order", "line"]),
    rounding=st.sampled_from(["half_up", "half_even"]),
    prices_include_tax=st.booleans(),
    half_pricing=st.sampled_from(["average", "higher_half"]),
    half_surcharge=st.sampled_from([D(0), D(1), D("0.75")]),
    most_of_one_item=st.sampled_from([3, 25]),
    most_items=st.sampled_from([5, 60]),
    most_total=st.sampled_from([D(60), D(1000)]),
    alcohol_sold=st.booleans(),
)


def draw_cart(card: Card, dice: random.Random) -> list[Wanted]:
    """Mostly what a caller would say, so that most carts are priced; now and then nonsense."""
    return [draw_line(card, dice) for _ in range(dice.choice([0, 1, 1, 2, 3]))]


def draw_line(card: Card, dice: random.Random) -> Wanted:
    item = dice.choice(card.items)
    choices = [choice for group in item.groups for choice in draw_choices(group, dice)]
    if dice.random() < 0.08:
        anything = [option.id for each in card.items for group in every_group(each.groups) for option in group.options]
        choices.append(Choice(dice.choice([*anything, "?"])))
    size = dice.choice([each.id for each in item.variants] or [None])
    if dice.random() < 0.1:
        size = dice.choice([None, "", "?"])
    key = item.id if dice.random() < 0.97 else "?"
    return Wanted(key, dice.choice([1, 1, 1, 2, 4, 0]), size, tuple(choices))


def draw_choices(group: Group, dice: random.Random) -> list[Choice]:
    found: list[Choice] = []
    most = len(group.options) if group.maximum is None else min(group.maximum, len(group.options))
    count = dice.randint(min(group.minimum, most), most)
    for option in dice.sample(group.options, count):
        amount = dice.choice(["regular", "regular", "light", "extra", "none"])
        side = dice.choice(["whole", "whole", "whole", "left", "right"])
        found.append(Choice(option.id, amount, side))
        if dice.random() < 0.1:
            found.append(Choice(option.id, dice.choice(["regular", "none"]), dice.choice(["left", "right"])))
        if dice.random() < 0.9:
            found += [choice for below in option.groups for choice in draw_choices(below, dice)]
    return found


def ask(card: Card, cart: list[Wanted], rules: Rules) -> Quote | None:
    try:
        return price(card, cart, rules=rules)
    except Unorderable as refusal:
        if str(refusal)[-1] not in ".?":
            raise
        return None


priced = {"yes": 0, "no": 0}


@settings(max_examples=350, deadline=None, suppress_health_check=list(HealthCheck))
@given(card=cards(), rules=rules_of_any_kind, seed=st.integers(0, 2**32))
def test_every_total_is_what_a_slow_and_independent_oracle_says(card: Card, rules: Rules, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(15):
        cart = draw_cart(card, dice)
        wanted = oracle.total(card, cart, rules)
        quote = ask(card, cart, rules)
        priced["no" if quote is None else "yes"] += 1
        assert (quote is None) == (wanted is None), cart
        if quote is None or wanted is None:
            continue
        assert (Fraction(quote.subtotal), Fraction(quote.tax), Fraction(quote.total)) == wanted
        assert quote.total == quote.total.quantize(D("0.01"))
        assert sum((line.total for line in quote.lines), D(0)) == quote.subtotal
        assert all(line.each * line.quantity == line.total for line in quote.lines)


def test_the_carts_above_were_neither_all_refused_nor_all_priced() -> None:
    if sum(priced.values()):  # only when the test above ran in this process
        assert priced["yes"] > 500
        assert priced["no"] > 500
