"""Signing in over HTTP: RS256 pairs that name a restaurant, rotation, and who is kept out."""

from __future__ import annotations

import base64
from typing import Any

import jwt
import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from rest_framework_simplejwt.exceptions import TokenBackendError

from apps.accounts import machine_keys, permissions, standing, tokens
from apps.accounts.models import ApiKey, Membership, User
from apps.accounts.permissions import Role
from apps.tenants.scope import Place


@pytest.fixture(autouse=True)
def fresh_throttle() -> None:
    cache.clear()


def sign_in(client: Client, email: str, password: str = "loman-demo", **more: str) -> Any:
    return client.post(
        "/api/v1/auth/token", {"email": email, "password": password, **more}, content_type="application/json"
    )


def refresh(client: Client, text: str) -> Any:
    return client.post("/api/v1/auth/refresh", {"refresh": text}, content_type="application/json")


def test_an_administrator_signs_in_and_the_token_names_her_restaurant(client: Client, bella: Place) -> None:
    answer = sign_in(client, "ana@bella.test")
    assert answer.status_code == 200
    assert jwt.get_unverified_header(answer.json()["access"])["alg"] == "RS256"
    grant = tokens.verify(answer.json()["access"])
    assert (grant.by, grant.role, grant.place) == ("ana@bella.test", Role.RESTAURANT_ADMIN, bella)


def test_a_super_admin_may_name_any_restaurant(client: Client, bella: Place, sakura: Place) -> None:
    answer = sign_in(client, "super@loman.test", restaurant="sakura")
    assert tokens.verify(answer.json()["access"]).place == sakura
    assert tokens.verify(sign_in(client, "super@loman.test").json()["access"]).place is None


def test_nobody_signs_in_at_a_restaurant_they_do_not_belong_to(client: Client, bella: Place) -> None:
    assert sign_in(client, "ana@bella.test", restaurant="sakura").status_code == 401


@pytest.mark.parametrize(
    ("email", "password"),
    [("ana@bella.test", "wrong"), ("nobody@bella.test", "loman-demo"), ("ana@bella.test", "")],
)
def test_a_wrong_address_or_password_is_refused_with_a_problem_document(
    client: Client, bella: Place, email: str, password: str
) -> None:
    answer = sign_in(client, email, password)
    assert answer.status_code in (400, 401)
    assert answer["Content-Type"] == "application/problem+json"
    assert set(answer.json()) == {"type", "title", "status", "detail", "errors"}


def test_a_refresh_rotates_and_the_old_token_is_dead(client: Client, bella: Place) -> None:
    first = sign_in(client, "ana@bella.test").json()
    second = refresh(client, first["refresh"])
    assert second.status_code == 200
    assert second.json()["refresh"] != first["refresh"]
    assert tokens.verify(second.json()["access"]).place == bella
    assert refresh(client, first["refresh"]).status_code == 401


def test_signing_out_ends_the_refresh_token(client: Client, bella: Place) -> None:
    pair = sign_in(client, "ana@bella.test").json()
    out = client.post("/api/v1/auth/logout", {"refresh": pair["refresh"]}, content_type="application/json")
    assert out.status_code == 204
    assert refresh(client, pair["refresh"]).status_code == 401


def test_losing_the_membership_ends_access_and_refresh_at_once(client: Client, bella: Place) -> None:
    pair = sign_in(client, "sam@bella.test").json()
    Membership.objects.filter(user__email="sam@bella.test").delete()
    with pytest.raises(tokens.Refused):
        tokens.verify(pair["access"])
    assert refresh(client, pair["refresh"]).status_code == 401


def test_raising_the_access_version_ends_every_token(client: Client, bella: Place) -> None:
    pair = sign_in(client, "sam@bella.test").json()
    User.objects.filter(email="sam@bella.test").update(access_version=1)
    with pytest.raises(tokens.Refused):
        tokens.verify(pair["access"])


def test_a_token_that_was_good_a_moment_ago_expires_all_the_same(
    client: Client, bella: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = sign_in(client, "ana@bella.test").json()["access"]
    assert tokens.verify(access).place == bella
    monkeypatch.setattr(tokens.time, "time", lambda: timezone.now().timestamp() + 16 * 60)
    monkeypatch.setattr(tokens._backend, "decode", expired)
    with pytest.raises(tokens.Refused):
        tokens.verify(access)


def expired(text: str) -> None:
    """As the library finds it when it looks at the clock again."""
    raise TokenBackendError("Token is expired")


def test_no_more_tokens_are_remembered_than_there_is_room_for(
    client: Client, bella: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "MOST_CHECKED", 2)
    for _ in range(5):
        tokens.verify(sign_in(client, "ana@bella.test").json()["access"])
        assert len(tokens._checked_before) <= 2


def test_demo_logins_are_refused_without_debug(client: Client, bella: Place, settings: Any) -> None:
    pair = sign_in(client, "ana@bella.test").json()
    settings.DEBUG = False
    assert sign_in(client, "ana@bella.test").status_code == 401
    with pytest.raises(tokens.Refused):
        tokens.verify(pair["access"])


def test_the_eleventh_try_in_a_minute_is_throttled(client: Client, bella: Place) -> None:
    answers = [sign_in(client, "ana@bella.test", "wrong").status_code for _ in range(11)]
    assert answers[-1] == 429


def test_an_api_key_acts_for_its_restaurant_until_it_is_revoked(bella: Place) -> None:
    row, text = machine_keys.new(bella, label="till", role=Role.STAFF_VIEWER, by=None)
    grant = machine_keys.verify(text, wall=timezone.now())
    assert (grant.place, grant.role) == (bella, Role.STAFF_VIEWER)
    assert text not in (row.digest, row.prefix)
    ApiKey.objects.filter(pk=row.pk).update(revoked_at=timezone.now())
    standing.forget()
    with pytest.raises(tokens.Refused):
        machine_keys.verify(text, wall=timezone.now())


def test_a_token_signed_by_somebody_else_is_refused(bella: Place) -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa

    user = User.objects.get(email="ana@bella.test")
    foreign = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    claims = {"user_id": str(user.pk), "token_type": "access", "exp": 4102444800, "jti": "x", "version": 0}
    for forged in (
        jwt.encode(claims, foreign, algorithm="RS256"),
        jwt.encode(claims, "secret" * 8, algorithm="HS256"),
        jwt.encode(claims, None, algorithm="none"),
    ):
        with pytest.raises(tokens.Refused):
            tokens.verify(forged)


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "..",
        "é.é.é",
        "\0",
        "a.b.c.d",
        encoded("[" * 2500) + ".e30.x",
        encoded('{"alg":"RS256","kid":' + "[" * 2500) + ".e30.x",
        encoded('{"alg":"RS256","kid":5}') + ".e30.x",
        encoded('{"alg":"RS256","kid":["x"]}') + ".e30.x",
        encoded('{"alg":"none"}') + ".e30.",
        encoded('"RS256"') + ".e30.x",
    ],
)
def test_what_is_no_token_is_refused_and_nothing_breaks(client: Client, bella: Place, text: str) -> None:
    with pytest.raises(tokens.Refused):
        tokens.verify(text)
    with pytest.raises(tokens.Refused):
        tokens.refresh(text, now=timezone.now())
    assert refresh(client, text).status_code in (400, 401)


def test_the_table_knows_every_role_and_the_documentation_shows_it(request: Any) -> None:
    for roles in permissions.TABLE.values():
        assert roles
        assert Role.SUPER_ADMIN in roles
    page = (request.config.rootpath / "docs" / "permissions.md").read_text()
    assert permissions.as_markdown() in page
