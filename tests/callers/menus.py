"""Menus drawn from a seed: of plain English words, or of words that mean nothing at all."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from apps.language.phonetic import likeness
from apps.menu.notation import Choice, Choices, Dish, Menu

_SYLLABLES = "bra dru fle gox hib jum kra lov mip nuz pel qua rov sti tuv wex yab zog cral dwim fosk glim prund".split()
_DISHES = (
    "stew dumplings casserole skewers porridge flatbread schnitzel risotto paella fritters goulash chowder".split()
)
_FROM = "village harbor orchard mountain river meadow forest castle prairie sunset canyon island".split()
_SIPS = "cordial nectar tonic cider punch smoothie".split()
_CHOICES = "fennel walnuts chives paprika capers radish truffle saffron leeks lentils".split()
_SIZES = (("modest", "giant"), ("junior", "senior"), ("half pint", "full pint", "double pint"))
ALIKE = 0.55
"""Names more alike than this nobody can tell apart, and no menu should have."""


def draw(seed: int) -> Menu:
    """Even seeds speak English."""
    luck = random.Random(f"menu {seed}")
    name = _English(luck) if seed % 2 == 0 else _Invented(luck)
    extras = _unlike([name.choice for _ in range(40)], 5)
    bases = _unlike([name.choice for _ in range(40)], 3, besides=extras)
    groups = {
        "extras": Choices("Extras", (*(Choice(one, "0.75") for one in extras[:3]), *_defaults(extras[3:]))),
        "base": Choices("Base", tuple(Choice(one) for one in bases), minimum=1, maximum=1),
    }
    dishes = _unlike([name.dish for _ in range(80)], 9, besides=(*extras, *bases))
    sips = _unlike([name.sip for _ in range(60)], 4, besides=dishes)
    mains = tuple(_dish(dish, luck) for dish in dishes)
    return Menu(groups, {"Mains": mains, "Drinks": tuple(Dish(sip, _price(luck)) for sip in sips)})


def _defaults(names: Sequence[str]) -> list[Choice]:
    return [Choice(one, default=True) for one in names]


def _dish(name: str, luck: random.Random) -> Dish:
    sizes = luck.choice(_SIZES) if luck.random() < 0.5 else ()
    prices = ", ".join(f"{size} {_price(luck)}" for size in sizes) or _price(luck)
    groups = ("base",) * (luck.random() < 0.25) + ("extras",) * (luck.random() < 0.8)
    return Dish(name, prices, groups)


def _price(luck: random.Random) -> str:
    return f"{luck.randint(2, 18)}.{luck.choice(['00', '25', '49', '50', '99'])}"


def _unlike(made: Sequence[Callable[[], str]], most: int, *, besides: Sequence[str] = ()) -> list[str]:
    """So many names that sound different from each other and from those."""
    kept: list[str] = []
    for make in made:
        name = make()
        words = {word for other in (*kept, *besides) for word in other.lower().split()}
        if all(likeness(word, other) < ALIKE for word in name.lower().split() for other in words):
            kept.append(name)
        if len(kept) == most:
            break
    return kept


class _English:
    def __init__(self, luck: random.Random) -> None:
        self.luck = luck

    def dish(self) -> str:
        return f"{self.luck.choice(_FROM)} {self.luck.choice(_DISHES)}".title()

    def sip(self) -> str:
        return f"{self.luck.choice(_FROM)} {self.luck.choice(_SIPS)}".title()

    def choice(self) -> str:
        return self.luck.choice(_CHOICES)


class _Invented:
    def __init__(self, luck: random.Random) -> None:
        self.luck = luck

    def word(self, syllables: int) -> str:
        return "".join(self.luck.sample(_SYLLABLES, syllables))

    def dish(self) -> str:
        return " ".join(self.word(2) for _ in range(self.luck.randint(1, 2))).title()

    def sip(self) -> str:
        return self.word(self.luck.randint(2, 3)).title()

    def choice(self) -> str:
        return self.word(2)
