"""The order as it stands while it is being said: lines, what each still lacks, and how it is sent to a tool.

Pure; every change makes a new value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from apps.llm.embedded.lexicon import Lexicon
from apps.menu.card import Amount, Group, Item, Side, Variant

VAGUE = 0
"""A quantity that was said but not as a number: "a few"."""


@dataclass(frozen=True, slots=True)
class Pick:
    """One choice on a line."""

    option_id: str
    amount: Amount = "regular"
    side: Side = "whole"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is wanted."""

    items: tuple[str, ...]
    """What it may be; one id once that is clear."""
    quantity: int = 1
    size: frozenset[str] = frozenset()
    """Ids of the variants that were named, of whatever items they belong to."""
    picks: tuple[Pick, ...] = ()
    note: str = ""
    declined: tuple[str, ...] = ()
    """Options of which the caller wants no extra."""

    @property
    def settled(self) -> bool:
        return len(self.items) == 1


Draft = tuple[Line, ...]


def item_of(line: Line, *, known: Lexicon) -> Item:
    return known.card.by_id[line.items[0]]


def variant_of(line: Line, *, known: Lexicon) -> Variant | None:
    """The size that was named for it, or the one it comes in when nobody asks."""
    item = item_of(line, known=known)
    named = [variant for variant in item.variants if variant.id in line.size]
    if named:
        return named[0]
    return next((variant for variant in item.variants if variant.default), None)


def takes_size(line: Line, size: Iterable[str], *, known: Lexicon) -> bool:
    wanted = set(size)
    return any(variant.id in wanted for item_id in line.items for variant in known.card.by_id[item_id].variants)


def option_for(line: Line, options: Iterable[str], *, known: Lexicon) -> str | None:
    """Which of these options goes on this line, whatever it turns out to be."""
    chosen = [pick.option_id for pick in line.picks if pick.amount != "none"]
    for item_id in line.items:
        fits = known.fitting(item_id, options, chosen=[*chosen, *_defaults(item_id, known)])
        if fits is not None:
            return fits
    return None


def _defaults(item_id: str, known: Lexicon) -> list[str]:
    return [option_id for option_id, place in known.places[item_id].items() if place.option.default]


def with_pick(line: Line, pick: Pick, *, known: Lexicon) -> Line:
    """The line with this choice; in a group of one, it takes the place of the choice before."""
    others = tuple(
        one for one in line.picks if not _same_choice(one, pick) and not _displaced(line, one, by=pick, known=known)
    )
    gone = {one.option_id for one in line.picks} - {one.option_id for one in others} - {pick.option_id}
    kept = tuple(one for one in others if _below(line, one.option_id, known) not in gone)
    return replace(line, picks=(*kept, pick))


def _same_choice(one: Pick, other: Pick) -> bool:
    if one.option_id != other.option_id:
        return False
    return one.side == other.side or "whole" in (one.side, other.side)


def _displaced(line: Line, one: Pick, *, by: Pick, known: Lexicon) -> bool:
    places = known.places[line.items[0]]
    mine, its = places.get(one.option_id), places.get(by.option_id)
    if mine is None or its is None or mine.group.id != its.group.id or mine.group.maximum != 1:
        return False
    return "none" not in (one.amount, by.amount) and _overlap(one.side, by.side)


def _overlap(one: Side, other: Side) -> bool:
    return one == other or "whole" in (one, other)


def _below(line: Line, option_id: str, known: Lexicon) -> str | None:
    place = known.places[line.items[0]].get(option_id)
    return place.below if place else None


def refused(line: Line, option_id: str, *, known: Lexicon) -> Line:
    """The line without this choice: what was added is taken back, what comes with the dish is left off."""
    had = any(pick.option_id == option_id and pick.amount != "none" for pick in line.picks)
    kept = tuple(
        pick for pick in line.picks if pick.option_id != option_id and _below(line, pick.option_id, known) != option_id
    )
    default = known.options[option_id].default
    return replace(line, picks=kept if had and not default else (*kept, Pick(option_id, "none")))


def fitted(line: Line, *, known: Lexicon) -> Line:
    """The line with only the choices that its item takes; used when the item has become another."""
    if not line.settled:
        return line
    fresh = replace(line, picks=())
    for pick in line.picks:
        option = option_for(fresh, _namesakes(pick.option_id, known), known=known)
        if option is not None:
            fresh = replace(fresh, picks=(*fresh.picks, replace(pick, option_id=option)))
    size = {variant.name for item in known.card.items for variant in item.variants if variant.id in line.size}
    item = item_of(line, known=known)
    again = {variant.id for variant in item.variants if variant.id in line.size or variant.name in size}
    return replace(fresh, size=frozenset(again) or line.size)


def _namesakes(option_id: str, known: Lexicon) -> list[str]:
    name = known.options[option_id].name
    return [option_id, *(other for other, option in known.options.items() if option.name == name)]


