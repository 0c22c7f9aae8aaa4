"""`/api/v1/messages`: what was written to guests and by them, and sending one from a template."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from apps.accounts import keys
from apps.accounts.models import AuditEntry
from apps.calls import messages
from apps.calls.models import Call, Message, Suppression
from apps.orders.models import Order
from apps.outbox.models import Work
from apps.tenants.models import PhoneNumber
from tests.orders.people import commit, quote
from tests.signed_in import Person

NUMBER = "+15125550134"
PATH = "/api/v1/messages"


@pytest.fixture
def ana(signed_in: Callable[..., Person]) -> Person:
    return signed_in("ana@bella.test")


@pytest.fixture
def sam(signed_in: Callable[..., Person]) -> Person:
    return signed_in("sam@bella.test")


@pytest.fixture
def registered(in_bella: Any) -> Any:
    PhoneNumber.objects.filter(restaurant_id=in_bella.id).update(sms_registered_at=timezone.now())
    return in_bella


def test_a_text_from_a_template_goes_out_once(registered: Any, ana: Person) -> None:
    asked = {"template": "address", "number": "(512) 555-0134"}
    first, again = (ana.post(PATH, asked, headers={"Idempotency-Key": "a"}) for _ in range(2))
    assert first.status_code == 201, first.content
    assert first.json() == again.json()
    assert (first.json()["status"], first.json()["number"]) == ("queued", "••• 0134")
    assert first["Location"] == f"http://testserver{PATH}/{first.json()['id']}"
    assert Work.objects.filter(kind="sms.send").count() == 1
    assert AuditEntry.objects.filter(action="messages.create").first() is not None


def test_it_says_when_nothing_goes_out(in_bella: Any, ana: Person) -> None:
    asked = {"template": "hours", "number": NUMBER}
    assert ana.post(PATH, asked).json()["status"] == "disabled"
    PhoneNumber.objects.filter(restaurant_id=in_bella.id).update(sms_registered_at=timezone.now())
    Suppression.objects.create(number=NUMBER)
    assert ana.post(PATH, asked).json()["status"] == "suppressed"
    assert not Work.objects.filter(kind="sms.send").exists()


def test_the_text_of_an_order_tells_of_that_order_while_it_stands(registered: Any, ana: Person) -> None:
    order = commit(registered, quote(registered, customer_number=NUMBER).version)
    sent = ana.post(PATH, {"template": "order", "order_id": str(order.pk)}).json()
    assert f"order {order.number}" in sent["text"]
    assert Message.objects.get(pk=sent["id"]).number == NUMBER
    Order.objects.update(status="cancelled")
    late = ana.post(PATH, {"template": "order", "order_id": str(order.pk)})
    assert (late.status_code, "not cancelled" in late.json()["detail"]) == (409, True)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 400), ({"template": "pay_link"}, 400), ({"template": "ticket", "number": NUMBER}, 400),
        ({"template": "address"}, 409), ({"template": "address", "number": "911"}, 400),
        ({"template": "order", "number": NUMBER}, 409), ({"template": "reservation", "number": NUMBER}, 409),
        ({"template": "order", "order_id": str(uuid4())}, 400), ({"template": "reservation", "reservation": "X"}, 400),
        ({"template": "address", "number": NUMBER, "text": "Buy now!"}, 400),
        ({"template": "address", "number": NUMBER, "call_id": str(uuid4())}, 400),
    ],
)  # fmt: skip
def test_what_cannot_be_sent_is_refused(registered: Any, ana: Person, asked: Any, status: int) -> None:
    assert ana.post(PATH, asked).status_code == status
    assert not Message.objects.exists()


def test_only_admins_send(registered: Any, sam: Person) -> None:
    assert sam.post(PATH, {"template": "address", "number": NUMBER}).status_code == 403
    assert not Message.objects.exists()


def test_messages_are_filtered_and_their_numbers_masked(registered: Any, ana: Person, sam: Person) -> None:
    call = Call.objects.create(carrier_sid="CA1", to_number="+15125550101")
    messages.queue(place=registered, number=NUMBER, template="address", facts={}, key="1", call_id=call.pk)
    messages.queue(place=registered, number="+15125550123", template="hours", facts={}, key="1", call_id=None)
    wrote = f"Call me on {NUMBER}"
    messages.receive(registered, number=NUMBER, text=wrote, sid="SM1", now=timezone.now())

    def found(query: str) -> list[str]:
        answer = sam.get(f"{PATH}{query}")
        assert answer.status_code == 200, answer.content
        return [each["template"] for each in answer.json()["results"]]

    assert found("") == ["", "hours", "address"]
    assert found("?direction=in") == [""]
    assert found("?status=queued&status=received") == ["", "hours", "address"]
    assert found("?template=hours") == ["hours"]
    assert found("?number=0123") == ["hours"]
    assert found(f"?number={keys.number_digest(NUMBER)}") == ["", "address"]
    assert found(f"?number={keys.number_digest('+15125550199')}") == []
    assert found(f"?call_id={call.pk}") == ["address"]
    assert NUMBER not in sam.get(PATH).content.decode() + ana.get(PATH).content.decode()
    for wrong in (NUMBER, "134", "01345", "0134%0A", "x" * 64):
        assert sam.get(f"{PATH}?number={wrong.replace('+', '%2B')}").status_code == 400
    path = f"{PATH}/{Message.objects.get(direction='in').pk}"
    assert sam.get(path).json()["text"] == "Call me on ••• 0134"
    assert (ana.get(path).json()["text"], ana.get(path).json()["number"]) == (wrote, NUMBER)
    assert {each.number_last4 for each in AuditEntry.objects.filter(action="numbers.view")} == {"0134"}


def test_another_restaurants_messages_are_not_there(registered: Any, signed_in: Callable[..., Person]) -> None:
    yuki = signed_in("yuki@sakura.test")
    order = commit(registered, quote(registered, customer_number=NUMBER).version)
    messages.queue(place=registered, number=NUMBER, template="address", facts={}, key="1", call_id=None)
    before = Message.objects.count()
    assert yuki.get(PATH).json()["count"] == 0
    assert yuki.get(f"{PATH}/{Message.objects.earliest('created_at').pk}").status_code == 404
    tried = yuki.post(PATH, {"template": "order", "order_id": str(order.pk)})
    assert tried.status_code == 400
    assert "Kate" not in json.dumps(tried.json())
    assert Message.objects.count() == before
