"""What every request passes: where it comes from is remembered for the audit record, and programs are counted."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from apps.accounts import audit, limits, problems

PROGRAMS = ("/api/v1/", "/tools/", "/llm/", "/feeds/")
"""How the addresses begin that programs ask, each time with a token or a key."""
SENTENCE = "That is more than this installation answers at once. Try again later."


class OriginMiddleware:
    """Says for the time of a request where it comes from, so that the audit record knows without being told."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = audit.origin.set(audit.address_of(request))
        try:
            return self.get_response(request)
        finally:
            audit.origin.reset(token)


class AddressLimit:
    """The limit by address, before anybody is known: every request of a program counts, answered or refused. What
    `throttle` found tighter is what the answer tells."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PROGRAMS):
            return self.get_response(request)
        verdict = limits.ask(address=_network(request.META.get("REMOTE_ADDR") or ""))
        if verdict is not None and not verdict.allowed:
            refused = problems.response(429, SENTENCE)
            return _told(refused, verdict)
        answer = self.get_response(request)
        return _told(answer, getattr(request, "limits", None) or verdict)


def _network(address: str) -> str:
    """Who has an IPv6 address has 2**64 of them: the network counts."""
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network((address.partition("%")[0], 64), strict=False))
    except ValueError:
        return address


def _told(answer: HttpResponse, verdict: limits.Verdict | None) -> HttpResponse:
    if verdict is not None:
        for name, value in verdict.headers().items():
            answer.headers[name] = value
    return answer