def missing_group(line: Line, *, known: Lexicon) -> Group | None:
    """The first group that has fewer choices than the dish needs."""
    item = item_of(line, known=known)
    refusals = {pick.option_id for pick in line.picks if pick.amount == "none"}
    taken = {pick.option_id for pick in line.picks if pick.amount != "none"}
    return _missing(item.groups, taken, refusals)


def _missing(groups: tuple[Group, ...], taken: set[str], refusals: set[str]) -> Group | None:
    for group in groups:
        chosen = [
            option for option in group.options if option.id in taken or (option.default and option.id not in refusals)
        ]
        if len(chosen) < group.minimum:
            return group
        for option in chosen:
            below = _missing(option.groups, taken, refusals)
            if below is not None:
                return below
    return None


def merged(lines: Iterable[Line]) -> Draft:
    """Equal lines become one with the sum of their quantities."""
    made: list[Line] = []
    for line in lines:
        for place, other in enumerate(made):
            if line.settled and line.quantity and _made_alike(line, other):
                made[place] = replace(other, quantity=other.quantity + line.quantity)
                break
        else:
            made.append(line)
    return tuple(made)


def _made_alike(one: Line, other: Line) -> bool:
    """Whether they are the same but for how many."""
    mine = (one.items, one.size, one.picks, one.note, one.declined)
    return mine == (other.items, other.size, other.picks, other.note, other.declined)


def as_json(draft: Draft, *, known: Lexicon) -> list[dict[str, Any]]:
    """The lines as `create_order` takes them: ids and quantities, never prices."""
    return [_line_json(line, known) for line in draft]


def _line_json(line: Line, known: Lexicon) -> dict[str, Any]:
    variant = variant_of(line, known=known)
    made: dict[str, Any] = {"item_id": line.items[0], "quantity": line.quantity}
    if variant is not None:
        made["variant_id"] = variant.id
    made["modifiers"] = [{"option_id": pick.option_id, "amount": pick.amount, "side": pick.side} for pick in line.picks]
    note = ", ".join([*filter(None, [line.note]), *(f"no extra {known.options[one].name}" for one in line.declined)])
    if note:
        made["note"] = note
    return made


def from_json(lines: Iterable[Any], *, known: Lexicon) -> Draft:
    """The draft that some model sent to `create_order`; what is not on the card is left out."""
    made = []
    for one in lines:
        if not isinstance(one, dict) or one.get("item_id") not in known.card.by_id:
            continue
        picks = tuple(
            Pick(each["option_id"], each.get("amount") or "regular", each.get("side") or "whole")
            for each in one.get("modifiers") or ()
            if isinstance(each, dict) and each.get("option_id") in known.places[one["item_id"]]
        )
        size = frozenset([one["variant_id"]]) if one.get("variant_id") else frozenset()
        made.append(Line((one["item_id"],), int(one.get("quantity") or 1), size, picks, str(one.get("note") or "")))
    return tuple(made)


def chosen_for_them(draft: Draft, *, about: int, asked: str, known: Lexicon) -> Draft:
    """The caller leaves it to us: the first that can be had."""
    line = draft[about]
    if asked == "item":
        made = replace(line, items=line.items[:1])
    elif asked == "size":
        made = replace(line, size=frozenset([item_of(line, known=known).variants[0].id]))
    else:
        group = missing_group(line, known=known)
        option = next((one for one in group.options if one.available), None) if group else None
        made = with_pick(line, Pick(option.id), known=known) if option else line
    return (*draft[:about], made, *draft[about + 1 :])


def what_can_be_had(draft: Draft, *, known: Lexicon) -> tuple[Draft, tuple[str, ...]]:
    """Without what is off the menu today, and the names of that."""
    kept: list[Line] = []
    gone: list[str] = []
    for line in draft:
        there = tuple(one for one in line.items if known.card.by_id[one].available)
        if not there:
            gone.append(known.card.by_id[line.items[0]].name)
            continue
        lost = [one for one in line.picks if one.amount != "none" and not known.options[one.option_id].available]
        gone += [known.options[one.option_id].name for one in lost]
        kept.append(replace(line, items=there, picks=tuple(one for one in line.picks if one not in lost)))
    return tuple(kept), tuple(gone)


_REFUSED = ((", ", "is"), ("sell ", ""), (" of ", "is more than"))
"""What stands around a dish's name in the sentences with which orders refuse it."""


def without_refused(draft: Draft, *, sentence: str, known: Lexicon) -> Draft:
    """What the kitchen cannot make is no longer in the order; a sentence that asks for something takes nothing off."""
    if "?" in sentence:
        return draft
    kept = []
    for line in draft:
        name = item_of(line, known=known).name
        lost = [one for one in line.picks if f", {known.options[one.option_id].name} is" in sentence]
        if lost:
            kept.append(replace(line, picks=tuple(one for one in line.picks if one not in lost)))
        elif not any(f"{before}{name} {after}" in sentence for before, after in _REFUSED):
            kept.append(line)
    return tuple(kept)
