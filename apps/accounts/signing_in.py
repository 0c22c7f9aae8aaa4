"""Proving who one is, the same for programs and pages: throttle, password, second factor, and the audit record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.accounts import audit, second_factor, tries
from apps.accounts.models import User
from apps.accounts.tokens import Refused
from apps.accounts.tries import Throttled

WRONG = gettext_noop("This e-mail address and password do not go together.")


def prove(request: HttpRequest, *, email: str, password: str, code: str = "", now: datetime) -> User:
    """The user behind an address, a password and, when they have set it up, a code.

    Raises `Throttled`, `second_factor.Needed` (the password was right, nothing is counted) or `Refused`.
    """
    admitted = _admit(request, email=email, now=now)
    user = authenticate(request, username=email, password=password)
    if not isinstance(user, User):
        _refused(request, email, "password")
        raise Refused(_(WRONG))
    if second_factor.is_on(user):
        _take_code(request, user, code, admitted, now=now)
    tries.was_right(admitted)
    return user


def prove_password(request: HttpRequest, *, email: str, password: str, now: datetime) -> tuple[User, bool]:
    """The first half of a page's sign-in: the user, and whether a code is still needed. Until it was given, the
    failures before it stay counted: who has the password could else guess codes for ever."""
    try:
        return prove(request, email=email, password=password, now=now), False
    except second_factor.Needed:
        user = User.objects.get(email__iexact=email.strip())
        return user, True


def prove_code(request: HttpRequest, *, user: User, code: str, now: datetime) -> None:
    """The second half, within the same counts."""
    admitted = _admit(request, email=user.email, now=now)
    _take_code(request, user, code, admitted, now=now)
    tries.was_right(admitted)


@contextmanager
def counted_code(request: HttpRequest, user: User, action: str, *, now: datetime) -> Iterator[datetime]:
    """Around a deed that takes a code of somebody signed in: counted like a password, for six digits are soon
    guessed, and on record when it was done."""
    address = audit.address_of(request)
    admitted = tries.admit(what="code", account=user.email, address=address, now=now)
    with transaction.atomic():
        yield now
        audit.record(action, actor=user.email, subject=f"users/{user.pk}", address=address)
    tries.was_right(admitted)


def _admit(request: HttpRequest, *, email: str, now: datetime) -> tries.Try:
    try:
        return tries.admit(what="sign-in", account=email, address=audit.address_of(request), now=now)
    except Throttled as wait:
        if wait.first:  # once per wait, so that a flood is not a flood of audit entries
            _refused(request, email, "throttled")
        raise


def _take_code(request: HttpRequest, user: User, code: str, admitted: tries.Try, *, now: datetime) -> None:
    try:
        second_factor.prove(user, code=code, now=now)
    except second_factor.Needed:
        tries.give_back(admitted)
        raise
    except Refused:
        _refused(request, user.email, "code")
        raise


def _refused(request: HttpRequest, email: str, reason: str) -> None:
    address = audit.address_of(request)
    audit.record("sign_in.refused", actor=email.strip()[:254], address=address, after={"reason": reason})
