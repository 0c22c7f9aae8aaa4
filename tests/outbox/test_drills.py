"""Workers are killed, brokers and databases go away: nothing is lost, and no effect is there twice.

The workers are processes of their own on this run's database. No broker answers any of them.
"""

from __future__ import annotations

import os
import queue
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone

from apps.outbox import services, webhooks
from apps.outbox.models import Delivery, Work
from loman import processes
from tests.outbox.receiver import receiving

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 15.0
NAME = "drilled worker"
"""What the database calls their connections."""


class Workers:
    """The process they are forked from, and what they say."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self._errors = log.open("wb")
        self._parent = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.outbox.worker"],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": _database(), "REDIS_URL": "redis://127.0.0.1:1/0", "DEBUG": "1",
                              "PGAPPNAME": NAME,
                              "DJANGO_SETTINGS_MODULE": "loman.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            preexec_fn=processes.ends_with_us(),
        )  # fmt: skip
        self.lines: queue.Queue[list[str]] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        self.ran: Counter[str] = Counter()
        self.pids: set[int] = set()
        self.until("ready")

    def _listen(self) -> None:
        assert self._parent.stdout is not None
        for line in self._parent.stdout:
            self.lines.put(line.decode().split())

    def until(self, word: str, *rest: object) -> str:
        """What is said after this word, once it is."""
        deadline = time.monotonic() + PATIENCE
        while True:
            said = self.lines.get(timeout=max(0.01, deadline - time.monotonic()))
            if said[0] == "ran":
                self.ran[said[1]] += 1
            if said[: 1 + len(rest)] == [word, *map(str, rest)]:
                return said[-1]

    def tell(self, what: str) -> None:
        assert self._parent.stdin is not None
        self._parent.stdin.write(f"{what}\n".encode())
        self._parent.stdin.flush()

    def hear_out(self) -> None:
        """Take in all that was said until now."""
        self.tell("mark now")
        self.until("now")

    def start(self) -> int:
        self.tell("sweep")
        pid = int(self.until("sweeping"))
        self.pids.add(pid)
        return pid

    def kill(self, pid: int) -> None:
        """Not one instruction more."""
        os.kill(pid, signal.SIGKILL)
        self.pids.discard(pid)
        _wait(lambda: not Path(f"/proc/{pid}").exists())

    def end(self) -> None:
        for pid in list(self.pids):
            self.kill(pid)
        self._parent.kill()
        self._parent.wait()
        self._errors.close()


def _database() -> str:
    here = connection.settings_dict
    login = f"{here['USER']}:{quote(here['PASSWORD'])}@" if here["PASSWORD"] else f"{here['USER']}@"
    return f"postgres://{login}localhost:{here['PORT'] or 5432}/{here['NAME']}?host={quote(here['HOST'], safe='')}"


def _wait(happened: Callable[[], bool]) -> None:
    deadline, pause = time.monotonic() + PATIENCE, threading.Event()
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        pause.wait(0.01)


@pytest.fixture(scope="module")
def parent(installation: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    workers = Workers(tmp_path_factory.mktemp("drills") / "workers.log")
    yield workers
    workers.end()


@pytest.fixture
def workers(parent: Workers, django_db_blocker: Any) -> Iterator[Workers]:
    with django_db_blocker.unblock():
        assert str(connection.settings_dict["NAME"]).startswith("test_")
        Work.objects.all().delete()
        parent.hear_out()
        parent.ran.clear()
        yield parent
        for pid in list(parent.pids):
            parent.kill(pid)
        Work.objects.all().delete()
        connection.close()


def owe(number: int, *, kind: str = "drill.step", **payload: Any) -> None:
    services.add(kind, key=f"drill:{number}", payload={"n": number, **payload})


def lease_over() -> None:
    """As if two minutes had passed since the worker died."""
    Work.objects.filter(state="waiting").update(due_at=timezone.now())


def all_done() -> bool:
    return not Work.objects.filter(state="waiting").exists()


def effects() -> list[int]:
    keys = Work.objects.filter(kind="drill.effect", state="done").values_list("key", flat=True)
    return sorted(int(key.removeprefix("effect:")) for key in keys)


def test_a_worker_killed_in_the_middle_leaves_its_work_to_the_next(workers: Workers, tmp_path: Path) -> None:
    (hold := tmp_path / "hold").touch()
    for number in range(10):
        owe(number, **({"hold": str(hold)} if number == 4 else {}))
    first = workers.start()
    workers.until("held", 4)
    assert Work.objects.get(key="effect:4").state == "waiting", "it had taken effect, and its row says it did not"
    workers.kill(first)
    second = workers.start()
    workers.until("ran", 9)
    assert Work.objects.get(key="drill:4").state == "waiting", "nobody takes it before the lease is over"
    lease_over()
    workers.until("ran", 4)
    _wait(all_done)
    workers.kill(second)
    assert effects() == list(range(10))
    assert workers.ran == Counter({str(number): 1 for number in range(10)} | {"4": 2})


def test_workers_killed_at_any_moment_lose_nothing_and_double_nothing(workers: Workers) -> None:
    draw, most = random.Random(7), 60
    for number in range(most):
        owe(number)
    for _ in range(6):
        pid = workers.start()
        for _ in range(draw.randint(1, 8)):
            workers.until("ran")
        threading.Event().wait(draw.random() * 0.02)  # so that it is somewhere between two statements
        workers.kill(pid)
    assert not all_done()
    lease_over()
    workers.start()
    _wait(all_done)
    assert effects() == list(range(most))


def test_two_workers_do_each_row_once(workers: Workers) -> None:
    workers.start()
    workers.start()
    for number in range(80):
        owe(number)
    _wait(all_done)
    workers.hear_out()
    assert workers.ran == Counter(map(str, range(80)))
    assert effects() == list(range(80))


def test_a_row_that_kills_whoever_tries_it_stops_nobody_else_and_is_given_up(workers: Workers) -> None:
    owe(0, kind="drill.die")
    for number in range(1, 6):
        owe(number)
    Work.objects.filter(key="drill:0").update(attempts=services.MOST_ATTEMPTS - 2)
    for _ in range(2):
        pid = workers.start()
        workers.until("died", pid)
        workers.pids.discard(pid)
        lease_over()
    workers.start()
    _wait(all_done)
    assert Work.objects.get(key="drill:0").state == "dead"
    assert effects() == [1, 2, 3, 4, 5]


def test_without_a_broker_a_cause_is_not_held_up_and_its_work_is_done(workers: Workers) -> None:
    workers.start()
    workers.tell("cause 1")
    assert int(workers.until("caused")) < 1000
    _wait(lambda: effects() == [1])


def test_a_database_that_goes_away_in_the_middle_is_waited_for(workers: Workers) -> None:
    for number in range(40):
        owe(number)
    pid = workers.start()
    workers.until("ran", 10)
    said = workers.log.stat().st_size
    try:
        _let_in(False)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE application_name = %s AND datname = current_database()",  # another run drills beside us
                [NAME],
            )
            assert cursor.fetchone()[0] >= 1
        _wait(lambda: b"outbox.database_away" in workers.log.read_bytes()[said:])
    finally:
        _let_in(True)
    assert not all_done()
    lease_over()
    _wait(all_done)
    assert effects() == list(range(40))
    assert Path(f"/proc/{pid}").exists(), "the same worker goes on"


def _let_in(anybody: bool) -> None:
    """What clients see of a restart: whoever is in is thrown out, and nobody gets in for a while."""
    name = connection.ops.quote_name(str(connection.settings_dict["NAME"]))
    with connection._nodb_cursor() as cursor:  # the door pytest-django itself uses
        cursor.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {anybody}")


def test_a_worker_killed_while_it_posts_sends_the_same_event_again(
    workers: Workers, open_restaurant: Callable[..., Any]
) -> None:
    place = open_restaurant()
    with receiving() as hook:
        hook.answering.clear()
        endpoint, secret = webhooks.add(place, url=hook.url)
        at = timezone.now().isoformat()
        webhooks.owe([endpoint], event_id="msg_1", type="order.placed", at=at, data={"id": "1"})
        pid = workers.start()
        assert hook.arrived.acquire(timeout=PATIENCE)
        workers.kill(pid)
        hook.answering.set()
        assert Delivery.objects.get().tries == 0
        lease_over()
        workers.start()
        _wait(all_done)
    first, second = hook.got
    assert (first.id, first.body) == (second.id, second.body) == ("msg_1", first.body)
    assert second.fits(secret)
    row = Delivery.objects.get()
    assert (row.state, row.tries) == ("delivered", 1)
