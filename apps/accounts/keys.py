"""Keys of the installation that stay inside it: keyed hashing of numbers, encryption of secrets at rest.

What the environment does not give is made once, on first start, and kept under `VAR_DIR/keys` (0600). The
signing keys of tokens are `signing_keys`'.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import hmac
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

ENCRYPTION_FILE = "encryption.key"
"""One Fernet key a line, newest first."""


def number_digest(number: str) -> str:
    """A keyed hash (HMAC-SHA-256) of an E.164 number: equal numbers match, nobody can list them back."""
    return hmac.new(_hashing_key(), number.encode(), hashlib.sha256).hexdigest()


# ---- secrets at rest ---------------------------------------------------------------------------------


def encrypt(secret: str) -> str:
    """Under the newest key."""
    return _ring()[0].encrypt(secret.encode()).decode()


def decrypt(token: str) -> str:
    """The secret behind a token of `encrypt`; ValueError when no known key opens it."""
    try:
        return MultiFernet(_ring()).decrypt(token.encode()).decode()
    except InvalidToken:
        raise ValueError("This secret was encrypted with a key that is no longer in ENCRYPTION_KEYS.") from None


def encrypt_anew(token: str) -> str:
    """The same secret under the newest key; ValueError when no known key opens it."""
    return token if stands_under_newest(token) else encrypt(decrypt(token))


def stands_under_newest(token: str) -> bool:
    try:
        _ring()[0].decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def how_many() -> int:
    """Encryption keys that open secrets now."""
    return len(_ring())


def are_given() -> bool:
    """Whether the encryption keys are the environment's, so that no command of ours can add or drop one."""
    return bool(settings.ENCRYPTION_KEYS)


def add_encryption_key() -> None:
    """A new key that encrypts from now on, in every process of this machine; the others go on opening."""
    _ring()  # the first one exists
    with alone():
        path = folder() / ENCRYPTION_FILE
        replace(path, Fernet.generate_key().decode() + "\n" + path.read_text())


def drop_old_encryption_keys() -> int:
    """Keep only the newest; how many went. Whoever calls has seen that no secret stands under the others."""
    with alone():
        path = folder() / ENCRYPTION_FILE
        newest, *old = path.read_text().split()
        replace(path, newest + "\n")
    return len(old)


def _ring() -> Sequence[Fernet]:
    """Newest first. A look at the file's stamp (2 µs) is how a process learns of keys that another one made."""
    if settings.ENCRYPTION_KEYS:
        return _fernets(tuple(settings.ENCRYPTION_KEYS))
    path = folder() / ENCRYPTION_FILE
    if not path.exists():
        kept(ENCRYPTION_FILE, lambda: Fernet.generate_key().decode())
    stamp = path.stat()
    return _read(path, stamp.st_mtime_ns, stamp.st_ino)


@lru_cache(maxsize=4)
def _read(path: Path, changed_ns: int, inode: int) -> Sequence[Fernet]:
    return _fernets(tuple(path.read_text().split()))


@lru_cache(maxsize=4)
def _fernets(texts: tuple[str, ...]) -> Sequence[Fernet]:
    return [Fernet(text) for text in texts]


@lru_cache(maxsize=1)
def _hashing_key() -> bytes:
    return bytes.fromhex(kept("hashing.key", lambda: os.urandom(32).hex()))


# ---- files of keys -----------------------------------------------------------------------------------


def folder() -> Path:
    path: Path = settings.VAR_DIR / "keys"
    return path


def kept(name: str, make: Callable[[], str]) -> str:
    """The content of a key file; made by whoever comes first, the same for all who come at once."""
    path = folder() / name
    while not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        own = _own(path, make())
        try:
            with contextlib.suppress(FileExistsError):  # another process was first: its key counts
                os.link(own, path)
        finally:
            own.unlink()
    return path.read_text().strip()


def replace(path: Path, text: str) -> None:
    """All of the new content or all of the old, whoever reads and whenever we die."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.replace(_own(path, text), path)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One rotation at a time on this machine; the system lets go of the lock of one that dies."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder() / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _own(path: Path, text: str) -> Path:
    own = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    own.touch(mode=0o600)
    own.write_text(text)
    return own
