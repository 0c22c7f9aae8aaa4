"""Headers that tell a browser what a page of ours may do: nothing that is not ours, and nothing written into it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

PAGE = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "media-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""No 'unsafe-inline' and no nonce: our pages carry neither scripts nor styles within them."""
DATA = "default-src 'none'; frame-ancestors 'none'"
PERMISSIONS = "camera=(), geolocation=(), microphone=(self), payment=(), usb=()"
"""The microphone is for a call from the browser."""


def _told(response: HttpResponseBase) -> HttpResponseBase:
    page = response.headers.get("Content-Type", "").startswith("text/html")
    response.headers.setdefault("Content-Security-Policy", PAGE if page else DATA)
    if page:
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
    return response


@sync_and_async_middleware
def policies(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase] | Callable[[HttpRequest], Awaitable[HttpResponseBase]]:
    """Middleware: Content-Security-Policy and Permissions-Policy, where a view has set none."""
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            return _told(await get_response(request))

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponseBase:
        return _told(get_response(request))

    return synchronous
