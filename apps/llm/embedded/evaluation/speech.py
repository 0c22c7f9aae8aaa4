"""Spoken orders as cases: what was heard through the understanding that serves calls, the draft as slots. Pure."""

from __future__ import annotations

from apps.llm.embedded import draft as drafts
from apps.llm.embedded import folding
from apps.llm.embedded.draft import Line
from apps.llm.embedded.evaluation.catalogs import View
from apps.llm.embedded.lexicon import Lexicon
from apps.llm.messages import JSON, Message


def slots(transcript: str, *, known: Lexicon, view: View) -> list[JSON]:
    """What was ordered, each name with its slot: the thing, its size, its choices."""
    folded = folding.fold([Message(role="user", content=transcript)], known=known)
    return [slot for line in folded.draft if line.settled for slot in _of(line, known, view)]


def _of(line: Line, known: Lexicon, view: View) -> list[JSON]:
    kind, variant = view.kinds[line.items[0]], drafts.variant_of(line, known=known)
    made: list[JSON] = [{"slot": kind.type, "name": kind.name, "amount": "regular"}]
    if variant is not None:
        made.append({"slot": "size", "name": view.sizes[variant.id], "amount": "regular"})
    chosen = [(view.options[pick.option_id], pick.amount) for pick in line.picks if pick.amount != "none"]
    return made + [{"slot": slot, "name": name, "amount": amount} for (slot, name), amount in chosen]
