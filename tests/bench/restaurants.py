"""What the number of restaurants costs, at 1, 100 and 1,000: opening one, finding one, asking one, finding who is
behind, and migrating all of them: `python -m tests.bench.restaurants`.

A database of its own is made and dropped again. A restaurant has the schema and no rows but its settings; every tenth
has a hundred calls, which the migration carries over. The migration is `tests/upgrade/ahead_calls`: a column, an
index, Python over the rows, a constraint. Django's own way is measured beside it, on a few restaurants.
"""

from __future__ import annotations

import json
import os
import random
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench import installation

SIZES = (1, 100, 1000)
OPENED, QUERIES, BY_DJANGO = 20, 500, 3
ROOT = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")
AHEAD = "tests.upgrade.ahead"
CALLS = 100
CATALOGUE = """
    SELECT (SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace
            AND relkind = 'r') / 1e6, pg_database_size(current_database()) / 1e6, (SELECT count(*) FROM pg_class)"""


def main() -> None:
    sizes = tuple(int(size) for size in os.environ.get("SIZES", "").split(",") if size) or SIZES
    with installation.database():
        figures = _measure(sizes)
    installation.keep("restaurants", figures)


def _measure(sizes: tuple[int, ...]) -> dict[str, Any]:
    places: list[Any] = []
    rows = []
    for size in sizes:
        opened: list[float] = []
        while len(places) < size:
            if size - len(places) == min(OPENED, size):
                used = _cpu()
            began = time.perf_counter()
            places.append(_open(len(places)))
            opened.append((time.perf_counter() - began) * 1000)
        if size > 1:  # the last ones were opened beside so many
            cpu = {"cpu_ms": round((_cpu() - used) * 1000 / OPENED, 1)}
            row: dict[str, Any] = {"restaurants": size, "open": _spread(opened[-OPENED:]) | cpu}
        else:
            row = {"restaurants": size, "open_first_in_process_ms": round(opened[0], 1)}
        for name, operation in _operations(random.Random(size), places).items():
            used = _cpu()
            row[name] = _spread([_timed(operation) for _ in range(QUERIES)])
            row[name]["cpu_ms"] = round((_cpu() - used) * 1000 / QUERIES, 2)
        row |= _who_is_behind() | _catalogue() | {"python_mb": _memory()}
        rows.append(row)
        print(json.dumps(row))
    return {"sizes": rows, "command": _create_by_command(), "migration": _migrations(places)}


def _open(number: int) -> Any:
    """What `create_restaurant` does: its row, schema, number and first administrator."""
    from apps.accounts.models import Membership, User
    from apps.accounts.permissions import Role
    from apps.calls.models import Call
    from apps.restaurant.models import RestaurantSettings
    from apps.tenants import scope, services

    slug = f"bench-{number}"
    place = services.open_restaurant(
        name=f"Bench {number}", slug=slug, timezone="America/Chicago", numbers=[_number(number)], hosts=[f"{slug}.test"]
    )
    user = User.objects.create_user(f"{slug}@bench.test")
    Membership.objects.create(user=user, restaurant_id=place.id, role=Role.RESTAURANT_ADMIN.value)
    with scope.enter(place):
        RestaurantSettings.objects.create(pk=1)
        if number % 10 == 0:
            Call.objects.bulk_create(
                Call(carrier_sid=f"CA{call}", from_number="+15125550188", to_number="+15125550101", ended_by="caller")
                for call in range(CALLS)
            )
    return place


def _number(number: int) -> str:
    return f"+1512555{number:04d}"


def _operations(dice: random.Random, places: list[Any]) -> dict[str, Callable[[], object]]:
    """By name; each time for another restaurant of all of them."""
    from apps.restaurant.models import RestaurantSettings
    from apps.tenants import scope

    def drawn() -> int:
        return dice.randrange(len(places))

    def ask() -> object:
        with scope.enter(places[drawn()]):
            return RestaurantSettings.objects.get(pk=1)

    return {
        "by_slug": lambda: scope.find_by_slug(places[drawn()].slug),
        "by_host": lambda: scope.find_by_host(f"{places[drawn()].slug}.test"),
        "by_number": lambda: scope.find_by_number(_number(drawn())),
        "by_id": lambda: scope.find_by_id(places[drawn()].id),
        "simple_query": ask,
    }


def _timed(operation: Callable[[], object]) -> float:
    began = time.perf_counter()
    found = operation()
    took = (time.perf_counter() - began) * 1000
    assert found is not None
    return took


