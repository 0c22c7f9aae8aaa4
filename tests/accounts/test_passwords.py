"""Changing a password, and setting one by a link that came by e-mail."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from argon2 import extract_parameters
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core import mail
from django.test import Client
from django.utils import timezone

from apps.accounts import passwords, tokens
from apps.accounts.models import AuditEntry, User
from apps.accounts.tokens import Refused
from apps.tenants.scope import Place
from loman import settings as installation
from tests.accounts.signing import ANA, PASSWORD, access_of, ask, post, sign_in
from tests.waiting import comes_true

NEW = "a much better one"


@pytest.fixture
def ana(bella: Place) -> User:
    User.objects.filter(email=ANA).update(is_demo=False)
    return User.objects.get(email=ANA)


@pytest.fixture
def asked(client: Client, ana: User, django_capture_on_commit_callbacks: Any) -> Any:
    """Ask for a link; the text of the mail that came, if one did."""

    def ask_for(email: str, **extra: Any) -> tuple[int, str]:
        before = len(mail.outbox)
        with django_capture_on_commit_callbacks(execute=True) as sent:
            status = post(client, "auth/password/ask", {"email": email}, **extra).status_code
        assert comes_true(lambda: len(mail.outbox) == before + len(sent), seconds=5)
        return status, str(mail.outbox[-1].body) if sent else ""

    return ask_for


def token_in(text: str) -> str:
    found = re.search(r"http://testserver/password/(\S+)", text)
    assert found
    return found.group(1)


def reset(client: Client, token: str, password: str = NEW) -> Any:
    return post(client, "auth/password/reset", {"token": token, "password": password})


def test_a_mailed_link_sets_a_new_password_once_and_ends_everything_else(client: Client, asked: Any) -> None:
    pair = sign_in(client).json()
    page = Client()
    page.post("/", {"email": ANA, "password": PASSWORD})
    status, text = asked(ANA)
    assert status == 202
    assert mail.outbox[-1].to == [ANA]
    token = token_in(text)
    assert reset(client, token).status_code == 204
    assert sign_in(client).status_code == 401
    assert sign_in(client, password=NEW).status_code == 200
    with pytest.raises(Refused):
        tokens.verify(pair["access"])
    assert post(client, "auth/refresh", {"refresh": pair["refresh"]}).status_code == 401
    assert page.get("/r/bella-napoli/").status_code == 403
    assert reset(client, token, "yet another good one").status_code == 401
    assert AuditEntry.objects.filter(action="password.reset", actor=ANA).count() == 1


def test_nobody_learns_who_exists(client: Client, asked: Any) -> None:
    assert asked("nobody@bella.test") == (202, "")
    known = post(client, "auth/password/ask", {"email": ANA})
    unknown = post(client, "auth/password/ask", {"email": "nobody2@bella.test"})
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)


def test_demo_logins_get_no_link(client: Client, asked: Any) -> None:
    User.objects.filter(email=ANA).update(is_demo=True)
    assert asked(ANA) == (202, "")


def test_a_mailbox_is_not_flooded_from_many_addresses(client: Client, asked: Any) -> None:
    texts = [asked(ANA, REMOTE_ADDR=f"192.0.2.{number}")[1] for number in range(4)]
    assert [bool(text) for text in texts] == [True, False, False, False]


def test_who_asks_often_has_to_wait(client: Client, asked: Any) -> None:
    answers = [asked(ANA)[0] for _ in range(6)]
    assert answers == [202] * 5 + [429]


def test_a_link_holds_an_hour_and_only_while_nothing_has_changed(ana: User) -> None:
    now = timezone.now()
    token = passwords.token_for(ana, now=now)
    assert passwords.user_of(token, now=now + timedelta(minutes=59)) == ana
    for late_or_forged, when in ((token, now + timedelta(minutes=61)), (token + "x", now), ("", now), ("a:b:c", now)):
        with pytest.raises(Refused):
            passwords.user_of(late_or_forged, now=when)
    tokens.end_all(ana, now=now, reason="role")
    with pytest.raises(Refused):
        passwords.user_of(token, now=now)


@pytest.mark.parametrize("weak", ["short", "password123", "ana@bella.test", ""])
def test_djangos_validators_have_their_say_and_nothing_is_changed(client: Client, ana: User, weak: str) -> None:
    token = passwords.token_for(ana, now=timezone.now())
    refused = reset(client, token, weak)
    assert refused.status_code == 400
    assert "password" in refused.json()["errors"]
    assert sign_in(client).status_code == 200


def test_a_change_needs_the_old_password_and_leaves_only_the_new_pair(client: Client, ana: User) -> None:
    pair, other = sign_in(client).json(), sign_in(client).json()
    wrong = {"old_password": "wrong", "new_password": NEW}
    assert post(client, "me/password", wrong, access=pair["access"]).status_code == 409
    answer = post(client, "me/password", {"old_password": PASSWORD, "new_password": NEW}, access=pair["access"])
    assert answer.status_code == 200
    assert ask(client, "get", "me", access=answer.json()["access"]).status_code == 200
    for old in (pair, other):
        assert ask(client, "get", "me", access=old["access"]).status_code == 401
    assert AuditEntry.objects.filter(action="password.changed", actor=ANA).exists()


def test_old_passwords_are_not_guessed_through_a_stolen_token(client: Client, ana: User) -> None:
    access = access_of(client)
    body = {"old_password": "wrong", "new_password": NEW}
    codes = [post(client, "me/password", body, access=access).status_code for _ in range(6)]
    assert codes == [409] * 5 + [429]


def test_argon2_comes_first_with_sane_costs_and_older_hashes_move_to_it_at_sign_in(
    client: Client, ana: User, settings: Any
) -> None:
    settings.PASSWORD_HASHERS = installation.PASSWORD_HASHERS
    ana.set_password(PASSWORD)
    costs = extract_parameters("$" + ana.password.split("$", 1)[1])
    assert costs.type.name == "ID"
    assert costs.memory_cost >= 19_456  # KiB; OWASP's least
    assert costs.time_cost >= 2
    User.objects.filter(pk=ana.pk).update(password=PBKDF2PasswordHasher().encode(PASSWORD, "salt", 1000))
    assert sign_in(client).status_code == 200
    ana.refresh_from_db()
    assert ana.password.startswith("argon2$argon2id$")
