"""What a caller wants: an order drawn from a menu by a seed, with a change of mind on the way. Pure."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from typing import Literal

from apps.menu.card import Card, Group, Item, Option, Variant
from apps.voice.carrier.scripts import SCRIPTS, Script

Change = Literal["quantity", "size", "swap", "drop"]
_SPEAKABLE = re.compile(r"[A-Za-z][A-Za-z' -]*")
NAMES = (
    "Victor",
    "Thomas",
    "Simon",
    "Richard",
    "Rebecca",
    "Rachel",
    "Peter",
    "Patrick",
    "Nicole",
    "Michael",
    "Martin",
    "Kevin",
    "Daniel",
    "Andrew",
    "Sophia",
)
"""Names that the embedded recogniser hears in nine carrier sentences out of nine: short ones like Emma or Anna
it hears in three, and a caller who spells is a test of its own."""
MOST_OF_ONE = 4


class NothingToOrder(ValueError):
    """The menu is too small for a caller with wishes."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One line of the order, as the caller wants it."""

    item: Item
    quantity: int = 1
    variant: Variant | None = None
    options: tuple[Option, ...] = ()
    """Chosen; none of them comes by itself."""
    refused: tuple[Option, ...] = ()
    """Come with the dish, and the caller does not want them."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A change of mind about the line at `index`; `after` is what it becomes, None when it is dropped."""

    kind: Change
    index: int
    after: Wish | None


@dataclass(frozen=True, slots=True)
class Goal:
    seed: int
    card: Card
    script: Script
    name: str
    wishes: tuple[Wish, ...]
    """As first told."""
    correction: Correction

    @property
    def expected(self) -> tuple[Wish, ...]:
        """What must be stored in the end."""
        return corrected(self.wishes, self.correction)


def corrected(wishes: tuple[Wish, ...], correction: Correction) -> tuple[Wish, ...]:
    after = () if correction.after is None else (correction.after,)
    return (*wishes[: correction.index], *after, *wishes[correction.index + 1 :])


def draw(card: Card, *, seed: int, script: Script | None = None) -> Goal:
    """A caller for this menu; the same one for the same seed and script."""
    luck = random.Random(f"goal {seed}")
    chosen = script or luck.choice(SCRIPTS)
    dishes = [item for item in card.items if _orderable(item)]
    rich = [item for item in dishes if _refusable(item) or _extras(item)]
    if len(dishes) < 3 or not rich:
        raise NothingToOrder("The menu has too few dishes that can be ordered by name.")
    refusing = [item for item in rich if _refusable(item)]
    sized = [item for item in refusing if len(item.variants) > 1] if chosen.change == "size" else []
    first = luck.choice(sized or refusing or rich)
    others = [item for item in dishes if item.name != first.name and item.category != first.category]
    second, third = luck.sample(others if len(others) > 1 else [d for d in dishes if d.name != first.name], 2)
    wishes = (_wish(first, luck, rich=True), _wish(second, luck, rich=False))
    return Goal(
        seed=seed,
        card=card,
        script=chosen,
        name=luck.choice(NAMES),
        wishes=wishes if chosen.main_first else wishes[::-1],
        correction=_change(wishes if chosen.main_first else wishes[::-1], third, chosen, luck),
    )


def _orderable(item: Item) -> bool:
    return item.available and not item.alcohol and _SPEAKABLE.fullmatch(item.name) is not None


def _open(group: Group) -> list[Option]:
    """Options that can be named and open nothing further."""
    return [o for o in group.options if o.available and not o.groups and _SPEAKABLE.fullmatch(o.name)]


def _refusable(item: Item) -> list[Option]:
    return [o for group in item.groups if not group.minimum for o in _open(group) if o.default]


def _extras(item: Item) -> list[Option]:
    return [o for group in item.groups if not group.minimum for o in _open(group) if not o.default]


def _wish(item: Item, luck: random.Random, *, rich: bool) -> Wish:
    required: list[Option] = []
    for group in item.groups:
        if group.minimum:
            required += luck.sample(_open(group), group.minimum)
    extras = [o for o in _extras(item) if o.name not in {r.name for r in required}]
    wanted = luck.sample(extras, 1) if rich and extras else []
    refusable = _refusable(item)
    return Wish(
        item=item,
        quantity=1 if rich else luck.randint(1, 3),
        variant=luck.choice(item.variants) if item.variants else None,
        options=(*required, *wanted),
        refused=tuple(luck.sample(refusable, 1)) if rich and refusable else (),
    )


def _change(wishes: tuple[Wish, ...], third: Item, script: Script, luck: random.Random) -> Correction:
    """The script says what kind of change; where the menu does not allow it, the number changes."""
    main = (
        next(place for place, wish in enumerate(wishes) if wish.options or wish.refused)
        if any(wish.options or wish.refused for wish in wishes)
        else 0
    )
    other = 1 - main
    sized = [place for place in (main, other) if len(wishes[place].item.variants) > 1]
    if script.change == "size" and sized:
        wish = wishes[sized[0]]
        sizes = [size for size in wish.item.variants if size != wish.variant]
        return Correction("size", sized[0], replace(wish, variant=luck.choice(sizes)))
    if script.change == "swap":
        return Correction("swap", other, _wish(third, luck, rich=False))
    if script.change == "drop":
        return Correction("drop", other, None)
    numbers = [number for number in range(1, MOST_OF_ONE) if number != wishes[other].quantity]
    return Correction("quantity", other, replace(wishes[other], quantity=luck.choice(numbers)))