def _spread(times: list[float]) -> dict[str, float]:
    slowest = sorted(times)
    return {"p50_ms": round(slowest[len(times) // 2], 2), "p99_ms": round(slowest[len(times) * 99 // 100], 2)}


def _cpu() -> float:
    """Seconds of CPU this process and its database's process have used: other work on the machine changes it little."""
    return time.process_time() + sum(map(int, _stat(_backend())[11:13])) / TICKS


def _backend() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _stat(process: int) -> list[str]:
    """proc(5), from the state on: 1 is the parent, 11 and 12 its own ticks, 13 and 14 those of children that ended."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


def _ended_cpu() -> float:
    """Seconds of CPU of commands that ended, and of the database's processes that served them."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    server = int(_stat(_backend())[1])
    return ended.ru_utime + ended.ru_stime + sum(map(int, _stat(server)[13:15])) / TICKS


def _who_is_behind() -> dict[str, float]:
    from apps.tenants import migrating

    migrating.behind()  # builds Django's graph of migrations, once per process
    times = [_timed(migrating.behind) for _ in range(3)]
    return {"who_is_behind_ms": round(sorted(times)[1], 1)}


def _catalogue() -> dict[str, float]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(CATALOGUE)
        catalogue, database, relations = cursor.fetchone()
    kept = Path(f"/proc/{_backend()}/smaps_rollup")
    private = sum(int(line.split()[1]) for line in _lines(kept) if line.startswith("Private_")) / 1000
    return {
        "catalogue_mb": round(float(catalogue)), "database_mb": round(float(database)), "relations": relations,
        "backend_private_mb": round(private),
    }  # fmt: skip


def _lines(path: Path) -> list[str]:
    """Nothing where the server's processes are not ours to look at."""
    try:
        return path.read_text().splitlines()
    except OSError:
        return []


def _memory() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)


# ---- commands ------------------------------------------------------------------------------------------


def _manage(*words: str, settings: str = "loman.settings") -> tuple[float, str]:
    """A command on the bench's database: seconds, and what it wrote."""
    from django.db import connection

    from tests.upgrade.installations import start, url_of

    began = time.perf_counter()
    process = start(url_of(connection.settings_dict["NAME"]), *words, settings=settings)
    out, errors = process.communicate()
    if process.returncode:
        sys.exit(f"{' '.join(words)} failed: {errors}")
    return time.perf_counter() - began, out


def _create_by_command() -> dict[str, float]:
    """`manage.py create_restaurant` beside a command that does nothing: what is left is the restaurant's."""
    nothing, _ = _manage("check")
    whole, _ = _manage("create_restaurant", "By Command", "--number", "+15125559999", "--admin", "by@command.test")
    return {"seconds": round(whole, 2), "a_command_that_does_nothing_seconds": round(nothing, 2)}


def _migrations(places: list[Any]) -> list[dict[str, Any]]:
    """Forth with one and with two processes (and back between, by SQL), and a few of them by Django."""
    rows = []
    for jobs in (1, 2):
        _back(places)
        used = _ended_cpu()
        seconds, out = _manage("migrate_restaurants", "--jobs", str(jobs), settings=AHEAD)
        cpu = round((_ended_cpu() - used) * 1000 / len(places), 1)
        last = [json.loads(line) for line in out.splitlines()][-2]
        row = {"jobs": jobs, "restaurants": last["of"], "seconds": round(seconds, 1), "per_second": last["per_second"],
               "cpu_ms_each": cpu}  # fmt: skip
        rows.append(row)
        print(json.dumps(row))
    seconds, _ = _manage("migrate_restaurants", settings=AHEAD)
    rows.append({"jobs": "again, nothing to do", "seconds": round(seconds, 1)})
    print(json.dumps(rows[-1]))
    some = places[:BY_DJANGO]
    _back(some)
    used = _ended_cpu()
    for _ in some:
        _manage("version", settings=AHEAD)
    started = _ended_cpu()
    for place in some:
        _manage("migrate_schemas", "-s", place.schema, "-v0", settings=AHEAD)
    cpu = (_ended_cpu() - started - (started - used)) * 1000 / len(some)
    rows.append({"jobs": "Django's way, without the command's start", "cpu_ms_each": round(cpu, 1)})
    print(json.dumps(rows[-1]))
    return rows


def _back(places: list[Any]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for place in places:
            cursor.execute(f"ALTER TABLE {place.schema}.calls DROP COLUMN IF EXISTS mood CASCADE")
            cursor.execute(f"DELETE FROM {place.schema}.django_migrations WHERE name = 'x_mood'")


if __name__ == "__main__":
    main()
