"""Django over our own ASGI handler: whole answers, streams, bodies too long or too slow, and clients that leave."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from django.db import connection, connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path

from loman import http

Message = dict[str, Any]
closed: list[str] = []
held: list[Any] = []


def plain(request: HttpRequest) -> HttpResponse:
    answer = HttpResponse(f"{request.method} {request.GET.get('q', '')} {len(request.body)}")
    answer.set_cookie("one", "1")
    answer.set_cookie("two", "2")
    return answer


def asks_the_database(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    held[:] = [connections["default"]]
    return HttpResponse(str(connection.connection is not None))


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


def events(request: HttpRequest) -> HttpResponseBase:
    async def parts() -> AsyncIterator[str]:
        try:
            for number in range(1_000_000):
                yield f"data: {number} {threading.current_thread() is threading.main_thread()}\n\n"
                await asyncio.sleep(0)
        finally:
            closed.append("events")

    return StreamingHttpResponse(parts(), content_type="text/event-stream")


def file(request: HttpRequest) -> HttpResponseBase:
    def parts() -> Iterator[bytes]:
        for number in range(3):
            yield f"{number} {threading.current_thread() is threading.main_thread()} ".encode()

    return StreamingHttpResponse(parts())


urlpatterns = [
    path("plain", plain),
    path("database", asks_the_database),
    path("broken", broken),
    path("events", events),
    path("file", file),
    path("long/<str:rest>", lambda request, rest: plain(request)),
]


@pytest.fixture
def ask(settings: Any) -> Callable[..., list[Message]]:
    """Send a request with a body in pieces; what the handler sends back. After `leaves_after` parts the client goes."""
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = []
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["*"]

    def request(
        where: str, *, method: str = "GET", body: list[bytes] | None = None, leaves_after: int | None = None
    ) -> list[Message]:
        name, _, query = where.partition("?")
        scope = {
            "type": "http", "method": method, "path": name, "query_string": query.encode("latin-1"),
            "headers": [(b"host", b"localhost")], "scheme": "http", "server": ("localhost", 80), "root_path": "",
        }  # fmt: skip
        pieces = list(body if body is not None else [b""])
        sent: list[Message] = []

        async def run() -> None:
            gone = asyncio.Event()

            async def receive() -> Message:
                if pieces:
                    piece = pieces.pop(0)
                    return {"type": "http.request", "body": piece, "more_body": bool(pieces)}
                await gone.wait()
                return {"type": "http.disconnect"}

            async def send(message: Message) -> None:
                sent.append(message)
                if leaves_after is not None and len(sent) > leaves_after:
                    gone.set()

            await asyncio.wait_for(http.Handler()(scope, receive, send), 20)

        asyncio.run(run())
        return sent

    return request


def body_of(sent: list[Message]) -> bytes:
    return b"".join(each.get("body", b"") for each in sent)


def test_an_answer_arrives_whole_with_every_cookie(ask: Callable[..., list[Message]]) -> None:
    sent = ask("/plain?q=a", method="POST", body=[b"12", b"345"])
    assert (sent[0]["status"], body_of(sent)) == (200, b"POST a 5")
    cookies = [value for name, value in sent[0]["headers"] if name == b"set-cookie"]
    assert len(cookies) == 2


def test_a_view_that_breaks_is_a_500_and_the_next_request_is_served(ask: Callable[..., list[Message]]) -> None:
    assert ask("/broken")[0]["status"] == 500
    assert ask("/plain")[0]["status"] == 200
    assert ask("/nowhere")[0]["status"] == 404


def test_where_an_address_leads_is_remembered_for_those_that_lead_somewhere(ask: Callable[..., list[Message]]) -> None:
    http._resolved.cache_clear()
    for address in ("/plain", "/plain", "/nowhere", "/nowhere", "/long/" + "a" * 300):
        ask(address)
    assert http._resolved.cache_info().currsize == 1
    assert http._resolved.cache_info().hits == 1
    assert body_of(ask("/long/" + "a" * 300)) == b"GET  0"


def test_programs_are_served_without_a_look_for_a_session(
    client: Client, bella: Any, django_assert_num_queries: Any
) -> None:
    client.cookies["sessionid"] = "a" * 32
    with django_assert_num_queries(0):
        assert client.get("/api/v1/orders").status_code == 401
    with CaptureQueriesContext(connection) as asked:
        client.get("/r/bella-napoli/")
    assert any("django_session" in each["sql"] for each in asked.captured_queries)


def test_a_body_that_is_too_long_is_refused_while_it_arrives(ask: Callable[..., list[Message]], settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    pieces = [b"x" * 6, b"x" * 6, b"never taken"]
    sent = ask("/plain", method="POST", body=pieces)
    assert sent[0]["status"] == 413
    assert b"10 bytes" in body_of(sent)


def test_a_body_that_does_not_arrive_is_not_waited_for(
    ask: Callable[..., list[Message]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "BODY_SECONDS", 0.05)

    async def never(receive: Any, *, most: int) -> bytes:
        await asyncio.Event().wait()
        return b""

    monkeypatch.setattr(http, "_body", never)
    assert ask("/plain", method="POST")[0]["status"] == 408


def test_server_sent_events_run_on_the_event_loop_and_end_when_the_client_leaves(
    ask: Callable[..., list[Message]],
) -> None:
    closed.clear()
    sent = ask("/events", leaves_after=5)
    assert sent[1]["body"] == b"data: 0 True\n\n"
    assert 5 <= len(sent) < 1000
    assert closed == ["events"]


def test_a_file_is_read_beside_the_loop_part_by_part(ask: Callable[..., list[Message]]) -> None:
    sent = ask("/file")
    assert body_of(sent) == b"0 False 1 False 2 False "
    assert sent[-1] == {"type": "http.response.body", "body": b""}


def test_a_connection_to_the_database_is_given_back_before_the_answer_travels(
    installation: None, django_db_blocker: Any, ask: Callable[..., list[Message]]
) -> None:
    with django_db_blocker.unblock():
        assert body_of(ask("/database")) == b"True"
    (used,) = held
    assert used.connection is None


def test_an_address_that_is_no_text_is_refused(ask: Callable[..., list[Message]]) -> None:
    assert ask("/plain?q=\xff")[0]["status"] == 400
