"""Order evaluation: a catalog as a restaurant's card, an utterance through the path that serves calls, the
draft as the answer. It knows the shapes of the files, and nothing of what is in them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from apps.llm.embedded import draft as drafts
from apps.llm.embedded import folding, lexicon
from apps.llm.embedded.draft import Line
from apps.llm.embedded.lexicon import Lexicon
from apps.llm.messages import JSON, Message
from apps.menu.card import Card, Group, Item, Option, Variant

_GRAMMAR = {"number", "quantity", "not", "negation", "quant_qualifier"}
"""Slots that list little words, which the grammar knows by itself."""
_SIZES, _DRINKS, _SIDES = {"size"}, ("drink",), ("side",)
_PLACES = {"style": "style", "container": "container", "drink_volume": "volume"}
"""Slots that have a place of their own in an answer."""


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


def understand(utterance: str, *, known: Lexicon, view: View) -> JSON:
    """The order in one utterance, in the shape of the answers."""
    folded = folding.fold([Message(role="user", content=utterance)], known=known)
    return {"items": [_item(line, known, view) for line in folded.draft]}


def _item(line: Line, known: Lexicon, view: View) -> JSON:
    kind = view.kinds[line.items[0]]
    variant = drafts.variant_of(line, known=known)
    made: JSON = {
        "type": kind.type,
        "name": kind.name,
        "quantity": line.quantity or 1,
        "size": view.sizes[variant.id] if variant else None,
        "style": [],
        "toppings": [],
        "not": [],
    }
    for pick in line.picks:
        slot, name = view.options[pick.option_id]
        entry: JSON = {"slot": slot, **_named(name)}
        if pick.amount == "none":
            made["not"].append(entry)
        elif slot == "style":
            made["style"].append(name)
        elif slot in _PLACES:
            made[_PLACES[slot]] = name
        else:
            made["toppings"].append(entry | ({"amount": pick.amount} if pick.amount != "regular" else {}))
    for option_id in line.declined:
        slot, name = view.options[option_id]
        made["not"].append({"slot": slot, **_named(name), "amount": "extra"})
    return made


def _named(name: str) -> JSON:
    either = re.fullmatch(r"or\((.*)\)", name)
    return {"any_of": either.group(1).split(",")} if either else {"name": name}
