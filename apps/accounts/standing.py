"""What a token or a key stands for today, remembered for seconds, so that a request asks no database who it is.

Another process's change counts after `SECONDS`, this one's at once: whoever changes a membership, a user, a family
or a key calls `forget`.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from apps.accounts.memory import Memory
from apps.accounts.models import ApiKey, Membership, TokenFamily
from apps.accounts.permissions import Role
from apps.tenants import scope
from apps.tenants.models import Restaurant

SECONDS = 4.0
MOST_REMEMBERED = 10_000
USED_EVERY = timedelta(minutes=1)
"""How exactly a key's last use is known."""
CLOSED = (Restaurant.State.SUSPENDED, Restaurant.State.LEFT)


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one family of tokens."""

    user_id: UUID
    email: str
    version: int
    role: Role
    place: scope.Place | None
    is_demo: bool


@dataclass(frozen=True, slots=True)
class KeyStanding:
    prefix: str
    role: Role
    place: scope.Place
    expires_at: datetime | None


def forget() -> None:
    """Ask the database again from now on, and once more when the transaction that changes something is through."""
    _forget_now()
    transaction.on_commit(_forget_now)


def of_family(family: str, *, now: float | None = None) -> Standing | None:
    """None when it has ended, or its user may not come in (any more). `now` is monotonic seconds."""
    return _families.get(family, now=time.monotonic() if now is None else now)


def of_key(digest: str, *, now: float | None = None) -> KeyStanding | None:
    """None for a key that is unknown, revoked, or of a closed restaurant."""
    return _keys.get(digest, now=time.monotonic() if now is None else now)


def _forget_now() -> None:
    _families.forget()
    _keys.forget()


@scope.public()
def _read_families(families: Collection[str]) -> dict[str, Standing]:
    membership = Membership.objects.filter(user=OuterRef("user_id"), restaurant=OuterRef("restaurant_id"))
    rows = (
        TokenFamily.objects.filter(pk__in=families, ended_at=None, user__is_active=True)
        .select_related("user", "restaurant")
        .annotate(role=Subquery(membership.values("role")[:1]))
        .only(*_OF_USERS, *_OF_RESTAURANTS)
    )
    found = ((str(row.pk), _standing(row)) for row in rows)
    return {family: standing for family, standing in found if standing is not None}


_OF_USERS = tuple(f"user__{name}" for name in ("email", "access_version", "is_superuser", "is_demo"))
_OF_RESTAURANTS = tuple(
    f"restaurant__{name}" for name in ("schema_name", "slug", "name", "timezone", "state", "upgrade_error")
)


def _standing(row: Any) -> Standing | None:
    """Of a family with its user, its restaurant and the user's role there."""
    user, restaurant = row.user, row.restaurant
    if user.is_superuser:
        role = Role.SUPER_ADMIN
        if restaurant is not None and restaurant.state == Restaurant.State.LEFT:
            return None
    elif row.role is None or restaurant is None or restaurant.state in CLOSED:
        return None
    else:
        role = Role(row.role)
    return Standing(
        user_id=user.pk,
        email=user.email,
        version=user.access_version,
        role=role,
        place=scope.of(restaurant) if restaurant is not None else None,
        is_demo=user.is_demo,
    )


@scope.public()
def _read_keys(digests: Collection[str]) -> dict[str, KeyStanding]:
    rows = ApiKey.objects.filter(digest__in=digests, revoked_at=None).exclude(restaurant__state__in=CLOSED)
    found = {row.digest: row for row in rows.select_related("restaurant")}
    _note_use(found.values(), moment=timezone.now())
    return {
        digest: KeyStanding(
            prefix=row.prefix, role=Role(row.role), place=scope.of(row.restaurant), expires_at=row.expires_at
        )
        for digest, row in found.items()
    }


def _note_use(rows: Iterable[ApiKey], *, moment: datetime) -> None:
    long_ago = moment - USED_EVERY
    used = [row.pk for row in rows if row.last_used_at is None or row.last_used_at <= long_ago]
    if used:
        rare = Q(last_used_at=None) | Q(last_used_at__lte=long_ago)
        ApiKey.objects.filter(rare, pk__in=used).update(last_used_at=moment)


_families: Memory[Standing] = Memory(_read_families, seconds=SECONDS, most=MOST_REMEMBERED)
_keys: Memory[KeyStanding] = Memory(_read_keys, seconds=SECONDS, most=MOST_REMEMBERED)
