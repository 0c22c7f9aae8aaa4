"""Middleware that only pages need: programs bring a token with every request, and neither session nor messages.

Each is Django's own for every other address. Programs' addresses pass without a session being looked for.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django_htmx.middleware import HtmxMiddleware

from apps.accounts.middleware import PROGRAMS
from apps.accounts.sessions import SessionLifetimeMiddleware


class _OfPages:
    """Before a middleware in the order of its class: hands a program's request on."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        if request.path_info.startswith(PROGRAMS):
            return self.get_response(request)
        beside: Any = super()
        return beside.__call__(request)


class Sessions(_OfPages, SessionMiddleware):
    pass


class Users(_OfPages, AuthenticationMiddleware):
    pass


class Lifetimes(_OfPages, SessionLifetimeMiddleware):
    pass


class Messages(_OfPages, MessageMiddleware):
    pass


class Htmx(_OfPages, HtmxMiddleware):
    pass
