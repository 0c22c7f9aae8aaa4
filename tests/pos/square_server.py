"""Square on loopback: a catalogue, orders with idempotency keys and versions, and every way to go wrong.

Shapes follow the public reference of the Catalog and Orders APIs. Prices come from its own catalogue, taxes from
its own settings, as there.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

JSON = dict[str, Any]
TOKEN, LOCATION = "EAAA-token", "L1"
PAGE = 4
"""Objects on a page of the catalogue."""


@dataclass
class Books:
    """What this Square has, what it was asked, and how it misbehaves."""

    objects: list[JSON] = field(default_factory=list)
    percent: Decimal = Decimal(0)
    """Tax on everything from the catalogue."""
    orders: dict[str, JSON] = field(default_factory=dict)
    keys: dict[str, tuple[str, JSON]] = field(default_factory=dict)
    """By idempotency key: the order, and what was asked with it."""
    asked: list[tuple[str, str, JSON]] = field(default_factory=list)
    troubles: list[Any] = field(default_factory=list)
    """One for each of the next requests: a status, "hang", "garbage", "list", or "deaf" (done, and no answer)."""
    retry_after: str = ""
    url: str = ""

    def paths(self, path: str = "") -> list[str]:
        return [f"{method} {where}" for method, where, _ in self.asked if where.startswith(path)]

    # ---- what it does ------------------------------------------------------------------------------------

    def answer(self, method: str, path: str, body: JSON) -> tuple[int, Any]:
        parts = urlsplit(path)
        match (method, parts.path.strip("/").split("/")):
            case "GET", ["v2", "catalog", "list"]:
                start = int(parse_qs(parts.query).get("cursor", ["0"])[0])
                page: JSON = {"objects": self.objects[start : start + PAGE]}
                return 200, page | ({"cursor": str(start + PAGE)} if start + PAGE < len(self.objects) else {})
            case "POST", ["v2", "orders", "calculate"]:
                return 200, {"order": self._priced(body["order"])}
            case "POST", ["v2", "orders"]:
                return self._create(body)
            case "GET", ["v2", "orders", id_] if id_ in self.orders:
                return 200, {"order": self.orders[id_]}
            case "PUT", ["v2", "orders", id_] if id_ in self.orders:
                return self._update(self.orders[id_], body)
        return _error(404, "NOT_FOUND")

    def _create(self, body: JSON) -> tuple[int, Any]:
        key = body["idempotency_key"]
        assert 0 < len(key) <= 192
        if key in self.keys:
            id_, before = self.keys[key]
            return (200, {"order": self.orders[id_]}) if before == body else _error(400, "IDEMPOTENCY_KEY_REUSED")
        id_ = f"order{len(self.orders) + 1}"
        self.orders[id_] = self._priced(body["order"]) | {"id": id_, "version": 1, "state": "OPEN"}
        self.keys[key] = id_, body
        return 200, {"order": self.orders[id_]}

    def _update(self, order: JSON, body: JSON) -> tuple[int, Any]:
        if body["idempotency_key"] in self.keys:
            return 200, {"order": order}
        if body["order"]["version"] != order["version"]:
            return _error(400, "VERSION_MISMATCH")
        if order["state"] != "OPEN":
            return _error(400, "BAD_REQUEST")
        left = {one["uid"] for one in order["fulfillments"]} - {one["uid"] for one in body["order"]["fulfillments"]}
        assert not left, "a pickup that stands keeps its order open"
        order |= {"state": body["order"]["state"], "version": order["version"] + 1}
        self.keys[body["idempotency_key"]] = order["id"], body
        return 200, {"order": order}

    def _priced(self, order: JSON) -> JSON:
        assert order["location_id"] == LOCATION
        prices = dict(_prices(self.objects))
        taxes = {one["uid"]: Decimal(one["percentage"]) for one in order["taxes"]}
        total = 0
        for line in order["line_items"]:
            known = line.get("catalog_object_id")
            each = prices[known] if known else line["base_price_money"]["amount"]
            for choice in line["modifiers"]:
                chosen = choice.get("catalog_object_id")
                each += prices[chosen] if chosen else choice["base_price_money"]["amount"]
            amount = each * int(line["quantity"])
            percent = self.percent if known else sum(taxes[one["tax_uid"]] for one in line["applied_taxes"])
            total += amount + int((amount * percent / 100).quantize(Decimal(1), ROUND_HALF_UP))
        return order | {"total_money": {"amount": total, "currency": "USD"}}


def _prices(objects: list[JSON]) -> Iterator[tuple[str, int]]:
    for one in objects:
        for size in one.get("item_data", {}).get("variations", ()):
            yield size["id"], size["item_variation_data"]["price_money"]["amount"]
        for choice in one.get("modifier_list_data", {}).get("modifiers", ()):
            yield choice["id"], choice["modifier_data"]["price_money"]["amount"]


def _error(status: int, code: str) -> tuple[int, Any]:
    return status, {"errors": [{"category": "API_ERROR", "code": code, "detail": f"It is {code}."}]}


@contextlib.contextmanager
def serving(**books: Any) -> Iterator[Books]:
    kept = Books(**books)
    closing = threading.Event()
    one_at_a_time = threading.Lock()

    class Answer(BaseHTTPRequestHandler):
        def _do(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = json.loads(raw) if raw else {}
            trouble = kept.troubles.pop(0) if kept.troubles else None
            kept.asked.append((self.command, self.path, body))
            if trouble == "hang":
                closing.wait(10)
                return
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                status, said = _error(401, "UNAUTHORIZED")
            elif isinstance(trouble, int):
                status, said = _error(trouble, f"TROUBLE_{trouble}")
            else:
                assert self.headers["Square-Version"]
                with one_at_a_time:
                    status, said = kept.answer(self.command, self.path, body)
            if trouble == "deaf":
                return
            sent = {"garbage": b"<html>Oops</html>", "list": b"[]"}.get(str(trouble), json.dumps(said).encode())
            with contextlib.suppress(OSError):
                self.send_response(status)
                if kept.retry_after and status == 429:
                    self.send_header("Retry-After", kept.retry_after)
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)

        do_GET = do_POST = do_PUT = _do

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    kept.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield kept
    finally:
        closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


# ---- a catalogue to pull -----------------------------------------------------------------------------------


def category(name: str) -> JSON:
    return {"type": "CATEGORY", "id": f"C-{name}", "category_data": {"name": name}}


def item(name: str, *, under: str, lists: tuple[str, ...] = (), **sizes: int) -> JSON:
    """With its sizes in cents; one called `regular` is the only one."""
    return {
        "type": "ITEM",
        "id": f"I-{name}",
        "item_data": {
            "name": name,
            "category_id": f"C-{under}",
            "modifier_list_info": [{"modifier_list_id": f"M-{each}"} for each in lists],
            "variations": [
                {
                    "type": "ITEM_VARIATION",
                    "id": f"V-{name}-{size}",
                    "item_variation_data": {"name": size, "price_money": {"amount": cents, "currency": "USD"}},
                }
                for size, cents in sizes.items()
            ],
        },
    }


def modifiers(name: str, **options: int) -> JSON:
    return {
        "type": "MODIFIER_LIST",
        "id": f"M-{name}",
        "modifier_list_data": {
            "name": name,
            "selection_type": "MULTIPLE",
            "modifiers": [
                {
                    "type": "MODIFIER",
                    "id": f"O-{option}",
                    "modifier_data": {
                        "name": option.replace("_", " "),
                        "price_money": {"amount": cents, "currency": "USD"},
                    },
                }
                for option, cents in options.items()
            ],
        },
    }
