"""Changing a password, and setting one by a link that came by e-mail.

A link is signed and holds a stamp of the account as it was, so it works once, ends with any change of password or
access, and needs no table.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.accounts import audit, post, tokens, tries
from apps.accounts.models import User
from apps.accounts.tokens import Refused

LINK_HOLDS = timedelta(hours=1)
MAIL_EVERY_SECONDS = 120
"""At most, to one user, from however many addresses it is asked for."""
SALT = "accounts.reset"
NOT_VALID = gettext_noop("This link is not valid any more. Ask for a new one.")


class Unfit(Exception):
    """Why this password will not do, as sentences."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def ask_for_reset(request: HttpRequest, *, email: str, now: datetime) -> None:
    """Mail a link, if there is such a user: the answer is the same either way. `Throttled` by address."""
    address = audit.address_of(request)
    tries.admit(what="reset", account=email, address=address, now=now)
    user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if user is None or user.is_demo or not cache.add(f"reset-mailed:{user.pk}", 1, MAIL_EVERY_SECONDS):
        return
    audit.record("password.reset_asked", actor=user.email, subject=f"users/{user.pk}", address=address)
    path = reverse("new-password", args=[token_for(user, now=now)])
    text = post.RESET.format(email=user.email, link=post.link(request, path))
    post.send(to=user.email, subject="A new password for Loman", text=text)


def token_for(user: User, *, now: datetime) -> str:
    return signing.dumps([str(user.pk), (now + LINK_HOLDS).timestamp(), _stamp(user)], salt=SALT)


def user_of(token: str, *, now: datetime) -> User:
    """Whose link this is; `Refused` when it was used, is late, or is none of ours."""
    try:
        key, until, stamp = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise Refused(_(NOT_VALID)) from None
    user = User.objects.filter(pk=key, is_active=True).first()
    if user is None or until < now.timestamp() or not constant_time_compare(stamp, _stamp(user)):
        raise Refused(_(NOT_VALID))
    return user


@transaction.atomic
def reset(token: str, *, password: str, address: str | None, now: datetime) -> User:
    """Set the password by a link. Every session and token ends. A second factor stays."""
    user = user_of(token, now=now)
    User.objects.select_for_update().get(pk=user.pk)
    user = user_of(token, now=now)  # of two at once the second finds it used
    _set(user, password, now=now)
    audit.record("password.reset", actor=user.email, subject=f"users/{user.pk}", address=address)
    return user


@transaction.atomic
def change(user: User, *, old: str, new: str, request: HttpRequest, now: datetime) -> None:
    """Set a new password, for who knows the old one. Every session and token ends, the caller's too."""
    address = audit.address_of(request)
    admitted = tries.admit(what="change", account=user.email, address=address, now=now)
    if not user.check_password(old):
        raise Refused(_("The old password is not right."))
    tries.was_right(admitted)
    _set(user, new, now=now)
    audit.record("password.changed", actor=user.email, subject=f"users/{user.pk}", address=address)
    text = post.CHANGED.format(email=user.email, link=post.link(request, reverse("forgotten")))
    post.send(to=user.email, subject="Your password for Loman was changed", text=text)


def check(password: str, user: User) -> None:
    """Django's validators; `Unfit` with what they say."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Unfit(list(error.messages)) from None


def _set(user: User, password: str, *, now: datetime) -> None:
    check(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    tokens.end_all(user, now=now, reason="password")


def _stamp(user: User) -> str:
    """Changes with everything that has to end an open link."""
    state: list[Any] = [user.password, user.access_version, user.email, user.last_login]
    return salted_hmac(SALT, repr(state), algorithm="sha256").hexdigest()[:32]
