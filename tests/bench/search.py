"""How long a search takes on a menu of a thousand items: `python -m tests.bench.search`."""

from __future__ import annotations

import json
import random
import time
from decimal import Decimal
from pathlib import Path

from apps.menu.card import Card, Item
from apps.menu.search import Index

MANNERS = (
    "spicy roasted grilled smoked crispy sweet golden royal green red classic house garden lemon honey cajun".split()
)
THINGS = "chicken beef pork salmon tuna tofu shrimp mushroom spinach eggplant lamb turkey duck paneer falafel".split()
DISHES = "bowl salad wrap burger pizza pasta soup curry taco sandwich roll platter stew pie".split()
ITEMS, SEARCHES = 1000, 2000


def main() -> None:
    dice = random.Random(1)
    names = [f"{manner} {thing} {dish}" for manner in MANNERS for thing in THINGS for dish in DISHES]
    names = dice.sample(names, ITEMS)
    index = Index(Card(tuple(Item(name, name.title(), name.split()[-1], Decimal(5)) for name in names)))
    times = []
    for _ in range(SEARCHES):
        asked = list(dice.choice(names))
        for _ in range(dice.randint(0, 2)):
            asked[dice.randrange(len(asked))] = dice.choice("aeioustrn")
        began = time.perf_counter()
        index.search(("do you have " if dice.random() < 0.3 else "") + "".join(asked))
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    figures = {
        "items": ITEMS,
        "p50_ms": round(times[SEARCHES // 2], 2),
        "p99_ms": round(times[SEARCHES * 99 // 100], 2),
    }
    out = Path(__file__).resolve().parents[2] / "var" / "bench" / "search.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(figures) + "\n")
    print(f"search on {ITEMS} items: p50 {figures['p50_ms']} ms, p99 {figures['p99_ms']} ms")


if __name__ == "__main__":
    main()
