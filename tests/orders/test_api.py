"""`/api/v1/orders`: what the list shows is what the record shows, and what staff do to an order over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.models import AuditEntry
from apps.orders.models import PAYMENTS, STATUSES, Order, OrderLine, OrderLineModifier
from apps.orders.shown import OrderShown
from tests.orders.people import commit, quote
from tests.signed_in import Person

NUMBER = "+15125550134"
free_text = st.text(
    alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20
)  # what PostgreSQL keeps
moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda each: each.replace(tzinfo=UTC))


@pytest.fixture
def ana(signed_in: Callable[..., Person]) -> Person:
    return signed_in("ana@bella.test")


@pytest.fixture
def sam(signed_in: Callable[..., Person]) -> Person:
    return signed_in("sam@bella.test")


@pytest.fixture
def order(in_bella: Any, ana: Person) -> Order:
    return commit(in_bella, quote(in_bella, customer_number=NUMBER).version)


def row(number: int, **more: Any) -> Order:
    moment = datetime(2026, 11, 1, 12, number % 60, tzinfo=UTC)
    facts = {
        "number": number, "day": moment.date(), "key": f"test:{number}", "cart_version": 1, "customer_name": "Kate",
        "subtotal": Decimal("10.00"), "tax": Decimal("0.83"), "total": Decimal("10.83"), "ready_at": moment,
        "confirmed_by": "caller", "created_at": moment, "prints": 0, **more,
    }  # fmt: skip
    return Order.objects.create(**facts)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_list_is_written_by_the_database_exactly_as_the_serializer_would(
    in_bella: Any, ana: Person, data: st.DataObject
) -> None:
    Order.objects.all().delete()
    for number in range(1, data.draw(st.integers(1, 3)) + 1):
        made = row(
            number,
            status=data.draw(st.sampled_from(STATUSES)), payment=data.draw(st.sampled_from(PAYMENTS)),
            customer_name=data.draw(free_text), note=data.draw(free_text),
            customer_number=data.draw(st.sampled_from(["", NUMBER, "+442079460123"])),
            ready_at=data.draw(moments), created_at=data.draw(moments),
            banners=data.draw(st.sampled_from([[], ["ALLERGY"], ["ALLERGY", "CHECK ID"]])),
        )  # fmt: skip
        for position in range(data.draw(st.integers(0, 2))):
            line = OrderLine.objects.create(
                order=made, position=position, item_id=made.pk, item=data.draw(free_text), variant=data.draw(free_text),
                quantity=2, note=data.draw(free_text), each=Decimal("2.50"), total=Decimal("5.00"),
            )  # fmt: skip
            for place in range(data.draw(st.integers(0, 2))):
                OrderLineModifier.objects.create(line=line, position=place, name=data.draw(free_text), side="left")
    written = ana.get("/api/v1/orders", ordering="number").json()["results"]
    rows = Order.objects.order_by("number")
    assert written == json.loads(json.dumps(OrderShown(rows, many=True).data))


def test_beside_the_one_that_is_kept_prepared_the_list_takes_no_query_of_orders(order: Order, ana: Person) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert ana.get("/api/v1/orders").json()["count"] == 1
    assert [each["sql"] for each in queries if "order" in each["sql"]] == []


def test_pages_link_to_each_other_and_no_order_is_shown_twice(in_bella: Any, ana: Person) -> None:
    Order.objects.all().delete()
    for number in range(1, 8):
        row(number, created_at=datetime(2026, 11, 1, tzinfo=UTC))
    seen: list[int] = []
    link: str | None = "/api/v1/orders?page_size=3"
    while link:
        page = ana.get(link.removeprefix("http://testserver")).json()
        assert page["count"] == 7
        seen += [each["number"] for each in page["results"]]
        link = page["next"]
    assert sorted(seen) == list(range(1, 8))
    by_total = [ana.get(f"/api/v1/orders?page_size=3&ordering=total&page={page}").json() for page in (1, 2, 3)]
    assert sorted(each["number"] for page in by_total for each in page["results"]) == list(range(1, 8))
    last = ana.get("/api/v1/orders?page_size=3&page=3").json()
    assert last["previous"] == "http://testserver/api/v1/orders?page_size=3&page=2"
    assert ana.get("/api/v1/orders?page_size=3&page=4").status_code == 404
    assert ana.get("/api/v1/orders?page=none").status_code == 404
    assert ana.get("/api/v1/orders?page=99999999999999999999").status_code == 404


def test_filters_search_and_order_of_the_list(in_bella: Any, ana: Person) -> None:
    Order.objects.all().delete()
    row(1, status="new")
    row(2, status="ready", customer_name="Björk")
    row(3, status="picked_up", total=Decimal("20.83"), subtotal=Decimal("20.00"))

    def numbers(query: str) -> list[int]:
        return [each["number"] for each in ana.get(f"/api/v1/orders{query}").json()["results"]]

    assert numbers("") == [3, 2, 1]
    assert numbers("?status=new&status=ready") == [2, 1]
    assert numbers("?search=björk") == [2]
    assert numbers("?ordering=total,number") == [1, 2, 3]
    assert numbers("?created_after=2026-11-01T12:02:00Z") == [3, 2]
    assert numbers("?created_before=2026-11-01T12:02:00Z&ordering=-number") == [1]
    assert numbers("?day=2026-11-01&number=2") == [2]
    assert numbers("?number=99999999999999999999") == []
    assert numbers("?created_after=2026-11-02T04:18:00%2B16:17") == [3, 2, 1]
    assert numbers("?created_before=0001-01-01T00:00:00Z") == []


@pytest.mark.parametrize(
    "query",
    [
        "status=eaten",
        "stauts=new",
        "created_after=yesterday",
        "number=x",
        "call_id=1",
        "created_after=0001-01-01T00:00:00%2B10:00",
        "day=1.1.2026",
        "search=%00",
    ],
)
def test_what_a_filter_cannot_mean_is_refused_and_not_ignored(ana: Person, query: str) -> None:
    answer = ana.get(f"/api/v1/orders?{query}")
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"


def test_an_unchanged_list_and_record_are_not_sent_again(order: Order, ana: Person) -> None:
    for path in ("/api/v1/orders", f"/api/v1/orders/{order.pk}"):
        first = ana.get(path)
        again = ana.get(path, headers={"If-None-Match": first["ETag"]})
        assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    ana.patch(f"/api/v1/orders/{order.pk}", {"status": "accepted"})
    assert ana.get("/api/v1/orders", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_an_admin_who_opens_an_order_sees_the_whole_number_and_that_is_on_record(
    order: Order, ana: Person, sam: Person
) -> None:
    path = f"/api/v1/orders/{order.pk}"
    assert sam.get(path).json()["customer_number"] == "••• 0134"
    assert not AuditEntry.objects.filter(action="numbers.view").exists()
    assert ana.get(path).json()["customer_number"] == NUMBER
    (entry,) = AuditEntry.objects.filter(action="numbers.view")
    assert (entry.actor, entry.subject, entry.number_last4) == ("ana@bella.test", f"orders/{order.pk}", "0134")
    assert NUMBER not in json.dumps(ana.get("/api/v1/orders").json())


def test_staff_take_an_order_forward_and_never_back(order: Order, sam: Person) -> None:
    path = f"/api/v1/orders/{order.pk}"
    assert sam.patch(path, {"status": "preparing"}).json()["status"] == "preparing"
    back = sam.patch(path, {"status": "accepted"})
    assert (back.status_code, back.json()["detail"]) == (409, f"Order {order.number} is already being made.")
    assert sam.patch(path, {"status": "eaten"}).status_code == 400
    assert sam.patch(path, {"total": "0.00"}).json()["total"] == str(order.total)


def test_a_change_decided_on_an_older_version_is_refused_and_touches_nothing(order: Order, ana: Person) -> None:
    path = f"/api/v1/orders/{order.pk}"
    seen = ana.get(path)["ETag"]
    changed = ana.patch(path, {"status": "accepted"}, headers={"If-Match": seen})
    assert changed.status_code == 200
    late = ana.patch(path, {"status": "ready"}, headers={"If-Match": seen})
    assert late.status_code == 412
    order.refresh_from_db()
    assert order.status == "accepted"
    assert ana.patch(path, {"status": "ready"}, headers={"If-Match": changed["ETag"]}).status_code == 200


def test_only_admins_cancel_and_the_record_says_what_it_was_before(order: Order, ana: Person, sam: Person) -> None:
    path = f"/api/v1/orders/{order.pk}/cancel"
    assert sam.post(path, {"reason": "Out of dough"}).status_code == 403
    assert ana.post(path, {}).status_code == 400
    assert ana.post(path, {"reason": "Out of dough"}).json()["status"] == "cancelled"
    (entry,) = AuditEntry.objects.filter(action="orders.cancel")
    assert (entry.before or {})["status"] == "new"
    assert (entry.after or {})["status"] == "cancelled"


def test_ten_minutes_more_and_not_a_thousand(order: Order, sam: Person) -> None:
    path = f"/api/v1/orders/{order.pk}/delay"
    later = sam.post(path, {"minutes": 10}).json()["ready_at"]
    assert datetime.fromisoformat(later) == order.ready_at + timedelta(minutes=10)
    assert sam.post(path, {"minutes": 1000}).status_code == 400


def test_the_second_print_says_reprint_unless_the_first_failed(order: Order, sam: Person) -> None:
    path = f"/api/v1/orders/{order.pk}"
    assert "REPRINT" not in sam.post(f"{path}/print").json()["text"]
    assert sam.post(f"{path}/print-failed", {"why": "paper"}).status_code == 200
    assert "REPRINT" not in sam.post(f"{path}/print").json()["text"]
    assert "REPRINT" in sam.post(f"{path}/print").json()["text"]


def test_another_restaurants_order_is_not_there(order: Order, signed_in: Callable[..., Person]) -> None:
    yuki = signed_in("yuki@sakura.test")
    for ask in (
        yuki.get(f"/api/v1/orders/{order.pk}"),
        yuki.patch(f"/api/v1/orders/{order.pk}", {"status": "ready"}),
        yuki.post(f"/api/v1/orders/{order.pk}/cancel", {"reason": "Mine now"}),
    ):
        assert ask.status_code == 404
    assert yuki.get("/api/v1/orders").json()["count"] == 0
    order.refresh_from_db()
    assert order.status == "new"
