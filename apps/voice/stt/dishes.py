"""How callers name what they order: how many, which size, with what and without what. Pure.

The pieces are mixed as people mix them, in front of the name ("a large thin crust pepperoni pizza") and behind it
("with a little garlic and no onions"). The proportions matter; see `phrases`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from apps.voice.stt.wordlists import REFUSED, SIZES, UNITS, either


@dataclass(frozen=True)
class Words:
    """One menu as callers pronounce it: lower case, digits as words."""

    dishes: tuple[Dish, ...]
    choices: tuple[str, ...]
    """Every option of every group."""
    categories: tuple[str, ...]


@dataclass(frozen=True)
class Dish:
    names: tuple[str, ...]
    sizes: tuple[str, ...]
    choices: tuple[str, ...]


def plural(name: str) -> str:
    if re.search(r"(s|x|z|ch|sh)$", name):
        return name if name.endswith("s") and not name.endswith("ss") else name + "es"
    return name[:-1] + "ies" if re.search(r"[^aeiou]y$", name) else name + "s"


COUNTS: Final = [*UNITS[1:5] * 4, *UNITS[5:], "ten", "twelve", "a dozen", "a couple of"]
SERVINGS: Final = either("order|bottle|glass|side|cup|plate|bowl|can|slice")
AMOUNTS: Final = either(
    "extra|extra|double|lots of|a lot of|a lot of|plenty of|more|light|light|a little|a little|a little bit of|"
    "a bit of|just a little|less|not too much|easy on the|a touch of|some|some|some"
)
_BEFORE: Final = (35, 30, 25, 10)
"""How often none, one, two or three choices stand in front of the name."""


def item(r: random.Random, words: Words) -> str:
    """One dish of the menu, ordered."""
    dish = r.choice(words.dishes)
    said = _counted(r, dish)
    if dish.choices and r.random() < 0.36:
        said += " " + _with(r, dish.choices)
    elif dish.choices and r.random() < 0.375:
        said += " " + changes(r, dish.choices)
    elif r.random() < 0.05:
        return f"{said} {changes(r, tuple(REFUSED))}"
    else:
        return said
    return f"{said} {changes(r, dish.choices)}" if r.random() < 0.25 else said


def _counted(r: random.Random, dish: Dish) -> str:
    name = r.choice(dish.names)
    before = _before(r, dish)
    start = " ".join([*before, name])
    luck = r.random()
    if luck < 0.4:
        return ("an " if start[0] in "aeiou" else "a ") + start
    if luck < 0.5:
        return f"{r.choice(['one', 'the', 'another', 'one more'])} {start}"
    if luck < 0.78:
        return " ".join([r.choice(COUNTS), *before, plural(name)])
    if luck < 0.84:
        serving = r.choice(SERVINGS)
        return r.choice([f"a {serving} of {name}", f"one {serving} of {name}", f"two {plural(serving)} of {name}"])
    return start


def _before(r: random.Random, dish: Dish) -> list[str]:
    """Size and choices as they stand in front of the name, the size mostly first."""
    size = r.choice(dish.sizes) if dish.sizes and r.random() < 0.6 else ""
    if not size and r.random() < 0.06:
        size = r.choice(SIZES)
    chosen = r.choices(range(4), _BEFORE)[0] if dish.choices else 0
    before = [r.choice(dish.choices) for _ in range(chosen)]
    if size:
        before.insert(0 if r.random() < 0.7 else r.randint(0, chosen), size)
    return before


def _with(r: random.Random, choices: Sequence[str]) -> str:
    """One to three choices, some of them more or less than usual."""
    listed = [r.choice(choices) for _ in range(r.choices((1, 2, 3), (6, 4, 1))[0])]
    amounts = [f"{r.choice(AMOUNTS)} {choice}" if r.random() < 0.35 else choice for choice in listed]
    return r.choice(["with ", "with ", "with ", "and ", ""]) + " and ".join(amounts)


def changes(r: random.Random, choices: Sequence[str]) -> str:
    """What is added, left out or put elsewhere."""
    first, second = r.choice(choices), r.choice(choices)
    return r.choice(
        [
            f"with {first}",
            f"with {first}",
            f"with {first} and {second}",
            f"with extra {first}",
            f"with no {first}",
            f"no {first}",
            f"no {first} please",
            f"without {first}",
            f"without the {first}",
            f"hold the {first}",
            f"but no {first}",
            f"extra {first}",
            f"light {first}",
            f"and no {first}",
            f"with light {first}",
            f"with {first} on the side",
            f"with {first} on half",
            f"with {first} but no {second}",
            f"with extra {first} and no {second}",
            f"half {first} half {second}",
            f"half {first} and half {second}",
            f"with {first} instead of {second}",
            f"and {first} on top",
            f"on {first}",
            f"with a side of {first}",
        ]
    )
