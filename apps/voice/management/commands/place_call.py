"""Place a call to a Loman server with a carrier of our own."""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.voice import audio
from apps.voice.carrier import callers, goals, journal, office, placing, scripts, stored, transport, voice
from apps.voice.carrier.office import Conduct
from apps.voice.carrier.terms import Dialling
from apps.voice.carrier.wire import Line


class Command(BaseCommand):
    help = "Ring a restaurant: as a caller with a goal, with a recording, with keys, or typing yourself."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", required=True, help="the restaurant's number")
        parser.add_argument("--from", dest="caller", default="+15125550188", help="the caller's number")
        parser.add_argument("--script", help="one of the ten callers by name, or a file with one sentence a line")
        parser.add_argument("--seed", type=int, default=1, help="what a caller with a goal wants")
        parser.add_argument("--wav", type=Path, help="a wave file that is said once the agent listens")
        parser.add_argument("--text", action="store_true", help="a whole call without sound")
        parser.add_argument("--keys", help="digits that are pressed")
        parser.add_argument("--url", help="the server's origin; without it and with --text, in this process")
        parser.add_argument("--json", dest="report", type=Path, help="where the report goes")
        parser.add_argument("--record", type=Path, help="where both sides go, as a stereo wave file")
        parser.add_argument("--noise", type=Path, help="a wave file behind the caller's voice")
        parser.add_argument("--hang-up-after", type=float, help="seconds until the caller hangs up without a word")
        parser.add_argument("--carrier-port", type=int, default=0, help="the carrier's REST API")
        parser.add_argument("--outcome", default="completed", choices=["completed", "busy", "no-answer", "failed"])

    def handle(self, *args: Any, **options: Any) -> None:
        url = options["url"] or (placing.IN_PROCESS if options["text"] else "http://127.0.0.1:8000")
        dialling = Dialling(
            caller=options["caller"],
            called=options["to"],
            base_url=url,
            medium="typed" if options["text"] else "sound",
            outcome=options["outcome"],
        )
        try:
            conduct, goal = self._caller(options)
            line, log = asyncio.run(self._place(dialling, conduct, options))
        except (transport.Unreachable, placing.UnknownNumber) as error:
            raise CommandError(str(error)) from error
        if options["record"] and not options["text"]:
            voice.save(options["record"], line.tape)
        verdict = placing.verdict_on(goal, line, called=options["to"]) if goal else None
        if options["report"]:
            placing.write(
                options["report"], placing.report_of(line, log, called=options["to"], goal=goal, verdict=verdict)
            )
        if verdict is not None:
            self.stdout.write("\n".join(f"stored: {stored.say(one)}" for one in verdict.stored))
            if verdict.problems:
                raise CommandError("; ".join(verdict.problems))

    def _caller(self, options: dict[str, Any]) -> tuple[Conduct, goals.Goal | None]:
        typed = options["text"]
        if options["keys"]:
            return callers.Keys(options["keys"], self._show), None
        if options["wav"]:
            return callers.Recorded(audio.encode(voice.load(options["wav"])), self._show), None
        script = options["script"]
        if script and Path(script).is_file():
            sentences = [text.strip() for text in Path(script).read_text().splitlines() if text.strip()]
            return callers.Lines(sentences, self._show, typed), None
        if not script and sys.stdin.isatty():
            return callers.Typist(self._show, typed), None
        try:
            chosen = scripts.named(script) if script else None
        except KeyError:
            names = ", ".join(each.name for each in scripts.SCRIPTS)
            raise CommandError(f"{script} is no file and none of: {names}") from None
        goal = placing.goal_for(options["to"], seed=options["seed"], script=chosen)
        return callers.WithGoal(goal, self._show, typed), goal

    async def _place(
        self, dialling: Dialling, conduct: Conduct, options: dict[str, Any]
    ) -> tuple[Line, journal.Journal]:
        async def limited(line: Line, log: journal.Journal) -> None:
            try:
                await asyncio.wait_for(conduct(line, log), options["hang_up_after"])
            except TimeoutError:
                line.hang_up()

        background = voice.load(options["noise"]) if options["noise"] else None
        exchange = placing.network(dialling)
        account = placing.configured_account()
        async with office.opened(
            exchange,
            account=account,
            carrier_file=settings.CARRIER_FILE,
            log_dir=settings.CALL_LOG_DIR,
            port=options["carrier_port"],
        ) as here:
            return await here.place(dialling, limited, background=background)

    def _show(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
