"""Catalogs as cards: a file of slots with their names and the ways to say them, as a restaurant's menu. It knows the
shapes of the files, and nothing of what is in them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from apps.llm.embedded import lexicon
from apps.llm.embedded.lexicon import Lexicon
from apps.llm.messages import JSON
from apps.menu.card import Card, Group, Item, Option, Variant

_GRAMMAR = {"number", "quantity", "not", "negation", "quant_qualifier"}
"""Slots that list little words, which the grammar knows by itself."""
_SIZES = {"size"}


@dataclass(frozen=True, slots=True)
class Kind:
    """What an item of the card is in an answer."""

    type: str
    name: str | None


@dataclass(frozen=True)
class View:
    """How ids of the card are written in answers."""

    kinds: Mapping[str, Kind]
    options: Mapping[str, tuple[str, str]]
    """Slot and canonical name by option id."""
    sizes: Mapping[str, str]


def load(file: JSON) -> tuple[Lexicon, View]:
    """The card of a catalog, ready to be listened with."""
    catalog: dict[str, dict[str, list[str]]] = file["catalog"]
    maker = _Maker(catalog)
    if file.get("schema"):
        maker.from_schema(file["schema"]["intents"])
    else:
        maker.from_slots(str(file["menu"]))
    card = Card(items=tuple(maker.items))
    return lexicon.of(card), View(maker.kinds, maker.options, maker.sizes)


def load_listed(file: JSON) -> tuple[Lexicon, View]:
    """The card of a catalog that is a list: its first slot names what is sold, the others are choices of all that."""
    maker = _Maker(file["catalog"])
    maker.from_first_slot()
    card = Card(items=tuple(maker.items))
    return lexicon.of(card), View(maker.kinds, maker.options, maker.sizes)


class _Maker:
    def __init__(self, catalog: Mapping[str, Mapping[str, list[str]]]) -> None:
        self.catalog = catalog
        self.items: list[Item] = []
        self.kinds: dict[str, Kind] = {}
        self.options: dict[str, tuple[str, str]] = {}
        self.sizes: dict[str, str] = {}

    def from_schema(self, intents: Iterable[JSON]) -> None:
        """Each intent is a kind of dish: unqualified slots name it, the others are its choices."""
        for intent in intents:
            kind = str(intent["name"]).lower().removesuffix("_order")
            slots = [one for one in intent["slots"] if str(one["slotName"]).lower() not in _GRAMMAR]
            naming = [one for one in slots if not one.get("qualified")]
            groups = self._groups(self._slot(one) for one in slots if one.get("qualified"))
            if not naming:
                self._add(Kind(kind, None), ways=list(intent["entityNames"]), groups=groups, category="")
            for one in naming:
                for name, ways in self.catalog.get(self._slot(one), {}).items():
                    self._add(Kind(kind, name), ways=ways, groups=groups, category=kind)

    def _slot(self, one: JSON) -> str:
        wanted = str(one["slotName"]).lower()
        path = str(one.get("path", "")).rsplit("/", 1)[-1].removesuffix(".txt")
        return next((name for name in self.catalog if name in (path, wanted, wanted + "s")), wanted)

    def from_slots(self, menu: str) -> None:
        """Drinks and sides are items; sizes, styles and toppings belong to the one thing the menu is about."""
        own = [slot for slot in self.catalog if slot not in _GRAMMAR]
        listed = [slot for slot in own if slot in ("drinks", "sides", "drink", "side")]
        vessels = [slot for slot in own if slot not in listed and slot.startswith(("drink_", "container"))]
        others = [slot for slot in own if slot not in listed and slot not in _SIZES and slot not in vessels]
        for slot in listed:
            for name, ways in self.catalog[slot].items():
                groups = self._groups(vessels if slot.startswith("drink") else ())
                self._add(Kind(slot.rstrip("s"), name), ways=ways, groups=groups, category=slot)
        self._add(Kind(menu, menu), ways=[menu], groups=self._groups(others), category=menu)

    def from_first_slot(self) -> None:
        first, *others = (slot for slot in self.catalog if slot not in _GRAMMAR)
        groups = self._groups(slot for slot in others if slot not in _SIZES)
        self.options = {one: (one.partition("/")[0], name) for one, (_, name) in self.options.items()}
        for name, ways in self.catalog[first].items():
            self._add(Kind(first, name), ways=ways, groups=groups, category=first)

    def _groups(self, slots: Iterable[str]) -> tuple[Group, ...]:
        made = []
        for slot in slots:
            options = []
            for name, ways in self.catalog.get(slot, {}).items():
                option_id = f"{slot}/{name}"
                self.options[option_id] = (re.sub(r"s$", "", slot), name)
                options.append(Option(option_id, ways[0], synonyms=tuple(ways[1:])))
            made.append(Group(slot, slot.replace("_", " "), options=tuple(options)))
        return tuple(made)

    def _add(self, kind: Kind, *, ways: list[str], groups: tuple[Group, ...], category: str) -> None:
        item_id = f"{kind.type}/{kind.name}"
        variants = []
        for slot in _SIZES & set(self.catalog):
            for name, said in self.catalog[slot].items():
                variant_id = f"{item_id}/{name}"
                self.sizes[variant_id] = name
                variants.append(Variant(variant_id, said[0], Decimal(0), tuple(said[1:])))
        self.kinds[item_id] = kind
        self.items.append(
            Item(
                item_id,
                ways[0],
                category,
                Decimal(0),
                variants=tuple(variants),
                groups=groups,
                synonyms=tuple(ways[1:]),
            )
        )
