"""`/api/v1/webhooks`: added, changed, tested, rotated and replayed over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from apps.accounts.models import AuditEntry
from apps.outbox import webhooks
from apps.outbox.models import Delivery, Endpoint
from tests.outbox.receiver import Receiver, receiving
from tests.outbox.test_webhooks_by_hand import sweep
from tests.signed_in import Person

PATH = "/api/v1/webhooks"
URL = "https://a.example/hook"


@pytest.fixture
def ana(signed_in: Callable[..., Person]) -> Person:
    return signed_in("ana@bella.test")


@pytest.fixture
def sam(signed_in: Callable[..., Person]) -> Person:
    return signed_in("sam@bella.test")


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def test_the_secret_is_shown_once_and_only_to_its_maker(in_bella: Any, ana: Person, sam: Person) -> None:
    assert sam.post(PATH, {"url": URL}).status_code == 403
    made = ana.post(PATH, {"url": URL, "types": ["order.placed"]})
    secret = made.json()["secret"]
    assert (made.status_code, secret[:6]) == (201, "whsec_")
    assert webhooks.secrets_of(Endpoint.objects.get(), now=Endpoint.objects.get().created_at) == [secret]
    shown = ana.get(made["Location"]).json()
    assert shown == {name: value for name, value in made.json().items() if name != "secret"}
    assert secret not in ana.get(PATH).content.decode()
    assert secret not in str([entry.after for entry in AuditEntry.objects.all()])
    rotated = ana.post(f"{made['Location']}/rotate").json()["secret"]
    assert rotated != secret


@pytest.mark.parametrize(
    "body",
    [{}, {"url": "nonsense"}, {"url": "ftp://a.example/"}, {"url": "https://u:p@a.example/"},
     {"url": "https://" + "a" * 600},
     {"url": URL, "types": ["order.eaten"]}, {"url": URL, "types": "all"}, {"url": URL, "secret": "mine"},
     {"url": "https://a.example/\x00"}],
)  # fmt: skip
def test_what_cannot_be_told_is_refused(in_bella: Any, ana: Person, body: dict[str, Any]) -> None:
    assert ana.post(PATH, body).status_code == 400
    assert not Endpoint.objects.exists()


def test_a_url_is_told_once(in_bella: Any, ana: Person) -> None:
    ana.post(PATH, {"url": URL})
    again = ana.post(PATH, {"url": URL})
    assert (again.status_code, again.json()["detail"]) == (409, "That URL is told already.")


def test_it_is_changed_disabled_and_enabled_and_all_of_that_is_on_record(in_bella: Any, ana: Person) -> None:
    one = ana.post(PATH, {"url": URL})["Location"]
    assert ana.patch(one, {"types": ["call.ended"], "whole_numbers": True}).json()["whole_numbers"] is True
    off = ana.patch(one, {"enabled": False}).json()
    assert (off["enabled"], off["disabled_reason"]) == (False, "Disabled by hand.")
    assert ana.post(f"{one}/test").status_code == 409
    assert ana.patch(one, {"enabled": True, "whole_numbers": False}).json()["enabled"] is True
    told = AuditEntry.objects.filter(action__startswith="webhooks.", actor="ana@bella.test").order_by("id")
    assert [(entry.action, sorted(entry.after or {})) for entry in told][1:] == [
        ("webhooks.tell_of", ["types"]),
        ("webhooks.grant_whole_numbers", ["whole_numbers"]),
        ("webhooks.disable", ["disabled_at", "disabled_reason"]),
        ("webhooks.mask_numbers", ["whole_numbers"]),
        ("webhooks.enable", ["disabled_at", "disabled_reason"]),
    ]
    assert ana.patch(one, {"url": "https://b.example/"}).status_code == 400
    assert ana.delete(one).status_code == 204
    assert not Endpoint.objects.exists()


def test_a_test_arrives_its_delivery_is_listed_and_can_be_replayed(in_bella: Any, ana: Person, hook: Receiver) -> None:
    one = ana.post(PATH, {"url": hook.url})["Location"]
    made = ana.post(f"{one}/test")
    assert (made.status_code, made.json()["state"]) == (202, "waiting")
    sweep()
    (delivery,) = ana.get(f"{one}/deliveries", state="delivered", type="webhook.test").json()["results"]
    assert delivery["id"] == made.json()["id"]
    assert "body" not in delivery
    again = ana.post(f"{one}/deliveries/{delivery['id']}/replay").json()
    assert (again["state"], again["replays"]) == ("waiting", 1)
    sweep()
    assert ana.get(f"{one}/deliveries").json()["results"][0]["state"] == "delivered"
    ana.patch(one, {"enabled": False})
    assert ana.post(f"{one}/deliveries/{delivery['id']}/replay").status_code == 409
    assert ana.get(f"{one}/deliveries", state="lost").status_code == 400


def test_another_restaurants_webhooks_are_not_there(
    in_bella: Any, ana: Person, signed_in: Callable[..., Person]
) -> None:
    one = ana.post(PATH, {"url": URL})["Location"]
    delivery = ana.post(f"{one}/test").json()["id"]
    yuki = signed_in("yuki@sakura.test")
    mine = yuki.post(PATH, {"url": URL})["Location"]
    for answer in (
        yuki.get(one),
        yuki.patch(one, {"enabled": False}),
        yuki.delete(one),
        yuki.post(f"{one}/rotate"),
        yuki.post(f"{one}/test"),
        yuki.get(f"{one}/deliveries"),
        yuki.post(f"{one}/deliveries/{delivery}/replay"),
        yuki.post(f"{mine}/deliveries/{delivery}/replay"),
    ):
        assert answer.status_code == 404
    assert yuki.get(PATH).json()["count"] == 1
    assert Delivery.objects.count() == 1
