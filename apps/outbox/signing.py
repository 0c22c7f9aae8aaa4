"""Signatures of webhooks as the Standard Webhooks specification 1.0 has them. Pure.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import hmac
import re
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Sequence
from hashlib import sha256

PREFIX = "whsec_"
SCHEME = "v1"
SHORTEST, LONGEST = 24, 64
"""Bytes of a secret."""
TOLERANCE_SECONDS = 300
"""How far a timestamp may be from the receiver's clock."""
_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")


def written(secret: bytes) -> str:
    """A secret as people copy it: `whsec_` and base64. ValueError when it is too short or too long."""
    if not SHORTEST <= len(secret) <= LONGEST:
        raise ValueError(f"A secret has {SHORTEST} to {LONGEST} bytes.")
    return PREFIX + b64encode(secret).decode()


def opened(secret: str) -> bytes:
    """The bytes of a written secret; ValueError when it is none."""
    if not secret.startswith(PREFIX):
        raise ValueError(f"A secret begins with {PREFIX}.")
    try:
        raw = b64decode(secret.removeprefix(PREFIX), validate=True)
    except Error:
        raise ValueError("That secret is not base64.") from None
    written(raw)
    return raw


def headers(*, secrets: Sequence[str], id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """What is sent with a body: signed with every secret that holds, the newest first. `timestamp` is the
    attempt's, in seconds since 1970. ValueError for an id in which a full stop could shift what is signed."""
    if not secrets:
        raise ValueError("Nothing is sent unsigned.")
    return {
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(
            _signature(opened(secret), id=id, timestamp=timestamp, body=body) for secret in secrets
        ),
    }


def fits(*, secret: str, id: str, timestamp: str, signature: str, body: bytes, now: float) -> bool:
    """Whether one of the signatures was made with this secret, and lately. What a receiver does."""
    if not timestamp.isdigit() or abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    expected = _signature(opened(secret), id=id, timestamp=int(timestamp), body=body)
    return any(hmac.compare_digest(one.encode(), expected.encode()) for one in signature.split(" "))


def _signature(secret: bytes, *, id: str, timestamp: int, body: bytes) -> str:
    if not _ID.fullmatch(id):
        raise ValueError(f"“{id}” is no webhook id.")
    digest = hmac.digest(secret, f"{id}.{timestamp}.".encode() + body, sha256)
    return f"{SCHEME},{b64encode(digest).decode()}"
