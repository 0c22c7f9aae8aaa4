"""What is refused before anybody reads it: long bodies, deep documents, foreign hosts, pages of others."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from django.test import Client

from loman.asgi import application
from loman.gate import admits


def ask(path: str, pieces: list[bytes], *, headers: list[tuple[bytes, bytes]] | None = None) -> tuple[int, Any, int]:
    """Status, body and how many pieces of the request were taken, by the whole application."""
    left, sent = list(pieces), []

    async def receive() -> dict[str, Any]:
        if not left:
            await asyncio.sleep(3600)
        body = left.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(left)}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "client": ("10.0.0.7", 5000),
        "server": ("localhost", 80),
        "headers": [(b"host", b"localhost"), (b"content-type", b"application/json"), *(headers or [])],
    }
    asyncio.run(application(scope, receive, send))
    body = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], body, len(pieces) - len(left)


def test_a_body_that_says_it_is_too_long_is_refused_unread(bella: Any) -> None:
    status, body, taken = ask("/tools/get_context", [b"{}"], headers=[(b"content-length", b"2500001")])
    assert (status, taken) == (413, 0)
    assert json.loads(body)["detail"] == "A request may bring 2500000 bytes."


def test_a_body_that_does_not_say_is_refused_once_it_is_too_long(bella: Any) -> None:
    pieces = [b"x" * 500_000] * 40
    status, _, taken = ask("/webhooks/twilio/voice", pieces, headers=[(b"transfer-encoding", b"chunked")])
    assert (status, taken) == (413, 6)


def test_a_body_of_allowed_length_gets_through(bella: Any) -> None:
    status, _, _ = ask("/tools/get_context", [b"{}"], headers=[(b"transfer-encoding", b"chunked")])
    assert status == 401


@pytest.mark.parametrize("path", ["/api/v1/auth/token", "/api/v1/auth/refresh"])
@pytest.mark.parametrize(
    "document",
    ["[" * 1_000_000 + "]" * 1_000_000, "[" * 1_000_000, '{"a":' * 400_000 + "1" + "}" * 400_000, "[" * 33 + "]" * 33],
)
def test_a_deep_document_is_a_bad_request_and_not_a_bug(client: Client, bella: Any, path: str, document: str) -> None:
    answer = client.post(path, document, content_type="application/json")
    assert answer.status_code == 400
    assert "JSON" in answer.json()["detail"]


def test_a_document_of_sensible_depth_is_read(client: Client, bella: Any) -> None:
    document = "[" * 32 + "]" * 32
    answer = client.post("/api/v1/auth/refresh", document, content_type="application/json")
    assert answer.status_code == 400
    assert "JSON" not in answer.json()["detail"], "what is wrong with it is something else"


def test_a_form_of_thousands_of_fields_is_a_bad_request(client: Client, bella: Any) -> None:
    form = {f"f{number}": "1" for number in range(500)}
    headers = {"X-Twilio-Signature": "A" * 27 + "="}
    assert client.post("/webhooks/twilio/voice", form, headers=headers).status_code == 400


def test_a_foreign_host_is_refused(client: Client, bella: Any, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["loman.example.com"]
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    assert client.get("/", headers={"host": "loman.example.com"}).status_code == 200


def test_headers_of_proxies_are_believed_of_nobody_by_django(client: Client, bella: Any, settings: Any) -> None:
    """The server reads them, and only of TRUSTED_PROXIES."""
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["loman.example.com"], True
    written = {"host": "loman.example.com", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    answer = client.get("/", headers=written)
    assert answer.status_code == 301
    assert answer["Location"] == "https://loman.example.com/"


def socket(path: str, **headers: str) -> dict[str, Any]:
    return {"path": path, "headers": [(name.encode(), value.encode()) for name, value in headers.items()]}


@pytest.mark.parametrize(
    ("path", "host", "origin", "gets_in"),
    [
        ("/ws/twilio/media", "loman.example.com", None, True),
        ("/ws/live", "loman.example.com", None, False),
        ("/ws/live", "loman.example.com", "https://loman.example.com", True),
        ("/ws/live", "bella.loman.example.com", "https://bella.loman.example.com", True),
        ("/ws/live", "bella.loman.example.com", "https://loman.example.com", True),
        ("/ws/live", "loman.example.com", "https://bella.loman.example.com", False),
        ("/ws/live", "loman.example.com", "http://loman.example.com", False),
        ("/ws/live", "loman.example.com", "https://loman.example.com.evil.example", False),
        ("/ws/live", "loman.example.com", "https://loman.example.com:8443", False),
        ("/ws/live", "loman.example.com", "null", False),
        ("/ws/live", "loman.example.com", "", False),
        ("/ws/live", "loman.example.com", "https://[", False),
        ("/ws/live", "loman.example.com", "file://loman.example.com", False),
        ("/ws/twilio/media", "loman.example.com", "https://evil.example", False),
        ("/ws/twilio/media", "evil.example", None, False),
        ("/ws/live", "evil.example", "https://evil.example", False),
        ("/ws/live", "", "https://", False),
    ],
)
def test_a_socket_is_opened_by_our_own_pages_or_by_who_signs(
    settings: Any, path: str, host: str, origin: str | None, gets_in: bool
) -> None:
    settings.ALLOWED_HOSTS, settings.PUBLIC_URL = [".loman.example.com"], "https://loman.example.com"
    settings.DEBUG = False
    headers = {"host": host} if origin is None else {"host": host, "origin": origin}
    assert admits(socket(path, **headers)) is gets_in


def test_while_developing_any_host_is_ours_but_another_page_is_not(settings: Any) -> None:
    settings.ALLOWED_HOSTS, settings.PUBLIC_URL, settings.DEBUG = ["*"], "", True
    assert admits(socket("/ws/live", host="localhost:8000", origin="http://localhost:8000"))
    assert not admits(socket("/ws/live", host="localhost:8000", origin="http://evil.example"))
