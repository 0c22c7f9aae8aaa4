"""The RSA keys that sign tokens: the newest signs, the others verify until the last token of theirs has expired.

Each key made here is a file under `VAR_DIR/keys/signing`, named by the second it was made and by its `kid`. The
list of names is the whole state, so every process of the machine sees a rotation at its next look into the folder.
With JWT_PRIVATE_KEY set that key signs, and nothing is made here.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from django.conf import settings

from apps.accounts import keys

RSA_BITS = 2048
LOOK_SECONDS = 1.0
SLACK = timedelta(minutes=5)
"""A process that is about to sign while another rotates, and clocks that differ."""


@dataclass(frozen=True, slots=True)
class Key:
    kid: str
    """RFC 7638 thumbprint of the public half."""
    public: RSAPublicKey
    private: RSAPrivateKey | None
    made_at: float
    """Unix seconds; 0 for one that the environment gives."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What this process saw at its last look."""

    here: tuple[Any, ...]
    until: float
    ring: Mapping[str, Key]


_NOTHING = _Seen(here=(), until=0.0, ring={})
_seen = _NOTHING


class IsGiven(Exception):
    """The key is the environment's: rotate it there."""


def signing() -> Key:
    """The newest, made when there is none yet."""
    given = _given()
    if given:
        return given[0]
    ring = _kept()
    if not ring:
        with keys.alone():
            if not _names():
                _make(at=0)  # whoever comes at the same moment must not find two
        ring = _kept()
    return ring[0]


def verifying(*, now: datetime) -> Mapping[str, Key]:
    """By `kid`, every key whose tokens may still be alive."""
    given = _given()
    if given and given[0].private is not None:
        return {key.kid: key for key in given}
    signing()
    return {key.kid: key for key in [*_alive(_kept(), now=now), *given]}


def find(kid: str, *, now: datetime) -> Key | None:
    """The key of this name, if its tokens may still be alive. The folder is looked at once in a second, and for a
    name that is unknown, so that a key made elsewhere a moment ago is found."""
    global _seen
    here = (settings.VAR_DIR, settings.JWT_PRIVATE_KEY, settings.JWT_PUBLIC_KEY)
    if _seen.here != here or _seen.until < time.monotonic() or kid not in _seen.ring:
        _seen = _Seen(here=here, until=time.monotonic() + LOOK_SECONDS, ring=verifying(now=now))
    return _seen.ring.get(kid)


def rotate(*, now: datetime) -> Key:
    """A new key signs from now on. Those that no living token can have been signed with are dropped."""
    if settings.JWT_PRIVATE_KEY:
        raise IsGiven(
            "JWT_PRIVATE_KEY holds the signing key. Put a new one there, and add the public half of the old one to "
            "JWT_PUBLIC_KEY until its last token has expired (7 days)."
        )
    signing()
    with keys.alone():
        _make(at=max(now.timestamp(), _kept()[0].made_at + 1))
    drop_expired(now=now)
    return signing()


def drop_expired(*, now: datetime) -> int:
    """Remove the files of keys that verify nothing any more; how many."""
    global _seen
    with keys.alone():
        alive = {key.kid for key in _alive(_kept(), now=now)}
        gone = [name for name in _names() if _kid_of(name) not in alive]
        for name in gone:
            (_folder() / name).unlink(missing_ok=True)
        _seen = _NOTHING
    return len(gone)


def jwks(*, now: datetime) -> dict[str, Any]:
    """The public keys as RFC 7517 writes them, the signing one first."""
    first = signing().kid
    ordered = sorted(verifying(now=now).values(), key=lambda key: key.kid != first)
    return {"keys": [_jwk(key.public) | {"kid": key.kid, "use": "sig", "alg": "RS256"} for key in ordered]}


def thumbprint(public: RSAPublicKey) -> str:
    """RFC 7638: SHA-256 over the required members in order, no spaces."""
    text = json.dumps(_jwk(public), separators=(",", ":"), sort_keys=True)
    return _base64(hashlib.sha256(text.encode()).digest())


# ---- those kept here -----------------------------------------------------------------------------------


def _alive(ring: tuple[Key, ...], *, now: datetime) -> list[Key]:
    """A key signed until its successor was made, and its last token lives one lifetime longer."""
    after = (settings.REFRESH_TOKEN_LIFETIME + SLACK).total_seconds()
    return [key for place, key in enumerate(ring) if place == 0 or ring[place - 1].made_at + after > now.timestamp()]


def _kept() -> tuple[Key, ...]:
    while True:
        try:
            return _read(_folder(), _names())
        except FileNotFoundError:  # dropped between the look into the folder and the look into the file
            continue


def _names() -> tuple[str, ...]:
    """Newest first. 10 µs: looked at whenever a token is signed or verified."""
    try:
        names = os.listdir(_folder())
    except FileNotFoundError:
        return ()
    return tuple(sorted((name for name in names if name.endswith(".pem") and name[0] != "."), reverse=True))


@lru_cache(maxsize=4)
def _read(folder: Path, names: tuple[str, ...]) -> tuple[Key, ...]:
    return tuple(_key((folder / name).read_bytes(), made_at=float(name.split("-", 1)[0])) for name in names)


def _make(*, at: float) -> None:
    private = generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    text = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    keys.replace(_folder() / f"{int(at):012}-{thumbprint(private.public_key())}.pem", text)


def _folder() -> Path:
    return keys.folder() / "signing"


def _kid_of(name: str) -> str:
    return name.split("-", 1)[1].removesuffix(".pem")


# ---- those of the environment --------------------------------------------------------------------------


def _given() -> tuple[Key, ...]:
    """JWT_PRIVATE_KEY first, then what JWT_PUBLIC_KEY adds: one or several, as PEM texts or a path."""
    return _parse(settings.JWT_PRIVATE_KEY, settings.JWT_PUBLIC_KEY)


@lru_cache(maxsize=4)
def _parse(private: str, public: str) -> tuple[Key, ...]:
    found = [_key(_pem(private).encode(), made_at=0)] if private else []
    mark = "-----BEGIN "
    for part in _pem(public).split(mark)[1:] if public else []:
        text = (mark + part).encode()
        loaded = serialization.load_pem_public_key(text)
        assert isinstance(loaded, RSAPublicKey), "JWT_PUBLIC_KEY holds a key that is not RSA"
        found.append(Key(kid=thumbprint(loaded), public=loaded, private=None, made_at=0))
    return tuple({key.kid: key for key in reversed(found)}[kid] for kid in dict.fromkeys(key.kid for key in found))


def _key(pem: bytes, *, made_at: float) -> Key:
    private = serialization.load_pem_private_key(pem, password=None)
    assert isinstance(private, RSAPrivateKey), "the signing key is not RSA"
    return Key(kid=thumbprint(private.public_key()), public=private.public_key(), private=private, made_at=made_at)


def _pem(value: str) -> str:
    """A PEM text, one with `\\n` written out, or the path of a file that holds it."""
    if value.startswith("-----"):
        return value.replace("\\n", "\n")
    return Path(value).read_text()


def _jwk(public: RSAPublicKey) -> dict[str, str]:
    numbers = public.public_numbers()
    return {"e": _number(numbers.e), "kty": "RSA", "n": _number(numbers.n)}


def _number(value: int) -> str:
    return _base64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
