"""Cases that a restaurant keeps of its own calls: what should stand in the order after a caller's words, written by
staff in plain lines; its menu as a file that cases are replayed against; and whether what stands is what should. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from apps.llm.embedded import draft as drafts
from apps.llm.embedded import lexicon
from apps.llm.embedded.draft import Line
from apps.llm.embedded.evaluation import dialogues
from apps.llm.embedded.lexicon import Lexicon
from apps.llm.messages import JSON
from apps.menu.card import Card, Group, Item, Option, every_group

MOST_LINES = 20
_COUNTED = re.compile(r"(\d{1,3})\s*[x×]?\s+(.*)")
_AMOUNTS = {"no": "none", "without": "none", "light": "light", "extra": "extra"}
_WORDS = {"none": "no ", "light": "light ", "extra": "extra ", "regular": ""}


class Unreadable(Exception):
    """Which line cannot be read, as a sentence."""


def stands(turns: Iterable[JSON], *, card: Card) -> list[JSON]:
    """What is ordered after the caller's last words."""
    known = lexicon.of(card)
    return [_entry(line, known) for line in dialogues.standing(turns, known=known) if line.settled]


def _entry(line: Line, known: Lexicon) -> JSON:
    size = drafts.variant_of(line, known=known)
    options = [
        {"name": known.places[line.items[0]][pick.option_id].option.name, "amount": pick.amount} for pick in line.picks
    ]
    return {
        "name": drafts.item_of(line, known=known).name,
        "size": size.name if size else None,
        "quantity": line.quantity,
        "options": options,
    }


def fits(found: Iterable[JSON], expected: Iterable[JSON] | None) -> bool:
    """Whether it is the same order, in any order of its lines. A size that was not written down may be any."""
    left = list(found)
    for line in expected or ():
        match = next((each for each in left if _is_alike(each, line)), None)
        if match is None:
            return False
        left.remove(match)
    return not left


def _is_alike(found: JSON, expected: JSON) -> bool:
    named = expected["name"].casefold() == found["name"].casefold() and expected["quantity"] == found["quantity"]
    sized = not expected.get("size") or expected["size"] == found["size"]
    return named and sized and _options(found) == _options(expected)


def _options(line: JSON) -> set[tuple[str, str]]:
    return {(each["name"].casefold(), each["amount"]) for each in line["options"]}


# ---- as staff write it ---------------------------------------------------------------------------------


def written(lines: Iterable[JSON] | None) -> str:
    """An order as lines that `read` reads: "2 large Diavola, no onions"."""
    return "\n".join(_written(line) for line in lines or ())


def _written(line: JSON) -> str:
    size = f"{line['size']} " if line.get("size") else ""
    options = "".join(f", {_WORDS[each['amount']]}{each['name']}" for each in line["options"])
    return f"{line['quantity']} {size}{line['name']}{options}"


def read(text: str, *, card: Card) -> list[JSON] | None:
    """The order that somebody wrote down, in the words of the menu; None: nothing. `Unreadable` says which line."""
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise Unreadable(f"{MOST_LINES} lines are the most.")
    return [_read(line, card) for line in lines] or None


def _read(line: str, card: Card) -> JSON:
    counted = _COUNTED.fullmatch(line)
    quantity, rest = (int(counted[1]), counted[2]) if counted else (1, line)
    dish, *options = (part.strip() for part in rest.split(","))
    found = next(_named(dish, card), None)
    if found is None:
        raise Unreadable(f"There is no “{dish}” on the menu.")
    item, size = found
    return {
        "name": item.name,
        "size": size,
        "quantity": quantity,
        "options": [_option(each, item) for each in options if each],
    }


def _named(dish: str, card: Card) -> Iterator[tuple[Item, str | None]]:
    """Items of this name, with a size before or behind it or without."""
    asked = dish.casefold()
    for item in card.items:
        name = item.name.casefold()
        if asked == name:
            yield item, None
        for size in item.variants:
            for way in (size.name, *size.synonyms):
                if asked in (f"{way.casefold()} {name}", f"{name} {way.casefold()}"):
                    yield item, size.name


def _option(text: str, item: Item) -> JSON:
    first, _, rest = text.partition(" ")
    amount, name = (_AMOUNTS[first.casefold()], rest) if first.casefold() in _AMOUNTS and rest else ("regular", text)
    options = [option for group in every_group(item.groups) for option in group.options]
    names = {way.casefold(): option.name for option in options for way in option.synonyms}
    names |= {option.name.casefold(): option.name for option in options}
    for asked, how in ((text, "regular"), (name, amount)):
        if asked.casefold() in names:
            return {"name": names[asked.casefold()], "amount": how}
    raise Unreadable(f"There is no “{name}” for {item.name}.")


def of_lines(lines: Iterable[JSON]) -> list[JSON]:
    """What a tool answered or an order holds, in the same shape."""
    return [
        {
            "name": line["item"],
            "size": line.get("variant"),
            "quantity": line["quantity"],
            "options": [{"name": each["name"], "amount": each["amount"]} for each in line.get("modifiers", ())],
        }
        for line in lines
    ]


# ---- the menu ------------------------------------------------------------------------------------------


def menu_file(card: Card) -> JSON:
    """A card as a file that `dialogues.load` reads."""
    keys = _keys(card)
    groups: dict[str, JSON] = {
        keys[group.id]: {
            "name": group.name,
            "min": group.minimum,
            "max": group.maximum,
            "options": [_option_file(option, keys) for option in group.options],
        }
        for item in card.items
        for group in every_group(item.groups)
    }
    return {"currency": card.currency, "items": [_item_file(item, keys) for item in card.items], "groups": groups}


def _keys(card: Card) -> dict[str, str]:
    """A name for each group, with a number where several have the same."""
    found: dict[str, str] = {}
    for item in card.items:
        for group in every_group(item.groups):
            if group.id not in found:
                alike = sum(name.partition("#")[0].rstrip() == group.name for name in found.values())
                found[group.id] = f"{group.name} #{alike + 1}" if alike else group.name
    return found


def _item_file(item: Item, keys: dict[str, str]) -> JSON:
    made: JSON = {
        "name": item.name,
        "category": item.category,
        "price": str(item.price),
        "groups": [keys[group.id] for group in item.groups],
        "synonyms": list(item.synonyms),
    }
    if item.variants:
        made["sizes"] = [
            {"name": size.name, "price": str(size.price), "synonyms": list(size.synonyms), "default": size.default}
            for size in item.variants
        ]
    return made


def _option_file(option: Option, keys: dict[str, str]) -> JSON:
    made: dict[str, Any] = {"name": option.name, "synonyms": list(option.synonyms), "default": option.default}
    below: tuple[Group, ...] = option.groups
    return {**made, "groups": [keys[group.id] for group in below]} if below else made
