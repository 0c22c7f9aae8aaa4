"""One call through a real daphne: signed webhooks and the media socket over a port, orders in the books."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
from django.conf import settings as installed
from django.db import connection

from apps.calls.models import Call
from apps.outbox.models import Work
from apps.tenants import scope
from apps.tenants.models import PhoneNumber
from apps.voice.carrier import callers, office, placing
from apps.voice.carrier.terms import Dialling
from tests.waiting import comes_true

CALLER = "+15125550188"
ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
"""On a busy machine; it takes four on a quiet one."""


@dataclass(frozen=True)
class Served:
    origin: str
    output: Path


def database_url() -> str:
    """The test's own database, and no other: the process must never write into one that somebody uses."""
    found = connection.settings_dict
    assert found["NAME"].startswith("test_")
    who = f"{quote(found['USER'])}:{quote(found['PASSWORD'])}"
    if found["HOST"].startswith("/"):
        return f"postgres://{who}@/{found['NAME']}?{urlencode({'host': found['HOST']})}"
    return f"postgres://{who}@{found['HOST']}:{found['PORT'] or 5432}/{found['NAME']}"


@pytest.fixture
def place(open_restaurant: Callable[..., scope.Place]) -> scope.Place:
    """A restaurant of its own: what another process commits nobody takes back."""
    return open_restaurant(like="bella-napoli")


@pytest.fixture
def daphne(place: scope.Place, settings: Any, tmp_path: Path) -> Iterator[Served]:
    """Daphne with the application, as `runserver` has it, until the test ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    origin, output = f"http://127.0.0.1:{port}", tmp_path / "output"
    settings.CARRIER_FILE, settings.CALL_LOG_DIR = tmp_path / "carrier.json", tmp_path / "calls"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TWILIO_", "LLM_"))}
    environment |= {
        "DATABASE_URL": database_url(),
        "REDIS_URL": installed.REDIS_URL,
        "VAR_DIR": str(tmp_path),
        "CALL_LOG_DIR": str(tmp_path / "calls"),
        "RECORDINGS_URL": (tmp_path / "recordings").as_uri(),
        "PUBLIC_URL": origin,
        "STT_PROVIDER": "typed",
        "TTS_PROVIDER": "typed",
    }
    command = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "loman.asgi:application"]
    with output.open("wb") as written:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=written, stderr=subprocess.STDOUT)
    try:
        wait_for(port, process, output)
        yield Served(origin, output)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        Work.objects.filter(restaurant_id=place.id).delete()


def wait_for(port: int, process: subprocess.Popen[bytes], output: Path) -> None:
    def listens() -> bool:
        assert process.poll() is None, output.read_text()
        with socket.socket() as attempt:
            return attempt.connect_ex(("127.0.0.1", port)) == 0

    assert comes_true(listens, seconds=START_SECONDS), f"daphne does not listen: {output.read_text()}"


def test_a_typed_call_through_daphne_orders_what_the_caller_wants(place: scope.Place, daphne: Served) -> None:
    number = PhoneNumber.objects.get(restaurant_id=place.id).number
    goal = placing.goal_for(number, seed=5)
    caller = callers.WithGoal(goal, lambda text: None, typed=True)
    dialling = Dialling(CALLER, number, daphne.origin, medium="typed")

    async def dial() -> Any:
        account = placing.configured_account()
        async with office.opened(
            placing.network(dialling),
            account=account,
            carrier_file=installed.CARRIER_FILE,
            log_dir=installed.CALL_LOG_DIR,
        ) as here:
            line, _ = await asyncio.wait_for(here.place(dialling, caller), 60)
            async with httpx.AsyncClient(base_url=daphne.origin, trust_env=False) as http:
                ready, metrics = await http.get("/health/ready"), await http.get("/metrics")
            return line, ready, metrics

    line, ready, metrics = asyncio.run(dial())
    verdict = placing.verdict_on(goal, line, called=number)
    assert verdict.problems == (), daphne.output.read_text()
    assert verdict.stored == verdict.expected
    with scope.enter(place):
        call = Call.objects.get(carrier_sid=line.call_sid)
        assert (call.state, call.ended_by, call.outcome) == ("ended", "goodbye", "order")
        assert call.orders.get().confirmed_by == "caller"
    assert ready.json()["checks"]["database"] == {"status": "ok"}
    for sample in (
        f'calls_total{{restaurant="{place.slug}"}} 1.0',
        f'orders_created_total{{restaurant="{place.slug}"}} 1.0',
        "active_calls 0.0",
    ):
        assert sample in metrics.text
    said = daphne.output.read_text()
    assert CALLER[-10:] not in said
    for written in said.splitlines():
        if written.startswith("{"):
            assert {"call_id", "restaurant", "level", "event"} <= set(json.loads(written))
