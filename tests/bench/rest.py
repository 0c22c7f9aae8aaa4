"""What a list of 25 orders with their lines costs over HTTP: CPU of server and PostgreSQL together, by request.

Beside it a plain Django view that has the same query written, in one schema, with nobody to be told apart; the same for
one, a hundred and a thousand restaurants; what is sent anew apart from what the client has already. The load comes from
this process and is not counted. `BENCH=rest make bench`, writes `var/bench/rest.json`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psutil
import uvloop

from tests.bench import installation
from tests.bench.books import FILL
from tests.bench.installation import ROOT
from tests.waiting import comes_true

SIZES = tuple(int(each) for each in os.environ.get("REST_SIZES", "1,100,1000").split(","))
ORDERS = 500
"""In each restaurant, of three lines with two choices each."""
REQUESTS = 4000
CONNECTIONS = 4
WARMING = 3
"""How often each connection has met each restaurant, about, before anything is counted: an evening has long begun."""
PACED_SECONDS = 8.0
HALF_LOAD = 500
"""Requests a second: half of what two cores shall serve."""
ROUNDS = 3
IN_EARNEST = {
    "DEBUG": "false", "SECRET_KEY": "bench" * 10, "ALLOWED_HOSTS": "localhost", "PUBLIC_URL": "https://localhost",
    "SECURE_SSL_REDIRECT": "false",
    **dict.fromkeys(("RATE_ADDRESS", "RATE_RESTAURANT", "RATE_KEY"), "1000000/second"),
}  # fmt: skip
"""As an installation is run. The limits are asked as always, and refuse nobody."""
LINES = """
INSERT INTO order_lines (order_id, position, item_id, item, variant, quantity, note, alcohol, "each", total)
SELECT id, n, gen_random_uuid(), 'Margherita', 'large', 1, '', false, 6.0, 6.0 FROM orders, generate_series(0, 2) n
"""
CHOICES = """
INSERT INTO order_line_modifiers (line_id, position, name, amount, side, price, from_menu)
SELECT id, n, 'Mushrooms', 'regular', 'whole', 1.0, false FROM order_lines, generate_series(0, 1) n
"""


@dataclass
class House:
    schema: str
    token: str


def main() -> None:
    with installation.database():
        figures = _measure()
    installation.keep("rest", figures)


def _measure() -> list[dict[str, Any]]:
    houses: list[House] = []
    rows: list[dict[str, Any]] = []
    print(
        f"{'restaurants':>11} {'what':>12} {'server ms':>9} {'database ms':>11} {'CPU ms':>7} "
        f"{'p50 ms':>7} {'p99 ms':>7}"
    )
    for size in SIZES:
        while len(houses) < size:
            houses.append(_open(len(houses)))
        for which in ("plain", "loman", "not-modified"):
            row = _best([_run(which, houses) for _ in range(ROUNDS)])
            rows.append({"restaurants": size, "what": which, **row})
            print(
                f"{size:>11} {which:>12} {row['server_ms']:>9} {row['database_ms']:>11} {row['cpu_ms']:>7} "
                f"{row.get('p50_ms', ''):>7} {row.get('p99_ms', ''):>7}"
            )
        plain, ours = (next(r["cpu_ms"] for r in reversed(rows) if r["what"] == name) for name in ("plain", "loman"))
        rows[-2]["cpu_ratio_to_plain"] = round(ours / plain, 2)
        print(f"{size:>11} Loman's list costs {rows[-2]['cpu_ratio_to_plain']} times the plain view's.")
    return rows


def _best(runs: Sequence[dict[str, float]]) -> dict[str, float]:
    """The run that was disturbed least; the machine is shared."""
    return min(runs, key=lambda run: run["cpu_ms"])


def _open(number: int) -> House:
    """A restaurant with a past and somebody who may look at it."""
    from django.db import connection
    from django.utils import timezone

    from apps.accounts import tokens
    from apps.accounts.models import Membership, User
    from apps.accounts.permissions import Role
    from apps.tenants import scope, services

    place = services.open_restaurant(name=f"Bench {number}", slug=f"bench-{number}", timezone="America/Chicago")
    user = User.objects.create(email=f"admin@bench-{number}.test", password="!")
    Membership.objects.create(user=user, restaurant_id=place.id, role=Role.RESTAURANT_ADMIN)
    with scope.enter(place), connection.cursor() as cursor:
        cursor.execute(FILL, [ORDERS])
        cursor.execute(LINES)
        cursor.execute(CHOICES)
    with connection.cursor() as cursor:
        for table in ("orders", "order_lines", "order_line_modifiers"):
            cursor.execute(f'ANALYZE "{place.schema}".{table}')
    return House(place.schema, tokens.begin(user, restaurant="", now=timezone.now())[1]["access"])


def _run(which: str, houses: Sequence[House]) -> dict[str, float]:
    with _server("plain" if which == "plain" else "loman", houses[0].schema) as (port, process):
        return uvloop.run(_ask(port, process, which, houses, database=_data_folder()))


# ---- the load ------------------------------------------------------------------------------------------


class Line:
    """One kept-alive connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(self, request: bytes) -> tuple[bytes, bytes]:
        """Head and body of the answer."""
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(each[16:]) for each in head.lower().split(b"\r\n") if each.startswith(b"content-length: ")), 0
        )
        return head, await self._reader.readexactly(length)

    def close(self) -> None:
        self._writer.close()


