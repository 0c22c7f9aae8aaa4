"""Nearly right messages to everything that reads other people's bytes: no crash, no hang, no growth.

A small slice by default; `FUZZ=1000000 python -m tests.fuzz` runs a million and writes var/fuzz/fuzz.json.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
import traceback
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from apps.menu import shelf
from apps.menu.imports import sheet
from apps.tenants.scope import Place
from tests.fuzz import targets
from tests.fuzz.targets import Target

COUNT = int(os.environ.get("FUZZ", "6000"))
SEED = int(os.environ.get("SEED", "6"))
LONGEST_SECONDS = 5.0
MOST_GROWTH_MB = 64.0
OUT = Path(__file__).resolve().parents[2] / "var" / "fuzz" / "fuzz.json"
TOKEN, ORIGIN = "fuzz", "https://loman.example.com"


def megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def campaign(target: Target, count: int) -> dict[str, Any]:
    """So many inputs, each by a seed of its own, which a finding names."""
    refused, slowest, at = 0, 0.0, 0

    def hangs(*_: Any) -> None:
        raise AssertionError("hangs")

    signal.signal(signal.SIGALRM, hangs)
    warm = max(200, count // 10)
    before = megabytes()
    for number in range(count):
        if number == warm:
            before = megabytes()
        chance = random.Random(f"{SEED}:{target.name}:{number}")
        signal.setitimer(signal.ITIMER_REAL, LONGEST_SECONDS)
        began = time.perf_counter()
        try:
            target.run(chance)
        except target.refusals:
            refused += 1
        except Exception as error:
            signal.setitimer(signal.ITIMER_REAL, 0)
            raise AssertionError(f"{target.name}, input {number} of SEED={SEED}: {error!r}") from error
        took = time.perf_counter() - began
        if took > slowest:
            slowest, at = took, number
    signal.setitimer(signal.ITIMER_REAL, 0)
    return {
        "target": target.name,
        "inputs": count,
        "refused": refused,
        "slowest_ms": round(slowest * 1000, 2),
        "slowest_input": at,
        "growth_mb": round(megabytes() - before, 2),
    }


@pytest.fixture
def fuzzed(in_bella: Place, settings: Any) -> list[Target]:
    settings.TWILIO_AUTH_TOKEN, settings.PUBLIC_URL = TOKEN, ORIGIN
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, "off")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    from django.utils import timezone

    card = shelf.current(in_bella.id, now=timezone.now(), currency="USD").card
    found = targets.pure(sheet=sheet.write(card)[:6000])
    return [*found, *targets.within_django(Client(), token=TOKEN, origin=ORIGIN)]


def test_nothing_crashes_hangs_or_grows(fuzzed: list[Target], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(100)  # what is logged of a million refusals is not kept
    results, found = [], []
    for target in fuzzed:
        try:
            results.append(campaign(target, max(40, int(COUNT * target.share))))
        except AssertionError as error:
            found.append(f"{error}\n{''.join(traceback.format_exception(error.__cause__))[-1500:]}")
        caplog.clear()
    assert not found, "\n".join(found)
    assert all(result["growth_mb"] < MOST_GROWTH_MB for result in results), results
    assert any(0 < result["refused"] < result["inputs"] for result in results), "inputs are nearly right"
    if "FUZZ" in os.environ:
        OUT.parent.mkdir(parents=True, exist_ok=True)
        total = sum(result["inputs"] for result in results)
        OUT.write_text(json.dumps({"seed": SEED, "inputs": total, "targets": results}, indent=2) + "\n")
