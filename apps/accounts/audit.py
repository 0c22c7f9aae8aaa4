"""Writing and reading the audit record: append-only, chained, with phone numbers as keyed hash and last four.

`record` locks the end of the restaurant's chain until the transaction is over. So it comes last in a transaction,
after the rows it tells about were locked; other restaurants are not waited for.
"""

from __future__ import annotations

import contextlib
import ipaddress
import json
import logging
import re
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts import chain, keys
from apps.accounts.models import AuditEntry, AuditHead
from apps.tenants import scope
from apps.tenants.scope import Place
from loman import observability

log = logging.getLogger(__name__)

NOWHERE = UUID(int=0)
"""The chain of what belongs to no restaurant: refused sign-ins and the like."""
CONTENT = (
    "restaurant_id", "at", "actor", "action", "subject", "address", "before", "after", "number_digest", "number_last4",
)  # fmt: skip
"""What a digest covers."""
LONGEST_ACTOR, LONGEST_SUBJECT = 254, 120
OPENED = "opened_restaurants"
"""In the session: those a SuperAdmin has looked into."""

origin: ContextVar[str | None] = ContextVar("audit_origin", default=None)
"""The address the present request comes from (`middleware.OriginMiddleware`), so that services need not be told."""

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_SECRET = re.compile(r"secret|password|token|digest|(^|_)keys?$")


@transaction.atomic(savepoint=False)
def record(
    action: str,
    *,
    actor: str,
    place: Place | None = None,
    subject: str = "",
    address: str | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    number: str = "",
) -> AuditEntry:
    """Append one entry, in the transaction of what it tells about, which fails with it. Never put a whole number in
    before/after."""
    if place is None and scope.entered():
        with scope.public():  # the chain of no restaurant is out of a restaurant's reach
            return record(
                action, actor=actor, subject=subject, address=address, before=before, after=after, number=number
            )
    head = _locked_head(place.id if place else NOWHERE)
    entry = AuditEntry(
        restaurant_id=place.id if place else None,
        position=head.position + 1,
        previous=head.digest or chain.BEGINNING,
        at=timezone.now(),
        actor=chain.plain(actor)[:LONGEST_ACTOR],
        action=action,
        subject=chain.plain(subject)[:LONGEST_SUBJECT],
        address=_address(address or origin.get()),
        before=chain.plain(before),
        after=chain.plain(after),
        number_digest=keys.number_digest(number) if number else "",
        number_last4=number[-4:] if number else "",
    )
    name = str(head.chain)
    entry.digest = chain.digest_of(
        _key(), chain=name, position=entry.position, previous=entry.previous, content=_content(entry)
    )
    entry.save(force_insert=True)
    seal = chain.seal_of(_key(), chain=name, position=entry.position, digest=entry.digest)
    AuditHead.objects.filter(pk=head.pk).update(position=entry.position, digest=entry.digest, seal=seal)
    return entry


def changed(
    action: str, *, before: models.Model | None, after: models.Model | None, actor: str, place: Place | None
) -> AuditEntry | None:
    """Append what differs between a row as it was (`copy.copy` of it, or None: it is new) and as it is (None: it is
    gone). Numbers are masked, of secrets it is only said whether there is one. Nothing differs: no entry."""
    was, now = (shown(row) if row is not None else None for row in (before, after))
    if before is not None and after is not None and was is not None and now is not None:
        fields = [field for field in after._meta.concrete_fields if not _follows_by_itself(field)]
        differ = [each for each in fields if getattr(before, each.attname) != getattr(after, each.attname)]
        if not differ:
            return None
        names = {each.attname for each in differ}
        renewed = {name for name in names if _SECRET.search(name) and was[name] == now[name]}
        was = {name: was[name] for name in sorted(names)}
        now = {name: "set anew" if name in renewed else now[name] for name in sorted(names)}
    row = after if after is not None else before
    if row is None:
        return None
    subject = f"{row._meta.db_table}/{row.pk}"
    return record(action, actor=actor, place=place, subject=subject, before=was, after=now)


