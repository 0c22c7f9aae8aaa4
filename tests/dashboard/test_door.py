"""The door of the pages: the same users, throttle and second factor as for programs, and sessions that end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyotp
import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from apps.accounts import passwords, second_factor, sessions, team, tokens
from apps.accounts.models import AuditEntry, Invitation, Membership, User
from apps.tenants.scope import Place

ANA, PASSWORD = "ana@bella.test", "loman-demo"
TODAY = "/r/bella-napoli/"


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def ana(bella: Place) -> User:
    return User.objects.get(email=ANA)


def sign_in(client: Client, email: str = ANA, password: str = PASSWORD, path: str = "/") -> Any:
    return client.post(path, {"email": email, "password": password})


def age(client: Client, **ago: timedelta) -> None:
    session = client.session
    for name, by in ago.items():
        session[name] = timezone.now().timestamp() - by.total_seconds()
    session.save()


def test_the_session_gets_a_new_key_at_sign_in_and_its_cookie_is_kept_from_scripts(client: Client, ana: User) -> None:
    client.get("/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    sign_in(client)
    cookie = client.cookies["sessionid"]
    assert cookie.value != planted
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert client.get(TODAY).status_code == 200


def test_cookies_travel_over_https_only_when_debug_is_off() -> None:
    import os
    import subprocess
    import sys

    from django.conf import settings

    environment = os.environ | {"DEBUG": "false", "SECRET_KEY": "x" * 50, "ALLOWED_HOSTS": "loman.example"}
    environment["PUBLIC_URL"] = "https://loman.example"
    program = "from loman import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
    )
    assert ran.stdout.split() == ["True", "True"], ran.stderr


@pytest.mark.parametrize(
    ("ago", "stays"),
    [
        ({"seen": sessions.IDLE - timedelta(minutes=1)}, True),
        ({"seen": sessions.IDLE + timedelta(minutes=1)}, False),
        ({"began": sessions.LONGEST - timedelta(minutes=1)}, True),
        ({"began": sessions.LONGEST + timedelta(minutes=1)}, False),
    ],
)
def test_a_session_ends_after_half_a_day_away_and_after_a_week(
    client: Client, ana: User, ago: dict[str, timedelta], stays: bool
) -> None:
    sign_in(client)
    age(client, **ago)
    assert client.get(TODAY).status_code == (200 if stays else 403)


def test_use_is_noted_once_a_minute(client: Client, ana: User) -> None:
    sign_in(client)
    age(client, seen=timedelta(seconds=50))
    before = client.session["seen"]
    client.get(TODAY)
    assert client.session["seen"] == before
    age(client, seen=timedelta(seconds=70))
    client.get(TODAY)
    assert client.session["seen"] > before


@pytest.mark.parametrize(
    "change",
    [
        lambda user: tokens.end_all(user, now=timezone.now(), reason="role"),
        lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
        lambda user: passwords.reset(
            passwords.token_for(user, now=timezone.now()), password="a better one", address=None, now=timezone.now()
        ),
        lambda user: Membership.objects.filter(user=user).delete(),
    ],
)
def test_a_session_ends_with_what_ends_the_tokens(client: Client, ana: User, change: Any) -> None:
    sign_in(client)
    assert client.get(TODAY).status_code == 200
    change(User.objects.get(pk=ana.pk))
    assert client.get(TODAY).status_code == 403


def test_the_sixth_wrong_password_has_to_wait_and_the_api_counts_along(client: Client, ana: User) -> None:
    for _ in range(5):
        assert sign_in(client, password="wrong").status_code == 200
    page = sign_in(client)
    assert page.status_code == 429
    assert "Too many tries" in page.content.decode()
    answer = client.post("/api/v1/auth/token", {"email": ANA, "password": PASSWORD}, content_type="application/json")
    assert answer.status_code == 429


def set_up_factor(ana: User) -> tuple[str, list[str]]:
    past = timezone.now() - timedelta(minutes=5)
    secret = second_factor.begin(ana).secret
    return secret, second_factor.confirm(ana, code=pyotp.TOTP(secret).at(past), now=past)


def test_the_page_asks_for_the_code_and_opens_nothing_before(client: Client, ana: User) -> None:
    secret, codes = set_up_factor(ana)
    assert sign_in(client)["Location"] == "/code"
    assert client.get(TODAY).status_code == 403
    assert client.get("/account").status_code == 302
    wrong = client.post("/code", {"code": "000000"})
    assert "not right" in wrong.content.decode()
    assert client.post("/code", {"code": pyotp.TOTP(secret).now()})["Location"] == TODAY
    assert client.get(TODAY).status_code == 200
    client.post("/sign-out")
    sign_in(client)
    assert client.post("/code", {"code": codes[0]})["Location"] == TODAY


def test_the_half_way_in_is_open_for_minutes_and_for_that_password_only(client: Client, ana: User) -> None:
    _, codes = set_up_factor(ana)
    assert client.get("/code")["Location"] == "/"
    sign_in(client)
    session = client.session
    session["half"] = session["half"] | {"until": timezone.now().timestamp() - 1}
    session.save()
    assert client.post("/code", {"code": codes[0]})["Location"] == "/"
    sign_in(client)
    tokens.end_all(ana, now=timezone.now(), reason="password")
    assert client.post("/code", {"code": codes[0]})["Location"] == "/"


def test_codes_are_counted_at_the_page_too_and_the_password_does_not_reset_them(client: Client, ana: User) -> None:
    set_up_factor(ana)
    statuses = []
    for _ in range(6):
        sign_in(client)
        statuses.append(client.post("/code", {"code": "000000"}).status_code)
    assert statuses == [200] * 5 + [429]


def test_the_admin_has_no_door_of_its_own(client: Client, bella: Place) -> None:
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/?next=%2Fadmin%2F"
    assert client.post("/admin/login/", {"username": "super@loman.test", "password": PASSWORD}).status_code == 405
    assert sign_in(client, "super@loman.test", path="/?next=/admin/")["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    staff = Client()
    assert sign_in(staff, path="/?next=/admin/")["Location"] == TODAY  # no loop for who may not


@pytest.mark.parametrize("next", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_nobody_is_sent_elsewhere_after_signing_in(client: Client, ana: User, next: str) -> None:
    assert sign_in(client, path=f"/?next={next}")["Location"] == TODAY


def test_a_password_is_changed_on_the_page_and_the_other_devices_are_out(client: Client, ana: User) -> None:
    other = Client()
    sign_in(other)
    sign_in(client)
    wrong = client.post("/account", {"do": "password", "old": "wrong", "new": "a better one"})
    assert "not right" in wrong.content.decode()
    assert other.get(TODAY).status_code == 200
    done = client.post("/account", {"do": "password", "old": PASSWORD, "new": "a better one"})
    assert "The new password holds" in done.content.decode()
    assert client.get(TODAY).status_code == 200
    assert other.get(TODAY).status_code == 403


def test_a_second_factor_is_set_up_and_ended_on_the_page(client: Client, ana: User) -> None:
    sign_in(client)
    began = client.post("/account", {"do": "begin"})
    secret = began.context["enrolment"].secret
    assert secret in began.content.decode()
    assert "not right" in client.post("/account", {"do": "confirm", "code": "12"}).content.decode()
    done = client.post("/account", {"do": "confirm", "code": pyotp.TOTP(secret).now()})
    codes = done.context["codes"]
    assert codes[0] in done.content.decode()
    assert second_factor.is_on(ana)
    client.post("/account", {"do": "end", "code": codes[0]})
    assert not second_factor.is_on(ana)
    assert AuditEntry.objects.filter(actor=ANA, action="second_factor.ended").exists()


def test_a_viewer_is_told_that_it_is_for_administrators(client: Client, bella: Place) -> None:
    sign_in(client, "sam@bella.test")
    assert "for administrators" in client.post("/account", {"do": "begin"}).content.decode()


def test_the_page_behind_a_mailed_link_sets_the_password(client: Client, ana: User) -> None:
    path = f"/password/{passwords.token_for(ana, now=timezone.now())}"
    assert "Referrer-Policy" in client.get(path)
    assert "too short" in client.post(path, {"password": "short"}).content.decode()
    assert "Every device was signed out" in client.post(path, {"password": "a better one"}).content.decode()
    assert client.get(path).status_code == 404
    assert sign_in(client, password="a better one")["Location"] == TODAY


def test_the_page_that_asks_for_a_link_never_says_who_exists(client: Client, ana: User) -> None:
    known, unknown = (
        client.post("/forgotten", {"email": email}).content.decode() for email in (ANA, "nobody@bella.test")
    )
    assert known == unknown
    assert "If there is such an account" in known


def test_an_invitation_is_accepted_on_its_page(client: Client, ana: User, bella: Place) -> None:
    now = timezone.now()
    row = Invitation.objects.create(
        restaurant_id=bella.id, email="lee@bella.test", role="StaffViewer", invited_by=ana, sent_at=now,
        expires_at=now + timedelta(days=7),
    )  # fmt: skip
    path = f"/invitation/{team.token_for(row)}"
    assert "Join Bella Napoli" in client.get(path).content.decode()
    assert "too short" in client.post(path, {"password": "short"}).content.decode()
    assert "You belong to Bella Napoli now" in client.post(path, {"password": "a good long one"}).content.decode()
    assert client.get(path).status_code == 404
    assert sign_in(client, "lee@bella.test", "a good long one")["Location"] == TODAY
