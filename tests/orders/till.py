"""A provider on loopback that speaks Stripe's documented JSON: sessions are made once per key, looked at, expired,
and paid, with webhooks signed as Stripe signs them."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

SECRET = "whsec_test"
KEY = "sk_test_1"


@dataclass
class Till:
    """What the provider knows, and how it behaves."""

    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    by_key: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    down: bool = False
    url: str = ""
    _ids: Any = field(default_factory=lambda: itertools.count(1))

    def answer(self, method: str, path: str, form: dict[str, str], headers: Any) -> tuple[int, dict[str, Any]]:
        self.asked.append((method, path, form))
        if self.down:
            return 503, {"error": {"type": "api_error", "code": "down"}}
        if headers.get("Authorization") != f"Bearer {KEY}":
            return 401, {"error": {"type": "invalid_request_error", "code": "api_key_invalid"}}
        parts = path.strip("/").split("/")
        if method == "POST" and parts == ["v1", "checkout", "sessions"]:
            return 200, self._make(form, headers.get("Idempotency-Key", ""))
        session = self.sessions.get(parts[3])
        if session is None:
            return 404, {"error": {"type": "invalid_request_error", "code": "resource_missing"}}
        if method == "POST" and parts[4:] == ["expire"]:
            session["status"] = "expired"
        return 200, session

    def _make(self, form: dict[str, str], key: str) -> dict[str, Any]:
        if key and key in self.by_key:
            return self.sessions[self.by_key[key]]
        name = f"cs_test_{next(self._ids)}"
        self.by_key[key] = name
        self.sessions[name] = {
            "id": name,
            "object": "checkout.session",
            "url": f"https://checkout.stripe.com/c/pay/{name}",
            "status": "open",
            "payment_status": "unpaid",
            "client_reference_id": form["client_reference_id"],
            "currency": form["line_items[0][price_data][currency]"],
            "amount_total": int(form["line_items[0][price_data][unit_amount]"]) * int(form["line_items[0][quantity]"]),
        }
        return self.sessions[name]

    def pay(self, name: str) -> dict[str, Any]:
        """A guest pays; the event that Stripe would send."""
        self.sessions[name] |= {"status": "complete", "payment_status": "paid"}
        return event("checkout.session.completed", self.sessions[name])


def event(kind: str, session: dict[str, Any]) -> dict[str, Any]:
    return {"id": "evt_1", "object": "event", "type": kind, "data": {"object": dict(session)}}


def signed(body: bytes, *, at: float | None = None, secret: str = SECRET) -> str:
    stamp = int(time.time() if at is None else at)
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest},v0=0000"


@contextmanager
def opened() -> Iterator[Till]:
    till = Till()

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            self._say(dict(parse_qsl(body)))

        def do_GET(self) -> None:
            self._say({})

        def _say(self, form: dict[str, str]) -> None:
            status, said = till.answer(self.command, self.path, form, self.headers)
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    till.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield till
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
