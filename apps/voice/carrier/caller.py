"""A caller with a goal: from what the agent said, what to say next. Pure; its only state is its `Memory`."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from typing import Literal

from apps.menu.card import Group, Item, Option, every_group
from apps.voice.carrier import hearing
from apps.voice.carrier.goals import Goal, Wish, corrected
from apps.voice.carrier.hearing import Heard, Question, ReadLine
from apps.voice.carrier.scripts import ways

PATIENT_TRIES = 2
SPEAKS_FOR_MS = 700
"""So long the agent has been speaking when it is interrupted."""
_COUNTS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True, slots=True)
class Say:
    text: str


@dataclass(frozen=True, slots=True)
class Interrupt:
    """Said while the agent speaks."""

    text: str


@dataclass(frozen=True, slots=True)
class Press:
    digits: str


@dataclass(frozen=True, slots=True)
class HangUp:
    satisfied: bool
    """Whether the order was placed; else patience ran out."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to say yet."""


Act = Say | Interrupt | Press | HangUp | Wait


@dataclass(frozen=True, slots=True)
class Said:
    """What the agent said since the caller last spoke, as far as it was heard, and whether it speaks now."""

    text: str
    speaking_ms: int = 0
    """0: it is silent and listens."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the caller means to bring up by themselves."""

    kind: Literal["name", "line", "add", "refuse", "change"]
    index: int = 0
    interrupting: bool = False


@dataclass(frozen=True, slots=True)
class Memory:
    """What the caller remembers of the call."""

    steps: tuple[Step, ...]
    wants: tuple[Wish, ...]
    """The order as told and changed so far, and as it shall be."""
    told: int = 0
    """So many of `wants` have been mentioned."""
    changed: bool = False
    closed: bool = False
    """Said that this is all."""
    last: str = ""
    """What the caller said last: its intent, to say it again in other words."""
    words: tuple[tuple[str, str], ...] = ()
    """What that was filled with."""
    attempts: tuple[tuple[str, int], ...] = ()
    turns: int = 0
    confirmed: bool = False
    patience: int = 30
    """So many turns the caller is willing to take."""


def begin(goal: Goal) -> Memory:
    """What the caller has in mind when the phone is picked up."""
    script = goal.script
    steps: list[Step] = [Step("name")] if script.name_first else []
    for index, wish in enumerate(goal.wishes):
        steps.append(Step("line", index))
        if script.telling != "all at once":
            if _extras(wish):
                steps.append(Step("add", index))
            if wish.refused:
                steps.append(Step("refuse", index))
    if script.interrupt == "reply":  # the last thing before the change is said into the agent's words
        steps[-1] = replace(steps[-1], interrupting=True)
    change = Step("change", goal.correction.index, interrupting=script.interrupt == "read-back")
    return Memory(steps=(*steps, change), wants=goal.wishes)


def answer(goal: Goal, said: Said, memory: Memory) -> tuple[Act, Memory]:
    """What the caller does now, and what they remember of it."""
    if memory.turns >= memory.patience:
        return HangUp(satisfied=False), memory
    if said.speaking_ms:
        return _interrupt(goal, said, memory)
    if memory.last == "thanks":
        return HangUp(satisfied=True), memory
    heard = hearing.understand(said.text, card=goal.card, wishes=memory.wants[: max(1, memory.told)])
    match heard.question:
        case Question.PLACED:
            return _say(goal, memory, "thanks" if memory.confirmed else "again")
        case Question.READ_BACK:
            return _check(goal, said.text, memory)
        case Question.EMPTY if memory.told:
            return _say(goal, memory, "missing", line=line(memory.wants[0], telling="all at once"))
        case Question.SPELL:
            return _say(goal, memory, "spell", name=goal.name, letters=" ".join(goal.name.upper()))
        case Question.NAME:
            return _say(goal, memory, "name", name=goal.name)
        case Question.UNWANTED if heard.item is not None:
            return _say(goal, memory, "extra", item=spoken(heard.item.name))
        case Question.LEAVE_OUT if heard.item is not None and _wanted(heard.item, memory) is not None:
            return _say(goal, memory, "keep", item=spoken(heard.item.name))
        case Question.LEAVE_OUT:
            return _say(goal, memory, "leave")
        case Question.MEANT if heard.item is not None and _wanted(heard.item, memory) is None:
            return _repeat(goal, memory)
        case Question.MEANT:
            return _meant(goal, memory, heard)
        case Question.WHICH if heard.item is not None:
            return _say(goal, memory, "choice", choice=spoken(heard.item.name))
        case Question.SIZE | Question.CHOICE | Question.HOW_MANY:
            return _choose(goal, memory, heard)
        case Question.AGAIN | Question.WHICH:
            return _repeat(goal, memory)
    return _go_on(goal, memory)


