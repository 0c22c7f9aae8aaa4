"""Who stands behind a request: an access token or an API key, held against the permission table."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.accounts import machine_keys, permissions, tokens


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer` with an access token or an API key. `request.auth` and `request.user` are the `Grant`: no
    user is read from the database for it, and none is made up."""

    def authenticate(self, request: Request) -> tuple[tokens.Grant, tokens.Grant] | None:
        scheme, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer" or not text:
            return None
        try:
            if text.startswith(machine_keys.PREFIX):
                grant = machine_keys.verify(text, wall=timezone.now())
            else:
                grant = tokens.verify(text)
        except tokens.Refused as refusal:
            raise exceptions.AuthenticationFailed(str(refusal)) from None
        return grant, grant

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
