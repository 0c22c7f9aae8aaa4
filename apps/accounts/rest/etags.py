"""Entity tags (RFC 9110, 13.1): what a client has already, and what it saw when it decided on a change. Pure."""

from __future__ import annotations

import re
from hashlib import sha256

_TAG = re.compile(r'(?:W/)?("[^"]*")')


def tag_of(body: bytes) -> str:
    """A tag that changes whenever the body does, quoted as in the header."""
    return f'"{sha256(body).hexdigest()[:32]}"'  # processors have it built in; blake2b takes twice as long


def named(header: str) -> frozenset[str]:
    """The tags a header lists, weak ones as if they were strong; `*` for any."""
    return frozenset("*") if header.strip() == "*" else frozenset(_TAG.findall(header))


def has_it(header: str | None, tag: str) -> bool:
    """Whether `If-None-Match` says that the client has this version."""
    return header is not None and not named(header).isdisjoint({tag, "*"})


def saw_another(header: str | None, tag: str) -> bool:
    """Whether `If-Match` says that the client decided on another version than this."""
    return header is not None and named(header).isdisjoint({tag, "*"})
