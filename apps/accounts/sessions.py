"""Sessions of the pages: signing in to one, and how long it lasts. The users are the same as the tokens'.

A session also ends when the user's password or access version changes (`User.get_session_auth_hash`, which Django
holds against the session on every request).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user, login, logout
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from apps.accounts import audit
from apps.accounts.models import User

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
CODE_WAITED_FOR = timedelta(minutes=5)
SEEN_EVERY_SECONDS = 60
"""How exactly the last request is known: a session is a row, and a row is not written on every request."""
BEGAN, SEEN, HALF = "began", "seen", "half"


class SessionLifetimeMiddleware:
    """Signs out whoever was away for long, and everybody after a week."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.session.session_key and BEGAN in request.session:
            check(request, now=timezone.now())
        return self.get_response(request)


def check(request: HttpRequest, *, now: datetime) -> None:
    """End the session if its time is over; else remember that it was used."""
    moment, session = now.timestamp(), request.session
    seen = float(session.get(SEEN, 0))
    if moment - seen > IDLE.total_seconds() or moment - float(session[BEGAN]) > LONGEST.total_seconds():
        logout(request)
    elif moment - seen > SEEN_EVERY_SECONDS:
        session[SEEN] = moment


def begin(request: HttpRequest, user: User, *, now: datetime) -> None:
    """Sign in, under a new session key."""
    request.session.pop(HALF, None)
    login(request, user)
    request.session[BEGAN] = request.session[SEEN] = now.timestamp()
    audit.record("sign_in", actor=user.email, address=audit.address_of(request), after={"by": "page"})


def end(request: HttpRequest) -> None:
    if isinstance(request.user, User):
        audit.record("sign_out", actor=request.user.email, address=audit.address_of(request))
    logout(request)


def begin_half(request: HttpRequest, user: User, *, now: datetime) -> None:
    """The password was right, the code is awaited: for minutes, in a session that opens nothing."""
    request.session.cycle_key()
    until = (now + CODE_WAITED_FOR).timestamp()
    request.session[HALF] = {"user": str(user.pk), "until": until, "as": user.get_session_auth_hash()}


def half(request: HttpRequest, *, now: datetime) -> User | None:
    """Who gave the right password here just now."""
    waiting: dict[str, Any] | None = request.session.get(HALF)
    if waiting is None or waiting["until"] < now.timestamp():
        return None
    user = User.objects.filter(pk=waiting["user"], is_active=True).first()
    return user if user is not None and user.get_session_auth_hash() == waiting["as"] else None


def who(key: str, *, now: datetime) -> User | None:
    """Whose living session this is: for sockets, which pass no middleware. It does not count as being here."""
    request = HttpRequest()
    request.session = SessionStore(key)
    user = get_user(request)
    moment = now.timestamp()
    seen, began = (float(request.session.get(name, 0)) for name in (SEEN, BEGAN))
    if moment - seen > IDLE.total_seconds() or moment - began > LONGEST.total_seconds():
        return None
    return user if isinstance(user, User) else None
