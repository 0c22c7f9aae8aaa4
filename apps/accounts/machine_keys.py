"""API keys of a restaurant, for its machines: made by a person, shown once, never above that person's role."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts import audit, standing
from apps.accounts.models import ApiKey, User
from apps.accounts.permissions import Role, at_most
from apps.accounts.tokens import Grant, Refused
from apps.tenants import scope

PREFIX = "lmk_"
MOST_KEYS = 50
"""Per restaurant, revoked and expired ones not counted."""


@transaction.atomic
def make(
    grant: Grant,
    place: scope.Place,
    *,
    label: str,
    role: Role,
    expires_at: datetime | None,
    address: str | None,
    now: datetime,
) -> tuple[ApiKey, str]:
    """A fresh key and its text, which is shown once and never again."""
    if grant.user_id is None:
        raise Refused(_("A key makes no keys: sign in as a person."))
    if not at_most(role, grant.role):
        raise Refused(_("A key cannot do more than who makes it."))
    if expires_at is not None and expires_at <= now:
        raise Refused(_("This key would have expired already."))
    living = ApiKey.objects.filter(restaurant_id=place.id, revoked_at=None).exclude(expires_at__lte=now)
    if living.count() >= MOST_KEYS:
        raise Refused(_("A restaurant has at most %(most)s keys. Revoke one first.") % {"most": MOST_KEYS})
    maker = User.objects.get(pk=grant.user_id)
    row, text = new(place, label=label, role=role, by=maker, expires_at=expires_at)
    shown = {"label": label, "role": role.value, "expires_at": expires_at.isoformat() if expires_at else None}
    audit.record(
        "api_keys.made", actor=grant.by, place=place, subject=f"api_keys/{row.pk}", address=address, after=shown
    )
    return row, text


def new(
    place: scope.Place, *, label: str, role: Role, by: User | None, expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """The row alone, for commands and installers, who answer to nobody here."""
    text = PREFIX + secrets.token_urlsafe(32)
    row = ApiKey.objects.create(
        restaurant_id=place.id,
        label=label,
        prefix=text[:10],
        digest=digest(text),
        role=role.value,
        created_by=by,
        expires_at=expires_at,
    )
    return row, text


@transaction.atomic
def revoke(grant: Grant, place: scope.Place, key_id: UUID, *, address: str | None, now: datetime) -> bool:
    """End a key. False when this restaurant has no such key; one that was revoked before stays so."""
    row = ApiKey.objects.select_for_update().filter(pk=key_id, restaurant_id=place.id).first()
    if row is None:
        return False
    if row.revoked_at is None:
        ApiKey.objects.filter(pk=row.pk).update(revoked_at=now)
        standing.forget()
        shown = {"label": row.label, "role": row.role}
        subject = f"api_keys/{row.pk}"
        audit.record("api_keys.revoked", actor=grant.by, place=place, subject=subject, address=address, before=shown)
    return True


def verify(text: str, *, wall: datetime, now: float | None = None) -> Grant:
    """Who stands behind a key. `now` is monotonic seconds, for what `standing` remembers."""
    found = standing.of_key(digest(text), now=now)
    if found is None or (found.expires_at is not None and found.expires_at <= wall):
        raise Refused(_("This API key is not valid."))
    return Grant(by=f"key:{found.prefix}", role=found.role, place=found.place)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
