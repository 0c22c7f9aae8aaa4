"""Keys of the installation: the RS256 pair for tokens, and keyed hashing and encryption of secrets.

What the environment does not give is made once, on first start, and kept under `VAR_DIR/keys` (0600).
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

RSA_BITS = 2048


def install() -> None:
    """Give simplejwt its pair. Called once, when the application starts."""
    private, public = pair()
    settings.SIMPLE_JWT["SIGNING_KEY"] = private
    settings.SIMPLE_JWT["VERIFYING_KEY"] = public


@lru_cache(maxsize=1)
def pair() -> tuple[str, str]:
    """The private and public key in PEM."""
    given = settings.JWT_PRIVATE_KEY
    private = _pem(given) if given else _kept("jwt.pem", _new_private_key)
    if settings.JWT_PUBLIC_KEY:
        return private, _pem(settings.JWT_PUBLIC_KEY)
    key = serialization.load_pem_private_key(private.encode(), password=None)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, public.decode()


def number_digest(number: str) -> str:
    """A keyed hash (HMAC-SHA-256) of an E.164 number: equal numbers match, nobody can list them back."""
    return hmac.new(_hashing_key(), number.encode(), hashlib.sha256).hexdigest()


def encrypt(secret: str) -> str:
    return _fernet().encrypt(secret.encode()).decode()


def decrypt(token: str) -> str:
    """The secret behind a token of `encrypt`; ValueError when no known key opens it."""
    try:
        return _fernet().decrypt(token.encode()).decode()
    except InvalidToken:
        raise ValueError("This secret was encrypted with a key that is no longer in ENCRYPTION_KEYS.") from None


@lru_cache(maxsize=1)
def _fernet() -> MultiFernet:
    keys = settings.ENCRYPTION_KEYS or [_kept("encryption.key", lambda: Fernet.generate_key().decode())]
    return MultiFernet([Fernet(key) for key in keys])


@lru_cache(maxsize=1)
def _hashing_key() -> bytes:
    return bytes.fromhex(_kept("hashing.key", lambda: os.urandom(32).hex()))


def _pem(value: str) -> str:
    """A PEM text, one with `\\n` written out, or the path of a file that holds it."""
    if value.startswith("-----"):
        return value.replace("\\n", "\n")
    return Path(value).read_text()


def _new_private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _kept(name: str, make: Callable[[], str]) -> str:
    """The content of a key file; made by whoever comes first, the same for all who come at once."""
    path: Path = settings.VAR_DIR / "keys" / name
    if path.exists():
        return path.read_text().strip() + ("\n" if name.endswith(".pem") else "")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    own = path.with_name(f"{name}.{os.getpid()}")
    own.touch(mode=0o600)
    own.write_text(make())
    try:
        with contextlib.suppress(FileExistsError):  # another process was first: its key counts
            os.link(own, path)
    finally:
        own.unlink()
    return _kept(name, make)
