"""Django over HTTP: each request in one thread of a pool of our own, its answer sent from the event loop.

Django's own ASGI handler gives every request a new thread and hops to it for each synchronous middleware and signal;
our views and middleware are all synchronous. One hop instead of a dozen costs a fifth of the CPU (docs/measurements).
What only an event loop can do, streaming server-sent events, still happens on it.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from http import HTTPStatus
from typing import Any, cast

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestDataTooBig
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import ResolverMatch, get_resolver, set_script_prefix

log = logging.getLogger(__name__)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

THREADS = 12
"""Requests that are worked on at once; each may hold one database connection."""
BODY_SECONDS = 30.0
"""A body that takes longer to arrive is not waited for."""
LONGEST_REMEMBERED = 200
"""Letters of an address whose view is remembered."""
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="http")


class _Gone(Exception):
    """The client hung up before its request was whole."""


class Handler(BaseHandler):
    """The ASGI application for `http` connections."""

    def __init__(self) -> None:
        super().__init__()
        self.load_middleware(is_async=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await asyncio.wait_for(_body(receive, most=_most(scope)), BODY_SECONDS)
        except _Gone:
            return
        except TimeoutError:
            await _refuse(send, HTTPStatus.REQUEST_TIMEOUT, "The request's body did not arrive in time.")
        except RequestDataTooBig as error:
            await _refuse(send, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(error))
        else:
            response = await _in_thread(self._respond, scope, body)
            await _send(response, receive, send)

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        """Django tries hundreds of patterns one after the other; what an address leads to does not change."""
        resolve = _resolved if len(request.path_info) <= LONGEST_REMEMBERED else _resolved.__wrapped__
        match = resolve(request.path_info, settings.ROOT_URLCONF)
        request.resolver_match = match
        return match

    def _respond(self, scope: Scope, body: bytes) -> HttpResponseBase:
        """The whole answer, streams excepted: all middleware and the view, in this thread."""
        set_script_prefix(scope.get("root_path", ""))
        signals.request_started.send(sender=type(self), scope=scope)
        try:
            request = ASGIRequest(scope, io.BytesIO(body))
        except UnicodeDecodeError:
            return HttpResponse("This address cannot be read.", status=400, content_type="text/plain")
        response = self.get_response(request)
        if not response.streaming:
            response.close()  # gives the database connection back before the answer travels
        return response


@lru_cache(maxsize=2048)
def _resolved(path: str, addresses: str) -> ResolverMatch:
    """Raises `Resolver404`, which is not remembered."""
    return get_resolver(addresses).resolve(path)


async def _in_thread(function: Callable[..., Any], *args: Any) -> Any:
    """Within, `async_to_sync` finds its way back to this loop, and the context (logs, restaurant) is this one's."""
    return await sync_to_async(function, thread_sensitive=False, executor=_threads)(*args)


def _most(scope: Scope) -> int:
    """Bytes this request may bring. Raises `RequestDataTooBig` when it says itself that it brings more."""
    headers: dict[bytes, bytes] = dict(scope["headers"])
    files = headers.get(b"content-type", b"").startswith(b"multipart/")
    most: int = settings.LARGEST_UPLOAD if files else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length) > most:
        raise _too_big(most)
    return most


def _too_big(most: int) -> RequestDataTooBig:
    return RequestDataTooBig(f"A request may bring {most} bytes.")


async def _body(receive: Receive, *, most: int) -> bytes:
    chunks, length = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        chunk = message.get("body", b"")
        length += len(chunk)
        if length > most:
            raise _too_big(most)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


async def _send(response: HttpResponseBase, receive: Receive, send: Send) -> None:
    await send(_head(response))
    if not isinstance(response, StreamingHttpResponse):
        await send({"type": "http.response.body", "body": cast("HttpResponse", response).content})
        return
    try:
        await _send_parts(response, receive, send)
    finally:
        await _in_thread(response.close)


async def _send_parts(response: StreamingHttpResponse, receive: Receive, send: Send) -> None:
    """As long as the client is there."""
    streaming = asyncio.create_task(_stream(response, send))
    leaving = asyncio.create_task(_left(receive))
    try:
        await asyncio.wait({streaming, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        leaving.cancel()
        streaming.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await streaming


def _head(response: HttpResponseBase) -> dict[str, Any]:
    headers = [(name.lower().encode("ascii"), value.encode("latin-1")) for name, value in response.items()]
    headers += [(b"set-cookie", cookie.OutputString().encode("ascii")) for cookie in response.cookies.values()]
    return {"type": "http.response.start", "status": response.status_code, "headers": headers}


async def _stream(response: StreamingHttpResponse, send: Send) -> None:
    async with contextlib.aclosing(_parts(response)) as parts:
        async for part in parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _parts(response: StreamingHttpResponse) -> Any:
    if response.is_async:
        async for part in cast("AsyncIterator[bytes]", response):
            yield part
        return
    parts: Iterator[bytes] = iter(cast("Iterator[bytes]", response))
    while (part := await _in_thread(next, parts, None)) is not None:
        yield part


async def _left(receive: Receive) -> None:
    """Until the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Send, status: HTTPStatus, why: str) -> None:
    """A problem document, and the connection ends: nobody reads what is still to come."""
    log.warning(why, extra={"event": "http.refused", "status": status.value})
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": why,
        "errors": [],
    }
    headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(problem).encode()})
