"""Tries to sign in are counted where all processes see them, and nobody is locked out from elsewhere."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from apps.accounts import audit, tries, waits
from apps.accounts.models import AuditEntry
from apps.accounts.tries import Throttled
from apps.tenants.scope import Place
from tests.accounts.signing import ANA, post, sign_in

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOME, ELSEWHERE = "203.0.113.7", "198.51.100.9"


def fail(*, at: str = ELSEWHERE, account: str = ANA, now: datetime = NOW) -> None:
    tries.admit(what="sign-in", account=account, address=at, now=now)


def fail_often(times: int, **where: Any) -> None:
    for _ in range(times):
        fail(**where)


def test_after_five_wrong_passwords_each_further_try_waits_twice_as_long() -> None:
    fail_often(5)
    now = NOW
    for seconds in (2, 4, 8):
        with pytest.raises(Throttled) as refused:
            fail(now=now + timedelta(seconds=seconds - 0.5))
        assert refused.value.seconds <= seconds
        now += timedelta(seconds=seconds)
        fail(now=now)


def test_a_try_that_is_refused_does_not_lengthen_the_wait() -> None:
    fail_often(5)
    for _ in range(20):
        with pytest.raises(Throttled):
            fail()
    fail(now=NOW + timedelta(seconds=2))


def test_a_wait_is_told_of_once() -> None:
    fail_often(5)
    told = []
    for _ in range(3):
        with pytest.raises(Throttled) as refused:
            fail()
        told.append(refused.value.first)
    assert told == [True, False, False]


def test_nobody_is_locked_out_from_elsewhere() -> None:
    fail_often(5)
    with pytest.raises(Throttled):
        fail()
    fail(at=HOME)


def test_under_attack_from_many_addresses_the_owner_comes_in_from_where_she_was_and_gets_a_try_anywhere() -> None:
    tries.was_right(tries.admit(what="sign-in", account=ANA, address=HOME, now=NOW))
    for number in range(waits.UNDER_ATTACK):
        fail(at=f"192.0.2.{number}")
    fail_often(5, at=HOME)
    fail(at=ELSEWHERE)
    with pytest.raises(Throttled):
        fail(at=ELSEWHERE)


def test_one_address_that_tries_many_accounts_waits() -> None:
    for number in range(waits.FREE_PER_ADDRESS):
        fail(account=f"user{number}@bella.test")
    with pytest.raises(Throttled):
        fail(account="next@bella.test")
    fail(account="next@bella.test", at=HOME)


def test_an_address_does_not_clear_its_count_with_an_account_of_its_own() -> None:
    for number in range(waits.FREE_PER_ADDRESS - 1):
        fail(account=f"user{number}@bella.test")
        mine = tries.admit(what="sign-in", account="mallory@x.test", address=ELSEWHERE, now=NOW)
        tries.was_right(mine)
    fail()
    with pytest.raises(Throttled):
        fail()


def test_the_right_password_forgets_the_failures_before_it() -> None:
    for _ in range(4):
        fail_often(4)
        tries.was_right(tries.admit(what="sign-in", account=ANA, address=ELSEWHERE, now=NOW))


def test_case_and_blanks_of_an_address_make_no_other_account() -> None:
    fail_often(5)
    with pytest.raises(Throttled):
        fail(account=" Ana@Bella.TEST ")


def test_a_hundred_guesses_at_once_are_a_hundred_tries() -> None:
    admitted: list[int] = []
    start = threading.Barrier(20)

    def guess() -> None:
        start.wait(timeout=10)
        for _ in range(5):
            try:
                fail()
                admitted.append(1)
            except Throttled:
                pass

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(admitted) == waits.FREE_PER_PAIR


def test_refusals_are_on_record_and_a_wait_once(client: Client, bella: Place) -> None:
    for _ in range(8):
        answer = sign_in(client, password="wrong", address=ELSEWHERE)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) >= 1
    assert answer["Content-Type"] == "application/problem+json"
    found = AuditEntry.objects.filter(action="sign_in.refused", actor=ANA, address=ELSEWHERE)
    reasons = [entry.after["reason"] for entry in found if entry.after]
    assert sorted(reasons) == ["password"] * 5 + ["throttled"]
    assert sign_in(client, address=ELSEWHERE).status_code == 429
    assert sign_in(client, address=HOME).status_code == 200


def test_a_forged_header_is_no_other_address(client: Client, bella: Place) -> None:
    for number in range(6):
        answer = post(
            client,
            "auth/token",
            {"email": ANA, "password": "wrong"},
            REMOTE_ADDR=ELSEWHERE,
            HTTP_X_FORWARDED_FOR=f"192.0.2.{number}",
        )
    assert answer.status_code == 429


@pytest.mark.parametrize(
    ("peer", "header", "seen"),
    [
        ("10.0.0.2", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.2", "1.2.3.4, 203.0.113.7", "203.0.113.7"),  # the first was written by the client
        ("10.0.0.2", "203.0.113.7, 10.0.0.3", "203.0.113.7"),  # two proxies of ours
        ("198.51.100.9", "203.0.113.7", "198.51.100.9"),  # nobody we trust
    ],
)
async def test_behind_trusted_proxies_the_clients_address_is_the_last_that_is_not_theirs(
    rf: Any, peer: str, header: str, seen: str
) -> None:
    """The middleware that `serve` has uvicorn put in front, with TRUSTED_PROXIES=10.0.0.0/24."""
    found: list[str | None] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        found.append(audit.address_of(rf.get("/", REMOTE_ADDR=scope["client"][0])))

    served: Any = ProxyHeadersMiddleware(application, trusted_hosts=["10.0.0.0/24"])
    headers = [(b"x-forwarded-for", header.encode())]
    await served({"type": "http", "scheme": "http", "client": (peer, 1), "headers": headers}, None, None)
    assert found == [seen]


def test_without_redis_counting_goes_on_here(settings: Any, client: Client, bella: Place) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "loman.cache.SharedCache",
            "LOCATION": "redis://127.0.0.1:1",
            "OPTIONS": {"socket_connect_timeout": 0.25},
        }
    }
    codes = [sign_in(client, password="wrong").status_code for _ in range(6)]
    assert codes == [401] * 5 + [429]
    cache.clear()
    assert sign_in(client).status_code == 200
