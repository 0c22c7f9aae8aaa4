"""Keys that sign tokens: made on first use, rotated while servers run, dropped when no token of theirs can live."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.management import CommandError, call_command
from django.test import Client

from apps.accounts import signing_keys, tokens
from apps.tenants.scope import Place
from tests.accounts.signing import post, sign_in

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def own_keys(settings: Any, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path / "keys" / "signing"


def pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def public_pem(key: rsa.RSAPrivateKey) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def test_the_first_start_makes_one_key_that_only_we_can_read(own_keys: Path) -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(signing_keys.signing().kid)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    (file,) = own_keys.glob("*.pem")
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_kid_is_the_thumbprint_of_rfc_7638() -> None:
    """The example of the RFC's section 3.1."""
    n = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3"
        "oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdA"
        "ZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-"
        "kEgU8awapJzKnqDKgw"
    )
    public = jwt.PyJWK({"kty": "RSA", "n": n, "e": "AQAB", "alg": "RS256"}).key
    assert signing_keys.thumbprint(public) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_after_a_rotation_the_old_key_verifies_until_its_last_token_has_expired(own_keys: Path) -> None:
    old = signing_keys.signing()
    new = signing_keys.rotate(now=NOW)
    assert signing_keys.signing() == new != old
    assert set(signing_keys.verifying(now=NOW + timedelta(days=7))) == {old.kid, new.kid}
    assert set(signing_keys.verifying(now=NOW + timedelta(days=7, minutes=6))) == {new.kid}
    assert len(list(own_keys.glob("*.pem"))) == 2
    assert signing_keys.drop_expired(now=NOW + timedelta(days=8)) == 1
    assert len(list(own_keys.glob("*.pem"))) == 1


def test_rotations_in_one_second_keep_their_order(own_keys: Path) -> None:
    made = [signing_keys.rotate(now=NOW) for _ in range(3)]
    assert signing_keys.signing() == made[-1]
    assert len(signing_keys.verifying(now=NOW)) == 4


def test_a_server_that_runs_takes_up_the_key_that_a_command_made(own_keys: Path, bella: Place, client: Client) -> None:
    before = sign_in(client).json()
    program = (
        "import django; django.setup()\n"
        "from django.utils import timezone\n"
        "from apps.accounts import signing_keys\n"
        "print(signing_keys.rotate(now=timezone.now()).kid)\n"
    )
    environment = os.environ | {"VAR_DIR": str(own_keys.parents[1]), "DJANGO_SETTINGS_MODULE": "loman.settings"}
    environment |= {"DATABASE_URL": "postgres://nobody@localhost/none", "REDIS_URL": "redis://localhost:1"}
    root = Path(__file__).resolve().parents[2]
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    after = sign_in(client).json()
    kids = [jwt.get_unverified_header(pair["access"])["kid"] for pair in (before, after)]
    assert kids[1] == ran.stdout.split()[-1] != kids[0]
    assert tokens.verify(before["access"]) == tokens.verify(after["access"])
    assert post(client, "auth/refresh", {"refresh": before["refresh"]}).status_code == 200


def test_a_token_of_a_key_that_was_dropped_or_never_was_is_refused(
    own_keys: Path, bella: Place, client: Client
) -> None:
    access = sign_in(client).json()["access"]
    assert tokens.verify(access) == tokens.verify(access), "its signature is checked once, and remembered"
    claims = jwt.decode(access, options={"verify_signature": False})
    kid = signing_keys.signing().kid
    for forged in (
        jwt.encode(claims, new_key(), algorithm="RS256", headers={"kid": "unknown"}),
        jwt.encode(claims, new_key(), algorithm="RS256", headers={"kid": kid}),
        jwt.encode(claims, new_key(), algorithm="RS256"),
    ):
        with pytest.raises(tokens.Refused):
            tokens.verify(forged)
    signing_keys.rotate(now=NOW - timedelta(days=400))
    signing_keys.drop_expired(now=NOW)
    with pytest.raises(tokens.Refused):
        tokens.verify(access)


def test_the_public_keys_are_published_and_verify_a_token(own_keys: Path, bella: Place, client: Client) -> None:
    access = sign_in(client).json()["access"]
    call_command("rotate_keys")
    answer = client.get("/.well-known/jwks.json")
    assert answer["Cache-Control"] == "public, max-age=300"
    published = jwt.PyJWKSet.from_dict(answer.json())
    assert published.keys[0].key_id == signing_keys.signing().kid
    kid = jwt.get_unverified_header(access)["kid"]
    assert jwt.decode(access, published[kid].key, algorithms=["RS256"])["role"] == "RestaurantAdmin"
    assert set().union(*answer.json()["keys"]) == {"kty", "n", "e", "kid", "use", "alg"}


def test_a_given_key_signs_and_further_public_ones_verify(
    own_keys: Path, bella: Place, client: Client, settings: Any
) -> None:
    old, new = new_key(), new_key()
    settings.JWT_PRIVATE_KEY, settings.JWT_PUBLIC_KEY = pem(old), public_pem(old)
    access = sign_in(client).json()["access"]
    assert not own_keys.exists()
    settings.JWT_PRIVATE_KEY = pem(new).replace("\n", "\\n")
    settings.JWT_PUBLIC_KEY = public_pem(new) + public_pem(old)
    assert tokens.verify(access).by == "ana@bella.test"
    assert len(client.get("/.well-known/jwks.json").json()["keys"]) == 2
    settings.JWT_PUBLIC_KEY = ""
    with pytest.raises(tokens.Refused):
        tokens.verify(access)
    with pytest.raises(CommandError, match="JWT_PRIVATE_KEY"):
        call_command("rotate_keys")