def _request(house: House, *, tag: str = "") -> bytes:
    known = f"If-None-Match: {tag}\r\n" if tag else ""
    return (
        f"GET /api/v1/orders HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {house.token}\r\n{known}\r\n".encode()
    )


async def _ask(
    port: int, process: psutil.Process, which: str, houses: Sequence[House], *, database: str
) -> dict[str, float]:
    lines = [Line(*await asyncio.open_connection("127.0.0.1", port)) for _ in range(CONNECTIONS)]
    expected = b" 304 " if which == "not-modified" else b" 200 "
    requests = []
    for house in houses:
        head, body = await lines[0].ask(_request(house))
        if which == "loman" and json.loads(body)["count"] != ORDERS:
            sys.exit(f"The list is not what it should be: {body[:300]!r}")
        tag = next((each[6:].decode() for each in head.split(b"\r\n") if each.lower().startswith(b"etag: ")), "")
        requests.append(_request(house, tag=tag if which == "not-modified" else ""))
    dice = random.Random(1)
    chosen = [dice.choice(requests) for _ in range(REQUESTS)]

    async def work(line: Line, mine: Sequence[bytes]) -> None:
        for request in mine:
            head, _ = await line.ask(request)
            if expected not in head[:20]:
                sys.exit(f"Unexpected answer: {head[:200]!r}")

    async def all_of(asked: Sequence[bytes]) -> None:
        await asyncio.gather(*(work(line, asked[n::CONNECTIONS]) for n, line in enumerate(lines)))

    meetings = 0 if which == "plain" else WARMING * CONNECTIONS * len(houses)  # that one looks into one schema only
    await all_of(dice.choices(requests, k=max(REQUESTS // 4, meetings)))
    used, postgres = _cpu(process), {each.pid: _cpu(each) for each in _working_in(database)}
    await all_of(chosen)
    server_ms = (_cpu(process) - used) / REQUESTS * 1000
    spent = sum(_cpu(each) - postgres.get(each.pid, 0.0) for each in _working_in(database))
    database_ms = spent / REQUESTS * 1000
    found = {
        "server_ms": round(server_ms, 3),
        "database_ms": round(database_ms, 3),
        "cpu_ms": round(server_ms + database_ms, 3),
    }
    if which == "loman":
        found |= await _paced(lines, requests, dice)
    for line in lines:
        line.close()
    return found


async def _paced(lines: Sequence[Line], requests: Sequence[bytes], dice: random.Random) -> dict[str, float]:
    """How long an answer takes at half load: requests begin when they are due, whether the last was answered or not."""
    free: asyncio.Queue[Line] = asyncio.Queue()
    for line in lines:
        free.put_nowait(line)
    took: list[float] = []

    async def one(due: float) -> None:
        line = await free.get()
        try:
            await line.ask(dice.choice(requests))
        finally:
            free.put_nowait(line)
        took.append(time.perf_counter() - due)

    began = time.perf_counter()
    running = []
    for number in range(int(PACED_SECONDS * HALF_LOAD)):
        due = began + number / HALF_LOAD
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        running.append(asyncio.create_task(one(due)))
    await asyncio.gather(*running)
    took.sort()
    return {
        "p50_ms": round(took[len(took) // 2] * 1000, 1),
        "p99_ms": round(took[len(took) * 99 // 100] * 1000, 1),
    }


def _data_folder() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        return str(cursor.fetchone()[0])


def _working_in(folder: str) -> list[psutil.Process]:
    """Every process of the database server whose files lie there."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.cwd() == folder:
                found.append(process)
    return found


def _cpu(process: psutil.Process) -> float:
    """Seconds so far. Of PostgreSQL's processes those count that are there at the end: a pool's stay, and what an
    earlier server left goes meanwhile."""
    with contextlib.suppress(psutil.Error):
        times = process.cpu_times()
        return float(times.user + times.system)
    return 0.0


def _sql() -> str:
    """The query of the first page, as Loman's list has it."""
    from django.test import RequestFactory
    from rest_framework.request import Request

    from apps.accounts.rest import written
    from apps.orders.api import OrdersView

    view = OrdersView()
    view.request = Request(RequestFactory().get("/api/v1/orders"))
    assert view.written is not None
    return written._translated(view, view.written).sql


@contextlib.contextmanager
def _server(which: str, schema: str) -> Iterator[tuple[int, psutil.Process]]:
    from django.db import connection

    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    where = connection.settings_dict
    url = f"postgres://{where['USER']}:{where['PASSWORD']}@/{where['NAME']}?host={where['HOST']}"
    environment = os.environ | IN_EARNEST | {"DATABASE_URL": url, "LOG_LEVEL": "ERROR", "PLAIN_SQL": _sql()}
    command = [sys.executable, "-W", "ignore", "-m", "tests.bench.rest_server", which, str(port), schema]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)

    def listens() -> bool:
        if process.poll() is not None:
            sys.exit(f"The {which} server ended at once.")
        with contextlib.closing(socket.socket()) as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        if not comes_true(listens, seconds=60):
            sys.exit(f"The {which} server did not start.")
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(20)


if __name__ == "__main__":
    main()
