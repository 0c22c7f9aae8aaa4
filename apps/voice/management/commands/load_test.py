"""Many callers with goals at once, with real audio: is every order right, and how fast does the agent answer?"""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.voice.carrier import callers, goals, office, placing, scripts, transport
from apps.voice.carrier.terms import Dialling
from apps.voice.carrier.wire import Line

STAGGER_SECONDS = 0.15
"""Between two first rings: restaurants' phones do not ring in the same millisecond."""


@dataclass(frozen=True, slots=True)
class Ended:
    goal: goals.Goal
    line: Line | None
    turns: int
    error: str = ""


class Command(BaseCommand):
    help = "N calls at once for at least S seconds; ends with 0 only when every order is right."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--calls", type=int, default=20)
        parser.add_argument("--seconds", type=float, default=0.0, help="new calls follow ended ones so long")
        parser.add_argument("--to", default="+15125550101")
        parser.add_argument("--url", default="http://127.0.0.1:8000")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--script", choices=[script.name for script in scripts.SCRIPTS])
        parser.add_argument("--json", dest="report", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        script = scripts.named(options["script"]) if options["script"] else None
        first = placing.goal_for(options["to"], seed=options["seed"], script=script)

        def goal(nth: int) -> goals.Goal:
            return goals.draw(first.card, seed=options["seed"] + nth, script=script)

        ended = asyncio.run(self._load(goal, options))
        problems = {}
        for call in ended:
            where = f"seed {call.goal.seed} ({call.goal.script.name})"
            if call.line is None:
                problems[where] = [call.error]
            elif wrong := placing.verdict_on(call.goal, call.line, called=options["to"]).problems:
                problems[where] = list(wrong)
        summary = _summary(ended, problems)
        if options["report"]:
            placing.write(options["report"], summary)
        self.stdout.write(
            f"{summary['right']} of {summary['calls']} calls right, "
            f"latency p50 {summary['latency_ms_p50']} ms, p95 {summary['latency_ms_p95']} ms, "
            f"{summary['turns_per_call']} turns a call"
        )
        if problems:
            raise CommandError("\n".join(f"{where}: {'; '.join(wrong)}" for where, wrong in problems.items()))

    async def _load(self, goal: Any, options: dict[str, Any]) -> list[Ended]:
        loop = asyncio.get_running_loop()
        until = loop.time() + options["seconds"]
        ended: list[Ended] = []
        numbers = iter(range(1_000_000))
        async with office.opened(
            transport.Network(),
            account=placing.configured_account(),
            carrier_file=settings.CARRIER_FILE,
            log_dir=settings.CALL_LOG_DIR,
        ) as here:

            async def keep_calling(place: int) -> None:
                await asyncio.sleep(place * STAGGER_SECONDS)
                while True:
                    nth = next(numbers)
                    ended.append(await _one(here, goal(nth), options, nth=nth))
                    if loop.time() >= until:
                        return

            await asyncio.gather(*(keep_calling(place) for place in range(options["calls"])))
        return ended


async def _one(here: office.Office, goal: goals.Goal, options: dict[str, Any], *, nth: int) -> Ended:
    caller = callers.WithGoal(goal, lambda _: None, typed=False)
    dialling = Dialling(f"+1512557{nth % 10_000:04d}", options["to"], options["url"])
    try:
        line, _ = await here.place(dialling, caller)
    except transport.Unreachable as error:
        return Ended(goal, None, caller.turns, str(error))
    return Ended(goal, line, caller.turns)


def _summary(ended: list[Ended], problems: dict[str, list[str]]) -> dict[str, Any]:
    latencies = sorted(gap.latency_ms for call in ended if call.line for gap in call.line.gaps)
    barge_ins = sorted(ms for call in ended if call.line for ms in call.line.barge_in_ms)
    return {
        "calls": len(ended),
        "right": len(ended) - len(problems),
        "problems": problems,
        "turns_per_call": round(sum(call.turns for call in ended) / max(1, len(ended)), 1),
        "latency_ms_p50": percentile(latencies, 50),
        "latency_ms_p95": percentile(latencies, 95),
        "barge_in_ms_p50": percentile(barge_ins, 50),
        "barge_in_ms_p95": percentile(barge_ins, 95),
    }


def percentile(ordered: list[int], share: int) -> int | None:
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)] if ordered else None
