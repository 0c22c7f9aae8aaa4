"""A short notation for menus that are written by hand: the demo's, and those of tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Choice:
    name: str
    price: str = "0"
    default: bool = False
    synonyms: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    """Groups that open once this was chosen."""


@dataclass(frozen=True)
class Choices:
    name: str
    options: tuple[Choice, ...]
    minimum: int = 0
    maximum: int | None = None
    free: int = 0


@dataclass(frozen=True)
class Dish:
    name: str
    prices: str
    """One price, or sizes: "small 12.00, large 16.00"."""
    groups: tuple[str, ...] = ()
    description: str = ""
    synonyms: tuple[str, ...] = ()
    allergens: Mapping[str, str] = field(default_factory=dict)
    dietary: tuple[str, ...] = ()
    alcohol: bool = False
    pronunciation: str = ""


@dataclass(frozen=True)
class Menu:
    groups: Mapping[str, Choices]
    categories: Mapping[str, tuple[Dish, ...]]


WHEAT_MILK = {"gluten": "contains", "milk": "contains"}