def shown(row: models.Model) -> dict[str, Any]:
    """A row as the record may hold it."""
    return {
        field.attname: _shown(field.attname, getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if not _follows_by_itself(field)
    }


def _follows_by_itself(field: models.Field[Any, Any]) -> bool:
    return bool(getattr(field, "auto_now", False))


def _shown(name: str, value: Any) -> Any:
    if _SECRET.search(name):
        if isinstance(value, dict):
            return {str(each): "set" if inner else "not set" for each, inner in value.items()}
        return "set" if value else "not set"
    if isinstance(value, dict):
        return {str(each): _shown(str(each), inner) for each, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(name, inner) for inner in value]
    if isinstance(value, str) and _E164.fullmatch(value):
        return {"last4": value[-4:], "digest": keys.number_digest(value)}
    return observability.masked(value)


def is_secret(name: str) -> bool:
    """Whether a field of this name holds a secret."""
    return _SECRET.search(name) is not None


def masked(value: Any) -> Any:
    """Free text, or what holds some, without whole phone numbers."""
    return observability.masked(value)


def opened_as(request: HttpRequest, place: Place, *, actor: str) -> None:
    """A SuperAdmin looks into a restaurant: on record once for each session and restaurant."""
    opened = request.session.get(OPENED, [])
    if str(place.id) in opened:
        return
    record("impersonation", actor=actor, place=place, address=address_of(request))
    request.session[OPENED] = [*opened, str(place.id)]


def address_of(request: HttpRequest) -> str | None:
    """The peer's address as the server saw it (the ASGI server resolves trusted proxies)."""
    return _address(request.META.get("REMOTE_ADDR"))


@lru_cache(maxsize=4096)
def _address(text: str | None) -> str | None:
    """In one spelling; what is no address (a socket's path) is none."""
    try:
        found = ipaddress.ip_address((text or "").partition("%")[0])
    except ValueError:
        return None
    return str(getattr(found, "ipv4_mapped", None) or found)


# ---- the chain -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one chain: `fault` names its first broken entry."""

    chain: UUID
    position: int
    digest: str
    fault: str | None


def verify(only: Place | None = None) -> Iterator[Checked]:
    """Follow every chain, or one restaurant's, from its first entry to its end."""
    anchors = _anchors()
    known = {head.chain for head in AuditHead.objects.all()} | anchors.keys()
    known |= {
        each or NOWHERE for each in AuditEntry.objects.order_by().values_list("restaurant_id", flat=True).distinct()
    }
    for each in sorted([only.id] if only else known):
        yield _verified(each, anchors.get(each, []))


def _verified(each: UUID, anchors: list[chain.Anchor]) -> Checked:
    with transaction.atomic():  # the end and the entries of one moment: nothing is appended meanwhile
        head = AuditHead.objects.select_for_update().filter(pk=each).first()
        mine = (
            AuditEntry.objects.filter(restaurant=None)
            if each == NOWHERE
            else AuditEntry.objects.filter(restaurant=each)
        )
        rows = mine.order_by("position", "id")
        links = (
            chain.Link(row.pk, row.position, row.previous, row.digest, _content(row))
            for row in rows.iterator(chunk_size=1000)
        )
        end = chain.Head(head.position, head.digest, head.seal) if head else None
        fault = chain.first_fault(links, key=_key(), chain=str(each), head=end, anchors=anchors)
    return Checked(each, head.position if head else 0, head.digest if head else "", fault)


def anchor(place: Place | None = None) -> None:
    """Note the end of a restaurant's chain, and of the one without restaurant, down outside the database and in the
    log: whoever cuts it back later than that is found out. Without a restaurant, of every chain."""
    now = timezone.now().isoformat(timespec="seconds")
    heads = AuditHead.objects.filter(position__gt=0).order_by("chain")
    path = _anchor_file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("a") as file:
        for head in heads.filter(chain__in=(place.id, NOWHERE)) if place else heads:
            noted = {"at": now, "chain": str(head.chain), "position": head.position, "digest": head.digest}
            file.write(json.dumps(noted) + "\n")
            log.info("the audit record's end", extra={"event": "audit.head", **noted})


def _anchors() -> dict[UUID, list[chain.Anchor]]:
    found: dict[UUID, list[chain.Anchor]] = {}
    try:
        lines = _anchor_file().read_text().splitlines()
    except FileNotFoundError:
        return {}
    for line in lines:
        with contextlib.suppress(ValueError):  # one that was not written to its end
            noted = json.loads(line)
            one = chain.Anchor(noted["position"], noted["digest"], noted["at"])
            found.setdefault(UUID(noted["chain"]), []).append(one)
    return found


def _anchor_file() -> Path:
    folder: Path = settings.RECORDS_DIR
    return folder / "audit" / "heads.jsonl"


def _locked_head(name: UUID) -> AuditHead:
    head = AuditHead.objects.select_for_update().filter(pk=name).first()
    if head is None:
        AuditHead.objects.bulk_create([AuditHead(chain=name)], ignore_conflicts=True)
        head = AuditHead.objects.select_for_update().get(pk=name)
    return head


def _content(entry: AuditEntry) -> dict[str, Any]:
    """PostgreSQL spells some addresses in another way than they were written."""
    return {name: getattr(entry, name) for name in CONTENT} | {"address": _address(entry.address)}


@lru_cache(maxsize=1)
def _key() -> bytes:
    """Its own key, derived from the one that hashes numbers: never in the database."""
    return bytes.fromhex(keys.number_digest("the audit record's chain"))
