"""What Stripe signs and counts: only its own fresh webhooks are believed, and cents are cents."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.orders.paying import Forged, Unreachable
from apps.orders.stripe import Stripe, check_signature, minor_units
from tests.orders import till

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
T = NOW.timestamp()
BODY = b'{"id":"evt_1"}'
SESSION = {
    "id": "cs_1", "status": "complete", "payment_status": "paid", "client_reference_id": "p1", "currency": "usd",
    "amount_total": 5358,
}  # fmt: skip


def refused(body: bytes, header: str, *, secret: str = till.SECRET, now: datetime = NOW) -> bool:
    try:
        check_signature(body, header, secret=secret, now=now)
    except Forged:
        return True
    return False


def test_a_signature_that_openssl_made_is_believed() -> None:
    # HMAC-SHA256 of "1795456800.{"id":"evt_1"}" under whsec_test, worked out with openssl.
    digest = "f71a043052d2da1ba042b114ff95a4ca5a35436a8ffdf695e20340c700396989"
    header = f"t=1795456800,v1={digest}"
    assert not refused(BODY, header, now=datetime.fromtimestamp(1795456800, UTC))


def test_a_fresh_signature_is_believed_also_beside_an_old_secrets_one() -> None:
    good = till.signed(BODY, at=T)
    assert not refused(BODY, good)
    assert not refused(BODY, good.replace("v1=", "v1=00,v1="))
    assert not refused(BODY, good.replace(",", ", "))


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_another_body_or_another_secret_is_not(body: bytes, other: bytes) -> None:
    header = till.signed(body, at=T)
    assert refused(other, header) == (body != other)
    assert refused(body, header, secret=till.SECRET + "x")


@pytest.mark.parametrize(("seconds", "old"), [(0, False), (300, False), (301, True), (-300, False), (-301, True)])
def test_a_recording_is_not_believed(seconds: int, old: bool) -> None:
    assert refused(BODY, till.signed(BODY, at=T), now=NOW + timedelta(seconds=seconds)) is old


@pytest.mark.parametrize(
    "header",
    ["", "t=", "v1=00", "t=abc,v1=00", "t=١,v1=00", f"t={int(T)}", f"t={int(T)},v1=é", "t=1,t=2,v1=00", "=,=,,"],
)
def test_what_is_no_signature_is_refused(header: str) -> None:
    assert refused(BODY, header)


def test_a_second_moment_beside_the_signed_one_is_refused() -> None:
    assert refused(BODY, f"{till.signed(BODY, at=T)},t={int(T) + 1}")


def test_only_v1_counts_and_an_empty_secret_signs_nothing() -> None:
    assert refused(BODY, till.signed(BODY, at=T).replace("v1=", "v0=", 1))
    assert refused(BODY, till.signed(BODY, at=T, secret=""), secret="")


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [("53.58", "USD", 5358), ("0.10", "eur", 10), ("1200.00", "JPY", 1200), ("1.50", "KWD", 1500)],
)
def test_money_is_counted_in_the_smallest_unit(amount: str, currency: str, units: int) -> None:
    assert minor_units(Decimal(amount), currency) == units


def test_a_currency_without_cents_takes_none() -> None:
    with pytest.raises(Unreachable, match="no amount of JPY"):
        minor_units(Decimal("12.50"), "JPY")


@given(st.decimals("0.01", "99999999.99", places=2))
def test_every_amount_in_cents_comes_back_as_it_was(amount: Decimal) -> None:
    news = read({**SESSION, "amount_total": minor_units(amount, "USD")})
    assert news.amount == amount


def read(session: dict[str, Any], kind: str = "checkout.session.completed") -> Any:
    body = json.dumps(till.event(kind, session)).encode()
    return Stripe("sk", till.SECRET).read_webhook(
        body=body, headers={"Stripe-Signature": till.signed(body, at=T)}, now=NOW
    )


def test_a_webhook_tells_how_a_payment_ended() -> None:
    news = read(SESSION)
    assert (news.payment, news.reference, news.state) == ("p1", "cs_1", "paid")
    assert (news.amount, news.currency) == (Decimal("53.58"), "USD")
    unpaid = {**SESSION, "payment_status": "unpaid"}
    assert read(unpaid) is None  # the money is still on its way
    assert read(unpaid, "checkout.session.async_payment_failed").state == "failed"
    assert read({**unpaid, "status": "expired"}, "checkout.session.expired").state == "expired"
    assert read(SESSION, "customer.created") is None
    assert read(SESSION, "charge.refunded") is None


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"type": "checkout.session.completed", "data": null}'])
def test_a_signed_webhook_that_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(Forged):
        Stripe("sk", till.SECRET).read_webhook(
            body=body, headers={"Stripe-Signature": till.signed(body, at=T)}, now=NOW
        )


def test_a_link_is_made_once_per_payment_looked_at_and_withdrawn() -> None:
    with till.opened() as stripe:
        account = Stripe(till.KEY, till.SECRET, stripe.url)
        asked: Any = {
            "payment": "p1", "amount": Decimal("53.58"), "currency": "USD", "about": "Bella Napoli, order 7",
            "return_url": "https://loman.example/pay/thanks", "until": NOW,
        }  # fmt: skip
        links = {account.make_link(**asked) for _ in range(2)}
        (link,) = links
        assert link.url == f"https://checkout.stripe.com/c/pay/{link.reference}"
        assert stripe.asked[0] == (
            "POST",
            "/v1/checkout/sessions",
            {
                "mode": "payment", "client_reference_id": "p1", "metadata[payment]": "p1",
                "line_items[0][quantity]": "1", "line_items[0][price_data][currency]": "usd",
                "line_items[0][price_data][unit_amount]": "5358",
                "line_items[0][price_data][product_data][name]": "Bella Napoli, order 7",
                "success_url": "https://loman.example/pay/thanks", "expires_at": str(int(T)),
            },
        )  # fmt: skip
        assert account.look(link.reference) is None
        account.withdraw(link.reference)
        news = account.look(link.reference)
        assert news is not None
        assert news.state == "expired"
        account.withdraw(link.reference)
        assert sum(path.endswith("/expire") for _, path, _ in stripe.asked) == 1


def test_a_provider_that_refuses_is_down_or_away_is_said_to_be_unreachable() -> None:
    with till.opened() as stripe:
        with pytest.raises(Unreachable, match="401 api_key_invalid"):
            Stripe("sk_wrong", till.SECRET, stripe.url).look("cs_1")
        stripe.down = True
        with pytest.raises(Unreachable, match="503 down"):
            Stripe(till.KEY, till.SECRET, stripe.url).look("cs_1")
        url = stripe.url
    with pytest.raises(Unreachable, match="does not answer"):
        Stripe(till.KEY, till.SECRET, url).look("cs_1")
