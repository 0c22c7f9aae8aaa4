"""Verifying a token or a key asks the database once in seconds, and what changed counts within them."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts import machine_keys, standing, team, tokens
from apps.accounts.models import ApiKey, Membership, TokenFamily, User
from apps.accounts.permissions import Role
from apps.tenants.models import Restaurant
from apps.tenants.scope import Place
from tests.accounts.signing import SAM, access_of


def queries() -> CaptureQueriesContext:
    return CaptureQueriesContext(connection)


def test_within_seconds_a_token_is_verified_without_a_query(client: Client, bella: Place) -> None:
    access = access_of(client)
    with queries() as first:
        tokens.verify(access, now=100.0)
    with queries() as again:
        assert tokens.verify(access, now=100.0 + standing.SECONDS - 0.1).place == bella
    with queries() as later:
        tokens.verify(access, now=100.0 + standing.SECONDS)
    assert (len(first), len(again), len(later)) == (1, 0, 1)
    assert standing.SECONDS <= 5


CHANGES = {
    "the membership is lost": lambda: Membership.objects.filter(user__email=SAM).delete(),
    "the role is another": lambda: Membership.objects.filter(user__email=SAM).update(role="RestaurantAdmin"),
    "the access version rose": lambda: User.objects.filter(email=SAM).update(access_version=7),
    "the user is shut out": lambda: User.objects.filter(email=SAM).update(is_active=False),
    "the family has ended": lambda: TokenFamily.objects.update(ended_at=timezone.now(), end_reason="signed out"),
    "the restaurant is suspended": lambda: Restaurant.objects.filter(slug="bella-napoli").update(state="suspended"),
    "the restaurant has left": lambda: Restaurant.objects.filter(slug="bella-napoli").update(state="left"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_another_process_changed_ends_access_within_seconds(client: Client, bella: Place, change: str) -> None:
    access = access_of(client, SAM)
    tokens.verify(access, now=100.0)
    CHANGES[change]()
    assert tokens.verify(access, now=100.0 + standing.SECONDS - 0.1).role is Role.STAFF_VIEWER
    with pytest.raises(tokens.Refused):
        tokens.verify(access, now=100.0 + standing.SECONDS)


def test_what_this_process_changed_ends_access_at_once(client: Client, bella: Place, rf: Any) -> None:
    access = access_of(client, SAM)
    ana = tokens.grant_for(User.objects.get(email="ana@bella.test"), restaurant=bella.slug)
    tokens.verify(access)
    sam = Membership.objects.get(user__email=SAM)
    team.remove(ana, bella, sam.pk, request=rf.get("/"), now=timezone.now())
    with pytest.raises(tokens.Refused):
        tokens.verify(access)


def test_others_who_asked_lately_are_read_with_the_one_that_asks(client: Client, bella: Place) -> None:
    ana, sam = access_of(client), access_of(client, SAM)
    for token in (ana, sam):
        tokens.verify(token, now=100.0)
    with queries() as asked:
        tokens.verify(ana, now=100.0 + standing.SECONDS)
        assert tokens.verify(sam, now=100.0 + standing.SECONDS).role is Role.STAFF_VIEWER
    assert len(asked) == 1


def test_a_key_is_looked_up_once_in_seconds_and_its_use_noted_once_a_minute(bella: Place) -> None:
    row, text = machine_keys.new(bella, label="till", role=Role.STAFF_VIEWER, by=None)
    now, wall = time.monotonic(), timezone.now()
    with queries() as first:
        machine_keys.verify(text, wall=wall, now=now)
    with queries() as again:
        assert machine_keys.verify(text, wall=wall, now=now + 1).place == bella
    with queries() as later:
        machine_keys.verify(text, wall=wall, now=now + 10)
    assert [len(first), len(again), len(later)] == [2, 0, 1]
    ApiKey.objects.filter(pk=row.pk).update(last_used_at=wall - timedelta(minutes=2))
    machine_keys.verify(text, wall=wall, now=now + 20)
    row.refresh_from_db()
    assert row.last_used_at is not None
    assert row.last_used_at >= wall


def test_a_key_that_expires_does_so_to_the_second(bella: Place) -> None:
    wall = timezone.now()
    _, text = machine_keys.new(
        bella, label="till", role=Role.STAFF_VIEWER, by=None, expires_at=wall + timedelta(seconds=1)
    )
    assert machine_keys.verify(text, wall=wall, now=1.0).role is Role.STAFF_VIEWER
    with pytest.raises(tokens.Refused):
        machine_keys.verify(text, wall=wall + timedelta(seconds=1), now=1.0)
