"""Who may hold a socket that tells of changes: whoever may open the page, as long as they may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts import sessions, tokens
from apps.accounts.models import Membership, User
from apps.dashboard.live import admitted
from apps.outbox import live
from apps.tenants import scope
from apps.tenants.scope import Place


def session_of(email: str) -> str:
    client = Client()
    client.post("/", {"email": email, "password": "loman-demo"})
    key: str = client.session.session_key or ""
    return key


@pytest.mark.parametrize(
    ("email", "slug", "gets_in"),
    [
        ("ana@bella.test", "bella-napoli", True),
        ("sam@bella.test", "bella-napoli", True),
        ("super@loman.test", "bella-napoli", True),
        ("yuki@sakura.test", "bella-napoli", False),
        ("ana@bella.test", "sakura", False),
        ("ana@bella.test", "nobody", False),
    ],
)
def test_the_socket_opens_for_whoever_belongs_there(
    bella: Place, sakura: Place, email: str, slug: str, gets_in: bool
) -> None:
    assert (admitted(session_of(email), slug) is not None) == gets_in


@pytest.mark.parametrize("session", ["", "made-up"])
def test_nobody_gets_in_without_a_session(bella: Place, session: str) -> None:
    assert admitted(session, "bella-napoli") is None


def test_a_session_ends_for_its_sockets_too(bella: Place) -> None:
    key, now = session_of("ana@bella.test"), timezone.now()
    ana = User.objects.get(email="ana@bella.test")
    assert sessions.who(key, now=now) == ana
    assert sessions.who(key, now=now + sessions.IDLE + timedelta(seconds=1)) is None
    tokens.end_all(ana, now=now, reason="password")
    assert sessions.who(key, now=now) is None


def test_whoever_left_the_team_is_told_nothing_more(bella: Place) -> None:
    key = session_of("sam@bella.test")
    Membership.objects.filter(user__email="sam@bella.test").delete()
    assert admitted(key, "bella-napoli") is None


def test_what_is_rolled_back_is_told_to_nobody(
    bella: Place, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(live, "_tell", lambda restaurant_id, news: told.append((restaurant_id, news)))
    with django_capture_on_commit_callbacks(execute=False), scope.enter(bella):
        live.touched("orders")
    assert told == []
    with django_capture_on_commit_callbacks(execute=True):
        live.touched("orders")  # outside of all restaurants: whose page would it be
        with scope.enter(bella):
            live.touched("orders", bella.id)
    assert told == [(bella.id, {"type": "changed", "noun": "orders", "row": str(bella.id)})]
