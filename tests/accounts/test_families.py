"""Refresh tokens: one alive at a time, a copy ends all of them, and two honest requests at once are no theft."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.conf import settings as installation
from django.db import connection
from django.test import Client
from django.utils import timezone

from apps.accounts import standing, tokens
from apps.accounts.models import AuditEntry, Membership, TokenFamily, User
from apps.tenants.scope import Place
from tests.accounts.signing import ANA, access_of, ask, post, sign_in


def refresh(client: Client, pair: dict[str, str]) -> Any:
    return post(client, "auth/refresh", {"refresh": pair["refresh"]})


def test_a_replayed_refresh_token_ends_the_whole_family(client: Client, bella: Place) -> None:
    first = sign_in(client).json()
    second = refresh(client, first).json()
    third = refresh(client, second).json()
    assert tokens.verify(third["access"]).by == ANA
    assert refresh(client, first).status_code == 401
    assert refresh(client, third).status_code == 401
    for pair in (first, second, third):
        with pytest.raises(tokens.Refused):
            tokens.verify(pair["access"])
    entry = AuditEntry.objects.filter(action="tokens.replayed").latest("id")
    family = TokenFamily.objects.get()
    assert (entry.actor, entry.restaurant_id, entry.address) == (ANA, bella.id, "127.0.0.1")
    assert entry.subject == f"token_families/{family.pk}"
    assert family.end_reason == "replayed"


def test_the_newest_but_one_that_comes_back_ends_it_as_well(client: Client, bella: Place) -> None:
    first = sign_in(client).json()
    second = refresh(client, first).json()
    assert refresh(client, first).status_code == 401
    assert refresh(client, second).status_code == 401


def test_another_sign_in_of_the_same_user_goes_on(client: Client, bella: Place) -> None:
    stolen, other = sign_in(client).json(), sign_in(client).json()
    refresh(client, stolen)
    refresh(client, stolen)
    assert tokens.verify(other["access"]).by == ANA
    assert refresh(client, other).status_code == 200


def test_signing_out_ends_the_access_tokens_of_that_sign_in_too(client: Client, bella: Place) -> None:
    first, other = sign_in(client).json(), sign_in(client).json()
    second = refresh(client, first).json()
    assert post(client, "auth/logout", {"refresh": first["refresh"]}).status_code == 204
    for access in (first["access"], second["access"]):
        assert ask(client, "get", "me", access=access).status_code == 401
    assert refresh(client, second).status_code == 401
    assert ask(client, "get", "me", access=other["access"]).status_code == 200
    assert AuditEntry.objects.filter(action="sign_out", actor=ANA).exists()


def test_an_access_token_refreshes_nothing_and_a_refresh_token_opens_nothing(client: Client, bella: Place) -> None:
    pair = sign_in(client).json()
    assert post(client, "auth/refresh", {"refresh": pair["access"]}).status_code == 401
    assert ask(client, "get", "me", access=pair["refresh"]).status_code == 401


def test_a_family_lives_on_without_the_process_that_began_it(client: Client, bella: Place) -> None:
    pair = sign_in(client).json()
    standing._forget_now()  # all that a process knows
    assert refresh(client, pair).status_code == 200


def test_access_lasts_fifteen_minutes_and_refresh_seven_days_from_the_last_one(client: Client, bella: Place) -> None:
    began = timezone.now()
    pair = refresh(client, sign_in(client).json()).json()
    for name, lifetime in (("access", timedelta(minutes=15)), ("refresh", timedelta(days=7))):
        claims = jwt.decode(pair[name], options={"verify_signature": False})
        assert claims["exp"] - claims["iat"] == lifetime.total_seconds()
        assert abs(claims["iat"] - began.timestamp()) < 60


def test_rows_of_families_that_cannot_be_refreshed_any_more_go_at_the_next_sign_in(
    client: Client, bella: Place
) -> None:
    sign_in(client)
    old = TokenFamily.objects.get()
    TokenFamily.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    sign_in(client)
    assert not TokenFamily.objects.filter(pk=old.pk).exists()
    assert TokenFamily.objects.count() == 1


def test_a_refresh_is_refused_once_the_membership_is_lost(client: Client, bella: Place) -> None:
    pair = sign_in(client).json()
    Membership.objects.filter(user__email=ANA).delete()
    assert refresh(client, pair).status_code == 401


def test_an_expired_token_is_refused(client: Client, bella: Place) -> None:
    past = timezone.now() - installation.REFRESH_TOKEN_LIFETIME - timedelta(seconds=1)
    user = User.objects.get(email=ANA)
    _, pair = tokens.begin(user, restaurant="", now=past)
    assert refresh(client, pair).status_code == 401
    access = tokens.AccessToken()
    access.set_exp(lifetime=timedelta(seconds=-1))
    with pytest.raises(tokens.Refused):
        tokens.verify(str(access))
    assert access_of(client)


@pytest.fixture
def member(open_restaurant: Callable[..., Place]) -> Any:
    """Somebody who is really committed, for requests on several connections."""
    place = open_restaurant()
    user = User.objects.create_user("race@loman.test", "a password for races")
    Membership.objects.create(user=user, restaurant_id=place.id, role="StaffViewer")
    yield user
    user.delete()


def at_once(pair: dict[str, str], *, of: int) -> list[Any]:
    """Each holds the family's row back until all of them have looked at it."""
    answers: list[Any] = []
    seen = threading.Barrier(of)

    def one() -> None:
        waited = False

        def wait_once(execute: Any, sql: str, *rest: Any) -> Any:
            nonlocal waited
            if "FOR UPDATE" in sql and not waited:
                waited = True
                seen.wait(timeout=10)
            return execute(sql, *rest)

        with connection.execute_wrapper(wait_once):
            try:
                answers.append(tokens.refresh(pair["refresh"], now=timezone.now()))
            except tokens.Refused as refusal:
                answers.append(refusal)
        connection.close()

    threads = [threading.Thread(target=one) for _ in range(of)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_two_honest_refreshes_at_once_get_the_same_successor_and_nobody_is_logged_out(member: User) -> None:
    _, pair = tokens.begin(member, now=timezone.now())
    answers = at_once(pair, of=2)
    assert answers[0]["refresh"] == answers[1]["refresh"]
    for answer in answers:
        assert tokens.verify(answer["access"]).by == member.email
    assert TokenFamily.objects.get(user=member).generation == 2
    assert tokens.refresh(answers[0]["refresh"], now=timezone.now())


def test_one_that_comes_after_the_other_was_answered_is_a_replay_however_soon(bella: Place) -> None:
    moment = timezone.now()
    _, pair = tokens.begin(User.objects.get(email=ANA), now=moment)
    tokens.refresh(pair["refresh"], now=moment)
    with pytest.raises(tokens.Refused):
        tokens.refresh(pair["refresh"], now=moment)
    assert TokenFamily.objects.get(user__email=ANA).end_reason == "replayed"
