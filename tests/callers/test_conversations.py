"""Generated callers at restaurants with generated menus: nothing breaks, nothing turns in circles, nothing is ordered
that nobody agreed to. `CONVERSATIONS=0-500` holds more of them, and `CONVERSATIONS_REPORT` keeps the figures."""

from __future__ import annotations

import asyncio
import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils import timezone

from apps.menu import demo as rows
from apps.menu import services as menu
from apps.tenants import scope
from apps.voice import demo_restaurants
from tests.callers import menus, people
from tests.callers.talking import Outcome, converse

FIRST, _, LAST = os.environ.get("CONVERSATIONS", "0-25").partition("-")
SEEDS = range(int(FIRST), int(LAST))
PER_MENU = 10
MOST_GIVE_UP = 0.1


def test_generated_callers_get_what_they_want_or_nothing(
    open_restaurant: Callable[..., Any], settings: Any, tmp_path: Path
) -> None:
    settings.CALL_LOG_DIR = tmp_path / "calls"
    settings.RECORDINGS_URL = (tmp_path / "recordings").as_uri()
    outcomes: list[Outcome] = []
    for first in SEEDS[::PER_MENU]:
        place = _restaurant(open_restaurant, seed=first // PER_MENU)
        with scope.enter(place):
            card = menu.read_card(now=timezone.now())
        drawn = [people.draw(card, seed=seed) for seed in range(first, min(first + PER_MENU, SEEDS.stop))]
        outcomes += asyncio.run(_all(place, drawn))
    _report(outcomes)
    broken = [outcome for outcome in outcomes if outcome.problems]
    assert not broken, "\n\n".join(
        "\n".join([f"seed {one.seed}, {one.aim}: {one.problems}", *one.lines]) for one in broken
    )
    wanted = [outcome for outcome in outcomes if outcome.aim == "order"]
    assert sum(outcome.ended == "placed" for outcome in wanted) >= (1 - MOST_GIVE_UP) * len(wanted)


async def _all(place: scope.Place, drawn: list[people.Person]) -> list[Outcome]:
    return [await converse(place, person, number=f"{1000 + person.seed}") for person in drawn]


def _restaurant(open_restaurant: Callable[..., Any], *, seed: int) -> scope.Place:
    place: scope.Place = open_restaurant()
    with scope.enter(place):
        demo_restaurants.set_up(demo_restaurants.BELLA)
        rows.write(menus.draw(seed))
    return place


def _report(outcomes: list[Outcome]) -> None:
    if "CONVERSATIONS_REPORT" not in os.environ:
        return
    figures = {
        "conversations": len(outcomes),
        "ended": dict(Counter(f"{one.aim}: {one.ended}" for one in outcomes)),
        "problems": dict(Counter(problem for one in outcomes for problem in one.problems)),
        "turns": sum(one.turns for one in outcomes),
    }
    unhappy = [
        {"seed": one.seed, "aim": one.aim, "ended": one.ended, "problems": one.problems, "lines": one.lines}
        for one in outcomes
        if one.problems or one.ended == "gave up"
    ]
    Path(os.environ["CONVERSATIONS_REPORT"]).write_text(
        json.dumps({"figures": figures, "unhappy": unhappy}, indent=2) + "\n"
    )
