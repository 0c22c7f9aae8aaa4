"""How long the embedded model takes for a reply, deep in a long call over a big menu:
`python -m tests.bench.replies`."""

from __future__ import annotations

import gc
import json
import random
import time
from decimal import Decimal
from pathlib import Path

from apps.llm.messages import Response
from apps.menu.card import Card, Group, Item, Option, Variant
from tests.bench.search import DISHES, MANNERS, THINGS
from tests.llm.embedded_cast import Talk

ITEMS, CALLS, TURNS = 300, 30, 30
CHOICES = "cheddar onions pickles avocado bacon jalapenos mayo ketchup mustard relish kimchi pesto".split()
SIZES = ("small", "medium", "large")
WORDS = (
    "{many} {a} with {x} and no {y}",
    "can I get a {size} {a} and {many} {b} please",
    "uh could you also put in one {a}, light {x}, and a {slip}",
    "actually make the {a} a {size}",
    "no wait, take the {b} off and make that {many}",
    "do you have any {b}?",
    "how much is the {a}?",
    "half {x} and half {y} on the {a}",
    "so my mother in law said we should really try the {slip} because the last time we were in town it was lovely",
    "what was that?",
    "change the {b} to a {a} with extra {x}",
    "that's all",
    "my name is Theodora",
    "no, I want {x} on that too",
    "hmm {size}",
)


class Timed(Talk):
    """A conversation that keeps how long each reply took."""

    def ask(self) -> Response:
        began = time.perf_counter()
        response = super().ask()
        TIMES.append((len(self.messages), (time.perf_counter() - began) * 1000))
        return response


TIMES: list[tuple[int, float]] = []


def menu(dice: random.Random) -> Card:
    names = [f"{manner} {thing} {dish}" for manner in MANNERS for thing in THINGS for dish in DISHES]
    extras = Group("extras", "Extras", options=tuple(Option(one, one, Decimal(1)) for one in CHOICES))
    items = []
    for name in dice.sample(names, ITEMS):
        sizes = tuple(Variant(f"{name}/{size}", size, Decimal(9)) for size in SIZES if name < "m")
        items.append(Item(name, name.title(), name.split()[-1].title() + "s", Decimal(9), "", sizes, (extras,)))
    return Card(tuple(items))


def said(dice: random.Random, card: Card) -> str:
    """One of the things callers say, with dishes of this menu, some of them misheard."""
    first, second, third = (one.name.lower() for one in dice.sample(card.items, 3))
    slip = list(third)
    slip[dice.randrange(len(slip))] = dice.choice("aeioustrn")
    choice, other = dice.sample(CHOICES, 2)
    many = dice.choice(["one", "two", "three", "a couple of"])
    return dice.choice(WORDS).format(
        a=first, b=second, slip="".join(slip), x=choice, y=other, size=dice.choice(SIZES), many=many
    )


def main() -> None:
    dice = random.Random(1)
    card = menu(dice)
    Timed(card).say("hello")  # the lexicon is made once per menu, when a call begins
    built = TIMES.pop()[1]
    gc.collect()
    TIMES.clear()
    for _ in range(CALLS):
        talk = Timed(card)
        for _ in range(TURNS):
            if not talk.ended:
                talk.say(said(dice, card))
    times = sorted(taken for _, taken in TIMES)
    late = sorted(taken for length, taken in TIMES if length > TURNS)
    figures = {
        "items": ITEMS,
        "replies": len(times),
        "first_ms": round(built, 1),
        "p50_ms": round(times[len(times) // 2], 2),
        "p99_ms": round(times[len(times) * 99 // 100], 2),
        "longest_ms": round(times[-1], 2),
        "late_p99_ms": round(late[len(late) * 99 // 100], 2),
    }
    out = Path(__file__).resolve().parents[2] / "var" / "bench" / "replies.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(figures) + "\n")
    print(f"replies over {ITEMS} items, {TURNS} turns: p50 {figures['p50_ms']} ms, p99 {figures['p99_ms']} ms")


if __name__ == "__main__":
    main()
