"""Who stands behind a request: an access token or an API key, held against the permission table."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.utils import timezone
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.accounts import permissions, tokens
from apps.accounts.models import ApiKey, User
from apps.tenants import scope

API_KEY_PREFIX = "lmk_"


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer` with an access token or an API key. `request.auth` is the `Grant`."""

    def authenticate(self, request: Request) -> tuple[Any, tokens.Grant] | None:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not text:
            return None
        try:
            grant = _by_key(text) if text.startswith(API_KEY_PREFIX) else tokens.verify(text)
        except tokens.Refused as refusal:
            raise exceptions.AuthenticationFailed(str(refusal)) from None
        user = User(pk=grant.user_id, email=grant.by) if grant.user_id else User(email=grant.by)
        return user, grant

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class TablePermission(BasePermission):
    """Every view names its permission; a view without one is refused to everybody."""

    def has_permission(self, request: Request, view: Any) -> bool:
        grant = request.auth
        permission = getattr(view, "permission", None)
        if isinstance(permission, dict):
            permission = permission.get(request.method or "")
        if not isinstance(grant, tokens.Grant) or permission is None:
            return False
        return permissions.allowed(grant.role, permission)


def new_key(place: scope.Place, *, label: str, role: permissions.Role, by: User | None) -> tuple[ApiKey, str]:
    """A fresh API key and its text, which is shown once and never again."""
    text = API_KEY_PREFIX + secrets.token_urlsafe(32)
    row = ApiKey.objects.create(
        restaurant_id=place.id,
        label=label,
        prefix=text[:10],
        digest=_digest(text),
        role=role.value,
        created_by=by,
    )
    return row, text


def _by_key(text: str) -> tokens.Grant:
    row = ApiKey.objects.filter(digest=_digest(text), revoked_at=None).select_related("restaurant").first()
    if row is None or row.restaurant.state in ("suspended", "left"):
        raise tokens.Refused("This API key is not valid.")
    ApiKey.objects.filter(pk=row.pk).update(last_used_at=timezone.now())
    return tokens.Grant(by=f"key:{row.prefix}", role=permissions.Role(row.role), place=scope.of(row.restaurant))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
