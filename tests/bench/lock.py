"""What the second lock costs: a small query in a restaurant and opening one, with it and without, in turns in one run:
`python -m tests.bench.lock`. CPU is this process's and its PostgreSQL backend's together."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench import installation

RESTAURANTS, ROUNDS, VISITS, OPENED = 20, 30, 100, 15
QUERIES_INSIDE = 5
ROOT = Path(__file__).resolve().parents[2]
TICK = 1 / os.sysconf("SC_CLK_TCK")


def main() -> None:
    with installation.database():
        figures = _measure()
    installation.keep("lock", figures)


def _measure() -> dict[str, Any]:
    from django.conf import settings
    from django.db import connection

    from apps.outbox.models import Work
    from apps.restaurant.models import StaffContact
    from apps.tenants import scope, services

    opened = 0

    def open_one() -> Any:
        nonlocal opened
        opened += 1
        return services.open_restaurant(name="Bench", slug=f"bench-{opened}", timezone="America/Chicago")

    settings.DATABASE_LOCK = True
    places = [open_one() for _ in range(RESTAURANTS)]
    for place in places:
        Work.objects.bulk_create(Work(restaurant_id=place.id, kind="x", key=f"{place.id}:{n}") for n in range(100))
        with scope.enter(place):
            StaffContact.objects.create(name="Rosa", number="+15125550100")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE; SELECT pg_backend_pid()")
        cursor.nextset()
        backend = cursor.fetchone()[0]

    def one(place: Any) -> None:
        with scope.enter(place):
            list(StaffContact.objects.values_list("name"))

    def several(place: Any) -> None:
        with scope.enter(place):
            for _ in range(QUERIES_INSIDE):
                list(StaffContact.objects.values_list("name"))

    def of_public_rows(place: Any) -> None:
        with scope.enter(place):
            list(
                Work.objects.filter(restaurant_id=place.id, state="waiting").order_by("due_at").values_list("key")[:10]
            )

    work: dict[str, Callable[[Any], None]] = {
        "enter, one query": one,
        f"enter, {QUERIES_INSIDE} queries": several,
        "enter, a query under row security": of_public_rows,
    }
    figures: dict[str, Any] = {}
    print(f"{'what':>34} {'without p50 ms':>15} {'with p50 ms':>12} {'p50 ratio':>10} {'CPU ratio':>10}")
    for what, visit in work.items():
        times: dict[bool, list[float]] = {True: [], False: []}
        cpu = {True: 0.0, False: 0.0}
        for locked in [True, False] * ROUNDS:
            settings.DATABASE_LOCK = locked
            began = _cpu(backend)
            for number in range(VISITS):
                start = time.perf_counter()
                visit(places[number % RESTAURANTS])
                times[locked].append((time.perf_counter() - start) * 1000)
            cpu[locked] += _cpu(backend) - began
        figures[what] = _row(what, times, cpu_ratio=round(cpu[True] / cpu[False], 2))
    times = {True: [], False: []}
    for locked in [True, False] * OPENED:
        settings.DATABASE_LOCK = locked
        start = time.perf_counter()
        open_one()
        times[locked].append((time.perf_counter() - start) * 1000)
    figures["open a restaurant"] = _row("open a restaurant", times, cpu_ratio=None)
    settings.DATABASE_LOCK = True
    return figures


def _row(what: str, times: dict[bool, list[float]], *, cpu_ratio: float | None) -> dict[str, Any]:
    without, with_ = statistics.median(times[False]), statistics.median(times[True])
    row = {
        "without_p50_ms": round(without, 3),
        "with_p50_ms": round(with_, 3),
        "p50_ratio": round(with_ / without, 2),
        "cpu_ratio": cpu_ratio,
    }
    print(f"{what:>34} {without:>15.3f} {with_:>12.3f} {row['p50_ratio']:>10} {cpu_ratio or '':>10}")
    return row


def _cpu(backend: int) -> float:
    """Seconds this process and its database's backend have computed."""
    fields = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) * TICK


if __name__ == "__main__":
    main()
