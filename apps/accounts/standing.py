"""What a token or a key stands for today, remembered for seconds, so that a request asks no database who it is.

Another process's change counts after `SECONDS`, this one's at once: whoever changes a membership, a user, a family
or a key calls `forget`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from apps.accounts.models import ApiKey, Membership, TokenFamily
from apps.accounts.permissions import Role
from apps.tenants import scope
from apps.tenants.models import Restaurant

SECONDS = 4.0
MOST_REMEMBERED = 10_000
USED_EVERY = timedelta(minutes=1)
"""How exactly a key's last use is known."""
CLOSED = (Restaurant.State.SUSPENDED, Restaurant.State.LEFT)

V = TypeVar("V")


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


class Memory(Generic[V]):
    """Answers by key, each for `SECONDS`, at most `MOST_REMEMBERED`; the oldest go first."""

    def __init__(self, *, seconds: float = SECONDS, most: int = MOST_REMEMBERED) -> None:
        self._seconds, self._most = seconds, most
        self._answers: dict[Hashable, tuple[float, V]] = {}
        self._forgotten = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable, read: Callable[[], V], *, now: float) -> V:
        """The remembered answer, or the one just read. `now` is monotonic seconds."""
        answer = self._answers.get(key)
        if answer is not None and answer[0] > now:
            return answer[1]
        forgotten = self._forgotten
        value = read()
        with self._lock:
            if forgotten == self._forgotten:  # what was read before somebody changed it is not kept
                self._answers.pop(key, None)
                self._answers[key] = (now + self._seconds, value)
                while len(self._answers) > self._most:
                    del self._answers[next(iter(self._answers))]
        return value

    def forget(self) -> None:
        with self._lock:
            self._forgotten += 1
            self._answers.clear()

    def __len__(self) -> int:
        return len(self._answers)


_families: Memory[Standing | None] = Memory()
_keys: Memory[KeyStanding | None] = Memory()


def forget() -> None:
    """Ask the database again from now on, and once more when the transaction that changes something is through."""
    _forget_now()
    transaction.on_commit(_forget_now)


def of_family(family: str, *, now: float | None = None) -> Standing | None:
    """None when it has ended, or its user may not come in (any more). `now` is monotonic seconds."""
    return _families.get(family, lambda: _read_family(family), now=time.monotonic() if now is None else now)


def of_key(digest: str, *, now: float | None = None) -> KeyStanding | None:
    """None for a key that is unknown, revoked, or of a closed restaurant."""
    return _keys.get(digest, lambda: _read_key(digest), now=time.monotonic() if now is None else now)


def _forget_now() -> None:
    _families.forget()
    _keys.forget()


@scope.public()
def _read_family(family: str) -> Standing | None:
    membership = Membership.objects.filter(user=OuterRef("user_id"), restaurant=OuterRef("restaurant_id"))
    row = (
        TokenFamily.objects.filter(pk=family, ended_at=None, user__is_active=True)
        .select_related("user", "restaurant")
        .annotate(role=Subquery(membership.values("role")[:1]))
        .first()
    )
    if row is None:
        return None
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
def _read_key(digest: str) -> KeyStanding | None:
    row = ApiKey.objects.filter(digest=digest, revoked_at=None).select_related("restaurant").first()
    if row is None or row.restaurant.state in CLOSED:
        return None
    moment = timezone.now()
    if row.last_used_at is None or row.last_used_at <= moment - USED_EVERY:
        rare = Q(last_used_at=None) | Q(last_used_at__lte=moment - USED_EVERY)
        ApiKey.objects.filter(rare, pk=row.pk).update(last_used_at=moment)
    return KeyStanding(
        prefix=row.prefix, role=Role(row.role), place=scope.of(row.restaurant), expires_at=row.expires_at
    )