def _interrupt(goal: Goal, said: Said, memory: Memory) -> tuple[Act, Memory]:
    """Into the agent's words, if that is what comes next and the moment is right."""
    if said.speaking_ms < SPEAKS_FOR_MS or not memory.steps or not memory.steps[0].interrupting or not memory.turns:
        return Wait(), memory
    at_end = memory.steps[0].kind == "change" and goal.script.change_when == "at the end"
    if at_end and not (memory.last == "name" or (memory.closed and goal.script.name_first)):
        return Wait(), memory
    act, after = _take_step(goal, memory)
    return (Interrupt(act.text) if isinstance(act, Say) else act), after


def _go_on(goal: Goal, memory: Memory) -> tuple[Act, Memory]:
    """Asked for more: the next thing the caller had in mind, or that this is all."""
    waits = memory.steps and memory.steps[0].kind == "change" and goal.script.change_when == "at the end"
    if not memory.steps or waits:
        return _say(goal, replace(memory, closed=True), "done")
    return _take_step(goal, memory)


def _take_step(goal: Goal, memory: Memory) -> tuple[Act, Memory]:
    step, *rest = memory.steps
    memory = replace(memory, steps=tuple(rest))
    if step.kind == "change":
        memory = replace(memory, wants=corrected(goal.wishes, goal.correction), changed=True)
    elif step.kind == "line":
        memory = replace(memory, told=max(memory.told, step.index + 1))
    return _voice(goal, memory, step)


def _voice(goal: Goal, memory: Memory, step: Step) -> tuple[Act, Memory]:
    """The words for a step."""
    if step.kind == "name":
        return _say(goal, memory, "name first", name=goal.name)
    wish = goal.wishes[step.index]
    item = spoken(wish.item.name)
    match step.kind:
        case "line":
            intent = "open" if step.index == 0 else "more"
            return _say(goal, memory, intent, line=line(wish, telling=goal.script.telling))
        case "add":
            return _say(goal, memory, "add", choice=_listed(_extras(wish)), item=item)
        case "refuse":
            return _say(goal, memory, "refuse", topping=_listed(wish.refused), item=item)
    after = goal.correction.after
    if after is None:
        return _say(goal, memory, "drop", item=item)
    if goal.correction.kind == "size" and after.variant is not None:
        return _say(goal, memory, "bigger", item=item, size=spoken(after.variant.name))
    if goal.correction.kind == "swap":
        return _say(goal, memory, "swap", item=item, line=line(after, telling="all at once"))
    return _say(goal, memory, "quantity", count=_COUNTS[after.quantity], items=_counted(item, after.quantity))


def _repeat(goal: Goal, memory: Memory) -> tuple[Act, Memory]:
    """Not understood: the same again in other words."""
    if memory.last == "name":
        return _say(goal, memory, "spell", name=goal.name, letters=" ".join(goal.name.upper()))
    return _say(goal, memory, memory.last, **dict(memory.words)) if memory.last else _go_on(goal, memory)


def _meant(goal: Goal, memory: Memory, heard: Heard) -> tuple[Act, Memory]:
    if heard.item is None:
        return _repeat(goal, memory)
    return _say(goal, memory, "meant", item=spoken(heard.item.name))


def _choose(goal: Goal, memory: Memory, heard: Heard) -> tuple[Act, Memory]:
    """Asked for a size, a choice of a group, or a number."""
    wish = (_wanted(heard.item, memory) if heard.item else None) or memory.wants[max(0, memory.told - 1)]
    if heard.question is Question.HOW_MANY:
        return _say(goal, memory, "choice", choice=_COUNTS[wish.quantity])
    if heard.question is Question.SIZE and wish.variant is not None:
        return _say(goal, memory, "size", size=spoken(wish.variant.name))
    chosen = _within(wish, heard.group)
    if not chosen:
        return _say(goal, memory, "none")
    return _say(goal, memory, "choice", choice=_listed(chosen))


# ---- the read-back -----------------------------------------------------------------------------------


def _check(goal: Goal, text: str, memory: Memory) -> tuple[Act, Memory]:
    """Yes only to exactly what is wanted; else the first thing that is wrong is put right."""
    first_wrong = _wrong(goal, text, memory)
    pending = [step for step in memory.steps if step.kind != "name"]
    if first_wrong is not None and (not pending or pending[0].kind == "change"):
        intent, words = _otherwise(*first_wrong, memory=memory)
        return _say(goal, memory, intent, **words)
    if pending:
        memory = replace(memory, steps=tuple(pending))
        return _take_step(goal, memory)
    return _say(goal, replace(memory, confirmed=True), "yes")


def _otherwise(intent: str, words: dict[str, str], *, memory: Memory) -> tuple[str, dict[str, str]]:
    """What did not help twice is not said a third time: the dish is taken off, and then told anew."""
    said_already = dict(memory.attempts).get(intent, 0)
    if said_already >= PATIENT_TRIES and intent in ("quantity", "bigger", "add", "refuse", "not on it"):
        return "extra", {"item": words.get("item") or words["items"]}
    return intent, words


