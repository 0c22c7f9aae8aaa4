"""Single utterances as cases: through the understanding that serves calls, the draft as the answer. Pure."""

from __future__ import annotations

import re

from apps.llm.embedded import draft as drafts
from apps.llm.embedded import folding
from apps.llm.embedded.draft import Line
from apps.llm.embedded.evaluation.catalogs import View
from apps.llm.embedded.lexicon import Lexicon
from apps.llm.messages import JSON, Message

_PLACES = {"style": "style", "container": "container", "drink_volume": "volume"}
"""Slots that have a place of their own in an answer."""


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
