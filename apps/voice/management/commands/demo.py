"""Start the real server, ring it with real audio, and compare what was stored with what the caller wanted."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.tenants import scope
from apps.voice import demo_restaurants
from apps.voice.carrier import callers, goals, journal, office, placing, scripts, server, stored, transport, voice
from apps.voice.carrier.terms import Dialling
from apps.voice.carrier.wire import Line
from loman import processes

FEWEST_TURNS = 6


class Command(BaseCommand):
    help = "One phone call with real audio to a server of its own; ends with 0 only when the stored order is right."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED") or random.randint(1, 9999)))
        parser.add_argument("--restaurant", default="bella-napoli")
        parser.add_argument("--script", choices=[script.name for script in scripts.SCRIPTS])
        parser.add_argument("--url", help="a server that is running already")

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        processes.end_with_parent()  # a make that is killed does not tell us
        try:
            if options["url"]:
                self._demonstrate(options["url"], options)
                return
            wished = int(os.environ["PORT"]) if os.environ.get("PORT", "").isdigit() else None
            with server.serving(
                settings.BASE_DIR / "manage.py",
                port=server.free_port(wished),
                log=settings.VAR_DIR / "demo" / "server.log",
                notice=settings.VAR_DIR / "serve.json",
            ) as origin:
                self._demonstrate(origin, options)
        except KeyboardInterrupt:
            raise CommandError("Stopped.", returncode=130) from None
        except (server.NotServing, transport.Unreachable) as error:
            raise CommandError(str(error)) from error

    def _demonstrate(self, origin: str, options: dict[str, Any]) -> None:
        called = self._number(options["restaurant"])
        script = scripts.named(options["script"]) if options["script"] else None
        goal = placing.goal_for(called, seed=options["seed"], script=script)
        self._say(f"SEED={goal.seed}   a caller of the kind “{goal.script.name}” rings {called} at {origin}")
        self._say("wants: " + "; ".join(stored.say(stored.line_of(wish)) for wish in goal.expected))
        caller = callers.WithGoal(goal, self._say, typed=False)
        line, log = asyncio.run(self._call(Dialling("+15125550188", called, origin), caller))
        self._conclude(goal, line, log, caller, called=called)

    async def _call(self, dialling: Dialling, caller: callers.WithGoal) -> tuple[Line, journal.Journal]:
        async with office.opened(
            transport.Network(),
            account=placing.configured_account(),
            carrier_file=settings.CARRIER_FILE,
            log_dir=settings.CALL_LOG_DIR,
        ) as here:
            return await here.place(dialling, caller)

    def _conclude(
        self, goal: goals.Goal, line: Line, log: journal.Journal, caller: callers.WithGoal, *, called: str
    ) -> None:
        verdict = placing.verdict_on(goal, line, called=called)
        problems = list(verdict.problems)
        if caller.turns < FEWEST_TURNS:
            problems.append(f"only {caller.turns} turns of the caller")
        if not caller.interruptions:
            problems.append("the caller found no moment to interrupt")
        folder = settings.VAR_DIR / "demo"
        voice.save(folder / "call.wav", line.tape)
        report = placing.report_of(line, log, called=called, goal=goal, verdict=verdict)
        report["recording"] = report["recording"] or str(folder / "call.wav")
        report["caller_turns"] = caller.turns
        placing.write(folder / "report.json", report)
        self._say(f"\nThe order as stored, after {caller.turns} turns of the caller:")
        for one in verdict.stored:
            self._say(f"  {stored.say(one)}")
        self._say(f"  total {verdict.stored_total}, the menu says {verdict.expected_total}")
        if line.gaps:
            latencies = sorted(gap.latency_ms for gap in line.gaps)
            self._say(
                f"  agent's answer after {latencies[len(latencies) // 2]} ms (median), {latencies[-1]} ms at most"
            )
        if problems:
            raise CommandError("Not what the caller asked for: " + "; ".join(problems))
        self._say(f"Right to the cent. {folder / 'report.json'}, {folder / 'call.wav'}")

    def _number(self, slug: str) -> str:
        if scope.find_by_slug(slug) is None:
            demo_restaurants.create()
        numbers = {demo.slug: demo.number for demo in demo_restaurants.DEMOS}
        if slug not in numbers:
            raise CommandError(f"{slug} is no demo restaurant.")
        return numbers[slug]

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
