"""Ten callers who differ in wording, in the order they tell things, in what they change and interrupt.

What they say is written here for itself: nothing is taken from the recogniser's language model or from the
embedded model, and a test measures that (tests/voice/carrier/test_overlap.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Telling = Literal["bit by bit", "size first", "all at once"]
"""How much of a dish is told in one breath: the dish alone, with its size, or with everything."""
Moment = Literal["in between", "at the end"]
"""When the caller changes their mind: before saying that this is all, or once the order is read back."""


@dataclass(frozen=True, slots=True)
class Script:
    name: str
    telling: Telling = "size first"
    main_first: bool = True
    """The dish with wishes comes before the plain one."""
    name_first: bool = False
    """Says who they are before being asked."""
    change: Literal["quantity", "size", "swap", "drop"] = "quantity"
    change_when: Moment = "in between"
    interrupt: Literal["reply", "read-back"] = "reply"
    """What of the agent's talking is interrupted."""
    wording: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """This caller's own ways to say things; what is missing is taken from `COMMON`."""


COMMON: Mapping[str, tuple[str, ...]] = {
    "open": ("could you start me off with {line}", "please start with {line}", "my order is {line}"),
    "more": ("next is {line}", "please put {line} on there", "we need {line} as well"),
    "size": ("{size} please", "the {size} one", "{size} for that one"),
    "choice": ("{choice} please", "let's say {choice}", "the {choice}"),
    "none": ("no thanks nothing on it", "no nothing extra", "nothing extra please"),
    "add": (
        "and put {choice} on the {item}",
        "please add {choice} to the {item}",
        "the {item} with {choice}",
    ),
    "refuse": (
        "and no {topping} on the {item} please",
        "please make the {item} without {topping}",
        "no {topping} in the {item}",
    ),
    "quantity": (
        "wait make it {count} {items}",
        "sorry i want {count} {items}",
        "please change that to {count} {items}",
    ),
    "bigger": (
        "wait make the {item} {size}",
        "sorry the {item} should be {size}",
        "please change the {item} to {size}",
    ),
    "swap": (
        "wait take off the {item} and add {line}",
        "no {item} after all please add {line}",
        "sorry i want {line} instead of the {item}",
    ),
    "drop": ("wait take off the {item}", "please remove the {item}", "i don't want the {item} after all"),
    "done": ("no that's it for us", "nothing else for today thanks", "that is everything for now"),
    "name": ("you can put {name}", "{name}", "my name is {name}"),
    "name first": ("hello my name is {name}", "hi this is {name} speaking"),
    "spell": ("my name is {name} {letters}", "{letters} {name}"),
    "wrong name": ("no the name is {name}", "my name is {name}", "the name is {name} {letters}"),
    "yes": ("yes that is all correct", "yes please go ahead with that", "yes that's good"),
    "meant": ("yes {item}", "the {item} yes"),
    "missing": ("please also add {line}", "you forgot {line}", "i want {line} too"),
    "extra": ("please take off the {item}", "i did not order the {item} remove it", "cancel the {item} please"),
    "keep": ("no please keep the {item}", "no i do want the {item}"),
    "leave": ("yes please do that", "yes"),
    "not on it": ("no {choice} on the {item} please", "please take the {choice} off the {item}"),
    "thanks": ("thank you so much goodbye", "great thanks and goodbye"),
    "again": ("one more time please", "please say that again"),
}

SCRIPTS: tuple[Script, ...] = (
    Script("plain", telling="size first", change="quantity"),
    Script(
        "all in one breath",
        telling="all at once",
        change="size",
        wording={
            "open": ("hey there i need {line}", "so i need {line} for tonight"),
            "done": ("that is the whole order", "no we are done"),
            "yes": ("yes exactly that",),
        },
    ),
    Script(
        "drop by drop",
        telling="bit by bit",
        change="swap",
        wording={
            "open": ("okay so first {line}", "first of all {line}"),
            "more": ("and second {line}", "okay and then {line} please"),
            "choice": ("i think {choice}", "{choice} sounds good"),
            "done": ("i think we have it all", "no nothing more"),
        },
    ),
    Script(
        "name first",
        name_first=True,
        change="drop",
        wording={
            "open": ("i want to pick up {line}", "for pickup i want {line}"),
            "drop": ("hold on we don't need the {item}", "hold on remove the {item}"),
            "thanks": ("wonderful see you later goodbye",),
        },
    ),
    Script(
        "second thoughts",
        change="quantity",
        change_when="at the end",
        interrupt="read-back",
        wording={
            "quantity": ("oh sorry make that {count} {items}", "hold on i need {count} {items}"),
            "done": ("okay that is it for me", "no more thanks"),
            "refuse": ("could you leave the {topping} off the {item}", "please take the {topping} off the {item}"),
        },
    ),
    Script(
        "small things first",
        main_first=False,
        change="quantity",
        wording={
            "open": ("to begin with {line}", "start with {line} please"),
            "more": ("the big one now {line}", "now {line} please"),
            "add": ("{choice} on the {item} please", "and {choice} for the {item}"),
        },
    ),
    Script(
        "another size",
        telling="bit by bit",
        change="size",
        change_when="at the end",
        wording={
            "size": ("i would say {size}", "make it the {size}"),
            "bigger": ("oh can the {item} be {size}", "could you make the {item} {size} please"),
            "name": ("it goes under {name}", "{name} please"),
        },
    ),
    Script(
        "impatient",
        telling="all at once",
        change="drop",
        interrupt="read-back",
        change_when="at the end",
        wording={
            "open": ("quick one {line}", "{line} please i am in a hurry"),
            "more": ("plus {line}", "{line} too please"),
            "done": ("nothing more please", "no that is enough"),
            "drop": ("stop please take the {item} off", "sorry remove the {item} again"),
        },
    ),
    Script(
        "for the family",
        main_first=False,
        telling="size first",
        change="swap",
        wording={
            "open": ("the kids want {line}", "we are hungry we want {line}"),
            "more": ("my wife wants {line}", "for my son {line}"),
            "swap": ("my son says no {item} he wants {line}", "remove the {item} and put {line} there"),
        },
    ),
    Script(
        "polite",
        name_first=True,
        telling="bit by bit",
        change="quantity",
        change_when="at the end",
        wording={
            "open": ("i wish to order {line} please", "may i please order {line}"),
            "more": ("and if possible {line}", "may i also please have {line}"),
            "none": ("no thank you it is fine like that",),
            "yes": ("yes that is perfect thank you",),
        },
    ),
)


def named(name: str) -> Script:
    """The script of this name. Raises KeyError."""
    return {script.name: script for script in SCRIPTS}[name]


def ways(script: Script, intent: str) -> tuple[str, ...]:
    """This caller's ways to say it, their own first."""
    own = script.wording.get(intent, ())
    return (*own, *(way for way in COMMON[intent] if way not in own))
