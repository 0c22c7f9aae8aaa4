"""How entries of the audit record are chained, and where a chain is broken. Pure: values and a key in, a sentence out.

Every entry's digest covers all its fields, its place in the chain and the digest before it. The digest is keyed: who
can write into the database, its superuser too, but does not have the installation's key, cannot make a chain anew.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

BEGINNING = "0" * 64
"""What stands before the first entry."""


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of one chain, as it is read."""

    id: int
    position: int
    """From 1, without gaps."""
    previous: str
    digest: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends, kept apart from it, with a seal that is overwritten by every entry: whoever cuts entries
    off the end would need the seal of an end that is gone."""

    position: int
    digest: str
    seal: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """An end of the chain that was written down outside the database."""

    position: int
    digest: str
    at: str


def digest_of(key: bytes, *, chain: str, position: int, previous: str, content: Mapping[str, Any]) -> str:
    """HMAC-SHA-256 over the canonical JSON of the entry and its place."""
    return _keyed(key, ["entry", chain, position, previous, {name: plain(value) for name, value in content.items()}])


def seal_of(key: bytes, *, chain: str, position: int, digest: str) -> str:
    return _keyed(key, ["head", chain, position, digest])


def plain(value: Any) -> Any:
    """The value as JSON has it and as PostgreSQL gives it back: moments in UTC, everything odd as text, because
    numbers with a point come back otherwise than they went in."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Mapping):
        return {_text(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    return _text(value)


def _text(value: Any) -> str:
    return str(value).replace("\x00", "").encode(errors="replace").decode()


def first_fault(
    links: Iterable[Link], *, key: bytes, chain: str, head: Head | None, anchors: Iterable[Anchor] = ()
) -> str | None:
    """What is wrong with a chain, read in the order of its positions; None when it is whole."""
    known = {anchor.position: anchor for anchor in anchors}
    previous, expected = BEGINNING, 1
    for link in links:
        if link.position > expected:
            return f"entry {expected} is missing before entry {link.position} (id {link.id})"
        if link.position < expected:
            return f"entry {link.position} (id {link.id}) was put in: there is another with that place"
        if link.previous != previous:
            return f"entry {link.position} (id {link.id}) does not follow the one before it: it was moved or put in"
        found = digest_of(key, chain=chain, position=expected, previous=previous, content=link.content)
        if not hmac.compare_digest(found, link.digest):
            return f"entry {link.position} (id {link.id}) is not what was written there: it was changed or put in"
        anchor = known.pop(expected, None)
        if anchor is not None and anchor.digest != link.digest:
            return f"entry {link.position} (id {link.id}) is not the one that was noted down on {anchor.at}"
        previous, expected = link.digest, expected + 1
    return _fault_of_the_end(expected - 1, previous, key=key, chain=chain, head=head) or _lost(known.values())


def _fault_of_the_end(last: int, digest: str, *, key: bytes, chain: str, head: Head | None) -> str | None:
    if head is None:
        return f"the end of the chain is not on record, although it has {last} entries" if last else None
    seal = seal_of(key, chain=chain, position=head.position, digest=head.digest)
    if head.position > 0 and not hmac.compare_digest(seal, head.seal):
        return f"the record of the chain's end (entry {head.position}) was changed"
    if head.position > last:
        return f"entry {last + 1} is missing: the chain ended with entry {head.position}"
    if head.position < last or (last and head.digest != digest):
        return f"entry {last} was put in: the chain ended with entry {head.position}"
    return None


def _lost(anchors: Iterable[Anchor]) -> str | None:
    for anchor in anchors:
        return f"entry {anchor.position} is missing, which was noted down on {anchor.at}"
    return None


def _keyed(key: bytes, parts: list[Any]) -> str:
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
