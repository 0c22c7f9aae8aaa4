"""Stripe Checkout: a page to pay one order on, and its signed webhooks. The only file that knows Stripe.

Protocol: https://docs.stripe.com/api/checkout/sessions, https://docs.stripe.com/webhooks#verify-manually,
https://docs.stripe.com/currencies#zero-decimal. Plain HTTP, because three requests need no SDK.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import httpx

from apps.orders.paying import Forged, Link, News, Unreachable

API = "https://api.stripe.com"
SECONDS = 8.0
TOLERANCE = timedelta(minutes=5)
"""Older webhooks are somebody's recording."""
NO_DECIMALS = frozenset({
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF",
})  # fmt: skip
THREE_DECIMALS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


@dataclass(frozen=True, slots=True)
class Stripe:
    """One restaurant's account."""

    key: str
    webhook_secret: str
    url: str = ""
    """Another base URL, for tests."""

    def make_link(
        self, *, payment: str, amount: Decimal, currency: str, about: str, return_url: str, until: datetime
    ) -> Link:
        """A checkout session; asked again for the same payment it is the same one."""
        session = self._ask(
            "POST",
            "/v1/checkout/sessions",
            {
                "mode": "payment",
                "client_reference_id": payment,
                "metadata[payment]": payment,
                "line_items[0][quantity]": "1",
                "line_items[0][price_data][currency]": currency.lower(),
                "line_items[0][price_data][unit_amount]": str(minor_units(amount, currency)),
                "line_items[0][price_data][product_data][name]": about,
                "success_url": return_url,
                "expires_at": str(int(until.timestamp())),
            },
            once=payment,
        )
        try:
            return Link(str(session["id"]), str(session["url"]))
        except KeyError as missing:
            raise Unreachable(f"Stripe's answer has no {missing}.") from None

    def withdraw(self, reference: str) -> None:
        """End a session that nobody shall pay any more. One that is complete or over stays as it is."""
        if self.look(reference) is None:
            self._ask("POST", f"/v1/checkout/sessions/{reference}/expire", {})

    def look(self, reference: str) -> News | None:
        """How a session stands; None while it is open."""
        return _news(self._ask("GET", f"/v1/checkout/sessions/{reference}"))

    def read_webhook(self, *, body: bytes, headers: Mapping[str, str], now: datetime) -> News | None:
        """What a webhook says of a payment, if it says anything. `Forged` when Stripe did not sign it just now."""
        check_signature(body, headers.get("Stripe-Signature", ""), secret=self.webhook_secret, now=now)
        try:
            event = json.loads(body)
            kind, session = str(event["type"]), event["data"]["object"]
        except (ValueError, KeyError, TypeError):
            raise Forged("The webhook is no event.") from None
        if not kind.startswith("checkout.session.") or not isinstance(session, dict):
            return None
        return _news(session, failed=kind.endswith("async_payment_failed"))

    def _ask(self, method: str, path: str, form: dict[str, str] | None = None, *, once: str = "") -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.key}"} | ({"Idempotency-Key": once} if once else {})
        try:
            answer = httpx.request(
                method, (self.url or API).rstrip("/") + path, data=form, headers=headers, timeout=SECONDS
            )
            said = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise Unreachable(f"Stripe does not answer: {type(error).__name__}.") from None
        if answer.status_code >= 400 or not isinstance(said, dict):
            why = said.get("error", {}).get("code", "") if isinstance(said, dict) else ""
            raise Unreachable(f"Stripe refused: {answer.status_code} {why}".strip() + ".")
        return said


def check_signature(body: bytes, header: str, *, secret: str, now: datetime) -> None:
    """The v1 scheme: HMAC-SHA256 of `<t>.<body>`, of these last minutes. Several v1 come while a secret is rolled."""
    parts = [part.strip().partition("=") for part in header.split(",")]
    stamps = [value for name, _, value in parts if name == "t"]
    signatures = [value for name, _, value in parts if name == "v1"]
    if not secret or len(stamps) != 1 or not stamps[0].isdecimal() or not stamps[0].isascii():
        raise Forged("The webhook is not signed.")
    expected = hmac.new(secret.encode(), stamps[0].encode() + b"." + body, hashlib.sha256).hexdigest()
    if not any(hmac.compare_digest(expected.encode(), one.encode()) for one in signatures):
        raise Forged("The signature does not fit.")
    if abs(now.timestamp() - int(stamps[0])) > TOLERANCE.total_seconds():
        raise Forged("The webhook is too old.")


def minor_units(amount: Decimal, currency: str) -> int:
    """In the smallest unit of the currency, as Stripe counts."""
    units = amount * _units(currency)
    if units != int(units):
        raise Unreachable(f"{amount} is no amount of {currency}.")
    return int(units)


def _units(currency: str) -> int:
    name = currency.upper()
    return 1 if name in NO_DECIMALS else 1000 if name in THREE_DECIMALS else 100


def _news(session: dict[str, Any], *, failed: bool = False) -> News | None:
    state: Literal["paid", "failed", "expired"]
    if session.get("payment_status") == "paid":
        state = "paid"
    elif failed:
        state = "failed"
    elif session.get("status") == "expired":
        state = "expired"
    else:
        return None
    currency = str(session.get("currency") or "").upper()
    return News(
        payment=str(session.get("client_reference_id") or ""),
        reference=str(session.get("id") or ""),
        state=state,
        amount=Decimal(int(session.get("amount_total") or 0)) / _units(currency),
        currency=currency,
    )
