"""What the commands that place calls share: which server, which account, what the caller wants, how it went."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from apps.menu.services import read_card
from apps.tenants import scope
from apps.voice import report
from apps.voice.carrier import goals, journal, office, scripts, stored, transport
from apps.voice.carrier.terms import Account, Dialling
from apps.voice.carrier.wire import Line

IN_PROCESS = "http://localhost"
"""The origin of an application that runs in this process."""


class UnknownNumber(LookupError):
    """No restaurant has this number."""


def network(dialling: Dialling) -> transport.Exchange:
    """The server over the network, or the application in this process with providers that type."""
    if dialling.base_url != IN_PROCESS:
        return transport.Network()
    settings.STT_PROVIDER = settings.TTS_PROVIDER = "typed"
    settings.PUBLIC_URL = IN_PROCESS
    from loman.asgi import application

    return transport.InProcess(application)


def configured_account() -> Account:
    return office.account_for(
        carrier_file=settings.CARRIER_FILE,
        sid=settings.TWILIO_ACCOUNT_SID,
        token=settings.TWILIO_AUTH_TOKEN.partition(",")[0].strip(),  # the newest while one is rotated
    )


def goal_for(number: str, *, seed: int, script: scripts.Script | None = None) -> goals.Goal:
    """What this seed's caller wants from the menu of the restaurant with this number."""
    with scope.enter(_place_with(number)):
        return goals.draw(read_card(now=timezone.now()), seed=seed, script=script)


def verdict_on(goal: goals.Goal, line: Line, *, called: str) -> stored.Verdict:
    with scope.enter(_place_with(called)):
        return stored.judge(goal, call_sid=line.call_sid)


def _place_with(number: str) -> scope.Place:
    place = scope.find_by_number(number)
    if place is None:
        raise UnknownNumber(f"No restaurant has the number {number}.")
    return place


def report_of(
    line: Line,
    log: journal.Journal,
    *,
    called: str,
    goal: goals.Goal | None,
    verdict: stored.Verdict | None,
) -> dict[str, Any]:
    """The call's JSON report as the restaurant's books have it, and what the carrier saw besides."""
    with scope.enter(_place_with(called)):
        content = stored.report(call_sid=line.call_sid)
    if not content:  # a server on another machine, or one that never finished the call
        content = dict(report.build(log.records, orders=verdict.orders if verdict else ()))
    content["carrier"] = {
        "call_sid": line.call_sid,
        "status": line.status,
        "latency_ms": [gap.latency_ms for gap in line.gaps],
        "barge_in_ms": line.barge_in_ms,
        "happenings": [{"at_ms": h.at_ms, "what": h.what, **h.detail} for h in line.happenings],
    }
    if goal is not None and verdict is not None:
        content["goal"] = {
            "seed": goal.seed,
            "script": goal.script.name,
            "name": goal.name,
            "lines": [stored.say(one) for one in verdict.expected],
            "total": str(verdict.expected_total),
            "problems": list(verdict.problems),
        }
    return content


def write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n")
