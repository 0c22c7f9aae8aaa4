"""Paying by a link that is texted: when one is asked for, what its webhooks settle, and that no order waits unseen."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts import keys
from apps.calls.models import Message, Suppression, Ticket
from apps.orders import changes, lifecycle, payments
from apps.orders import services as orders
from apps.orders.models import Order, OrderEvent, Payment
from apps.orders.paying import News, Unreachable
from apps.outbox import services as outbox
from apps.outbox.models import Work
from apps.restaurant.models import RestaurantSettings
from apps.tenants import scope
from apps.tenants.models import PhoneNumber
from tests.orders import till
from tests.orders.people import NOW, commit, dish, quote
from tests.orders.test_races import at_once

NUMBER = "+15125550134"
STAFF = "sam@bella.test"


@pytest.fixture
def stripe(settings: Any) -> Iterator[till.Till]:
    with till.opened() as opened:
        settings.STRIPE_API_URL, settings.PUBLIC_URL = opened.url, "https://loman.example"
        yield opened


def set_up(**values: Any) -> None:
    RestaurantSettings.objects.update_or_create(pk=1, defaults=values)


def sells_by_link(place: Any, **more: Any) -> None:
    """Above twenty dollars, with an account and a registered line."""
    sealed = {"stripe": keys.encrypt(till.KEY), "stripe_webhook": keys.encrypt(till.SECRET)}
    set_up(pay_link_above=20, pay_provider="stripe", provider_keys=sealed, **more)
    PhoneNumber.objects.filter(restaurant_id=place.id).update(sms_registered_at=timezone.now())


@pytest.fixture
def shop(in_bella: Any, stripe: till.Till) -> Any:
    sells_by_link(in_bella)
    return in_bella


def placed(place: Any, **more: Any) -> Order:
    return commit(place, quote(place, customer_number=NUMBER, **more).version)


def do(kind: str) -> None:
    """Everything of this kind that waits, as the outbox does it."""
    for work in Work.objects.filter(kind=kind, state="waiting").order_by("created_at"):
        outbox._handlers[kind](work.payload)


def asked(place: Any, **more: Any) -> tuple[Order, Payment]:
    order = placed(place, **more)
    do("pay.link")
    return again(order), Payment.objects.get(order=order)


def again(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def tell(event: dict[str, Any], *, slug: str = "bella-napoli", provider: str = "stripe", **how: Any) -> int:
    body = json.dumps(event).encode()
    answer = Client().post(
        f"/webhooks/pay/{provider}/{slug}",
        body,
        content_type="application/json",
        headers={"Stripe-Signature": how.get("signature") or till.signed(body)},
    )
    return answer.status_code


def texts(template: str) -> list[str]:
    return list(Message.objects.filter(template=template).values_list("text", flat=True))


# ---- asking ---------------------------------------------------------------------------------------------


def test_above_the_amount_the_order_waits_and_the_link_is_texted_once(shop: Any, stripe: till.Till) -> None:
    quoted = quote(shop, customer_number=NUMBER)
    assert quoted.read_back.endswith("the kitchen begins once it is paid. Shall I place the order?")
    order = commit(shop, quoted.version)
    assert (order.status, order.payment) == ("unpaid", "asked")
    assert stripe.asked == []  # nothing is asked of anybody within the commit
    for _ in range(2):
        do("pay.link")
    row = Payment.objects.get()
    assert (row.amount, row.currency, row.state, row.revision) == (Decimal("53.58"), "USD", "asked", 1)
    assert texts("pay_link") == [f"Bella Napoli: please pay 53.58 USD for order 1 here: {row.link}"]
    assert len(stripe.asked) == 1
    assert orders.as_json(again(order))["payment"] == "asked"


@pytest.mark.parametrize("why", ["small", "never", "no account", "no number", "unregistered", "stopped", "lost key"])
def test_everybody_else_pays_at_pickup_and_is_promised_nothing(shop: Any, stripe: till.Till, why: str) -> None:
    number = "" if why == "no number" else NUMBER
    if why == "never":
        set_up(pay_link_above=None)
    elif why == "no account":
        set_up(provider_keys={"stripe": keys.encrypt(till.KEY)})
    elif why == "lost key":
        set_up(provider_keys={"stripe": "gAAAA", "stripe_webhook": "gAAAA"})
    elif why == "unregistered":
        PhoneNumber.objects.update(sms_registered_at=None)
    elif why == "stopped":
        Suppression.objects.create(number=NUMBER)
    lines = [dish("Coke")] if why == "small" else []
    quoted = quote(shop, *lines, customer_number=number)
    assert "link" not in quoted.read_back
    order = commit(shop, quoted.version)
    assert (order.status, order.payment) == ("new", "none")
    assert not Work.objects.filter(kind__in=["pay.link", "order.unpaid"]).exists()


def test_exactly_the_amount_is_not_above_it(shop: Any) -> None:
    set_up(pay_link_above="53.58")
    assert placed(shop).payment == "none"


def test_a_restaurant_that_does_not_wait_cooks_at_once(shop: Any) -> None:
    set_up(pay_first=False)
    quoted = quote(shop, customer_number=NUMBER)
    assert "I will text you a link to pay. Shall I" in quoted.read_back
    order = commit(shop, quoted.version)
    assert (order.status, order.payment) == ("new", "asked")
    do("pay.link")
    assert len(texts("pay_link")) == 1
    assert not Work.objects.filter(kind="order.unpaid").exists()


def test_what_staff_approve_first_is_asked_for_after(shop: Any) -> None:
    set_up(shadow_mode=True)
    order = placed(shop)
    assert order.status == "approval"
    assert not Work.objects.filter(kind="pay.link").exists()
    assert lifecycle.advance(order.pk, to="new", by=STAFF, place=shop, now=NOW).status == "unpaid"
    assert Work.objects.filter(kind="pay.link").count() == 1


def test_a_guest_who_stops_texts_meanwhile_pays_at_pickup(shop: Any) -> None:
    order = placed(shop)
    Suppression.objects.create(number=NUMBER)
    do("pay.link")
    assert (again(order).status, again(order).payment) == ("new", "none")


def test_a_provider_that_is_away_costs_no_order_and_staff_are_told_once(shop: Any, stripe: till.Till) -> None:
    stripe.down = True
    order = placed(shop)
    for _ in range(2):
        with pytest.raises(Unreachable):
            do("pay.link")
    (ticket,) = Ticket.objects.all()
    assert "could not be made" in ticket.summary
    assert "503" in ticket.summary
    assert again(order).status == "unpaid"
    stripe.down = False
    do("pay.link")
    assert len(texts("pay_link")) == 1


# ---- being paid -----------------------------------------------------------------------------------------


def test_a_paid_order_goes_to_the_kitchen_once_however_often_it_is_told(shop: Any, stripe: till.Till) -> None:
    order, row = asked(shop)
    event = stripe.pay(row.reference)
    assert [tell(event) for _ in range(3)] == [204, 204, 204]
    order = again(order)
    assert (order.status, order.payment) == ("new", "paid")
    assert order.ready_at >= timezone.now() + timedelta(minutes=19)  # it begins now, not when it was ordered
    assert OrderEvent.objects.filter(order=order, status="new", by="loman").count() == 1
    for _ in range(2):
        do("order.paid")
    (text,) = texts("paid")
    assert "order 1 is paid" in text
    assert tell(till.event("checkout.session.expired", {**event["data"]["object"], "payment_status": "unpaid"})) == 204
    assert again(order).payment == "paid"  # never backwards
    assert orders.ticket_of(order, place=shop).paid


def test_an_order_for_later_waits_for_its_time_after_it_was_paid(shop: Any, stripe: till.Till) -> None:
    when = timezone.now().replace(second=0, microsecond=0) + timedelta(hours=5)
    quoted = quote(shop, customer_number=NUMBER, now=timezone.now(), pickup_at=when)
    order = commit(shop, quoted.version, now=timezone.now())
    assert order.status == "unpaid"
    do("pay.link")
    tell(stripe.pay(Payment.objects.get().reference))
    assert (again(order).status, again(order).ready_at) == ("scheduled", when)


@pytest.mark.parametrize("what", ["amount", "currency", "session"])
def test_money_that_does_not_fit_is_a_ticket_and_pays_for_nothing(shop: Any, stripe: till.Till, what: str) -> None:
    order, row = asked(shop)
    event = stripe.pay(row.reference)
    wrong = {"amount": {"amount_total": 100}, "currency": {"currency": "mxn"}, "session": {"id": "cs_other"}}[what]
    event["data"]["object"] |= wrong
    for _ in range(2):
        assert tell(event) == 204
    assert (again(order).status, again(order).payment) == ("unpaid", "asked")
    (ticket,) = Ticket.objects.all()
    assert "where 53.58 USD were asked" in ticket.summary


def test_a_webhook_is_believed_only_with_this_restaurants_signature(shop: Any, sakura: Any, stripe: till.Till) -> None:
    order, row = asked(shop)
    event = stripe.pay(row.reference)
    body = json.dumps(event).encode()
    assert tell(event, signature="t=1,v1=00") == 400
    assert tell(event, signature=till.signed(body, secret="whsec_other")) == 400
    assert tell(event, signature=till.signed(body, at=0)) == 400
    assert tell(event, slug="sakura") == 404  # has no account
    assert tell(event, slug="nowhere") == 404
    assert tell(event, provider="square") == 404
    assert Client().get("/webhooks/pay/stripe/bella-napoli").status_code == 405
    assert again(order).payment == "asked"


def test_news_of_a_payment_nobody_knows_changes_nothing(shop: Any) -> None:
    session = {"id": "cs_9", "payment_status": "paid", "currency": "usd", "amount_total": 1}
    for name in ("", "?", "00000000-0000-0000-0000-000000000000"):
        assert tell(till.event("checkout.session.completed", {**session, "client_reference_id": name})) == 204
    assert not Ticket.objects.exists()


def test_a_payment_that_failed_is_a_ticket_and_the_order_waits_for_staff(shop: Any, stripe: till.Till) -> None:
    order, row = asked(shop)
    for _ in range(2):
        tell(till.event("checkout.session.async_payment_failed", stripe.sessions[row.reference]))
    assert (again(order).status, again(order).payment) == ("unpaid", "failed")
    assert "was not paid" in Ticket.objects.get().summary
    assert lifecycle.advance(order.pk, to="new", by=STAFF, place=shop, now=NOW).status == "new"


def test_the_page_guests_come_back_to_thanks_them() -> None:
    answer = Client().get("/pay/thanks")
    assert (answer.status_code, b"Thank you" in answer.content) == (200, True)


# ---- not being paid -------------------------------------------------------------------------------------


def test_an_order_nobody_pays_becomes_a_ticket_and_is_made_when_they_pay_after_all(
    shop: Any, stripe: till.Till
) -> None:
    order, row = asked(shop)
    (work,) = Work.objects.filter(kind="order.unpaid")
    assert work.due_at == NOW + timedelta(minutes=20)
    for _ in range(2):
        do("order.unpaid")
    assert (again(order).status, again(order).payment) == ("unpaid", "expired")
    (ticket,) = Ticket.objects.all()
    assert (ticket.type, ticket.callback_number) == ("callback", NUMBER)
    tell(stripe.pay(row.reference))
    assert (again(order).status, again(order).payment) == ("new", "paid")


def test_a_webhook_that_was_lost_is_asked_for(shop: Any, stripe: till.Till) -> None:
    order, row = asked(shop)
    stripe.pay(row.reference)
    do("order.unpaid")
    assert (again(order).status, again(order).payment) == ("new", "paid")
    assert not Ticket.objects.exists()


def test_the_time_is_over_also_when_the_provider_is_away(shop: Any, stripe: till.Till) -> None:
    order, _ = asked(shop)
    stripe.down = True
    do("order.unpaid")
    assert again(order).payment == "expired"


def test_an_order_that_staff_let_be_made_is_not_given_up(shop: Any) -> None:
    order, _ = asked(shop)
    assert lifecycle.advance(order.pk, to="new", by=STAFF, place=shop, now=NOW).status == "new"
    do("order.unpaid")
    assert again(order).payment == "asked"
    assert not Ticket.objects.exists()


def test_a_cancelled_order_cannot_be_paid_any_more_and_money_on_the_way_is_a_ticket(
    shop: Any, stripe: till.Till
) -> None:
    order, row = asked(shop)
    event = stripe.pay(row.reference)
    stripe.sessions[row.reference] |= {"status": "open", "payment_status": "unpaid"}
    lifecycle.cancel(order.pk, reason="changed plans", by="caller", place=shop, now=NOW)
    do("order.changed")
    assert stripe.sessions[row.reference]["status"] == "expired"
    tell(event)
    assert again(order).status == "cancelled"
    assert "were paid, but it was cancelled" in Ticket.objects.get().summary


# ---- changes --------------------------------------------------------------------------------------------


def change(order: Order, place: Any, *wanted: Any) -> Order:
    version = changes.quote(order, place=place, key="call:2", wanted=wanted, now=NOW).version
    return commit(place, version, key="call:2")


def test_a_changed_order_gets_a_new_link_and_the_old_one_is_withdrawn(shop: Any, stripe: till.Till) -> None:
    order, first = asked(shop)
    changed = change(order, shop, dish("Lasagna", quantity=3))
    assert (changed.status, changed.payment) == ("unpaid", "asked")
    do("order.changed")
    do("pay.link")
    first.refresh_from_db()
    second = Payment.objects.get(revision=2)
    assert (first.state, stripe.sessions[first.reference]["status"]) == ("expired", "expired")
    assert second.amount == changed.total
    assert len(texts("pay_link")) == 2
    do("order.unpaid")
    assert Work.objects.filter(kind="order.unpaid").count() == 2
    tell(stripe.pay(second.reference))
    assert again(order).payment == "paid"


def test_paying_the_old_link_is_a_ticket(shop: Any, stripe: till.Till) -> None:
    order, first = asked(shop)
    change(order, shop, dish("Lasagna", quantity=3))
    tell(stripe.pay(first.reference))
    assert (again(order).status, again(order).payment) == ("unpaid", "asked")
    assert "has changed since" in Ticket.objects.get().summary


def test_a_change_below_the_amount_pays_at_pickup_and_a_paid_order_is_a_persons_to_change(
    shop: Any, stripe: till.Till
) -> None:
    order, _ = asked(shop)
    changed = change(order, shop, dish("Coke"))
    assert (changed.status, changed.payment) == ("new", "none")
    other = commit(shop, quote(shop, customer_number=NUMBER, key="b").version, key="b")
    do("pay.link")
    tell(stripe.pay(Payment.objects.get(order=other).reference))
    with pytest.raises(orders.TooLate, match="already paid"):
        change(again(other), shop, dish("Coke"))


# ---- races ----------------------------------------------------------------------------------------------


def test_the_money_and_a_change_race_and_the_books_fit_either_way(
    open_restaurant: Callable[..., Any], stripe: till.Till
) -> None:
    place = open_restaurant(like="bella-napoli")
    with scope.enter(place):
        sells_by_link(place)
    for number in range(5):
        key = f"call:{number}"
        with scope.enter(place):
            order = commit(place, quote(place, key=key, customer_number=NUMBER).version, key=key)
            row = payments.link_for(order, place=place, now=NOW)
            asked_for = changes.quote(
                order, place=place, key=f"{key}:change", wanted=[dish("Lasagna", quantity=3)], now=NOW
            )
        news = News(str(row.pk), row.reference, "paid", row.amount, row.currency)

        def pay_or_change(turn: int, news: News = news, key: str = key, version: int = asked_for.version) -> Any:
            if turn % 2:
                return payments.settle("stripe", news, place=place, now=NOW)
            return commit(place, version, key=f"{key}:change")

        at_once(place, pay_or_change, threads=6)
        with scope.enter(place):
            order.refresh_from_db()
            row.refresh_from_db()
            stale = Ticket.objects.filter(key=f"pay:{order.pk}:{row.pk}:stale").count()
            assert row.state == "paid"
            assert (order.payment, order.revision, stale) in [("paid", 1, 0), ("asked", 2, 1)]
            assert order.total == (row.amount if order.revision == 1 else asked_for.quote.total)
