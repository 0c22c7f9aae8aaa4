"""What the pages outside of any restaurant share: only SuperAdmins may look, and a frame that looks like the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.accounts import permissions
from apps.accounts.models import User
from apps.dashboard import tongue
from apps.tenants import scope

Page = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Outside:
    """Who looks at the whole installation."""

    role: permissions.Role
    by: str
    """As the audit record names them."""

    def may(self, permission: str) -> bool:
        return permissions.allowed(self.role, permission)


def outside_page(permission: str) -> Callable[[Page], Page]:
    """A page of the installation, also on a restaurant's own host name. The view gets an `Outside`."""

    def declare(view: Page) -> Page:
        @wraps(view)
        @scope.public()
        def admitted(request: HttpRequest, **parameters: Any) -> HttpResponse:
            user = request.user
            if not isinstance(user, User) or not user.is_superuser:
                raise PermissionDenied
            if not permissions.allowed(permissions.Role.SUPER_ADMIN, permission):
                raise PermissionDenied
            with tongue.of(request):
                return view(request, Outside(permissions.Role.SUPER_ADMIN, user.email), **parameters)

        return admitted

    return declare


def render_outside(request: HttpRequest, outside: Outside, template: str, **context: Any) -> HttpResponse:
    """The page within its frame."""
    return render(request, template, {"outside": outside, **context})
