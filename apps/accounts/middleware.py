"""Says for the time of a request where it comes from, so that the audit record knows without being told."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from apps.accounts import audit


class OriginMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = audit.origin.set(audit.address_of(request))
        try:
            return self.get_response(request)
        finally:
            audit.origin.reset(token)
