"""RS256 access and refresh tokens that name one restaurant, rotated on every refresh.

Users and the list of dead tokens live in the public schema: with users per restaurant a token of one
restaurant would authenticate as another's user with the same key (measured, FACTS). The restaurant is a
claim, checked against the membership on access *and* on refresh.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

from apps.accounts.models import Membership, User
from apps.accounts.permissions import Role
from apps.tenants import scope

AToken = TypeVar("AToken", bound=Token)


class Refused(Exception):
    """Why somebody does not get in, as a sentence they may read."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a verified request may act as: somebody, with one role, at one restaurant (None: SuperAdmin, all)."""

    by: str
    """E-mail address, or `key:<prefix>`: what the audit record shows."""
    role: Role
    place: scope.Place | None
    user_id: UUID | None = None


def sign_in(request: HttpRequest | None, *, email: str, password: str, restaurant: str = "") -> dict[str, str]:
    """A fresh pair for a user at a restaurant (slug or id; may be left out by those who have just one)."""
    user = authenticate(request, username=email, password=password)
    if not isinstance(user, User):
        raise Refused("This e-mail address and password do not go together.")
    grant = grant_for(user, restaurant=restaurant)
    return _pair(user, grant)


def refresh(text: str) -> dict[str, str]:
    """A new pair for a refresh token, which is dead from then on."""
    try:
        token = _read(RefreshToken, text)
    except TokenError:
        raise Refused("This refresh token is no longer valid. Sign in again.") from None
    user = User.objects.filter(pk=token["user_id"]).first()
    if user is None or not _may_still(user, token.payload):
        raise Refused("This refresh token is no longer valid. Sign in again.")
    grant = grant_for(user, restaurant=token.payload.get("restaurant") or "")
    token.blacklist()
    return _pair(user, grant)


def sign_out(text: str) -> None:
    """End a refresh token. One that is dead already stays dead."""
    try:
        _read(RefreshToken, text).blacklist()
    except TokenError:
        return


def verify(text: str) -> Grant:
    """Who stands behind an access token, by its signature and today's membership."""
    try:
        token = _read(AccessToken, text)
    except TokenError:
        raise Refused("This access token is not valid or has expired.") from None
    user = User.objects.filter(pk=token["user_id"]).first()
    if user is None or not _may_still(user, token.payload):
        raise Refused("This access token is not valid any more.")
    return grant_for(user, restaurant=token.payload.get("restaurant") or "")


def _read(kind: type[AToken], text: str) -> AToken:
    """The token in a text, its signature and expiry checked; `TokenError` otherwise."""
    return kind(text)  # type: ignore[arg-type]  # its types ask for a token where it takes the text of one


def grant_for(user: User, *, restaurant: str) -> Grant:
    """The user's role at a restaurant, named by slug or id. `Refused` when there is none."""
    if user.is_superuser:
        place = _find(restaurant) if restaurant else None
        if restaurant and place is None:
            raise Refused("There is no such restaurant.")
        return Grant(by=user.email, role=Role.SUPER_ADMIN, place=place, user_id=user.pk)
    memberships = list(Membership.objects.filter(user=user).select_related("restaurant"))
    if restaurant:
        memberships = [m for m in memberships if restaurant in (m.restaurant.slug, str(m.restaurant_id))]
    if not memberships:
        raise Refused("You do not belong to this restaurant." if restaurant else "You belong to no restaurant.")
    if len(memberships) > 1:
        raise Refused("You belong to several restaurants: say which one.")
    membership = memberships[0]
    if membership.restaurant.state in ("suspended", "left"):
        raise Refused("This restaurant is suspended.")
    return Grant(by=user.email, role=Role(membership.role), place=scope.of(membership.restaurant), user_id=user.pk)


def _find(restaurant: str) -> scope.Place | None:
    return scope.find_by_slug(restaurant) or scope.find_by_id(restaurant)


def _may_still(user: User, claims: dict[str, Any]) -> bool:
    version_fits = claims.get("version") == user.access_version
    return user.is_active and version_fits and (settings.DEBUG or not user.is_demo)


def _pair(user: User, grant: Grant) -> dict[str, str]:
    token = RefreshToken.for_user(user)
    token["restaurant"] = str(grant.place.id) if grant.place else ""
    token["role"] = grant.role.value
    token["version"] = user.access_version
    return {"access": str(token.access_token), "refresh": str(token)}
