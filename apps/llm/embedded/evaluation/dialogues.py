"""Whole dialogues as cases: the turns replayed in order, the other side's words as the agent's. What the caller
agrees to after the other side has spoken is sent. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from apps.llm.embedded import draft as drafts
from apps.llm.embedded import folding, lexicon, model
from apps.llm.embedded.draft import Draft, Line
from apps.llm.embedded.lexicon import Lexicon
from apps.llm.messages import JSON, Message, Request, ToolCall, ToolSchema
from apps.menu.card import Card, Group, Item, Option, Variant

_TOOLS = [ToolSchema(name="create_order")]


def load(file: JSON) -> Card:
    """The card of a menu file: items, and the groups of choices that they name. A restaurant's own file (`regression`)
    has sizes, synonyms and nested groups besides."""
    return Card(
        items=tuple(
            Item(
                item["name"],
                item["name"],
                item.get("category", ""),
                Decimal(item["price"]),
                variants=tuple(_size(item["name"], size) for size in item.get("sizes", ())),
                groups=tuple(_group(name, file["groups"]) for name in item["groups"]),
                synonyms=tuple(item.get("synonyms", ())),
            )
            for item in file["items"]
        ),
        currency=file.get("currency", "USD"),
    )


def _size(item: str, size: JSON) -> Variant:
    synonyms = tuple(size.get("synonyms", ()))
    return Variant(f"{item}/{size['name']}", size["name"], Decimal(size["price"]), synonyms, size.get("default", False))


def _group(name: str, groups: JSON, above: frozenset[str] = frozenset()) -> Group:
    group = groups[name]
    options = tuple(_option(name, option, groups, above | {name}) for option in group["options"])
    return Group(name, group.get("name", name), minimum=group["min"], maximum=group["max"], options=options)


def _option(group: str, option: str | JSON, groups: JSON, above: frozenset[str]) -> Option:
    if isinstance(option, str):
        return Option(f"{group}/{option}", option)
    return Option(
        f"{group}/{option['name']}",
        option["name"],
        default=option.get("default", False),
        synonyms=tuple(option.get("synonyms", ())),
        groups=tuple(_group(below, groups, above) for below in option.get("groups", ()) if below not in above),
    )


def without(card: Card, names: Collection[str]) -> Card:
    """The card on a day on which these cannot be had."""
    if not names:
        return card
    return replace(card, items=tuple(replace(item, available=item.name not in names) for item in card.items))


def placed(turns: Iterable[JSON], *, card: Card) -> list[JSON] | None:
    """The order that was sent, or None. Whatever is in the draft when the other side speaks is taken as read back."""
    known = lexicon.of(card)
    for messages in _heard(turns, known):
        reply = model.generate(Request(messages=messages, tools=_TOOLS), card=card)
        if reply.tool_call is not None and "confirm_version" in reply.tool_call.arguments:
            return [_entry(line, known) for line in folding.fold(messages, known=known).draft]
    return None


def standing(turns: Iterable[JSON], *, known: Lexicon) -> Draft:
    """What is in the draft after the caller's last words, sent or not."""
    draft: Draft = ()
    for messages in _heard(turns, known):
        draft = folding.fold(messages, known=known).draft
    return draft


def _heard(turns: Iterable[JSON], known: Lexicon) -> Iterator[list[Message]]:
    """The history as it is after each of the caller's turns."""
    messages = list[Message]()
    for number, turn in enumerate(turns):
        if turn["speaker"] == "user":
            messages.append(Message(role="user", content=turn["text"]))
            yield messages
        else:
            messages += _read_back(folding.fold(messages, known=known).draft, version=number, known=known)
            messages.append(Message(role="assistant", content=turn["text"]))


def _read_back(draft: Draft, *, version: int, known: Lexicon) -> list[Message]:
    """What our own agent would have in the history when it reads an order back."""
    if not draft or any(_is_open(line, known) for line in draft):
        return []
    call = ToolCall(id=f"call-{version}", name="create_order", arguments={"lines": drafts.as_json(draft, known=known)})
    quote = {"status": "quoted", "cart_version": version}
    return [
        Message(role="assistant", tool_calls=[call]),
        Message(role="tool", tool_call_id=call.id, name=call.name, content=json.dumps(quote)),
    ]


def _is_open(line: Line, known: Lexicon) -> bool:
    return not line.settled or line.quantity == drafts.VAGUE or drafts.missing_group(line, known=known) is not None


def _entry(line: Line, known: Lexicon) -> JSON:
    places = known.places[line.items[0]]
    chosen = {
        places[pick.option_id].group.name: places[pick.option_id].option.name
        for pick in line.picks
        if pick.amount != "none"
    }
    return {"name": drafts.item_of(line, known=known).name, "options": chosen}
