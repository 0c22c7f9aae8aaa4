"""Limits over HTTP: shared through Redis, of one process without it, and told to whoever meets one."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.test import Client

from apps.accounts import bucket, limits, machine_keys
from apps.accounts.bucket import Limit
from apps.accounts.limits import Asked, Limiter
from apps.accounts.permissions import Role
from apps.tenants.scope import Place

NOW = 1_800_000_000.0


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "limiter", limits.cache(lambda: Limiter("")))


@pytest.fixture
def redis_url() -> str:
    from django.conf import settings

    if not settings.REDIS_URL:
        pytest.skip("not on this machine: no Redis (none is configured, and its wheel is for Python 3.11 and 3.12)")
    return str(settings.REDIS_URL)


def asked(limit: Limit, *, whose: str = "", policy: str = "restaurant") -> Asked:
    return Asked(policy, whose or f"test-{random.getrandbits(64)}", limit)


def test_redis_judges_as_the_rule_does(redis_url: str) -> None:
    import redis

    server = redis.Redis.from_url(redis_url)
    script = server.register_script(limits.SCRIPT)
    chance = random.Random(6)
    for round in range(40):
        limit = Limit(chance.randint(1, 50), chance.choice([1.0, 60.0]))
        key, now = f"limit:equal:{round}:{chance.getrandbits(64)}", NOW
        kept = bucket.full(limit, now=now)
        for number in range(25):
            now += chance.choice([0.0, 0.01, 0.3, 2.0, -1.0, 70.0]) if number else 0.0
            wanted = chance.randint(1, 5)
            kept, had = bucket.take(kept, limit, wanted=wanted, now=now)
            got, left = script(keys=[key], args=[now, limit.burst, limit.seconds, wanted])
            assert (got, float(left)) == (had, pytest.approx(kept.tokens, abs=1e-9))
        assert server.pttl(key) > 0, "a bucket nobody uses goes away"
        server.delete(key)


def test_two_processes_together_get_no_more_than_the_limit(redis_url: str) -> None:
    one, other, what = Limiter(redis_url), Limiter(redis_url), asked(Limit(100, 3600.0))
    allowed = sum(each.take([what], now=NOW).allowed for _ in range(150) for each in (one, other))
    assert 90 <= allowed <= 100  # what one leased and did not spend is lost, never won


def test_a_redis_that_is_away_leaves_the_limit_of_this_process() -> None:
    alone, what = Limiter("redis://127.0.0.1:9/0"), asked(Limit(3, 3600.0))
    began = time.perf_counter()
    answers = [alone.take([what], now=NOW + n / 1000).allowed for n in range(6)]
    assert answers == [True, True, True, False, False, False]
    assert time.perf_counter() - began < 2.0, "nobody waits for it again and again"


def test_of_several_buckets_the_tightest_decides_and_is_named() -> None:
    alone = Limiter("")
    wide, tight = asked(Limit(1000, 60.0), policy="restaurant"), asked(Limit(2, 60.0), policy="key")
    assert alone.take([wide, tight], now=NOW).policy == "key"
    assert alone.take([wide, tight], now=NOW).allowed
    refused = alone.take([wide, tight], now=NOW)
    assert (refused.allowed, refused.policy) == (False, "key")
    assert refused.headers()["RateLimit"] == '"key";r=0;t=31'
    assert refused.headers()["RateLimit-Policy"] == '"key";q=2;w=60'
    assert refused.headers()["Retry-After"] == "31"
    assert alone.take([wide, tight], now=NOW + 30.1).allowed


def test_many_addresses_take_a_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_KEYS", 50)
    alone = Limiter("")
    for number in range(200):
        alone.take([asked(Limit(5, 60.0), whose=str(number))], now=NOW)
    assert len(alone._own) == len(alone._leases) == 50


def test_an_address_that_asks_too_often_gets_a_problem_document(client: Client, bella: Place, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "address": "2/hour"}
    for _ in range(2):
        answer = client.post("/tools/get_context", {}, content_type="application/json")
        assert answer.status_code == 401
    assert answer["RateLimit"].startswith('"address";r=0')
    refused = client.post("/tools/get_context", {}, content_type="application/json")
    assert refused.status_code == 429
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["status"] == 429
    assert 0 < int(refused["Retry-After"]) <= 1801
    assert client.get("/health").status_code == 200, "only programs are limited"
    assert client.post("/tools/get_context", {}, REMOTE_ADDR="10.1.1.1").status_code == 401, "and this address alone"


def test_a_header_that_anybody_can_write_makes_nobody_another(client: Client, bella: Place, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "address": "1/hour"}
    for number, expected in enumerate((401, 429)):
        answer = client.post("/tools/get_context", {}, headers={"X-Forwarded-For": f"10.0.0.{number}"})
        assert answer.status_code == expected


def test_an_ipv6_network_is_one_address(client: Client, bella: Place, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "address": "1/hour"}
    assert client.get("/tools/get_context", REMOTE_ADDR="2001:db8::1").status_code != 429
    assert client.get("/tools/get_context", REMOTE_ADDR="2001:db8::2").status_code == 429
    assert client.get("/tools/get_context", REMOTE_ADDR="2001:db8:0:1::2").status_code != 429


def bearer(place: Place, label: str = "till") -> dict[str, str]:
    _, text = machine_keys.new(place, label=label, role=Role.RESTAURANT_ADMIN, by=None)
    return {"Authorization": f"Bearer {text}"}


def context(client: Client, headers: dict[str, str]) -> Any:
    return client.post("/tools/get_context", {}, content_type="application/json", headers=headers)


def test_a_restaurants_keys_share_its_limit_and_another_restaurant_has_its_own(
    client: Client, bella: Place, sakura: Place, settings: Any
) -> None:
    settings.RATE_LIMITS = {"address": "off", "restaurant": "3/hour", "key": "2/hour", "unsigned": "off"}
    first, second, other = bearer(bella), bearer(bella, "board"), bearer(sakura)
    assert [context(client, first).status_code for _ in range(3)] == [200, 200, 429]
    refused = context(client, second)  # the third try of the first key has drawn on the restaurant's as well
    assert refused.status_code == 429
    assert refused["RateLimit-Policy"].startswith('"restaurant";q=3')
    assert refused.json()["title"] == "Too Many Requests"
    assert context(client, other).status_code == 200


def test_what_is_left_is_told_with_every_answer(client: Client, bella: Place, settings: Any) -> None:
    settings.RATE_LIMITS = {"address": "off", "restaurant": "100/hour", "key": "off", "unsigned": "off"}
    answer = context(client, bearer(bella))
    assert answer["RateLimit"] == '"restaurant";r=99;t=3600'
    assert "Retry-After" not in answer


@pytest.mark.parametrize("shared", [False, True])
def test_a_busy_client_costs_microseconds(shared: bool, request: pytest.FixtureRequest) -> None:
    keeper = Limiter(request.getfixturevalue("redis_url") if shared else "")
    both = [asked(Limit(1_000_000, 60.0), policy="address"), asked(Limit(1_000_000, 60.0))]
    keeper.take(both, now=NOW)
    began = time.process_time()
    for number in range(2000):
        assert keeper.take(both, now=NOW + number / 1000).allowed  # a thousand a second
    assert (time.process_time() - began) / 2000 < 50e-6 * 4, "four times the budget, for a busy machine"


def test_requests_at_once_borrow_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two journeys at once would empty the bucket for others, and the later one would find nothing."""
    limiter, limit = Limiter(""), Limit(100, 10.0)
    journeys: list[int] = []
    gate = threading.Barrier(8)

    def fetch(asked: Any, now: float) -> Any:
        journeys.append(len(asked))
        time.sleep(0.02)  # as long as the others need to come by
        return [limits._Lease(10 if len(journeys) == 1 else 0, 0.0, now + 1.0) for _ in asked]

    monkeypatch.setattr(limiter, "_fetch", fetch)

    def ask(_: int) -> bool:
        gate.wait(5)
        return limiter.take([Asked("address", "192.0.2.1", limit)], now=1000.0).allowed

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(ask, range(8)))
    assert journeys == [1]
