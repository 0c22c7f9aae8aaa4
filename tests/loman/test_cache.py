"""The shared cache: Redis while it answers, this process's memory while not, and never an error."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.conf import settings as installation

from loman import cache as shared
from loman.cache import SharedCache


def made(server: str, prefix: str = "one") -> SharedCache:
    options = {"socket_timeout": 0.25, "socket_connect_timeout": 0.25}
    return SharedCache(server, {"KEY_PREFIX": prefix, "OPTIONS": options})


@pytest.fixture
def server() -> Iterator[str]:
    if not installation.REDIS_URL:
        pytest.skip("not on this machine: there is no Redis server for this Python")
    yield installation.REDIS_URL
    for prefix in ("one", "two"):
        made(installation.REDIS_URL, prefix).clear()


def test_two_processes_count_together(server: str) -> None:
    here, there = made(server), made(server)
    assert here.add("count", 0)
    assert not there.add("count", 0)
    assert [here.incr("count"), there.incr("count"), here.decr("count")] == [1, 2, 1]


def test_clearing_leaves_alone_what_else_lies_in_the_same_redis(server: str) -> None:
    mine, other = made(server), made(server, "two")
    mine.set("name", 1)
    other.set("name", 2)
    with redis.Redis.from_url(server) as direct:
        direct.set("somebody-elses", "1", ex=60)
        mine.clear()
        assert direct.get("somebody-elses") == b"1"
        direct.delete("somebody-elses")
    assert mine.get("name") is None
    assert other.get("name") == 2


def test_a_server_that_is_away_is_replaced_by_memory(caplog: Any) -> None:
    alone = made("redis://127.0.0.1:1")
    alone.set("name", "value")
    assert alone.get("name") == "value"
    assert alone.add("name", 1) is False
    alone.set("count", 1)
    assert alone.incr("count") == 2
    assert alone.get_many(["name", "count"]) == {"name": "value", "count": 2}
    alone.delete_many(["name"])
    assert "name" not in alone
    alone.clear()
    assert alone.get("count") is None


def test_a_server_that_hangs_is_waited_for_once_and_then_left_alone() -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen(1)
        slow = made(f"redis://127.0.0.1:{mute.getsockname()[1]}")
        slow.set("name", 1)
        began = time.perf_counter()
        for _ in range(100):
            slow.get("name")
        assert time.perf_counter() - began < 0.2


def test_it_is_asked_again_once_it_has_had_its_rest(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    back = made(server)
    monkeypatch.setitem(shared._away_until, server, time.monotonic() - 0.01)
    back.set("name", 1)
    assert made(server).get("name") == 1
