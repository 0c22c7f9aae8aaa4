"""RS256 access and refresh tokens that name one restaurant. Each sign-in begins a family of them.

Users and families live in the public schema: with users per restaurant a token of one restaurant would
authenticate as another's user with the same key (measured, FACTS). The restaurant is a claim, held against the
membership on access *and* on refresh. A refresh makes the family's next generation, and a token of an older one
that comes back ends the family: somebody has a copy.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

import jwt
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError, TokenError
from rest_framework_simplejwt.tokens import Token

from apps.accounts import audit, signing_keys, standing
from apps.accounts.models import Membership, TokenFamily, User
from apps.accounts.permissions import Role
from apps.tenants import scope

MALFORMED = (TokenError, TokenBackendError, RecursionError)
"""The last: JSON that is nested a thousand deep."""
SWEPT_AT_ONCE = 100
DEAD = "This refresh token is no longer valid. Sign in again."


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


class _Backend(TokenBackend):
    """Signs with the newest key and verifies with the one the token names."""

    def encode(self, payload: dict[str, Any]) -> str:
        key = signing_keys.signing()
        assert key.private is not None
        return jwt.encode(payload, key.private, algorithm="RS256", headers={"kid": key.kid})

    def get_verifying_key(self, token: Any) -> Any:
        key = _key_of(_kid_of(str(token).partition(".")[0]))
        if key is None:
            raise TokenBackendError("Nobody here signs with that key.")
        return key.public


@lru_cache(maxsize=64)
def _kid_of(head: str) -> str:
    """All tokens of a key begin with the same head. What it claims is only which key to try."""
    return str(jwt.get_unverified_header(f"{head}.e30.").get("kid"))


_backend = _Backend("RS256")


class AccessToken(Token):
    token_type = "access"
    lifetime = settings.ACCESS_TOKEN_LIFETIME

    def get_token_backend(self) -> TokenBackend:
        return _backend


class RefreshToken(Token):
    token_type = "refresh"
    lifetime = settings.REFRESH_TOKEN_LIFETIME

    def get_token_backend(self) -> TokenBackend:
        return _backend


# ---- from one generation to the next -----------------------------------------------------------------


@transaction.atomic
def begin(user: User, *, restaurant: str = "", now: datetime) -> tuple[Grant, dict[str, str]]:
    """The first pair for a user who has proved who they are, at a restaurant (slug or id; may be left out by those
    who have just one)."""
    grant = grant_for(user, restaurant=restaurant)
    _sweep(now=now)
    User.objects.filter(pk=user.pk).update(last_login=now)
    family = TokenFamily.objects.create(
        user=user,
        restaurant_id=grant.place.id if grant.place else None,
        began_at=now,
        rotated_at=now,
        expires_at=now + settings.REFRESH_TOKEN_LIFETIME,
    )
    return grant, _pair(family, user, grant)


def refresh(text: str, *, address: str | None = None, now: datetime) -> dict[str, str]:
    """A new pair for a refresh token, which is dead from then on. One that is dead already ends its family.

    Of two that come at once the later gets what the earlier got: it found its token alive when it came, so nobody
    had used it before. Nothing is forgiven by the clock.
    """
    claims = _claims_of(text)
    alive_on_arrival = TokenFamily.objects.filter(
        pk=claims["family"], generation=claims["generation"], ended_at=None
    ).exists()
    with transaction.atomic():
        family = TokenFamily.objects.select_for_update().filter(pk=claims["family"]).first()
        if family is None or family.ended_at is not None:
            raise Refused(DEAD)
        user = User.objects.get(pk=family.user_id)
        behind = family.generation - claims["generation"]
        replayed = behind > 1 or (behind == 1 and not alive_on_arrival)
        if replayed:
            _end(family, reason="replayed", actor=user.email, address=address, now=now)
        else:
            grant = _still(user, claims)
            if behind == 0:
                family.generation = F("generation") + 1
                family.rotated_at, family.expires_at = now, now + settings.REFRESH_TOKEN_LIFETIME
                family.save(update_fields=["generation", "rotated_at", "expires_at"])
                family.refresh_from_db()
            return _pair(family, user, grant)
    raise Refused(DEAD)


def sign_out(text: str, *, address: str | None = None, now: datetime) -> None:
    """End the family of a refresh token, of whatever generation. One that has ended stays as it ended."""
    try:
        claims = _claims_of(text)
    except Refused:
        return
    with transaction.atomic():
        family = TokenFamily.objects.select_for_update().filter(pk=claims["family"], ended_at=None).first()
        if family is not None:
            user = User.objects.get(pk=family.user_id)
            _end(family, reason="signed out", actor=user.email, address=address, now=now)


@transaction.atomic
def end_all(user: User, *, now: datetime, reason: str) -> None:
    """End every token and every session of a user: whatever proved who they were proves it no longer."""
    User.objects.filter(pk=user.pk).update(access_version=F("access_version") + 1)
    user.refresh_from_db(fields=["access_version"])
    TokenFamily.objects.filter(user=user, ended_at=None).update(ended_at=now, end_reason=reason)
    standing.forget()


def _sweep(*, now: datetime) -> None:
    """Delete some rows that can be refreshed no more: each sign-in takes away more than it adds."""
    over = TokenFamily.objects.filter(expires_at__lt=now).select_for_update(skip_locked=True)[:SWEPT_AT_ONCE]
    TokenFamily.objects.filter(pk__in=[family.pk for family in over]).delete()


def _end(family: TokenFamily, *, reason: str, actor: str, address: str | None, now: datetime) -> None:
    TokenFamily.objects.filter(pk=family.pk).update(ended_at=now, end_reason=reason)
    standing.forget()
    place = scope.find_by_id(family.restaurant_id) if family.restaurant_id else None
    action = "tokens.replayed" if reason == "replayed" else "sign_out"
    audit.record(action, actor=actor, place=place, subject=f"token_families/{family.pk}", address=address)


# ---- on every request --------------------------------------------------------------------------------


def verify(text: str, *, now: float | None = None) -> Grant:
    """Who stands behind an access token: by its signature, and by what `standing` knows since at most seconds.

    `now` is monotonic seconds, for that memory; expiry is told by the wall clock.
    """
    claims = _checked(text)
    if claims.get("token_type") != AccessToken.token_type or not {"exp", "family"} <= claims.keys():
        raise Refused("This is no access token.")
    found = standing.of_family(str(claims["family"]), now=now)
    if found is None or not _fits(found, claims) or (found.is_demo and not settings.DEBUG):
        raise Refused("This access token is not valid any more.")
    return Grant(by=found.email, role=found.role, place=found.place, user_id=found.user_id)


@dataclass(frozen=True, slots=True)
class _Checked:
    claims: Mapping[str, Any]
    key: signing_keys.Key
    """That signed it."""


_checked_before: dict[str, _Checked] = {}
"""A program sends one token for a quarter of an hour, and checking a signature costs more than all else about it."""
MOST_CHECKED = 2_000


def _checked(text: str) -> Mapping[str, Any]:
    """What an access token claims, its signature and expiry checked. A signature that was found good stays good while
    its key is among those that verify; the clock is asked each time."""
    known = _checked_before.get(text)
    if known is not None and known.claims["exp"] > time.time() and _key_of(known.key.kid) is known.key:
        return known.claims
    try:
        claims: Mapping[str, Any] = _backend.decode(_unread(text))
    except MALFORMED:
        raise Refused("This access token is not valid or has expired.") from None
    key = _key_of(_kid_of(text.partition(".")[0]))
    if key is not None and "exp" in claims:
        if len(_checked_before) >= MOST_CHECKED:
            _checked_before.clear()
        _checked_before[text] = _Checked(claims, key)
    return claims


def _key_of(kid: str) -> signing_keys.Key | None:
    return signing_keys.find(kid, now=timezone.now())


def _fits(found: standing.Standing, claims: Mapping[str, Any]) -> bool:
    here = str(found.place.id) if found.place else ""
    return (
        claims.get("version") == found.version
        and claims.get("user_id") == str(found.user_id)
        and claims.get("restaurant") == here
        and claims.get("role") == found.role.value
    )


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
    if membership.restaurant.state in standing.CLOSED:
        raise Refused("This restaurant is suspended.")
    return Grant(by=user.email, role=Role(membership.role), place=scope.of(membership.restaurant), user_id=user.pk)


def _find(restaurant: str) -> scope.Place | None:
    return scope.find_by_slug(restaurant) or scope.find_by_id(restaurant)


def _still(user: User, claims: Mapping[str, Any]) -> Grant:
    """What the user is today where the family began; `Refused` when its tokens were ended or it was lost."""
    may = user.is_active and claims.get("version") == user.access_version and (settings.DEBUG or not user.is_demo)
    if not may:
        raise Refused(DEAD)
    return grant_for(user, restaurant=claims.get("restaurant") or "")


# ---- reading and writing -----------------------------------------------------------------------------


def _unread(text: str) -> Any:
    """The library's types ask for a token where it takes the text of one."""
    return text


def _claims_of(text: str) -> Mapping[str, Any]:
    try:
        claims: Mapping[str, Any] = RefreshToken(_unread(text)).payload
    except MALFORMED:
        raise Refused(DEAD) from None
    if "family" not in claims or "generation" not in claims:
        raise Refused(DEAD)
    return claims


def _pair(family: TokenFamily, user: User, grant: Grant) -> dict[str, str]:
    """The refresh token holds nothing but what the family's row says, so it is the same text for whoever raced."""
    claims = {
        "user_id": str(user.pk),
        "family": str(family.pk),
        "restaurant": str(grant.place.id) if grant.place else "",
        "role": grant.role.value,
        "version": user.access_version,
    }
    fresh = RefreshToken()
    fresh.set_iat(at_time=family.rotated_at)
    fresh.set_exp(from_time=family.rotated_at, lifetime=settings.REFRESH_TOKEN_LIFETIME)
    fresh.payload |= {**claims, "jti": f"{family.pk.hex}.{family.generation}", "generation": family.generation}
    access = AccessToken()
    access.payload |= {**claims, "jti": uuid4().hex}
    return {"access": str(access), "refresh": str(fresh)}