def _wrong(goal: Goal, text: str, memory: Memory) -> tuple[str, dict[str, str]] | None:
    """The first difference between what was read back and what is wanted, as an intent and its words."""
    if hearing.names_somebody_else(hearing.last_read_back(text), name=goal.name):
        return "wrong name", {"name": goal.name, "letters": " ".join(goal.name.upper())}
    lines = hearing.read(hearing.last_read_back(text), card=goal.card)
    wanted = {wish.item.id: wish for wish in memory.wants}
    for read in lines:
        if read.item.id not in wanted:
            return "extra", {"item": spoken(read.item.name)}
    for wish in memory.wants:
        same = [read for read in lines if read.item.id == wish.item.id]
        if not same:
            return "missing", {"line": line(wish, telling="all at once")}
        if len(same) > 1:
            return "extra", {"item": _the_wrong_one(same, wish)}
        if problem := _difference(same[0], wish, total=same[0].quantity):
            return problem
    return None


def _the_wrong_one(lines: list[ReadLine], wish: Wish) -> str:
    """Of several lines of one dish, the one to take off: by its size where that tells them apart, else all."""
    item = spoken(wish.item.name)
    for read in lines:
        others = [other.size for other in lines if other is not read]
        if wish.variant is not None and read.size != wish.variant.name and read.size not in others:
            return f"{spoken(read.size)} {item}"
    return item


def _difference(read: ReadLine, wish: Wish, *, total: int) -> tuple[str, dict[str, str]] | None:
    item = spoken(wish.item.name)
    if total != wish.quantity:
        return "quantity", {"count": _COUNTS[wish.quantity], "items": _counted(item, wish.quantity)}
    if wish.variant is not None and read.size and read.size != wish.variant.name:
        return "bigger", {"item": item, "size": spoken(wish.variant.name)}
    for option in wish.options:
        if option.name not in read.options:
            return "add", {"choice": spoken(option.name), "item": item}
    for option in wish.refused:
        if option.name not in read.refused:
            return "refuse", {"topping": spoken(option.name), "item": item}
    welcome = {option.name for option in wish.options} | {option.name for option in _given(wish.item)}
    for name in sorted(read.options - welcome):
        return "not on it", {"choice": spoken(name), "item": item}
    unwelcome = read.refused - {option.name for option in wish.refused}
    for name in sorted(unwelcome & {option.name for option in _given(wish.item)}):
        return "add", {"choice": spoken(name), "item": item}
    return None


def _given(item: Item) -> list[Option]:
    return [option for group in every_group(item.groups) for option in group.options if option.default]


# ---- words -------------------------------------------------------------------------------------------


def line(wish: Wish, *, telling: str) -> str:
    """ "two large margheritas with mushrooms and no onions" """
    size = f"{spoken(wish.variant.name)} " if wish.variant is not None and telling != "bit by bit" else ""
    name = _counted(spoken(wish.item.name), wish.quantity)
    count = "a" if wish.quantity == 1 else _COUNTS[wish.quantity]
    start = f"{size}{name}"
    if count == "a" and start[0] in "aeiou":
        count = "an"
    words = f"{count} {start}"
    if telling != "all at once":
        return words
    if wish.options:
        words += f" with {_listed(wish.options)}"
    if wish.refused:
        words += f" {'and' if wish.options else 'with'} no {_listed(wish.refused)}"
    return words


def spoken(name: str) -> str:
    return name.lower()


def _counted(name: str, quantity: int) -> str:
    if quantity == 1 or name.endswith(("s", "water", "bread", "rice", "soup", "tea", "tiramisu", "i")):
        return name
    return name[:-1] + "ies" if name.endswith("y") and name[-2] not in "aeiou" else name + "s"


def _listed(options: tuple[Option, ...] | list[Option]) -> str:
    names = [spoken(option.name) for option in options]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _extras(wish: Wish) -> tuple[Option, ...]:
    """Chosen, and nobody will ask for them."""
    asked = {option.id for group in wish.item.groups if group.minimum for option in group.options}
    return tuple(option for option in wish.options if option.id not in asked)


def _within(wish: Wish, group: Group | None) -> list[Option]:
    ids = {option.id for option in group.options} if group is not None else set()
    return [option for option in wish.options if option.id in ids]


def _wanted(item: Item | None, memory: Memory) -> Wish | None:
    return next((wish for wish in memory.wants if item is not None and wish.item.id == item.id), None)


def _say(goal: Goal, memory: Memory, intent: str, **words: str) -> tuple[Act, Memory]:
    """One of the ways to say it, another one each time."""
    attempts = dict(memory.attempts)
    nth = attempts.get(intent, 0)
    attempts[intent] = nth + 1
    possible = ways(goal.script, intent)
    own = len(goal.script.wording.get(intent, ())) or len(possible)
    first = zlib.crc32(f"{goal.seed} {intent}".encode()) % own
    text = possible[(first + nth) % len(possible)].format(**words)
    after = replace(memory, attempts=tuple(sorted(attempts.items())), turns=memory.turns + 1)
    after = replace(after, last=intent, words=tuple(words.items()))
    return Say(text), after
