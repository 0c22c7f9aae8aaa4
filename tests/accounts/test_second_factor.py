"""The optional second factor: set up with a code, asked for at sign-in, never taking a code twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from apps.accounts import keys, second_factor
from apps.accounts.models import AuditEntry, RecoveryCode, SecondFactor, User
from apps.accounts.tokens import Refused
from apps.tenants.scope import Place
from tests.accounts.signing import ANA, PASSWORD, SAM, access_of, ask, post, sign_in

NOW = datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC)


@pytest.fixture
def ana(bella: Place) -> User:
    return User.objects.get(email=ANA)


@pytest.fixture
def secret(ana: User) -> str:
    return second_factor.begin(ana).secret


def code(secret: str, now: datetime = NOW) -> str:
    return pyotp.TOTP(secret).at(now)


def test_the_codes_are_those_of_rfc_6238(ana: User) -> None:
    """Appendix B: at 1970-01-01 00:00:59 UTC, SHA-1, the last six of 94287082."""
    moment = datetime.fromtimestamp(59, UTC)
    SecondFactor.objects.create(user=ana, secret=keys.encrypt("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"))
    assert len(second_factor.confirm(ana, code="287082", now=moment)) == 10


def test_the_secret_lies_encrypted_and_the_app_gets_a_uri(ana: User) -> None:
    made = second_factor.begin(ana)
    kept = SecondFactor.objects.get(user=ana).secret
    assert made.secret not in kept
    assert keys.decrypt(kept) == made.secret
    parsed = pyotp.parse_uri(made.uri)
    assert (parsed.secret, parsed.issuer, parsed.name) == (made.secret, "Loman", ANA)


def test_it_counts_only_once_a_code_was_given(ana: User, secret: str) -> None:
    assert not second_factor.is_on(ana)
    with pytest.raises(Refused):
        second_factor.confirm(ana, code="000000" if code(secret) != "000000" else "000001", now=NOW)
    assert not second_factor.is_on(ana)
    second_factor.confirm(ana, code=code(secret), now=NOW)
    assert second_factor.is_on(ana)
    with pytest.raises(Refused, match="already"):
        second_factor.begin(ana)


@pytest.mark.parametrize(("seconds", "taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_phones_clock_may_be_half_a_minute_off(ana: User, secret: str, seconds: int, taken: bool) -> None:
    second_factor.confirm(ana, code=code(secret), now=NOW)
    later = NOW + timedelta(hours=1)
    given = code(secret, later + timedelta(seconds=seconds))
    if taken:
        second_factor.prove(ana, code=given, now=later)
    else:
        with pytest.raises(Refused):
            second_factor.prove(ana, code=given, now=later)


def test_no_code_is_taken_twice_nor_an_older_one_after_it(ana: User, secret: str) -> None:
    second_factor.confirm(ana, code=code(secret), now=NOW)
    later = NOW + timedelta(hours=1)
    earlier = code(secret, later - timedelta(seconds=30))
    second_factor.prove(ana, code=code(secret, later), now=later)
    for used in (code(secret, later), earlier):
        with pytest.raises(Refused):
            second_factor.prove(ana, code=used, now=later + timedelta(seconds=1))
    with pytest.raises(Refused):
        second_factor.prove(ana, code=code(secret), now=NOW)


def test_a_recovery_code_works_once_however_it_is_written(ana: User, secret: str) -> None:
    codes = second_factor.confirm(ana, code=code(secret), now=NOW)
    assert len(set(codes)) == 10
    assert not RecoveryCode.objects.filter(digest__in=codes).exists()
    second_factor.prove(ana, code=codes[0].upper().replace("-", " "), now=NOW)
    with pytest.raises(Refused):
        second_factor.prove(ana, code=codes[0], now=NOW)
    second_factor.prove(ana, code=codes[1], now=NOW)


@pytest.mark.parametrize("given", ["", "  ", "12345", "1234567", "١٢٣٤٥٦", "abcdef", "-" * 40])
def test_what_is_no_code_is_refused(ana: User, secret: str, given: str) -> None:
    second_factor.confirm(ana, code=code(secret), now=NOW)
    with pytest.raises(Refused):
        second_factor.prove(ana, code=given, now=NOW + timedelta(hours=1))


# ---- over HTTP ---------------------------------------------------------------------------------------


def set_up(client: Client) -> tuple[str, list[str], str]:
    access = access_of(client)
    began = ask(client, "post", "me/second-factor", access=access)
    assert began.status_code == 201
    secret = began.json()["secret"]
    done = post(client, "me/second-factor/confirm", {"otp": code(secret, timezone.now())}, access=access)
    assert done.status_code == 200
    return secret, done.json()["recovery_codes"], access


def test_signing_in_then_needs_a_code_and_says_so(client: Client, ana: User) -> None:
    secret, codes, _ = set_up(client)
    refused = sign_in(client)
    assert refused.status_code == 401
    assert refused.json()["type"] == "urn:loman:problem:otp-needed"
    assert "code" in refused.json()["detail"]
    wrong = sign_in(client, password="wrong", otp=codes[0])
    assert wrong.json()["type"] == "about:blank"  # who has no password is not told
    assert sign_in(client, otp=codes[0]).status_code == 200
    assert sign_in(client, otp=codes[0]).status_code == 401
    assert sign_in(client, otp=code(secret, timezone.now() + timedelta(seconds=30))).status_code == 200


def test_codes_are_guessed_no_faster_than_passwords_even_by_who_has_the_password(client: Client, ana: User) -> None:
    set_up(client)
    codes = []
    for _ in range(6):
        assert sign_in(client).status_code in (401, 429)  # the password alone, in between
        codes.append(sign_in(client, otp="000000").status_code)
    assert codes == [401] * 5 + [429]
    assert AuditEntry.objects.filter(action="sign_in.refused", after={"reason": "code"}).count() == 5


def test_it_is_ended_with_a_code_only(client: Client, ana: User) -> None:
    _, codes, access = set_up(client)
    assert ask(client, "delete", "me/second-factor", {"otp": "000000"}, access=access).status_code == 409
    assert ask(client, "delete", "me/second-factor", {"otp": codes[3]}, access=access).status_code == 204
    assert sign_in(client).status_code == 200
    assert RecoveryCode.objects.count() == 0
    done = set(
        AuditEntry.objects.filter(actor=ANA, action__startswith="second_factor").values_list("action", flat=True)
    )
    assert done == {"second_factor.set_up", "second_factor.ended"}


def test_it_is_for_administrators(client: Client, bella: Place) -> None:
    assert ask(client, "post", "me/second-factor", access=access_of(client, SAM)).status_code == 403


def test_it_survives_a_new_password(client: Client, ana: User) -> None:
    _, codes, access = set_up(client)
    body = {"old_password": PASSWORD, "new_password": "quite another one"}
    assert post(client, "me/password", body, access=access).status_code == 200
    answer: Any = sign_in(client, password="quite another one")
    assert answer.json()["type"] == "urn:loman:problem:otp-needed"
    assert sign_in(client, password="quite another one", otp=codes[0]).status_code == 200


def test_an_operator_ends_it_for_who_lost_everything(client: Client, ana: User) -> None:
    _, _, access = set_up(client)
    call_command("end_second_factor", ANA)
    assert ask(client, "get", "me", access=access).status_code == 401
    assert sign_in(client).status_code == 200
    assert AuditEntry.objects.filter(actor="system", action="second_factor.ended").count() == 1
    with pytest.raises(CommandError):
        call_command("end_second_factor", ANA)
