"""The language of the pages: what somebody chose for themselves, else what their browser asks for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from apps.accounts.models import User


def of(request: HttpRequest) -> AbstractContextManager[None]:
    """Within it, texts are in the reader's language; the thread's own language comes back after it."""
    chosen = request.user.language if isinstance(request.user, User) else ""
    return translation.override(chosen or translation.get_language_from_request(request))


def spoken(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that stands outside of any restaurant, in the reader's language."""

    @wraps(view)
    def in_their_language(request: HttpRequest, *arguments: Any, **parameters: Any) -> HttpResponse:
        with of(request):
            return view(request, *arguments, **parameters)

    return in_their_language
