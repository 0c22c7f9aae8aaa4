"""What callers say, put together by chance from parts that nobody else has: no two callers talk alike.

Nothing here is taken from the models that listen; test_grammar measures that.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import product

from apps.voice.carrier.scripts import Script

Parts = tuple[tuple[str, ...], ...]
_BEFORE = ("", "right so", "okay listen", "let me see", "well", "oh and", "one thing", "if you don't mind")
_AFTER = ("", "", "if that is possible", "would be lovely", "that would be great", "my friend", "cheers")
_GRAMMAR: Mapping[str, Parts] = {
    "open": (
        ("", "evening", "hi there", "good day", "hiya"),
        ("i was hoping for", "we fancy", "put me down for", "i am after", "could we order", "we are going for"),
        ("{line}",),
        _AFTER,
    ),
    "more": (
        ("", "and", "then", "besides that", "for my sister", "for the office"),
        ("we also need", "i would take", "let us have", "i also fancy", "another thing is"),
        ("{line}",),
        _AFTER,
    ),
    "size": (("", "i guess", "probably", "for us"), ("the {size} one", "{size}", "{size} size"), ("", "please")),
    "choice": (("", "i go for", "let us try", "that would be"), ("{choice}",), ("", "please", "if you have it")),
    "none": (("", "no thank you"), ("nothing on top of it", "nothing more on that one", "leave it as it is")),
    "add": (_BEFORE, ("could the {item} have {choice}", "i want {choice} on the {item}", "put {choice} on my {item}")),
    "refuse": (
        _BEFORE,
        ("no {topping} on the {item}", "the {item} without {topping}", "leave the {topping} off the {item}"),
        ("", "please"),
    ),
    "quantity": (
        ("oh", "hmm actually", "hang on a second", "sorry about this"),
        ("we are more people so make it {count} {items}", "i need {count} {items}", "let it be {count} {items}"),
    ),
    "bigger": (
        ("oh", "actually", "sorry about this", "i have thought about it"),
        ("the {item} should be {size}", "can you make the {item} {size}", "change the {item} to {size}"),
    ),
    "swap": (
        ("oh", "sorry about this", "i have thought about it"),
        ("instead of the {item} we want {line}", "forget the {item} and give us {line}", "swap the {item} for {line}"),
    ),
    "drop": (
        ("oh", "sorry about this", "i have thought about it"),
        ("we can do without the {item} so remove it", "forget the {item}", "take off the {item}"),
    ),
    "done": (("okay", "good", "no"), ("that is all we need", "that is everything", "nothing else", "i am done")),
    "name": (("", "you can write", "it is for"), ("{name}",)),
    "name first": (("hello", "hi there"), ("my name is {name}", "this is {name}")),
    "spell": (("it is {name}", "{name}"), ("that is spelled {letters}", "{letters}")),
    "wrong name": (("no", "sorry"), ("my name is {name}", "the name is {name}")),
    "yes": (("yes", "yeah", "yep"), ("that is right", "please do", "go ahead", "perfect", "exactly")),
    "missing": (("there should also be", "you missed", "we still need", "please put on"), ("{line}",)),
    "extra": (("i never wanted", "please remove", "take away"), ("the {item}",), ("", "thanks")),
    "not on it": (_BEFORE[:3], ("no {choice} on the {item}", "take the {choice} off the {item}")),
    "thanks": (("thank you", "many thanks"), ("bye", "goodbye", "see you soon")),
}
QUESTIONS: Parts = (
    ("sorry", "before i forget", "just curious", ""),
    (
        "how much is the {item}",
        "what comes with the {item}",
        "are you open late tonight",
        "where are you located",
        "do you have parking",
        "does the {item} contain nuts",
        "what drinks do you have",
    ),
)
ASIDES = (
    "give me a second my phone is ringing",
    "no honey put that down i am on the phone",
    "sorry what did you say",
    "the kids are terribly loud today aren't they",
    "mmm",
)
"""Said to nobody, or not about the order."""
LEAVING = (
    "forget the whole order please goodbye",
    "we changed our minds cancel the order",
    "no stop i call back later",
)
"""Said instead of the yes."""


def sentences(parts: Parts) -> list[str]:
    return [" ".join(filter(None, chosen)) for chosen in product(*parts)]


def script(luck: random.Random) -> Script:
    """A caller who has three ways of their own to say each thing."""
    wording = {intent: tuple(luck.sample(all_of, min(3, len(all_of)))) for intent, all_of in _ALL.items()}
    return Script(
        "generated",
        telling=luck.choice(("bit by bit", "size first", "all at once")),
        main_first=luck.random() < 0.5,
        name_first=luck.random() < 0.2,
        change=luck.choice(("quantity", "size", "swap", "drop")),
        change_when=luck.choice(("in between", "at the end")),
        wording=wording,
    )


_ALL = {intent: sentences(parts) for intent, parts in _GRAMMAR.items()}
