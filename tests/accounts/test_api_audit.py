"""`/api/v1/audit` and `/api/v1/phone-numbers`: what happened at the restaurant, and its lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts import audit, keys
from apps.accounts.models import AuditEntry
from apps.tenants import scope
from apps.tenants.models import PhoneNumber
from tests.signed_in import Person

AUDIT, LINES = "/api/v1/audit", "/api/v1/phone-numbers"
NUMBER = "+15125550188"


@pytest.fixture
def ana(signed_in: Callable[..., Person]) -> Person:
    return signed_in("ana@bella.test")


@pytest.fixture
def boss(signed_in: Callable[..., Person]) -> Person:
    return signed_in("super@loman.test", restaurant="bella-napoli")


# ---- the record ----------------------------------------------------------------------------------------


def test_the_record_is_filtered_by_who_what_when_and_by_a_whole_number(bella: Any, ana: Person) -> None:
    audit.record(
        "orders.cancel", actor="ana@bella.test", place=bella, subject="orders/1", after={"status": "cancelled"}
    )
    audit.record("numbers.view", actor="sam@bella.test", place=bella, subject="orders/2", number=NUMBER)

    def found(**query: Any) -> list[str]:
        answer = ana.get(AUDIT, **query)
        assert answer.status_code == 200, answer.content
        return [each["subject"] for each in answer.json()["results"]]

    assert found() == ["orders/2", "orders/1"], "newest first"
    assert found(ordering="at") == ["orders/1", "orders/2"]
    assert found(action="orders.cancel") == ["orders/1"]
    assert found(actor="sam@bella.test") == ["orders/2"]
    assert found(subject="orders/2") == ["orders/2"]
    assert found(number="(512) 555-0188") == ["orders/2"]
    assert found(number="+15125550189") == []
    assert found(at_after=timezone.now().isoformat()) == []
    text = json.dumps(ana.get(AUDIT).json(), ensure_ascii=False)
    assert "••• 0188" in text
    assert keys.number_digest(NUMBER) not in text


def test_only_admins_read_it_and_only_their_restaurants(
    bella: Any, sakura: Any, ana: Person, signed_in: Callable[..., Person]
) -> None:
    audit.record("orders.cancel", actor="yuki@sakura.test", place=sakura)
    audit.record("sign_in", actor="somebody", place=None)
    assert ana.get(AUDIT).json()["count"] == 0
    assert signed_in("sam@bella.test").get(AUDIT).status_code == 403
    assert signed_in("super@loman.test").get(AUDIT).status_code == 403, "a token that spans all names none"
    assert ana.get(AUDIT, number="0188").status_code == 400
    assert ana.get(AUDIT, actr="x").status_code == 400


# ---- lines ---------------------------------------------------------------------------------------------


def test_a_line_is_given_by_a_super_admin_with_tokens_that_are_never_shown(
    bella: Any, ana: Person, boss: Person
) -> None:
    sid = "AC" + "0" * 32
    body = {"number": "+15125550150", "label": "bar", "carrier_account_sid": sid, "carrier_auth_tokens": ["new", "old"]}
    assert ana.post(LINES, body).status_code == 403
    made = boss.post(LINES, body)
    assert made.status_code == 201, made.content
    assert made.json()["carrier_auth_tokens"] == {"set": True, "count": 2}
    row = PhoneNumber.objects.get(label="bar")
    assert [keys.decrypt(token) for token in row.carrier_auth_tokens] == ["new", "old"]
    place = scope.find_by_number("+15125550150")
    assert place is not None
    assert place.id == bella.id
    assert ana.get(LINES).json()["count"] == 2
    assert "+15125550150" not in json.dumps(ana.get(LINES).json())
    assert ana.get(made["Location"]).json()["number"] == "+15125550150"
    boss.patch(made["Location"], {"carrier_auth_tokens": ["newer", "new"], "active": False})
    assert scope.find_by_number("+15125550150") is None
    actions = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert actions == [
        "phone_numbers.create", "numbers.view", "phone_numbers.carrier_auth_tokens", "phone_numbers.change",
    ]  # fmt: skip
    told = json.dumps([[entry.before, entry.after] for entry in AuditEntry.objects.all()])
    assert "+15125550150" not in told
    assert boss.delete(made["Location"]).status_code == 204


def test_a_number_that_is_in_use_is_refused_without_saying_whose(bella: Any, sakura: Any, boss: Person) -> None:
    answer = boss.post(LINES, {"number": "+15125550102"})
    assert (answer.status_code, answer.json()["detail"]) == (409, "This number cannot be taken: it is in use.")
    assert "sakura" not in answer.content.decode().lower()


@pytest.mark.parametrize(
    "body",
    [{"number": "512"}, {"carrier_account_sid": "SK1"}, {"carrier_auth_tokens": ["a"] * 4},
     {"carrier_auth_tokens": [""]},
     {"label": "x" * 61}, {"sms_registered_at": "soon"}, {"restaurant": "x"}],
)  # fmt: skip
def test_what_is_no_line_is_refused(bella: Any, boss: Person, body: dict[str, Any]) -> None:
    assert boss.post(LINES, {"number": "+15125550150", **body}).status_code == 400
    assert not PhoneNumber.objects.filter(number="+15125550150").exists()


def test_another_restaurants_line_is_not_there(bella: Any, ana: Person, signed_in: Callable[..., Person]) -> None:
    line = PhoneNumber.objects.get(restaurant_id=bella.id)
    yuki = signed_in("yuki@sakura.test")
    assert yuki.get(f"{LINES}/{line.pk}").status_code == 404
    boss_elsewhere = signed_in("super@loman.test", restaurant="sakura")
    assert boss_elsewhere.patch(f"{LINES}/{line.pk}", {"active": False}).status_code == 404
    assert boss_elsewhere.delete(f"{LINES}/{line.pk}").status_code == 404
    line.refresh_from_db()
    assert line.active
