"""Whole dialogues as cases: the turns replayed in order, the other side's words as the agent's. What the caller
agrees to after the other side has spoken is sent. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import replace
from decimal import Decimal

from apps.llm.embedded import draft as drafts
from apps.llm.embedded import folding, lexicon, model
from apps.llm.embedded.draft import Draft, Line
from apps.llm.embedded.lexicon import Lexicon
from apps.llm.messages import JSON, Message, Request, ToolCall, ToolSchema
from apps.menu.card import Card, Group, Item, Option

_TOOLS = [ToolSchema(name="create_order")]


def load(file: JSON) -> Card:
    """The card of a menu file: items, and the groups of choices that they name."""
    groups = {name: _group(name, group) for name, group in file["groups"].items()}
    return Card(
        items=tuple(
            Item(
                item["name"],
                item["name"],
                item.get("category", ""),
                Decimal(item["price"]),
                groups=tuple(groups[name] for name in item["groups"]),
            )
            for item in file["items"]
        ),
        currency=file.get("currency", "USD"),
    )


def _group(name: str, group: JSON) -> Group:
    options = tuple(Option(f"{name}/{option}", option) for option in group["options"])
    return Group(name, name, minimum=group["min"], maximum=group["max"], options=options)


def without(card: Card, names: Collection[str]) -> Card:
    """The card on a day on which these cannot be had."""
    if not names:
        return card
    return replace(card, items=tuple(replace(item, available=item.name not in names) for item in card.items))


def placed(turns: Iterable[JSON], *, card: Card) -> list[JSON] | None:
    """The order that was sent, or None. Whatever is in the draft when the other side speaks is taken as read back."""
    known, messages = lexicon.of(card), list[Message]()
    for number, turn in enumerate(turns):
        if turn["speaker"] == "user":
            messages.append(Message(role="user", content=turn["text"]))
            reply = model.generate(Request(messages=messages, tools=_TOOLS), card=card)
            if reply.tool_call is not None and "confirm_version" in reply.tool_call.arguments:
                return [_entry(line, known) for line in folding.fold(messages, known=known).draft]
        else:
            messages += _read_back(folding.fold(messages, known=known).draft, version=number, known=known)
            messages.append(Message(role="assistant", content=turn["text"]))
    return None


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
